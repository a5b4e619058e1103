"""The paper bound: weights counted as the network has them, and the arithmetic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import transformers

from mtpipe.bench.bound import Cost, Powers, Shape, measure

POWERS = Powers({"float32": 1e9, "int8": 2e9}, bytes=1e9)
SHAPE = Shape(encoder=40, decoder=60, cross=10, output=40)


def test_weights_are_counted_as_the_network_has_them(small: Path) -> None:
    network = transformers.MarianMTModel.from_pretrained(small)

    def products(module: torch.nn.Module, *, cross: bool | None = None) -> int:
        return sum(
            part.weight.numel()
            for name, part in module.named_modules()
            if isinstance(part, torch.nn.Linear)
            and (cross is None or cross == ("encoder_attn.k" in name or "encoder_attn.v" in name))
        )

    config = json.loads((small / "config.json").read_text())
    shape = Shape.of(config, config["vocab_size"])
    assert shape.encoder == products(network.model.encoder)
    assert shape.decoder == products(network.model.decoder, cross=False)
    assert shape.cross == products(network.model.decoder, cross=True)
    assert shape.output == products(network.lm_head)


@pytest.mark.parametrize(
    ("compute", "beam", "batch", "ratio", "seconds"),
    [
        ("float32", 1, 1, 1.0, 400e-9),  # 100 weights of 4 bytes are read: longer than 300 operations take
        ("float32", 1, 1000, 1.0, 300e-9),  # 100 + 50 products of 2 operations
        ("float32", 4, 1000, 1.0, 900e-9),
        ("float32", 1, 1000, 2.0, 250e-9),  # half of a source token for each of the target
        ("int8", 4, 1000, 1.0, 450e-9),
        ("int8", 1, 1, 1.0, 150e-9),
    ],
)
def test_the_bound_is_the_slower_of_products_and_reading(
    compute: str, beam: int, batch: float, ratio: float, seconds: float
) -> None:
    cost = SHAPE.cost(compute=compute, beam=beam, batch=batch, ratio=ratio)
    assert POWERS.bound(cost, compute) == pytest.approx(1 / seconds)


def test_what_a_token_costs() -> None:
    # 4 hypotheses times 100 weights, and 50 of the encoder and cross-attention for half a source token; 2 operations.
    assert SHAPE.cost(compute="float16", beam=4, batch=10, ratio=2.0) == Cost(850.0, 20.0)
    assert "1 GFLOP/s float32, 2 GFLOP/s int8, 1.0 GB/s read" in POWERS.format()


def test_there_is_no_bound_for_what_was_not_measured() -> None:
    assert POWERS.bound(Cost(1.0, 1.0), "float16") is None


@pytest.mark.parametrize(("vnni", "times"), [(False, 2), (True, 4)])
def test_bytes_are_multiplied_as_the_instructions_allow(vnni: bool, times: int) -> None:
    powers = measure("cpu", vnni=vnni, attempts=1)
    assert powers.operations["int8"] == times * powers.operations["float32"]
    assert powers.bytes > 0

"""The paper bound: how fast a decoder could be if nothing but its matrix products and its weights took time.

Per output token a beam search multiplies, for each of its hypotheses, 2 floating-point operations per weight of the
decoder and of the output layer, and the encoder its own once per source token. Per step, all weights of the decoder
are read once for the whole batch. Attention over the positions (a few per cent at these lengths), softmax and search
count nothing, so no program reaches the bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

ROWS: Final = 1024
"""Rows of the product that is measured; a batch of the engines has about as many (sentences times beam)."""
READ_BYTES: Final = 2**28
"""Read for the bandwidth: more than any cache of a processor."""
WIDTHS: Final = {"float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}


@dataclass(frozen=True, slots=True)
class Shape:
    """Weights of a Transformer that multiply something: those of the encoder, the decoder, the output layer.

    ``cross`` of the decoder's are the keys and values of its cross-attention, which source positions take once.
    """

    encoder: int
    decoder: int
    cross: int
    output: int

    @classmethod
    def of(cls, config: dict[str, Any], vocabulary: float) -> Shape:
        """Count the weights of a Marian config, with ``vocabulary`` rows in the output layer."""
        width, layers = config["d_model"], config["decoder_layers"]
        return cls(
            encoder=config["encoder_layers"] * (4 * width**2 + 2 * width * config["encoder_ffn_dim"]),
            decoder=layers * (6 * width**2 + 2 * width * config["decoder_ffn_dim"]),
            cross=layers * 2 * width**2,
            output=round(width * vocabulary),
        )

    def cost(self, *, compute: str, beam: int, batch: float, ratio: float) -> Cost:
        """Return what a target token costs at least.

        ``batch`` sentences are decoded together, ``ratio`` is target tokens per source token.
        """
        step = self.decoder + self.output
        operations = 2 * (beam * step + (self.encoder + self.cross) / ratio)
        return Cost(operations, WIDTHS[compute] * step / batch)


@dataclass(frozen=True, slots=True)
class Cost:
    """Operations (a product and its sum are two), and bytes of weights read, for each target token."""

    operations: float
    bytes: float


@dataclass(frozen=True, slots=True)
class Powers:
    """What a device can do: operations a second by compute type, bytes read a second."""

    operations: dict[str, float]
    bytes: float

    def bound(self, cost: Cost, compute: str) -> float | None:
        """Return the most target tokens a second; None for a compute type whose rate is not known."""
        if compute not in self.operations:
            return None
        return 1 / max(cost.operations / self.operations[compute], cost.bytes / self.bytes)

    def format(self) -> str:
        """Say what was measured, in a line."""
        rates = ", ".join(f"{rate / 1e9:.0f} GFLOP/s {kind}" for kind, rate in self.operations.items())
        return f"measured for the paper bound: {rates}, {self.bytes / 1e9:.1f} GB/s read"


def measure(device: str, *, vnni: bool, attempts: int = 5) -> Powers:
    """Measure a device by PyTorch: the best of a few matrix products, and of a few passes over a large array.

    PyTorch has no product of bytes to measure on a CPU. By the instructions, those take half of the time of float32
    (``vpmaddubsw`` and ``vpmaddwd`` for 32 products, against four ``vfmadd`` for 8 each), with VNNI a quarter.
    """
    import torch

    kinds = ["float16", "bfloat16", "float32"] if device != "cpu" else ["float32"]
    operations = {}
    for kind in kinds:
        left = torch.ones((ROWS, 512), dtype=getattr(torch, kind), device=device)
        right = torch.ones((512, 2048), dtype=getattr(torch, kind), device=device)
        times = 64 if device != "cpu" else 8
        seconds = _fastest(partial(_product, left, right, times), attempts)
        operations[kind] = 2 * ROWS * 512 * 2048 * times / seconds
    if device == "cpu":
        operations["int8"] = operations["float32"] * (4 if vnni else 2)
    array = torch.ones(READ_BYTES // 4, device=device)
    return Powers(operations, READ_BYTES / _fastest(lambda: array.sum().item(), attempts))


def _product(left: Any, right: Any, times: int) -> None:
    for _ in range(times):
        product = left @ right
    product[0, 0].item()  # waits for a card to be done


def _fastest(action: Callable[[], object], attempts: int) -> float:
    """Return the seconds of the fastest of a few attempts, after one that does not count."""
    action()
    seconds = []
    for _ in range(attempts):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return min(seconds)

"""Heads that look at their own place alone are merged; a bound keeps heads from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from models.training.__main__ import main
from models.training.free_heads import aim, look, merge
from models.training.network import Batch, build
from models.training.optimiser import bound_heads
from models.training.recipe import NetworkShape

WIDTH, HEADS, SIZE, PIECES = 64, 4, 16, 50


@pytest.fixture
def model(tmp_path: Path) -> Any:
    torch.manual_seed(3)
    shape = NetworkShape(width=WIDTH, feed_forward=32, encoder_layers=1, decoder_layers=1, heads=HEADS)
    made = build(shape, PIECES, tmp_path).eval()
    attention = made.model.encoder.layers[0].self_attn
    with torch.no_grad():
        for projection in (attention.v_proj, attention.out_proj):
            projection.bias.normal_()
        made.model.shared.weight.mul_(4)  # else positions say as much as pieces do
        # What all heads add is of rank 16: they read the same 16 directions.
        attention.v_proj.weight.copy_(attention.v_proj.weight[:SIZE].repeat(HEADS, 1))
        look_at_themselves(attention, range(HEADS))
    return made


def look_at_themselves(attention: Any, heads: range) -> None:
    for head in heads:
        rows = slice(head * SIZE, (head + 1) * SIZE)
        some = torch.linalg.qr(torch.randn(WIDTH, SIZE))[0].mT * 40
        for projection in (attention.q_proj, attention.k_proj):
            projection.weight[rows] = some
            projection.bias[rows] = 0


def some_batch() -> Batch:
    draw = np.random.default_rng(5)
    ids = torch.from_numpy(np.stack([draw.permutation(np.arange(1, PIECES - 1))[:20] for _ in range(12)]))
    return Batch(ids, ids, ids)


def added(model: Any, batch: Batch) -> torch.Tensor:
    made: list[torch.Tensor] = []
    hook = model.model.encoder.layers[0].self_attn.register_forward_hook(lambda *given: made.append(given[2][0]))
    with torch.no_grad():
        model.model.encoder(input_ids=batch.source)
    hook.remove()
    return made[0]


def test_what_the_heads_add_stays_and_the_others_add_nothing(model: Any) -> None:
    batch, attention = some_batch(), model.model.encoder.layers[0].self_attn
    before, seen = added(model, batch), look(model, attention, [batch])
    assert seen.own.min() > 0.9
    freed = merge(attention, seen, torch.Generator().manual_seed(1))
    assert len(freed) == 3
    assert float((added(model, batch) - before).norm() / before.norm()) < 0.1
    for head in freed:
        assert not attention.out_proj.weight[:, head * SIZE : (head + 1) * SIZE].any()
        assert attention.v_proj.weight[head * SIZE : (head + 1) * SIZE].any(), "the gradient must reach them"
    assert look(model, attention, [batch]).own[freed].max() < 0.6
    assert merge(attention, look(model, attention, [batch]), torch.Generator()) == [], "once is enough"


def test_a_head_that_looks_elsewhere_is_left_alone(model: Any) -> None:
    batch, attention = some_batch(), model.model.encoder.layers[0].self_attn
    with torch.no_grad():
        attention.q_proj.weight[:SIZE] = 0
    kept = attention.out_proj.weight[:, :SIZE].clone()
    assert 0 not in merge(attention, look(model, attention, [batch]), torch.Generator().manual_seed(1))
    assert torch.equal(attention.out_proj.weight[:, :SIZE], kept)


@pytest.mark.parametrize("offset", [-1, 1])
def test_a_head_looks_at_its_neighbour(model: Any, offset: int) -> None:
    attention, batch = model.model.encoder.layers[0].self_attn, some_batch()
    seen = look(model, attention, [batch])
    with torch.no_grad():
        aim(attention, slice(0, SIZE), seen, offset, torch.Generator())
        query, key = (
            torch.nn.functional.linear(seen.vectors[:20], projection.weight[:SIZE], projection.bias[:SIZE])
            for projection in (attention.q_proj, attention.k_proj)
        )
    nearest = (query @ key.mT).argmax(1) - torch.arange(20)
    assert abs(float(nearest[2:-2].float().mean()) - offset) < 1


def test_heads_are_bounded(model: Any) -> None:
    attention = model.model.encoder.layers[0].self_attn
    with torch.no_grad():
        attention.q_proj.weight[:SIZE] *= 1e-5
    before = attention.q_proj.weight.clone(), attention.k_proj.weight.clone()
    bound_heads(model, None)
    assert torch.equal(attention.q_proj.weight, before[0])
    bound_heads(model, 5.0)
    assert torch.equal(attention.q_proj.weight[:SIZE], before[0][:SIZE])
    for head in range(1, HEADS):
        rows = slice(head * SIZE, (head + 1) * SIZE)
        product = attention.q_proj.weight[rows].norm() * attention.k_proj.weight[rows].norm()
        assert float(product.detach()) == pytest.approx(25, rel=1e-4)
        torch.testing.assert_close(
            attention.k_proj.weight[rows] / attention.q_proj.weight[rows], torch.ones(SIZE, WIDTH)
        )


def test_free_heads_needs_a_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "recipe.yaml").write_text("schedule: {steps: 3}\n")
    assert main(["free-heads", "--config", str(tmp_path / "recipe.yaml"), "--work", str(tmp_path)]) == 2
    assert "checkpoint.pt is missing. Run the step 'train' first." in capsys.readouterr().err

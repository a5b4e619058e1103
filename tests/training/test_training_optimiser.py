"""Muon's steps."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from models.training.network import build
from models.training.optimiser import Muon, optimisers, orthogonal
from models.training.recipe import NetworkShape


@pytest.mark.parametrize("shape", [(24, 24), (16, 64), (64, 16), (1, 8)])
def test_directions_stay_and_become_equally_long(shape: tuple[int, int]) -> None:
    torch.manual_seed(1)
    left, _, right = torch.linalg.svd(torch.randn(shape), full_matrices=False)
    lengths = torch.logspace(0, -1.5, min(shape)) * 1e-4
    made = orthogonal(left @ torch.diag(lengths) @ right)
    # Five rounds bring every length near 1, to no fixed value; what was no direction before is none after.
    turned = left.mT @ made @ right.mT
    assert ((torch.diag(turned) > 0.6) & (torch.diag(turned) < 1.3)).all()
    assert (turned - torch.diag(torch.diag(turned))).abs().max() < 1e-3
    assert made.shape == shape


def test_nothing_comes_of_nothing() -> None:
    assert (orthogonal(torch.zeros(4, 8)) == 0).all()


def test_a_step_is_as_long_as_the_rate() -> None:
    matrix = nn.Parameter(torch.zeros(32, 16))
    optimiser = Muon([matrix], 0.1)
    matrix.grad = torch.randn(32, 16) * 1e-6
    optimiser.step()
    lengths = torch.linalg.svdvals(matrix.detach())
    assert lengths.max() < 0.1 * 1.3 * 2**0.5  # a tall matrix's step is longer by the root of its shape
    assert lengths.min() > 0.1 * 0.5 * 2**0.5


def test_every_weight_has_one_optimiser(tmp_path: Path) -> None:
    model = build(NetworkShape(width=32, feed_forward=32, encoder_layers=1, decoder_layers=1, heads=4), 20, tmp_path)
    muon, adam, clipped = optimisers(model, rate=1e-3, embedding_rate=0.5, muon_rate=0.01)
    of_muon = [id(weight) for group in muon.param_groups for weight in group["params"]]
    of_adam = [id(weight) for group in adam.param_groups for weight in group["params"]]
    trained = [id(weight) for weight in model.parameters() if weight.requires_grad]
    assert len(of_muon + of_adam) == len(set(of_muon + of_adam))
    assert set(trained) - set(of_muon + of_adam) == set()
    assert {id(weight) for weight in clipped} == set(of_adam)
    assert [group["peak"] for group in adam.param_groups] == [1e-3, 5e-4]

"""A batch's gradients are the same, computed in one process or in several."""

from pathlib import Path

import pytest
import torch

from models.training.network import IGNORED, Batch, build
from models.training.parallel import Helpers
from models.training.recipe import NetworkShape

PIECES = 60


def some_batch(sentences: int) -> Batch:
    draw = torch.Generator().manual_seed(sentences)
    padding = PIECES - 1
    source = torch.randint(1, PIECES - 2, (sentences, 7), generator=draw)
    labels = torch.randint(1, PIECES - 20, (sentences, 6), generator=draw)
    links = torch.randint(0, 4, (sentences, 6), generator=draw)
    source[0, 5:] = padding
    labels[0, 4:] = links[0, 4:] = IGNORED
    decoder = torch.full_like(labels, padding)
    decoder[:, 1:] = torch.where(labels[:, :-1] == IGNORED, padding, labels[:, :-1])
    return Batch(source, decoder, labels, links)


def test_as_in_one_process(tmp_path: Path) -> None:
    shape = NetworkShape(width=16, feed_forward=32, encoder_layers=1, decoder_layers=1, heads=2)
    model = build(shape, PIECES, tmp_path).train()
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]

    def computed(by: Helpers, batch: Batch) -> tuple[tuple[float, float, int], list[torch.Tensor]]:
        sums = by.gradients(batch)
        grads = [parameter.grad.clone() for parameter in parameters]
        for parameter in parameters:
            parameter.grad = None
        return sums, grads

    alone, several = Helpers(model, 0, 1, 40, 0.1, 0.5), Helpers(model, 2, 1, 40, 0.1, 0.5)
    # Fewer sentences than processes too; and the weights change between two batches, which the workers must see.
    for sentences in (9, 1, 8):
        batch = some_batch(sentences)
        (summed, linked, number), expected = computed(alone, batch)
        got, gradients = computed(several, batch)
        assert got == (pytest.approx(summed, rel=1e-5), pytest.approx(linked, rel=1e-5), number)
        for one, other in zip(expected, gradients, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)
        with torch.no_grad():
            parameters[0].add_(0.1)

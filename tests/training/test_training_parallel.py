"""A batch's gradients are the same, computed in one process or in several."""

from pathlib import Path

import pytest
import torch

from models.training.network import IGNORED, Batch, build, copying, loss
from models.training.parallel import Helpers, target_pieces
from models.training.recipe import NetworkShape, Schedule

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


@pytest.mark.slow  # each process imports torch anew
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

    rules = Schedule(steps=1, guided=0.5, copied=2.0, copied_links=4.0)
    alone, several = Helpers(model, 0, 1, 40, rules), Helpers(model, 1, 1, 40, rules)
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


def test_a_copied_piece_counts_more(tmp_path: Path) -> None:
    shape = NetworkShape(width=16, feed_forward=32, encoder_layers=1, decoder_layers=1, heads=2)
    model = build(shape, PIECES, tmp_path)
    batch = some_batch(3)
    assert batch.links is not None
    for place in (1, 2):  # the links of the second sentence's second and third piece point to those very pieces
        batch.source[1, batch.links[1, place]] = batch.labels[1, place]
    assert copying(batch)[1, 1:3].all()
    assert not copying(batch)[0, 5], "padding is no copy"
    with torch.no_grad():
        plain, weighted, triple = (loss(model.eval(), batch, 40, 0.1, copied) for copied in (1.0, 2.0, 3.0))
    for before, after, more in zip(plain[:2], weighted[:2], triple[:2], strict=True):
        torch.testing.assert_close(more - after, after - before)
        assert after > before
    with torch.no_grad():
        linked = loss(model, batch, 40, 0.1, 1.0, copied_links=3.0)
    assert (linked[0], linked[1]) == (plain[0], triple[1])
    assert plain[2] == weighted[2] == target_pieces(batch)
    unlinked = Batch(batch.source, batch.decoder, batch.labels)
    assert float(loss(model, unlinked, 40, 0.1, 5.0)[0].detach()) == pytest.approx(float(plain[0]), rel=1e-6)


def test_products_in_bfloat16_are_near(tmp_path: Path) -> None:
    shape = NetworkShape(width=16, feed_forward=32, encoder_layers=1, decoder_layers=1, heads=2)
    model = build(shape, PIECES, tmp_path).train()
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    batch = some_batch(5)
    seen: list[tuple[tuple[float, float, int], list[torch.Tensor]]] = []
    for half in (False, True):
        sums = Helpers(model, 0, 1, 40, Schedule(steps=1, guided=0.5, copied=2.0, bfloat16=half)).gradients(batch)
        seen.append((sums, [parameter.grad.clone() for parameter in parameters]))
        for parameter in parameters:
            parameter.grad = None
    (whole, exact), (rounded, near) = seen
    assert rounded == pytest.approx(whole, rel=1e-2)
    assert rounded[:2] != whole[:2]
    assert {gradient.dtype for gradient in near} == {torch.float32}
    one, other = (torch.cat([gradient.flatten() for gradient in gradients]) for gradients in (exact, near))
    assert torch.cosine_similarity(one, other, dim=0) > 0.99

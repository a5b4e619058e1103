"""Beads of paragraphs, from beads of sentences given by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mtpipe.align import Bead
from mtpipe.align.paragraphs import paragraphs

Shape = tuple[tuple[int, ...], tuple[int, ...]]


def beads(text: str, probability: float = 1.0) -> list[Bead]:
    """``0:0 12:1 3:x4``: source and target indexes, ``x`` for moved."""
    made = []
    for part in text.split():
        left, right = part.split(":")
        crossing = right.startswith("x")
        indexes = tuple(map(int, left)), tuple(map(int, right.removeprefix("x")))
        both = bool(indexes[0] and indexes[1])
        made.append(Bead(*indexes, 0.9 * both, probability * both, crossing))
    return made


def tied(sentences: list[Bead], source: list[int], target: list[int]) -> list[Bead]:
    ours, theirs = (np.ones((sum(sizes), 4), dtype=np.float32) for sizes in (source, target))
    return paragraphs(sentences, source, target, ours, theirs)


@pytest.mark.parametrize(
    ("sentences", "source", "target", "expected"),
    [
        ("0:0 1:1 2:2 3:3", [2, 2], [2, 2], [((0,), (0,)), ((1,), (1,))]),
        ("0:0 1:1 2:2 3:3", [2, 2], [4], [((0, 1), (0,))]),
        ("0:0 1:1 2:2 3:3", [2, 2], [1, 3], [((0, 1), (0, 1))]),
        ("0:0 1:1 2:2 3:3", [1, 1, 1, 1], [1, 2, 1], [((0,), (0,)), ((1, 2), (1,)), ((3,), (2,))]),
        ("0:0 1: 2:1", [1, 1, 1], [1, 1], [((0,), (0,)), ((1,), ()), ((2,), (1,))]),
        ("0:0 :1 1:2", [1, 1], [1, 1, 1], [((0,), (0,)), ((), (1,)), ((1,), (2,))]),
        (":0 :1 0:2", [1], [1, 1, 1], [((), (0,)), ((), (1,)), ((0,), (2,))]),
        # A paragraph between two that are tied together is tied as well.
        ("0:0 1: 2:1", [1, 1, 1], [2], [((0, 1, 2), (0,))]),
        ("01:0 2:1", [1, 2], [1, 1], [((0, 1), (0, 1))]),
        ("0:012", [1], [1, 1, 1], [((0,), (0, 1, 2))]),
        ("0:0 01:1", [1, 1], [1, 1], [((0, 1), (0, 1))]),
        ("0:0 1:01", [1, 1], [1, 1], [((0, 1), (0, 1))]),
        ("012:0", [1, 1, 1], [1], [((0, 1, 2), (0,))]),
        # Moved: tied where nothing else is, never against what is.
        ("0:0 1:x3 2:1 3:2", [1, 1, 1, 1], [1, 1, 1, 1], [((0,), (0,)), ((1,), (3,)), ((2,), (1,)), ((3,), (2,))]),
        ("0:0 1:1 2:x4 3:2 4:3", [3, 2], [2, 3], [((0,), (0,)), ((1,), (1,))]),
        # Empty paragraphs belong to nobody.
        ("0:0", [0, 1], [1, 0], [((0,), ()), ((1,), (0,)), ((), (1,))]),
        ("", [], [], []),
    ],
)
def test_groups(sentences: str, source: list[int], target: list[int], expected: list[Shape]) -> None:
    assert [(bead.source, bead.target) for bead in tied(beads(sentences), source, target)] == expected


def test_unlikely_beads_tie_nothing() -> None:
    found = tied([*beads("0:0"), *beads("1:1", 0.2), *beads("2:2")], [1, 1, 1], [1, 1, 1])
    assert [(bead.source, bead.target) for bead in found] == [((0,), (0,)), ((), (1,)), ((1,), ()), ((2,), (2,))]


def test_probability_is_the_mean_by_length() -> None:
    (found,) = tied([*beads("0:0", 1.0), *beads("1: :1")], [2], [2])
    assert found.probability == pytest.approx(0.5)
    assert found.similarity == pytest.approx(1.0)


def test_moved_paragraphs_are_marked() -> None:
    found = tied(beads("0:0 1:x2 2:1"), [1, 1, 1], [1, 1, 1])
    assert [bead.crossing for bead in found] == [False, True, False]

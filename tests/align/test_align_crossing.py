"""Moved text at its edges, and sentences that the lattice is told to leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from mtpipe.align.crossing import Found, astray, widened
from mtpipe.align.lattice import Band, Lattice, Step, best_path, kinds, posterior, without
from mtpipe.align.scores import Pair
from mtpipe.align.side import Side


def side(*meanings: int) -> Side:
    count = len(meanings)
    vectors = np.zeros((count + 1, 16), dtype=np.float32)
    vectors[1:] = np.eye(16, dtype=np.float32)[list(meanings)]
    none = np.zeros(count + 1, dtype=bool)
    lengths = np.array([0.0, *[50.0] * count])
    return Side(vectors, lengths, vectors[:0], np.zeros(0, np.int64), ((),) * (count + 1), none, none, none)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (Found((2, 3), (5, 6), 1.0), ({1, 2, 3}, {4, 5, 6})),  # both neighbours belong to it
        (Found((1, 4), (4, 7), 1.0), ({1, 2, 3}, {4, 5, 6})),  # nothing beside it does
    ],
)
def test_widened(taken: Found, expected: tuple[set[int], set[int]]) -> None:
    # 1 2 3 stand after 4 5 6 in the target; the path has pulled 1 and 3 into beads where they don't belong.
    pair = Pair(side(0, 1, 2, 3, 4, 5, 6, 7), side(0, 4, 5, 6, 1, 2, 3, 7), {})
    path = [Step(2, 1, 2, 1), Step(3, 1, 1, 0), Step(5, 2, 2, 1), Step(6, 3, 1, 1), Step(7, 4, 1, 1)]
    assert widened(pair, [taken], path) == expected


def test_a_neighbour_that_is_well_matched_stays() -> None:
    pair = Pair(side(0, 1, 2), side(2, 0, 1), {})
    path = [Step(1, 2, 1, 1), Step(2, 3, 1, 1)]
    assert widened(pair, [Found((2, 3), (0, 1), 1.0)], path) == ({2}, {0})


@pytest.mark.parametrize("seed", range(10))
def test_without_leaves_sentences_alone(seed: int) -> None:
    random = np.random.default_rng(seed)
    band, shapes = Band.full(6, 7), kinds(3)
    match = random.normal(size=(band.cells, len(shapes))).astype(np.float32) + 3
    whole = Lattice(shapes, band, match, random.normal(size=7), random.normal(size=8))
    left = without(whole, {1, 4}, {0, 5, 6})
    path = best_path(left)
    assert {step.i - 1 for step in path if not step.b} >= {1, 4}
    assert {step.j - 1 for step in path if not step.a} >= {0, 5, 6}
    chances = posterior(left)
    assert chances.skip_source[[2, 5]] == pytest.approx(1.0)
    assert chances.skip_target[[1, 6, 7]] == pytest.approx(1.0)
    assert (whole.match == match).all()


@pytest.mark.parametrize(
    ("meanings", "expected"),
    [
        ((0, 2, 1, 3), ({1, 2}, {1, 2})),  # each tied to the other's
        ((0, 1, 2, 3), (set(), set())),
        ((0, 4, 2, 3), (set(), set())),  # tied to what is unlike it, but nothing is like it
        ((0, 3, 2, 3), (set(), set())),  # what is like the second is well matched
    ],
)
def test_astray(meanings: tuple[int, ...], expected: tuple[set[int], set[int]]) -> None:
    path = [Step(i, i, 1, 1) for i in range(1, 5)]
    assert astray(Pair(side(0, 1, 2, 3), side(*meanings), {}), path) == expected

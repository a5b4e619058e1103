"""The band: it holds the path that was made, its size is linear, and a path always leads through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtpipe.align.band import WHOLE, band
from mtpipe.align.lattice import Band

DIMENSIONS = 64
Vectors = NDArray[np.float32]


def unit(rows: NDArray[np.float64]) -> Vectors:
    return (rows / np.maximum(1e-9, np.linalg.norm(rows, axis=1, keepdims=True))).astype(np.float32)


def texts(count: int, seed: int, *, gap: int = 0) -> tuple[Vectors, Vectors, list[tuple[int, int]]]:
    """Two texts of the same meanings with losses on both sides, a gap in the middle, and the points of the path."""
    random = np.random.default_rng(seed)
    meanings = random.normal(size=(count, DIMENSIONS))
    ours, theirs, points = [], [], []
    for number, meaning in enumerate(meanings):
        lost = random.random()
        if lost > 0.05:
            ours.append(meaning + 0.5 * random.normal(size=DIMENSIONS))
        if not 0.05 <= lost < 0.1:
            theirs.append(meaning + 0.5 * random.normal(size=DIMENSIONS))
        points.append((len(ours), len(theirs)))
        if number == count // 2:
            theirs += list(random.normal(size=(gap, DIMENSIONS)))
    return unit(np.array(ours)), unit(np.array(theirs)), points


def inside(found: Band, i: int, j: int) -> bool:
    return bool(found.low[i] <= j < found.high[i])


@pytest.mark.parametrize(("count", "gap"), [(100, 0), (1500, 0), (3000, 0), (1500, 400)])
def test_the_path_is_inside(count: int, gap: int) -> None:
    source, target, points = texts(count, 3, gap=gap)
    found = band(source, target)
    assert sum(inside(found, i, j) for i, j in points) >= 0.995 * len(points)


def test_short_texts_are_searched_whole() -> None:
    source, target, _ = texts(100, 1)
    assert band(source, target).cells == (len(source) + 1) * (len(target) + 1) <= WHOLE


def test_cells_grow_with_the_length_not_with_its_square() -> None:
    sizes = [band(*texts(count, 5)[:2]).cells / count for count in (1000, 2000, 4000)]
    assert max(sizes) < 1.2 * min(sizes)


@given(st.integers(0, 900), st.integers(0, 900), st.integers(0, 100))
@settings(max_examples=25, deadline=None)
def test_a_path_leads_through_whatever_the_texts(n: int, m: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    source, target = (unit(random.normal(size=(count, DIMENSIONS))) for count in (n, m))
    found = band(source, target)
    assert inside(found, 0, 0)
    assert inside(found, n, m)
    assert (np.diff(found.low) >= 0).all()
    assert (np.diff(found.high) >= 0).all()
    assert (found.low < found.high).all()
    assert (found.low[1:] < found.high[:-1]).all()
    assert found.high.max(initial=0) <= m + 1

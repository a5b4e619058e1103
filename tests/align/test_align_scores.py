"""Scores do not depend on how the table is cut into bands and blocks, nor on where a part of it begins."""

from __future__ import annotations

import numpy as np
import pytest

from mtpipe.align.features import MATCH, SKIP
from mtpipe.align.lattice import NEVER, Band, kinds
from mtpipe.align.scores import ROWS, Pair, lattice
from mtpipe.align.side import Side
from mtpipe.align.weights import CALIBRATION, WEIGHTS

SHAPES = kinds(4)


def side(count: int, seed: int) -> Side:
    random = np.random.default_rng(seed)
    sentences, parts = random.normal(size=(2, count + 1, 16)).astype(np.float32)
    sentences[0] = 0
    marks = random.random((3, count + 1)) < 0.2
    return Side(
        vectors=sentences / np.maximum(1e-9, np.linalg.norm(sentences, axis=1, keepdims=True)),
        lengths=np.array([0.0, *random.integers(1, 200, count)]),
        clauses=parts / np.linalg.norm(parts, axis=1, keepdims=True),
        clause_of=np.sort(random.integers(1, count + 1, count + 1)),
        anchors=((), *(tuple(sorted(set(random.choice(["a", "b", "c"], 2)))) for _ in range(count))),
        broken=marks[0],
        unended=marks[1],
        breaks=marks[2],
    )


@pytest.fixture(scope="module")
def pair() -> Pair:
    return Pair(side(3 * ROWS // 2, 1), side(100, 2), {"a": 1.0, "b": 2.0, "c": 0.5})


@pytest.fixture(scope="module")
def whole(pair: Pair) -> np.ndarray:
    band = Band.full(pair.source.count, pair.target.count)
    return lattice(pair, band, SHAPES, WEIGHTS).match.reshape(band.rows, -1, len(SHAPES))


def test_every_feature_has_a_weight() -> None:
    assert tuple(WEIGHTS) == (*MATCH, *SKIP)
    assert all(np.isfinite([*WEIGHTS.values(), *CALIBRATION.values()]))


def test_beads_that_begin_before_the_text_are_impossible(whole: np.ndarray) -> None:
    for number, (a, b) in enumerate(SHAPES):
        assert (whole[:a, :, number] == NEVER).all()
        assert (whole[:, :b, number] == NEVER).all()
        assert (whole[a:, b:, number] > NEVER / 2).all()


@pytest.mark.parametrize("width", [5, 30])
def test_a_band_has_the_scores_of_the_whole_table(pair: Pair, whole: np.ndarray, width: int) -> None:
    rows = np.arange(pair.source.count + 1)
    middle = rows * pair.target.count // pair.source.count
    low, high = np.maximum(0, middle - width), np.minimum(pair.target.count, middle + width) + 1
    band = Band.of(low, high)
    found = lattice(pair, band, SHAPES, WEIGHTS)
    for i in rows:
        assert found.match[band.row(i)] == pytest.approx(whole[i, low[i] : high[i]], rel=1e-4, abs=1e-3)


def test_a_part_has_the_scores_of_the_whole_table(pair: Pair, whole: np.ndarray) -> None:
    band = Band.full(70, 20)
    found = lattice(pair, band, SHAPES, WEIGHTS, origin=(10, 50)).match.reshape(71, 21, -1)
    for number, (a, b) in enumerate(SHAPES):
        assert found[a:, b:, number] == pytest.approx(whole[10 + a : 81, 50 + b : 71, number], rel=1e-4, abs=1e-3)
        assert (found[:a, :, number] == NEVER).all()
        assert (found[:, :b, number] == NEVER).all()

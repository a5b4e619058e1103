"""Features of beads and of unmatched sentences, against their definitions, one bead at a time."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from mtpipe.align.features import (
    LEAST_TEXT,
    MARGIN,
    MATCH,
    SKIP,
    USUAL_RATIO,
    VARIANCE,
    Block,
    length_ratio,
    skip_features,
)
from mtpipe.align.lattice import Kind, kinds
from mtpipe.align.side import Side

WEIGHTS = {"a": 1.0, "b": 2.25, "c": 0.5, "d": 3.0}
RATIO = 0.9


def side(count: int, seed: int, *, breaks: bool = True) -> Side:
    random = np.random.default_rng(seed)
    sentences, parts = random.normal(size=(2, count + 1, 8)).astype(np.float32)
    sentences[0] = 0
    marks = random.random((3, count + 1)) < 0.4
    names = list(WEIGHTS)[:3] if seed == 1 else list(WEIGHTS)[1:]
    return Side(
        vectors=sentences / np.maximum(1e-9, np.linalg.norm(sentences, axis=1, keepdims=True)),
        lengths=np.array([0.0, *random.integers(1, 200, count)]),
        clauses=parts / np.linalg.norm(parts, axis=1, keepdims=True),
        clause_of=np.sort(random.integers(1, count + 1, count + 1)),
        anchors=((), *(tuple(sorted(set(random.choice(names, 2)))) for _ in range(count))),
        broken=marks[0],
        unended=marks[1],
        breaks=marks[2] & breaks,
    )


SOURCE, TARGET = side(6, 1), side(7, 2)


def span(text: Side, size: int, point: int) -> NDArray[np.float32]:
    """Return the unit mean, by length, of the sentences before a point."""
    total = sum(text.vectors[i] * text.lengths[i] for i in range(point - size + 1, point + 1))
    return total / np.linalg.norm(total)


def sentence(text: Side, point: int) -> list[NDArray[np.float32]]:
    """Return the sentence before a point, nothing where there is none."""
    return [text.vectors[point]] if 1 <= point <= text.count else []


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def likeness(i: int, j: int) -> float:
    """Of two sentences, or of one and a clause of the other."""
    ours, theirs = SOURCE.vectors[i], TARGET.vectors[j]
    return max(
        float(ours @ theirs),
        *(float(ours @ TARGET.clauses[at]) for at in np.flatnonzero(TARGET.clause_of == j)),
        *(float(theirs @ SOURCE.clauses[at]) for at in np.flatnonzero(SOURCE.clause_of == i)),
        -1.0,
    )


def expected(kind: Kind, i: int, j: int) -> dict[str, float]:
    """Compute the features of one bead as the module's texts define them."""
    a, b = kind
    ours, theirs = span(SOURCE, a, i), span(TARGET, b, j)
    mine, yours = range(i - a + 1, i + 1), range(j - b + 1, j + 1)
    name = f"{min(kind)}-{max(kind)}"
    similarity, more = float(ours @ theirs), (a + b) / 2 - 1
    right = [float(ours @ row) for row in sentence(TARGET, j + 1) + sentence(TARGET, j - b)]
    below = [float(row @ theirs) for row in sentence(SOURCE, i + 1) + sentence(SOURCE, i - a)]
    neighbours = (mean(right) + mean(below)) / 2
    result = {name if name in MATCH else "larger": 1.0, "similarity": similarity, "neighbours": neighbours}
    if more:
        parts = [float(ours @ TARGET.vectors[y]) for y in yours if b > 1]
        parts += [float(SOURCE.vectors[x] @ theirs) for x in mine if a > 1]
        best = [max(likeness(x, y) for y in yours) for x in mine if a > 1]
        best += [max(likeness(x, y) for x in mine) for y in yours if b > 1]
        result |= {"neighbours-more": neighbours * more, "weakest": min(parts), "gain": similarity - max(parts)}
        result["covered"] = min(best)
    long, wide = sum(SOURCE.lengths[x] for x in mine), RATIO * sum(TARGET.lengths[y] for y in yours)
    spread = abs(long - wide) / math.sqrt(VARIANCE * (long + wide) / 2)
    left, other = [n for x in mine for n in SOURCE.anchors[x]], [n for y in yours for n in TARGET.anchors[y]]
    common = sum(WEIGHTS[one] for one in left for two in other if one == two)
    apart = sum(WEIGHTS[one] for one in left + other) - 2 * common
    result |= {
        "length": min(spread, 6.0),
        "length-log": math.log1p(spread),
        "common": math.sqrt(common),
        "apart": math.sqrt(max(0.0, apart)),
        "source-broken": float(SOURCE.broken[i]),
        "source-unended": float(SOURCE.unended[i]),
        "target-broken": float(TARGET.broken[j]),
        "target-unended": float(TARGET.unended[j]),
        "break-both": float(SOURCE.breaks[i] and TARGET.breaks[j]),
        "break-one": float(SOURCE.breaks[i] != TARGET.breaks[j]),
        "break-inside": float(sum(SOURCE.breaks[x] for x in mine[:-1]) + sum(TARGET.breaks[y] for y in yours[:-1])),
    }
    return result


@pytest.mark.parametrize("place", [(0, 7, 0, 8), (2, 6, 3, 7)])
@pytest.mark.parametrize("kind", [*kinds(4), (3, 3)], ids=str)
def test_beads(kind: Kind, place: tuple[int, int, int, int]) -> None:
    top, bottom, left, right = place
    block = Block(SOURCE, TARGET, WEIGHTS, RATIO, *place)
    found = dict(block.features(kind))
    for i, j in product(range(max(top, kind[0]), bottom), range(max(left, kind[1]), right)):
        values = {name: float(table[i - top, j - left]) for name, table in found.items()}
        assert values == pytest.approx(expected(kind, i, j), abs=2e-3)


def test_the_length_of_a_bead_counts_up_to_a_bound() -> None:
    long = replace(SOURCE, lengths=SOURCE.lengths * 50)
    found = dict(Block(long, TARGET, WEIGHTS, RATIO, 1, 2, 1, 2).features((1, 1)))
    ours, theirs = long.lengths[1], RATIO * TARGET.lengths[1]
    spread = abs(ours - theirs) / math.sqrt(VARIANCE * (ours + theirs) / 2)
    assert found["length"].item() == 6.0 < 7.0 < spread
    assert found["length-log"].item() == pytest.approx(math.log1p(spread))


def test_texts_without_paragraphs_have_no_breaks() -> None:
    for one, other in ((True, False), (False, True)):
        block = Block(side(6, 1, breaks=one), side(7, 2, breaks=other), WEIGHTS, RATIO, 0, 7, 0, 8)
        assert not {name for name, _ in block.features((1, 1)) if name.startswith("break")}


def test_the_best_of_rows_and_columns() -> None:
    block = Block(SOURCE, TARGET, WEIGHTS, RATIO, 0, 7, 0, 8)
    inside = np.random.default_rng(3).random((7, 8)) < 0.6
    inside[4] = False
    singles, covered = block.best(inside)
    for (rows, columns), one in (
        (singles, lambda i, j: float(SOURCE.vectors[i] @ TARGET.vectors[j])),
        (covered, likeness),
    ):
        values = np.array([[one(i, j) if i and j and inside[i, j] else -1.0 for j in range(8)] for i in range(7)])
        assert rows == pytest.approx(values.max(axis=1), abs=1e-5)
        assert columns == pytest.approx(values.max(axis=0), abs=1e-5)
        assert rows[4] == -1.0


def test_blocks_see_the_margin_that_the_largest_bead_needs() -> None:
    assert max(map(max, kinds(MARGIN - 1))) < MARGIN


@pytest.mark.parametrize(("which", "start"), [("source", 0), ("target", 2)])
def test_sentences_left_alone(which: str, start: int) -> None:
    best, covered = np.linspace(0, 1, 4, dtype=np.float32), np.linspace(1, 0.2, 4, dtype=np.float32)
    rows = skip_features(SOURCE, WEIGHTS, best, covered, which, start)
    assert rows.shape == (4, len(SKIP))
    assert not rows[0].any()
    other = "target" if which == "source" else "source"
    for at in range(1, 4):
        point = start + at
        assert dict(zip(SKIP, rows[at].tolist(), strict=True)) == pytest.approx(
            {
                "skip": 1.0,
                "skip-length": math.log(SOURCE.lengths[point] / 100),
                "skip-best": float(best[at]) - 0.6,
                "skip-covered": float(covered[at]) - 0.6,
                "skip-anchors": math.sqrt(sum(WEIGHTS[name] for name in SOURCE.anchors[point])),
                f"skip-{which}-broken": float(SOURCE.broken[point]),
                f"skip-{which}-unended": float(SOURCE.unended[point]),
                f"skip-{other}-broken": 0.0,
                f"skip-{other}-unended": 0.0,
            },
            abs=1e-5,
        )


def test_the_ratio_of_short_texts_is_near_the_usual_one() -> None:
    none, short = replace(SOURCE, lengths=np.zeros(1)), replace(SOURCE, lengths=np.array([0.0, 700.0, 300.0]))
    assert length_ratio(none, none) == pytest.approx(USUAL_RATIO)
    assert length_ratio(short, none) == pytest.approx((1000 + LEAST_TEXT * USUAL_RATIO) / LEAST_TEXT)
    assert length_ratio(none, short) == pytest.approx(LEAST_TEXT * USUAL_RATIO / (1000 + LEAST_TEXT))

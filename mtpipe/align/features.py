"""What speaks for a bead and against it: similarity, neighbours, the weakest part, length, common names, breaks.

Similarity of neighbouring sentences taken together: Thompson and Koehn 2019, "Vecalign: Improved Sentence Alignment in
Linear Time and Space"; the margin against the sentences beside a bead: Liu and Zhu 2022, "Bertalign: Improved
word embedding-based sentence alignment for Chinese-English parallel corpora of literary texts"; lengths: Gale and
Church 1993. The weakest part, by clauses, tells "short sentence left out" from "short sentence merged".

Features are computed for a block of rows at a time, so that memory stays bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtpipe.align.lattice import Kind
from mtpipe.align.side import Side, Vectors, window

MARGIN: Final = 8
"""Rows and columns around a block that features look at: the neighbours of the largest bead."""

VARIANCE: Final = 6.8  # of the length in characters, for each character of the source (Gale and Church 1993)
USUAL_RATIO: Final = 0.93  # characters of Arabic for one of English, of news
LEAST_TEXT: Final = 2000.0  # characters under which a document's own ratio counts less than the usual one
LONGEST_SPREAD: Final = 6.0  # standard deviations: from there on, only the logarithm grows
# Zero points of two features, a cosine of middling likeness and characters of a short sentence; the fitted weights
# stand for these.
MIDDLING: Final = 0.6
SHORT: Final = 100

MATCH: Final = (
    "1-1", "1-2", "1-3", "1-4", "2-2", "2-3", "larger", "similarity", "neighbours", "neighbours-more", "weakest",
    "covered", "gain", "length", "length-log", "common", "apart", "source-broken", "target-broken", "source-unended",
    "target-unended", "break-inside", "break-one", "break-both",
)  # fmt: skip
SKIP: Final = (
    "skip", "skip-length", "skip-best", "skip-covered", "skip-anchors", "skip-source-broken", "skip-target-broken",
    "skip-source-unended", "skip-target-unended",
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """The rows ``top`` to ``bottom`` and columns ``left`` to ``right`` (all exclusive at the end) of the table."""

    source: Side
    target: Side
    weights: Mapping[str, float]
    ratio: float
    top: int
    bottom: int
    left: int
    right: int

    @cached_property
    def singles(self) -> Vectors:
        """Similarity of single sentences, ``MARGIN`` more on each side; nan where there are none."""
        products = self._around(self.source, self.top, self.bottom) @ self._around(self.target, self.left, self.right).T
        return self._blanked(products, rows=True, columns=True)

    @cached_property
    def covered(self) -> Vectors:
        """The like for the best of: sentence and sentence, sentence and clause, clause and sentence."""
        best = self.singles.copy()
        for one, other, turned in ((self.source, self.target, False), (self.target, self.source, True)):
            top, bottom = (self.left, self.right) if turned else (self.top, self.bottom)
            left, right = (self.top, self.bottom) if turned else (self.left, self.right)
            first, last = np.searchsorted(other.clause_of, [left - MARGIN, right + MARGIN])
            if first < last:
                products = self._around(one, top, bottom) @ other.clauses[first:last].T
                owners = other.clause_of[first:last]
                heads = np.flatnonzero(np.diff(owners, prepend=-1))
                table = best.T if turned else best
                columns = owners[heads] - (left - MARGIN)
                table[:, columns] = np.maximum(table[:, columns], np.maximum.reduceat(products, heads, axis=1))
        return best

    @cached_property
    def anchor_masses(self) -> tuple[Vectors, Vectors]:
        """Square roots of the weights of each sentence's anchors, of the source and of the target, with margins."""
        sides = (
            [self.source.anchors[i] if 0 <= i <= self.source.count else () for i in self._rows],
            [self.target.anchors[j] if 0 <= j <= self.target.count else () for j in self._columns],
        )
        names = sorted({name for names in sides[0] for name in names})
        place = {name: at for at, name in enumerate(names)}
        for name in sorted({name for names in sides[1] for name in names} - place.keys()):
            place[name] = len(place)
        masses = [np.zeros((len(side), max(1, len(place))), dtype=np.float32) for side in sides]
        for mass, side in zip(masses, sides, strict=True):
            for row, anchors in enumerate(side):
                for name in anchors:
                    mass[row, place[name]] = self.weights[name] ** 0.5
        return masses[0], masses[1]

    @property
    def _rows(self) -> range:
        return range(self.top - MARGIN, self.bottom + MARGIN)

    @property
    def _columns(self) -> range:
        return range(self.left - MARGIN, self.right + MARGIN)

    def _around(self, side: Side, start: int, stop: int) -> Vectors:
        return window(side.vectors, start - MARGIN, stop + MARGIN)

    def _blanked(self, table: Vectors, *, rows: bool, columns: bool) -> Vectors:
        """Write nan where the sentence of a row, or of a column, with margin, does not exist."""
        if rows:
            i = np.asarray(self._rows)
            table[(i < 1) | (i > self.source.count)] = np.nan
        if columns:
            j = np.asarray(self._columns)
            table[:, (j < 1) | (j > self.target.count)] = np.nan
        return table

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns without the margin."""
        return self.bottom - self.top, self.right - self.left

    def features(self, kind: Kind) -> Iterator[tuple[str, NDArray[np.floating]]]:
        """Yield the features of the beads of a kind that end in each cell, by name; zero ones are left out."""
        a, b = kind
        source, target = self.source, self.target
        more = (a + b) / 2 - 1
        ours, theirs = source.spans(a, self.top, self.bottom), target.spans(b, self.left, self.right)
        similarity = ours @ theirs.T
        yield _bias(kind), np.ones(self.shape)
        yield "similarity", similarity
        beside = self._neighbours(ours, theirs, kind)
        yield "neighbours", beside
        if more:
            yield "neighbours-more", beside * more
            yield from self._parts(ours, theirs, similarity, kind)
        ours_long = source.span_lengths(a, self.top, self.bottom)[:, None]
        theirs_long = target.span_lengths(b, self.left, self.right)[None] * self.ratio
        spread = np.abs(ours_long - theirs_long) / np.sqrt(VARIANCE * (ours_long + theirs_long) / 2)
        yield "length", np.minimum(spread, LONGEST_SPREAD)
        yield "length-log", np.log1p(spread)
        yield from self._anchors(kind)
        yield from self._cuts(kind)

    def _neighbours(self, ours: Vectors, theirs: Vectors, kind: Kind) -> Vectors:
        """The mean similarity of each side with the sentences beside the other, where there are any."""
        a, b = kind
        right = self._blanked(ours @ self._around(self.target, self.left, self.right).T, rows=False, columns=True)
        below = self._blanked(self._around(self.source, self.top, self.bottom) @ theirs.T, rows=True, columns=False)
        rows, columns = self.shape
        beside = (right[:, MARGIN + 1 : MARGIN + 1 + columns], right[:, MARGIN - b : MARGIN - b + columns])
        around = (below[MARGIN + 1 : MARGIN + 1 + rows], below[MARGIN - a : MARGIN - a + rows])
        return (_mean(*beside) + _mean(*around)) / np.float32(2)

    def _parts(
        self, ours: Vectors, theirs: Vectors, similarity: Vectors, kind: Kind
    ) -> Iterator[tuple[str, NDArray[np.floating]]]:
        """Of beads of several sentences: the least likely part, and what the whole gains over the likeliest."""
        a, b = kind
        rows, columns = self.shape
        parts: list[Vectors] = []
        if b > 1:
            table = ours @ self._around(self.target, self.left, self.right).T
            parts += [table[:, MARGIN - back : MARGIN - back + columns] for back in range(b)]
        if a > 1:
            table = self._around(self.source, self.top, self.bottom) @ theirs.T
            parts += [table[MARGIN - back : MARGIN - back + rows] for back in range(a)]
        yield "weakest", np.minimum.reduce(parts)
        yield "gain", similarity - np.maximum.reduce(parts)
        inner = [[self._at(self.covered, -x, -y) for y in range(b)] for x in range(a)]
        best = [np.maximum.reduce(line) for line in inner] if a > 1 else []
        best += [np.maximum.reduce(line) for line in zip(*inner, strict=True)] if b > 1 else []
        yield "covered", np.nan_to_num(np.minimum.reduce(best))

    def _at(self, table: Vectors, down: int, right: int) -> Vectors:
        rows, columns = self.shape
        return table[MARGIN + down : MARGIN + down + rows, MARGIN + right : MARGIN + right + columns]

    def _anchors(self, kind: Kind) -> Iterator[tuple[str, NDArray[np.floating]]]:
        a, b = kind
        rows, columns = self.shape
        ours = np.add.reduce([self.anchor_masses[0][MARGIN - back : MARGIN - back + rows] for back in range(a)])
        theirs = np.add.reduce([self.anchor_masses[1][MARGIN - back : MARGIN - back + columns] for back in range(b)])
        common = ours @ theirs.T
        # The weight of a sentence's anchors is the sum of the squares of its own masses.
        own = [np.square(mass).sum(axis=1) for mass in self.anchor_masses]
        left = np.add.reduce([own[0][MARGIN - back : MARGIN - back + rows] for back in range(a)])
        right = np.add.reduce([own[1][MARGIN - back : MARGIN - back + columns] for back in range(b)])
        yield "common", np.sqrt(common)
        yield "apart", np.sqrt(np.maximum(0.0, left[:, None] + right[None] - 2 * common))

    def _cuts(self, kind: Kind) -> Iterator[tuple[str, NDArray[np.floating]]]:
        """Whether the point where the bead ends is a place to end at; breaks of paragraphs, if both texts have any."""
        a, b = kind
        one, other = np.ones((self.shape[0], 1)), np.ones((1, self.shape[1]))
        for name in ("broken", "unended"):
            yield f"source-{name}", window(getattr(self.source, name), self.top, self.bottom)[:, None] * other
            yield f"target-{name}", window(getattr(self.target, name), self.left, self.right)[None] * one
        if not (self.source.breaks.any() and self.target.breaks.any()):
            return
        ours = window(self.source.breaks, self.top - MARGIN, self.bottom).astype(np.int64)
        theirs = window(self.target.breaks, self.left - MARGIN, self.right).astype(np.int64)
        here, there = ours[MARGIN:, None], theirs[None, MARGIN:]
        yield "break-both", (here & there).astype(np.float64)
        yield "break-one", (here ^ there).astype(np.float64)
        inside = sum((ours[MARGIN - back : len(ours) - back, None] for back in range(1, a)), np.zeros((1, 1), np.int64))
        inside = inside + sum((theirs[None, MARGIN - back : len(theirs) - back] for back in range(1, b)), 0)
        yield "break-inside", np.broadcast_to(inside, self.shape).astype(np.float64)

    def best(self, inside: NDArray[np.bool_]) -> Iterator[tuple[Vectors, Vectors]]:
        """Yield the greatest of each row and of each column: of single sentences, then by clauses; -1 for none."""
        for table in (self.singles, self.covered):
            part = np.where(inside, np.nan_to_num(self._at(table, 0, 0), nan=-1.0), -1.0).astype(np.float32)
            yield part.max(axis=1, initial=-1.0), part.max(axis=0, initial=-1.0)


def skip_features(
    side: Side, weights: Mapping[str, float], best: Vectors, covered: Vectors, which: str, start: int = 0
) -> Vectors:
    """Return the features, in the order of ``SKIP``, of leaving the sentences before points from ``start`` unmatched.

    ``best`` and ``covered`` hold a value for each of these points.
    """
    points = slice(start, start + len(best))
    features: dict[str, ArrayLike] = {
        "skip": 1.0,
        "skip-length": np.log(np.maximum(side.lengths[points], 1.0) / SHORT),
        "skip-best": best - MIDDLING,
        "skip-covered": covered - MIDDLING,
        "skip-anchors": [sum(weights[name] for name in names) ** 0.5 for names in side.anchors[points]],
        f"skip-{which}-broken": side.broken[points],
        f"skip-{which}-unended": side.unended[points],
    }
    result = np.zeros((len(best), len(SKIP)), dtype=np.float32)
    for name, values in features.items():
        result[:, SKIP.index(name)] = np.asarray(values)
    result[0] = 0.0  # no step leads to the first point
    return result


def length_ratio(source: Side, target: Side) -> float:
    """Return characters of the source for one of the target; near the usual one for texts too short to tell."""
    ours, theirs = float(source.lengths.sum()), float(target.lengths.sum())
    return (ours + LEAST_TEXT * USUAL_RATIO) / (theirs + LEAST_TEXT)


def _bias(kind: Kind) -> str:
    name = f"{min(kind)}-{max(kind)}"
    return name if name in MATCH else "larger"


def _mean(one: Vectors, other: Vectors) -> Vectors:
    """The mean of two tables, of one where the other is nan, 0 where both are."""
    first, second = np.isnan(one), np.isnan(other)
    result: Vectors = np.nan_to_num(one) + np.nan_to_num(other)
    result[~(first | second)] /= 2
    return result

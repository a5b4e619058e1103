"""The lattice of monotone alignments inside a band: its best path, and the probability of every bead.

A path leads from (0, 0) to (n, m); a step over ``a`` source and ``b`` target sentences is a bead and has a score. The
best path is that of the greatest sum (dynamic programming: Gale and Church 1993, "A program for aligning sentences in
bilingual corpora"). Taking the sum of a path as its unnormalised log-probability makes the lattice a semi-Markov
conditional random field (Sarawagi and Cohen 2004): a forward and a backward pass give each bead's probability over all
paths. Rows are gone through one by one, their columns at once; time and memory are linear in the cells of the band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = tuple[int, int]
"""Sentences of the source and of the target in a bead, both at least 1."""

NEVER: Final = -1e30  # instead of minus infinity, of which differences are undefined


def kinds(largest: int) -> tuple[Kind, ...]:
    """Return the beads that are tried: up to ``largest`` sentences on a side, ``largest + 1`` on both."""
    both = [(a, b) for a in range(1, largest + 1) for b in range(1, largest + 1) if a + b <= largest + 1]
    return tuple(sorted(both, key=lambda kind: (sum(kind), kind)))


@dataclass(frozen=True, slots=True)
class Band:
    """The points (i, j) that a path may touch: ``low[i] <= j < high[i]``, both never falling, shapes (n + 1,).

    It holds (0, 0) and (n, m). The cells of all rows lie one after the other in flat arrays, row i at ``start[i]``.
    """

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    start: NDArray[np.int64]

    @classmethod
    def of(cls, low: NDArray[np.int64], high: NDArray[np.int64]) -> Band:
        """Make a band of its edges."""
        return cls(low, high, np.concatenate([[0], np.cumsum(high - low)]).astype(np.int64))

    @classmethod
    def full(cls, n: int, m: int) -> Band:
        """All points of a table."""
        return cls.of(np.zeros(n + 1, dtype=np.int64), np.full(n + 1, m + 1, dtype=np.int64))

    @property
    def rows(self) -> int:
        """n + 1."""
        return len(self.low)

    @property
    def cells(self) -> int:
        """Points inside."""
        return int(self.start[-1])

    @property
    def columns(self) -> NDArray[np.int64]:
        """The column j of every cell."""
        widths = self.high - self.low
        return np.arange(self.cells) - np.repeat(self.start[:-1] - self.low, widths)

    def row(self, i: int) -> slice:
        """The cells of row i."""
        return slice(int(self.start[i]), int(self.start[i + 1]))

    def cell(self, i: int, j: int) -> int:
        """The place of a point inside the band."""
        return int(self.start[i] + j - self.low[i])


@dataclass(frozen=True, slots=True)
class Lattice:
    """The scores of all steps inside a band.

    ``match``, shape (cells, kinds), is the score of a bead that ends in the cell; ``skip_source``, shape (n + 1,), and
    ``skip_target``, shape (m + 1,), those of leaving the sentence that ends there unmatched (first entries unused).
    """

    kinds: tuple[Kind, ...]
    band: Band
    match: NDArray[np.float32]
    skip_source: Floats
    skip_target: Floats


def without(lattice: Lattice, source: set[int], target: set[int]) -> Lattice:
    """Return the lattice whose paths leave some sentences, given by their indexes, unmatched at no cost."""
    match, skips = lattice.match.copy(), [lattice.skip_source.copy(), lattice.skip_target.copy()]
    gone = [np.zeros(len(skip), dtype=bool) for skip in skips]
    for skip, marks, indexes in zip(skips, gone, (source, target), strict=True):
        marks[[index + 1 for index in indexes]] = True
        skip[marks] = 0.0
    i = np.repeat(np.arange(lattice.band.rows), lattice.band.high - lattice.band.low)
    j = lattice.band.columns
    for number, (a, b) in enumerate(lattice.kinds):
        held = [_holds(marks, size) for marks, size in zip(gone, (a, b), strict=True)]
        match[held[0][i] | held[1][j], number] = NEVER
    return Lattice(lattice.kinds, lattice.band, match, *skips)


def _holds(marks: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """Whether any of the ``size`` entries up to each one is marked."""
    result = marks.copy()
    for back in range(1, size):
        result[back:] |= marks[: max(0, len(marks) - back)]
    return result


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path to (i, j): over the ``a`` source and ``b`` target sentences before it."""

    i: int
    j: int
    a: int
    b: int


def best_path(lattice: Lattice) -> list[Step]:
    """Return the path with the greatest sum; of equal ones always the same."""
    band = lattice.band
    table = np.full(band.cells, NEVER)
    choice = np.zeros(band.cells, dtype=np.uint8)
    ladder = np.cumsum(lattice.skip_target)
    for i in range(band.rows):
        arrivals, row = _arrivals(lattice, table, i), band.row(i)
        kind = arrivals.argmax(axis=0)
        stairs = ladder[band.low[i] : band.high[i]]
        # Stepping over target sentences within the row costs the difference of two stairs.
        level = np.take_along_axis(arrivals, kind[None], axis=0)[0] - stairs
        highest = np.maximum.accumulate(level)
        choice[row] = np.where(highest > level, len(lattice.kinds) + 1, kind)
        table[row] = highest + stairs
    return _traced(lattice, choice)


def _arrivals(lattice: Lattice, table: Floats, i: int) -> Floats:
    """Return the scores of arriving in the cells of a row from rows above, (kinds + 1, cells): the skip is last."""
    band = lattice.band
    arrivals = np.full((len(lattice.kinds) + 1, int(band.high[i] - band.low[i])), NEVER)
    if i == 0:
        arrivals[-1, 0] = 0.0
        return arrivals
    row = band.row(i)
    for number, (a, b) in enumerate(lattice.kinds):
        if i >= a:
            here, there = _overlap(band, i, i - a, b)
            arrivals[number, here] = table[there] + lattice.match[row, number][here]
    here, there = _overlap(band, i, i - 1, 0)
    arrivals[-1, here] = table[there] + lattice.skip_source[i]
    return arrivals


def _overlap(band: Band, i: int, other: int, b: int) -> tuple[slice, slice]:
    """Return the columns of row i whose j - b lies in the other row, and that row's cells."""
    first = max(int(band.low[i]), int(band.low[other]) + b)
    end = max(first, min(int(band.high[i]), int(band.high[other]) + b))
    start = int(band.start[other] - band.low[other]) + first - b
    return slice(first - int(band.low[i]), end - int(band.low[i])), slice(start, start + end - first)


def _traced(lattice: Lattice, choice: NDArray[np.uint8]) -> list[Step]:
    moves: Sequence[Kind] = (*lattice.kinds, (1, 0), (0, 1))
    path = []
    i, j = lattice.band.rows - 1, len(lattice.skip_target) - 1
    while i or j:
        a, b = moves[choice[lattice.band.cell(i, j)]]
        path.append(Step(i, j, a, b))
        i, j = i - a, j - b
    return path[::-1]


@dataclass(frozen=True, slots=True)
class Posterior:
    """Probabilities over all paths: of each bead (as ``Lattice.match``), of each sentence to be unmatched.

    ``total`` is the logarithm of the sum over all paths.
    """

    total: float
    match: NDArray[np.float32]
    skip_source: Floats
    skip_target: Floats


def posterior(lattice: Lattice) -> Posterior:
    """Return the probability of every step."""
    band = lattice.band
    ahead, behind = _forward(lattice), _backward(lattice)
    total = float(ahead[-1])
    match = np.zeros_like(lattice.match)
    skip_source, skip_target = np.zeros_like(lattice.skip_source), np.zeros_like(lattice.skip_target)
    for i in range(band.rows):
        row = band.row(i)
        if i:
            chances = np.exp(np.minimum(_arrivals(lattice, ahead, i) + (behind[row] - total), 0.0))
            match[row] = chances[:-1].T
            skip_source[i] = chances[-1].sum()
        across = slice(int(band.low[i]) + 1, int(band.high[i]))
        chances = ahead[row][:-1] + lattice.skip_target[across] + behind[row][1:] - total
        skip_target[across] += np.exp(np.minimum(chances, 0.0))
    return Posterior(total, match, skip_source, skip_target)


def _forward(lattice: Lattice) -> Floats:
    band = lattice.band
    table = np.full(band.cells, NEVER)
    ladder = np.cumsum(lattice.skip_target)
    for i in range(band.rows):
        stairs = ladder[band.low[i] : band.high[i]]
        reached = np.logaddexp.reduce(_arrivals(lattice, table, i), axis=0)
        table[band.row(i)] = np.logaddexp.accumulate(reached - stairs) + stairs
    return table


def _backward(lattice: Lattice) -> Floats:
    """The same from the end: the sum over what follows each cell."""
    band = lattice.band
    table = np.full(band.cells, NEVER)
    ladder = np.cumsum(lattice.skip_target)
    last = band.rows - 1
    for i in range(last, -1, -1):
        leaving = np.full((len(lattice.kinds) + 1, int(band.high[i] - band.low[i])), NEVER)
        if i == last:
            leaving[-1, -1] = 0.0
        else:
            _leave(lattice, table, i, leaving)
        stairs = ladder[band.low[i] : band.high[i]]
        reached = np.logaddexp.reduce(leaving, axis=0) + stairs
        table[band.row(i)] = np.logaddexp.accumulate(reached[::-1])[::-1] - stairs
    return table


def _leave(lattice: Lattice, table: Floats, i: int, leaving: Floats) -> None:
    """Set the scores of leaving row i's cells for rows below."""
    band = lattice.band
    for number, (a, b) in enumerate(lattice.kinds):
        if i + a < band.rows:
            there, here = _overlap(band, i + a, i, b)
            below = band.row(i + a)
            columns = slice(here.start - int(band.start[i]), here.stop - int(band.start[i]))
            leaving[number, columns] = table[below][there] + lattice.match[below, number][there]
    there, here = _overlap(band, i + 1, i, 0)
    columns = slice(here.start - int(band.start[i]), here.stop - int(band.start[i]))
    leaving[-1, columns] = table[band.row(i + 1)][there] + lattice.skip_source[i + 1]

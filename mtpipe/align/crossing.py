"""Text that was moved: found among what the monotone pass has left unmatched on both sides.

A news desk lets paragraphs change places. Of those the best path can only keep one; the sentences of the other stay
unmatched on both sides, most of them in runs. Runs that are each other's most alike are aligned like small texts.
Short paragraphs that changed places may also have been tied to each other, whose lengths and breaks agree: sentences
tied to what is unlike them, while what is like them is as badly off, are unmatched first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.band import band
from mtpipe.align.lattice import Kind, Step, best_path, posterior
from mtpipe.align.scores import Pair, lattice

ALIKE: Final = 0.5
"""Cosine from which two sentences may belong together."""

CLEARLY: Final = 0.1
"""How much more alike than those that it is matched with a sentence beside moved text must be to go with that."""

ASTRAY: Final = 0.2
"""How much more alike than what it is matched with a sentence must be to another that is as badly matched."""

ROWS: Final = 1024

MOST: Final = 400_000_000
"""Pairs of unmatched sentences that are compared: 20,000 a side. Texts with more have nothing to do with each other."""

Run = tuple[int, int]
"""First and last (exclusive) of neighbouring sentences."""


@dataclass(frozen=True, slots=True)
class Found:
    """A bead: its sentences, and its probability over all paths of its lattice. One run may be empty."""

    source: Run
    target: Run
    chance: float
    crossing: bool = False


def moved(
    pair: Pair, source: Sequence[int], target: Sequence[int], kinds: tuple[Kind, ...], weights: Mapping[str, float]
) -> list[Found]:
    """Return beads among unmatched sentences, given by ascending indexes; no sentence is in two of them."""
    if not 0 < len(source) * len(target) <= MOST:
        return []
    ours, theirs = np.array(source), np.array(target)
    alike = list(_mutual(pair, ours, theirs))
    sources = list(_cut(_runs(ours), [(i, j) for i, j, _ in alike]))
    targets = list(_cut(_runs(theirs), sorted((j, i) for i, j, _ in alike)))
    groups: dict[tuple[int, int], float] = defaultdict(float)
    homes = _holding(sources, (i for i, _, _ in alike)), _holding(targets, (j for _, j, _ in alike))
    for one, other, (_, _, likeness) in zip(*homes, alike, strict=True):
        groups[one, other] += likeness
    taken: tuple[set[int], set[int]] = (set(), set())
    result: list[Found] = []
    for one, other in sorted(groups, key=lambda key: (-groups[key], key)):
        for bead in _aligned(pair, sources[one], targets[other], kinds, weights):
            left, right = set(range(*bead.source)), set(range(*bead.target))
            if not (left & taken[0] or right & taken[1]):
                taken[0].update(left)
                taken[1].update(right)
                result.append(bead)
    return result


def astray(pair: Pair, path: Sequence[Step]) -> tuple[set[int], set[int]]:
    """Return the sentences that the path ties to what is unlike them, and whose likes it leaves as badly off."""
    now = [_partners(path, pair.source.count, turned=False), _partners(path, pair.target.count, turned=True)]
    held = (
        [max((_likeness(pair, i, j) for j in partners), default=0.0) for i, partners in enumerate(now[0])],
        [max((_likeness(pair, i, j) for i in partners), default=0.0) for j, partners in enumerate(now[1])],
    )
    ours, theirs = (np.flatnonzero(np.array(side) < ALIKE) for side in held)
    source, target = set[int](), set[int]()
    if 0 < len(ours) * len(theirs) <= MOST:
        for i, j, likeness in _mutual(pair, ours, theirs):
            if likeness >= max(held[0][i], held[1][j]) + ASTRAY:
                source.add(i)
                target.add(j)
    return source, target


def widened(pair: Pair, beads: Sequence[Found], path: Sequence[Step]) -> tuple[set[int], set[int]]:
    """Return the sentences of moved beads, and of those beside them that are as alike and were matched elsewhere.

    ``path`` tells what they are matched with now.
    """
    source = {i for bead in beads for i in range(*bead.source)}
    target = {j for bead in beads for j in range(*bead.target)}
    now = [_partners(path, pair.source.count, turned=False), _partners(path, pair.target.count, turned=True)]
    for bead in beads:
        for way, i, j in ((-1, bead.source[0] - 1, bead.target[0] - 1), (1, bead.source[1], bead.target[1])):
            while 0 <= i < pair.source.count and 0 <= j < pair.target.count and not (i in source or j in target):
                likeness = _likeness(pair, i, j)
                rivals = [*(_likeness(pair, i, x) for x in now[0][i]), *(_likeness(pair, x, j) for x in now[1][j])]
                if likeness < ALIKE or likeness < max(rivals, default=0.0) + CLEARLY:
                    break
                source.add(i)
                target.add(j)
                i, j = i + way, j + way
    return source, target


def _likeness(pair: Pair, i: int, j: int) -> float:
    return float(pair.source.vectors[i + 1] @ pair.target.vectors[j + 1])


def _partners(path: Sequence[Step], count: int, *, turned: bool) -> list[range]:
    """Return, for each sentence of one side, those of the other side that it is in a bead with."""
    result = [range(0)] * count
    for step in path:
        ours, theirs = range(step.i - step.a, step.i), range(step.j - step.b, step.j)
        for index in theirs if turned else ours:
            result[index] = ours if turned else theirs
    return result


def _runs(indexes: NDArray[np.int64]) -> Iterator[Run]:
    cuts = np.flatnonzero(np.diff(indexes) != 1) + 1
    for start, end in pairwise([0, *cuts.tolist(), len(indexes)]):
        yield int(indexes[start]), int(indexes[end - 1]) + 1


def _cut(runs: Iterable[Run], partners: Sequence[tuple[int, int]]) -> Iterator[Run]:
    """Cut runs where the sentences that theirs are most alike to go back. ``partners`` come in the runs' order."""
    backward = {after for (_, one), (after, other) in pairwise(partners) if other < one}
    for first, last in runs:
        yield from pairwise([first, *(point for point in range(first + 1, last) if point in backward), last])


def _holding(runs: Sequence[Run], indexes: Iterable[int]) -> list[int]:
    """Return, for each sentence, the place of the run that holds it."""
    return [int(place) - 1 for place in np.searchsorted([first for first, _ in runs], list(indexes), side="right")]


def _mutual(pair: Pair, ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> Iterator[tuple[int, int, float]]:
    """Yield sentences that are each other's most alike, and how much."""
    left, right = pair.source.vectors[ours + 1], pair.target.vectors[theirs + 1]
    forth, value = np.zeros(len(ours), dtype=np.int64), np.zeros(len(ours))
    back, best = np.zeros(len(theirs), dtype=np.int64), np.full(len(theirs), -np.inf)
    for top in range(0, len(ours), ROWS):
        products = left[top : top + ROWS] @ right.T
        forth[top : top + ROWS], value[top : top + ROWS] = products.argmax(axis=1), products.max(axis=1)
        highest = products.max(axis=0)
        better = highest > best
        back[better], best[better] = top + products.argmax(axis=0)[better], highest[better]
    for i in range(len(ours)):
        if value[i] >= ALIKE and back[forth[i]] == i:
            yield int(ours[i]), int(theirs[forth[i]]), float(value[i])


def _aligned(
    pair: Pair, source: Run, target: Run, kinds: tuple[Kind, ...], weights: Mapping[str, float]
) -> Iterator[Found]:
    """Align two runs as if they were the whole texts, but seeing the sentences beside them."""
    near = band(pair.source.vectors[source[0] + 1 : source[1] + 1], pair.target.vectors[target[0] + 1 : target[1] + 1])
    table = lattice(pair, near, kinds, weights, origin=(source[0], target[0]))
    chances = posterior(table)
    for step in best_path(table):
        if step.a and step.b:
            chance = float(chances.match[table.band.cell(step.i, step.j), kinds.index((step.a, step.b))])
            i, j = source[0] + step.i, target[0] + step.j
            yield Found((i - step.a, i), (j - step.b, j), chance)

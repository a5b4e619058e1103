"""Beads of paragraphs: which paragraphs the beads of their sentences tie together.

Paragraphs that share a bead of sentences belong together, so that what a bead of paragraphs ties is whole. Where a
translator moved the break between two paragraphs, one sentence ties both pairs into one bead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.beads import Bead
from mtpipe.align.side import Vectors

LIKELY: Final = 0.5
"""Probability under which a bead of sentences ties no paragraphs."""


def paragraphs(
    sentences: Sequence[Bead], source: Sequence[int], target: Sequence[int], ours: Vectors, theirs: Vectors
) -> list[Bead]:
    """Return the beads of paragraphs, in the order of the source.

    ``source`` and ``target`` hold the numbers of sentences in each paragraph, ``ours`` and ``theirs`` each sentence's
    vector times its length. A bead's probability is the mean of its sentences', by length.
    """
    groups = _groups(sentences, _owners(source), _owners(target), len(source), len(target))
    first = [np.concatenate([[0], np.cumsum(sizes)]).astype(int) for sizes in (source, target)]
    masses = [np.linalg.norm(rows, axis=1) for rows in (ours, theirs)]
    chances = [np.zeros(len(ours)), np.zeros(len(theirs))]
    crossing = np.zeros(len(ours))
    for bead in sentences:
        chances[0][list(bead.source)] = chances[1][list(bead.target)] = bead.probability
        crossing[list(bead.source)] = bead.crossing
    beads = []
    for left, right in groups:
        if not (left and right):
            beads.append(Bead(left, right, 0.0, 0.0))
            continue
        spans = [
            slice(starts[part[0]], starts[part[-1] + 1]) for starts, part in zip(first, (left, right), strict=True)
        ]
        similarity = _cosine(ours[spans[0]].sum(axis=0), theirs[spans[1]].sum(axis=0))
        mass = np.concatenate([rows[span] for rows, span in zip(masses, spans, strict=True)])
        likely = np.concatenate([rows[span] for rows, span in zip(chances, spans, strict=True)])
        moved = float(crossing[spans[0]] @ masses[0][spans[0]]) > float(masses[0][spans[0]].sum()) / 2
        beads.append(Bead(left, right, similarity, float(np.average(likely, weights=mass + 1e-9)), moved))
    return beads


Group = tuple[tuple[int, ...], tuple[int, ...]]


def _owners(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(sizes)), np.asarray(sizes, dtype=np.int64))


def _groups(
    sentences: Sequence[Bead], source: NDArray[np.int64], target: NDArray[np.int64], n: int, m: int
) -> list[Group]:
    """Join paragraphs by likely beads: those in order first, moved ones only where nothing is tied yet."""
    links = [bead for bead in sentences if bead.source and bead.target and bead.probability >= LIKELY]
    left, right = np.full(n, -1), np.full(m, -1)
    spans: list[list[int]] = []  # of each group: source from, to, target from, to
    for bead in sorted(links, key=lambda bead: (bead.crossing, bead.source)):
        box = [source[bead.source[0]], source[bead.source[-1]], target[bead.target[0]], target[bead.target[-1]]]
        touched = {*left[box[0] : box[1] + 1].tolist(), *right[box[2] : box[3] + 1].tolist()} - {-1}
        if bead.crossing and touched and not _inside(box, spans, touched):
            continue
        _join(box, touched, spans, left, right)
    ties = {int(group) for group in left if group >= 0}
    beads: list[Group] = [
        (tuple(range(spans[group][0], spans[group][1] + 1)), tuple(range(spans[group][2], spans[group][3] + 1)))
        for group in ties
    ]
    beads += [((int(i),), ()) for i in np.flatnonzero(left < 0)]
    return _with_unmatched(sorted(beads), [int(j) for j in np.flatnonzero(right < 0)])


def _inside(box: list[int], spans: list[list[int]], touched: set[int]) -> bool:
    """Whether a moved bead stays within one group."""
    if len(touched) > 1:
        return False
    span = spans[next(iter(touched))]
    return span[0] <= box[0] and box[1] <= span[1] and span[2] <= box[2] and box[3] <= span[3]


def _join(
    box: list[int], touched: set[int], spans: list[list[int]], left: NDArray[np.int64], right: NDArray[np.int64]
) -> None:
    """Make one group of a box and the groups that it touches, and of what comes to lie between."""
    while True:
        for group in touched:
            one = spans[group]
            box = [min(box[0], one[0]), max(box[1], one[1]), min(box[2], one[2]), max(box[3], one[3])]
        wider = {*left[box[0] : box[1] + 1].tolist(), *right[box[2] : box[3] + 1].tolist()} - {-1}
        if wider == touched:
            break
        touched = wider
    spans.append([int(edge) for edge in box])
    left[box[0] : box[1] + 1] = right[box[2] : box[3] + 1] = len(spans) - 1


def _with_unmatched(beads: list[Group], target: list[int]) -> list[Group]:
    """Put each unmatched target paragraph after the bead that holds the one before it."""
    after: dict[int, list[int]] = {}
    unmatched = set(target)
    for j in target:
        before = j - 1
        while before in unmatched:
            before -= 1
        after.setdefault(before, []).append(j)
    result: list[Group] = [((), (j,)) for j in after.get(-1, [])]
    for bead in beads:
        result.append(bead)
        result += [((), (j,)) for j in (after.get(bead[1][-1], []) if bead[1] else [])]
    return result


def _cosine(one: Vectors, other: Vectors) -> float:
    norms = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / norms if norms else 0.0

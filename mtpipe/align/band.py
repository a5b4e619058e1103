"""Where to look: a coarse alignment of ever larger groups of sentences narrows the table to a band around its path.

Fast dynamic time warping (Salvador and Chan 2007), as Thompson and Koehn 2019 use it for sentences: neighbours are
averaged in twos until the table is small, that one is searched whole, and its path, with a margin, is the band of the
next finer one. Time and memory are linear in the sentences of both sides.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.lattice import NEVER, Band, Lattice, Step, best_path
from mtpipe.align.side import Vectors, window

WHOLE: Final = 160_000
"""Points of a table that is searched whole: 400 sentences a side."""

MARGIN: Final = 10
"""Rows and columns around the coarser path."""

KINDS: Final = ((1, 1), (1, 2), (2, 1))
UNLIKE: Final = 0.1
"""Cosine, of vectors without what is common to their text, above which two groups seem to belong together."""

ROWS: Final = 256


def band(source: Vectors, target: Vectors) -> Band:
    """Return the band of two texts, given the vectors of their sentences, shapes (n, d) and (m, d)."""
    n, m = len(source), len(target)
    if (n + 1) * (m + 1) <= WHOLE:
        return Band.full(n, m)
    levels = [(_centred(source), _centred(target))]
    while (len(levels[-1][0]) + 1) * (len(levels[-1][1]) + 1) > WHOLE:
        levels.append((_halved(levels[-1][0]), _halved(levels[-1][1])))
    ours, theirs = levels.pop()
    found = Band.full(len(ours), len(theirs))
    while levels:
        path = best_path(_coarse(ours, theirs, found))
        ours, theirs = levels.pop()
        found = _around(path, len(ours), len(theirs))
    return found


def _centred(vectors: Vectors) -> Vectors:
    result: Vectors = vectors - vectors.mean(axis=0, keepdims=True)
    return result


def _halved(vectors: Vectors) -> Vectors:
    """Return the sums of neighbours in twos; a last odd one stays alone."""
    result: Vectors = np.add.reduceat(vectors, np.arange(0, len(vectors), 2), axis=0)
    return result


def _coarse(source: Vectors, target: Vectors, inside: Band) -> Lattice:
    """Score groups by the cosine of their sums above ``UNLIKE``; leaving one out costs nothing."""
    match = np.full((inside.cells, len(KINDS)), NEVER, dtype=np.float32)
    for number, (a, b) in enumerate(KINDS):
        ours, theirs = _grouped(source, a), _grouped(target, b)
        for top in range(0, inside.rows, ROWS):
            bottom = min(top + ROWS, inside.rows)
            left, right = int(inside.low[top]), int(inside.high[bottom - 1])
            products = ours[top:bottom] @ theirs[left:right].T
            for i in range(max(top, a), bottom):
                first = max(int(inside.low[i]), b)
                row = products[i - top, first - left : int(inside.high[i]) - left]
                cells = inside.row(i)
                match[cells.stop - len(row) : cells.stop, number] = (row - UNLIKE) * (a + b) / 2
    return Lattice(KINDS, inside, match, np.zeros(len(source) + 1), np.zeros(len(target) + 1))


def _grouped(vectors: Vectors, size: int) -> Vectors:
    """Return unit vectors of the ``size`` groups before each point, shape (n + 1, d)."""
    total = np.add.reduce([window(vectors, -1 - back, len(vectors) - back) for back in range(size)])
    norms = np.linalg.norm(total, axis=1, keepdims=True)
    result: Vectors = total * np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    return result


def _around(path: list[Step], n: int, m: int) -> Band:
    """Return the band of the next finer level: the path's points, doubled, and ``MARGIN`` in every direction."""
    coarse = 1 + max(step.i for step in path)
    low, high = np.full(coarse, m, dtype=np.int64), np.zeros(coarse, dtype=np.int64)
    low[0] = 0
    for step in path:
        for i in range(step.i - step.a, step.i + 1):
            low[i] = min(low[i], step.j - step.b)
            high[i] = max(high[i], step.j)
    rows = np.arange(n + 1)
    first, last = np.minimum((rows - MARGIN).clip(0) // 2, coarse - 1), (rows + MARGIN + 1) // 2
    lower = 2 * low[first] - MARGIN
    upper = 2 * high[np.minimum(last, coarse - 1)] + MARGIN + 2
    lower[: MARGIN + 1], upper[-MARGIN - 1 :] = 0, m + 1
    return Band.of(_edge(lower, 0, m), _edge(upper, 1, m + 1))


def _edge(edge: NDArray[np.int64], least: int, most: int) -> NDArray[np.int64]:
    result: NDArray[np.int64] = np.maximum.accumulate(edge.clip(least, most))
    return result

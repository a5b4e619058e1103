"""The scores of a lattice: weighted sums of the features, block of rows by block of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.features import SKIP, Block, length_ratio, skip_features
from mtpipe.align.lattice import NEVER, Band, Kind, Lattice
from mtpipe.align.side import Side, Vectors

ROWS: Final = 64
"""Rows of a block: enough for the matrix products to be worth it, few enough for a narrow block."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts and the weights of the anchors that they have in common."""

    source: Side
    target: Side
    anchors: Mapping[str, float]


Origin = tuple[int, int]
"""The points of the two texts where a band begins."""

WHOLE: Final = (0, 0)


def lattice(
    pair: Pair, band: Band, kinds: tuple[Kind, ...], weights: Mapping[str, float], origin: Origin = WHOLE
) -> Lattice:
    """Score every step inside a band by the named weights of ``features.MATCH`` and ``features.SKIP``.

    The band may be that of a part of both texts, which begins at ``origin``; its beads see the sentences around it.
    """
    match = np.full((band.cells, len(kinds)), NEVER, dtype=np.float32)
    for part, block in blocks(pair, band, origin):
        rows, columns = _cells(part, block, band, origin)
        cells = slice(int(band.start[part.start]), int(band.start[part.stop]))
        for number, (a, b) in enumerate(kinds):
            total = np.zeros(block.shape)
            for name, values in block.features((a, b)):
                total += weights[name] * values
            fits = (rows + part.start >= a) & (columns + block.left - origin[1] >= b)
            match[cells, number] = np.where(fits, total[rows, columns], NEVER)
    skips = [
        rows.astype(np.float64) @ np.array([weights[name] for name in SKIP]) for rows in skips_of(pair, band, origin)
    ]
    return Lattice(kinds, band, match, skips[0], skips[1])


def blocks(pair: Pair, band: Band, origin: Origin = WHOLE) -> Iterator[tuple[slice, Block]]:
    """Cut a band into blocks of ``ROWS`` rows; yield the rows, counted in the band, and the block."""
    ratio = length_ratio(pair.source, pair.target)
    for top in range(0, band.rows, ROWS):
        bottom = min(top + ROWS, band.rows)
        left, right = int(band.low[top]), int(band.high[bottom - 1])
        place = top + origin[0], bottom + origin[0], left + origin[1], right + origin[1]
        yield slice(top, bottom), Block(pair.source, pair.target, pair.anchors, ratio, *place)


def skips_of(pair: Pair, band: Band, origin: Origin = WHOLE) -> tuple[Vectors, Vectors]:
    """Return the features of leaving sentences unmatched, of the source's and of the target's."""
    rows = np.full((2, band.rows), -1.0, dtype=np.float32)
    columns = np.full((2, int(band.high[-1])), -1.0, dtype=np.float32)
    for part, block in blocks(pair, band, origin):
        inside = np.zeros(block.shape, dtype=bool)
        inside[_cells(part, block, band, origin)] = True
        across = slice(block.left - origin[1], block.right - origin[1])
        for number, (of_rows, of_columns) in enumerate(block.best(inside)):
            rows[number, part] = of_rows
            columns[number, across] = np.maximum(columns[number, across], of_columns)
    return (
        skip_features(pair.source, pair.anchors, rows[0], rows[1], "source", origin[0]),
        skip_features(pair.target, pair.anchors, columns[0], columns[1], "target", origin[1]),
    )


def _cells(part: slice, block: Block, band: Band, origin: Origin) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the row and the column, inside a block, of the band's cells, in the band's order."""
    widths = band.high[part] - band.low[part]
    rows = np.repeat(np.arange(part.stop - part.start), widths)
    starts = band.start[part] - band.start[part.start]
    offset = np.repeat(starts - band.low[part] + block.left - origin[1], widths)
    return rows, np.arange(int(widths.sum())) - offset

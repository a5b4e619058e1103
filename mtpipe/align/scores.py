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


def lattice(pair: Pair, band: Band, kinds: tuple[Kind, ...], weights: Mapping[str, float]) -> Lattice:
    """Score every step inside a band by the named weights of ``features.MATCH`` and ``features.SKIP``."""
    match = np.full((band.cells, len(kinds)), NEVER, dtype=np.float32)
    for block in blocks(pair, band):
        place = _cells(block, band)
        for number, kind in enumerate(kinds):
            total = _score(block, kind, weights)
            total[_too_short(block, kind)] = NEVER
            match[band.start[block.top] : band.start[block.bottom], number] = total[place]
    skips = [_weighed(rows, weights) for rows in skips_of(pair, band)]
    return Lattice(kinds, band, match, skips[0], skips[1])


def rectangle(
    pair: Pair, source: tuple[int, int], target: tuple[int, int], kinds: tuple[Kind, ...], weights: Mapping[str, float]
) -> Lattice:
    """Score the steps between a run of sentences of each side, given by its first and its last (exclusive)."""
    ratio = length_ratio(pair.source, pair.target)
    block = Block(*_texts(pair), ratio, source[0], source[1] + 1, target[0], target[1] + 1)
    band = Band.full(source[1] - source[0], target[1] - target[0])
    match = np.full((*block.shape, len(kinds)), NEVER, dtype=np.float32)
    for number, (a, b) in enumerate(kinds):
        match[a:, b:, number] = _score(block, (a, b), weights)[a:, b:]
    (rows, columns), (covered_rows, covered_columns) = block.best(np.ones(block.shape, dtype=bool))
    ours = skip_features(pair.source, pair.anchors, rows, covered_rows, "source", block.top)
    theirs = skip_features(pair.target, pair.anchors, columns, covered_columns, "target", block.left)
    return Lattice(kinds, band, match.reshape(band.cells, -1), _weighed(ours, weights), _weighed(theirs, weights))


def _texts(pair: Pair) -> tuple[Side, Side, Mapping[str, float]]:
    return pair.source, pair.target, pair.anchors


def _score(block: Block, kind: Kind, weights: Mapping[str, float]) -> NDArray[np.float64]:
    total = np.zeros(block.shape)
    for name, values in block.features(kind):
        total += weights[name] * values
    return total


def _weighed(rows: Vectors, weights: Mapping[str, float]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = rows.astype(np.float64) @ np.array([weights[name] for name in SKIP])
    return result


def blocks(pair: Pair, band: Band) -> Iterator[Block]:
    """Cut a band into blocks of ``ROWS`` rows."""
    ratio = length_ratio(pair.source, pair.target)
    for top in range(0, band.rows, ROWS):
        bottom = min(top + ROWS, band.rows)
        left, right = int(band.low[top]), int(band.high[bottom - 1])
        yield Block(*_texts(pair), ratio, top, bottom, left, right)


def skips_of(pair: Pair, band: Band) -> tuple[Vectors, Vectors]:
    """Return the features of leaving sentences unmatched, of the source's and of the target's."""
    rows = np.full((2, band.rows), -1.0, dtype=np.float32)
    columns = np.full((2, pair.target.count + 1), -1.0, dtype=np.float32)
    for block in blocks(pair, band):
        inside = np.zeros(block.shape, dtype=bool)
        inside[_cells(block, band)] = True
        across = slice(block.left, block.right)
        for number, (of_rows, of_columns) in enumerate(block.best(inside)):
            rows[number, block.top : block.bottom] = of_rows
            columns[number, across] = np.maximum(columns[number, across], of_columns)
    return (
        skip_features(pair.source, pair.anchors, rows[0], rows[1], "source"),
        skip_features(pair.target, pair.anchors, columns[0], columns[1], "target"),
    )


def _cells(block: Block, band: Band) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the row and the column, inside a block, of the band's cells, in the band's order."""
    widths = band.high[block.top : block.bottom] - band.low[block.top : block.bottom]
    rows = np.repeat(np.arange(block.bottom - block.top), widths)
    starts = band.start[block.top : block.bottom] - band.start[block.top]
    columns = np.arange(widths.sum()) - np.repeat(starts - band.low[block.top : block.bottom] + block.left, widths)
    return rows, columns


def _too_short(block: Block, kind: Kind) -> NDArray[np.bool_]:
    """Where a bead would begin before the text does."""
    rows = np.arange(block.top, block.bottom)[:, None] < kind[0]
    columns = np.arange(block.left, block.right)[None] < kind[1]
    result: NDArray[np.bool_] = rows | columns
    return result

"""Two long texts as vectors whose beads are known: noise, losses, mergers, a foreign part."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.evaluate import Places
from mtpipe.align.scores import Pair
from mtpipe.align.side import Side

DIMENSIONS: Final = 512
TOPIC: Final = 0.6
TOPIC_SENTENCES: Final = 20
"""What neighbouring sentences have in common, and for how long."""
NOISE: Final = 0.9
LOST: Final = 0.05
MERGED: Final = 0.10
FOREIGN: Final = 0.03


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    """Scale rows to 1."""
    scaled: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def side(vectors: NDArray[np.float32], lengths: list[float]) -> Side:
    """Return a text without clauses, anchors and paragraphs."""
    none = np.zeros(len(vectors) + 1, dtype=bool)
    rows = np.concatenate([np.zeros((1, DIMENSIONS), dtype=np.float32), vectors])
    clauses, owners = np.zeros((0, DIMENSIONS), dtype=np.float32), np.zeros(0, dtype=np.int64)
    return Side(rows, np.array([0.0, *lengths]), clauses, owners, ((),) * len(none), none, none, none)


def texts(count: int, gap: int) -> tuple[Pair, list[Places]]:
    """Return two texts of ``count`` sentences, the target with ``gap`` foreign ones in its middle, and their beads."""
    random = np.random.default_rng(1)
    topics = unit(random.normal(size=(count // TOPIC_SENTENCES + 1, DIMENSIONS)))
    meanings = unit(random.normal(size=(count, DIMENSIONS))) + TOPIC * topics.repeat(TOPIC_SENTENCES, axis=0)[:count]
    noise = NOISE / DIMENSIONS**0.5
    ours, theirs = (unit(meanings + noise * random.normal(size=meanings.shape)) for _ in range(2))
    lengths = random.integers(40, 200, count).astype(float)
    rows: list[NDArray[np.float32]] = []
    sizes: list[float] = []
    beads: list[Places] = []
    i = 0
    while i < count:
        lot = random.random()
        size = 2 if LOST <= lot < LOST + MERGED and i + 1 < count else 1
        if lot >= LOST:
            rows.append(np.average(theirs[i : i + size], axis=0, weights=lengths[i : i + size]))
            sizes.append(float(lengths[i : i + size].sum() * np.exp(0.15 * random.normal())))
            beads.append((tuple(range(i, i + size)), (len(rows) - 1,)))
        else:
            beads.append(((i,), ()))
        foreign = gap if i <= count // 2 < i + size else int(random.random() < FOREIGN)
        beads += [((), (len(rows) + at,)) for at in range(foreign)]
        rows += list(unit(random.normal(size=(foreign, DIMENSIONS))))
        sizes += [80.0] * foreign
        i += size
    return Pair(side(ours, lengths.tolist()), side(unit(np.array(rows)), sizes), {}), beads

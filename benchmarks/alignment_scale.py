"""Time and memory of aligning long texts, embedding apart: random unit vectors, noise, losses, mergers, a foreign part.

python benchmarks/alignment_scale.py 20000
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.band import band
from mtpipe.align.evaluate import Pair as Indexes
from mtpipe.align.evaluate import compare
from mtpipe.align.scores import Pair
from mtpipe.align.search import search
from mtpipe.align.side import Side
from mtpipe.align.weights import WEIGHTS

DIMENSIONS = 512
TOPIC, TOPIC_SENTENCES = 0.6, 20  # what neighbouring sentences have in common, and for how long
NOISE = 0.9
LOST, MERGED, FOREIGN = 0.05, 0.10, 0.03
LARGEST = 4


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    """Scale rows to 1."""
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def side(vectors: NDArray[np.float32], lengths: list[float]) -> Side:
    """Return a text without clauses, anchors and paragraphs."""
    none = np.zeros(len(vectors) + 1, dtype=bool)
    rows = np.concatenate([np.zeros((1, DIMENSIONS), dtype=np.float32), vectors])
    clauses, owners = np.zeros((0, DIMENSIONS), dtype=np.float32), np.zeros(0, dtype=np.int64)
    return Side(rows, np.array([0.0, *lengths]), clauses, owners, ((),) * len(none), none, none, none)


def texts(count: int, gap: int) -> tuple[Pair, list[Indexes]]:
    """Return two texts of ``count`` sentences, the target with ``gap`` foreign ones in its middle, and their beads."""
    random = np.random.default_rng(1)
    topics = unit(random.normal(size=(count // TOPIC_SENTENCES + 1, DIMENSIONS)))
    meanings = unit(random.normal(size=(count, DIMENSIONS))) + TOPIC * topics.repeat(TOPIC_SENTENCES, axis=0)[:count]
    noise = NOISE / DIMENSIONS**0.5
    ours, theirs = (unit(meanings + noise * random.normal(size=meanings.shape)) for _ in range(2))
    lengths = random.integers(40, 200, count).astype(float)
    rows: list[NDArray[np.float32]] = []
    sizes: list[float] = []
    beads: list[Indexes] = []
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


def main() -> None:
    """Print seconds, of the clock and of the processor, peak memory, and the score."""
    parser = argparse.ArgumentParser(description="Align two long texts of random vectors.")
    parser.add_argument("sentences", type=int)
    parser.add_argument("--gap", type=int, default=1000, help="foreign sentences in the middle of the target")
    options = parser.parse_args()
    pair, known = texts(options.sentences, options.gap)
    clock, processor = time.perf_counter(), time.process_time()
    cells = band(pair.source.vectors[1:], pair.target.vectors[1:]).cells
    coarse = time.process_time() - processor
    found = search(pair, LARGEST, WEIGHTS)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    score = compare(known, [(tuple(range(*bead.source)), tuple(range(*bead.target))) for bead in found])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{pair.source.count} and {pair.target.count} sentences, {cells / (pair.source.count + 1):.0f} cells a row")
    # The band is sought twice: once here to count its cells, once by the search.
    print(f"{clock:.1f} s by the clock, {processor - coarse:.1f} s of processor time for one alignment")
    print(f"peak memory {peak / 1024:.0f} MiB, the texts included")
    print(score.format())


if __name__ == "__main__":
    main()

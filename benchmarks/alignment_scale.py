"""Time and memory of aligning long texts, embedding apart: random unit vectors, noise, losses, mergers, a foreign part.

python benchmarks/alignment_scale.py 20000
"""

from __future__ import annotations

import argparse
import resource
import time

from mtpipe.align.band import band
from mtpipe.align.evaluate import compare
from mtpipe.align.search import search
from mtpipe.align.weights import WEIGHTS
from mtpipe.bench.beads import texts

LARGEST = 4


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

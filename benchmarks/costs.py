"""What an archive costs at a measured rate: core-hours, and hours on machines of several sizes.

    python benchmarks/costs.py out/run.json                                  # of a run on this machine
    python benchmarks/costs.py --sentences-per-second 5.31 --cores 2         # of a rate that was measured elsewhere

A run's rate is that of its windows, reading, quality scores and writing included, those left out that took no work
worth timing. Shards of an archive have nothing to do with each other, so hours divide by cores; what a cluster loses to
stragglers and to the start of engines is not in it. A GPU's row is left open unless ``--gpu-sentences-per-second`` says
what was measured on one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

ARTICLES = (100_000, 1_000_000, 10_000_000, 100_000_000)
CLUSTERS = (64, 1024)
SENTENCES = 25.0
"""Of an article where no run tells: a news article of some 500 words."""


def measured(path: Path) -> tuple[float, float]:
    """Return sentences a second, and sentences an article, of a run's windows."""
    windows = [one for one in json.loads(path.read_text(encoding="utf-8"))["windows"] if one["seconds"] > 0]
    if not windows:
        raise SystemExit(
            f"{path}: holds no window that was timed. Name the run.json of a run that translated something."
        )
    sentences = sum(one["sentences"] for one in windows)
    return sentences / sum(one["seconds"] for one in windows), sentences / sum(one["articles"] for one in windows)


def hours(value: float) -> str:
    """Return hours with three digits that count."""
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"


def table(rate: float, cores: int, sentences: float, gpu: float | None) -> str:
    """Return the table in Markdown."""
    per_core = rate / cores * 3600 / sentences
    lines = [
        f"{rate:g} sentences/s on {cores} cores, {sentences:.3g} sentences an article: {hours(per_core)} articles per "
        "core-hour; per GPU-hour: " + (f"{hours(gpu * 3600 / sentences)}." if gpu else "not measured."),
        "",
        f"| articles | core-hours | {' | '.join(f'hours on {count} cores' for count in CLUSTERS)} | GPU-hours |",
        f"|---:|---:|{'---:|' * len(CLUSTERS)}---:|",
    ]
    for articles in ARTICLES:
        total = articles / per_core
        cells = [f"{articles:,}", hours(total), *(hours(total / count) for count in CLUSTERS)]
        cells.append(hours(articles * sentences / gpu / 3600) if gpu else "not measured")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("run", nargs="?", type=Path, help="run.json of a run on this machine, with nothing beside it")
    parser.add_argument("--sentences-per-second", type=float)
    parser.add_argument("--gpu-sentences-per-second", type=float)
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    parser.add_argument("--sentences-per-article", type=float, default=None)
    given = parser.parse_args()
    if (given.run is None) == (given.sentences_per_second is None):
        parser.error("name a run.json, or give --sentences-per-second")
    rate, sentences = measured(given.run) if given.run else (given.sentences_per_second, SENTENCES)
    sentences = given.sentences_per_article or sentences
    sys.stdout.write(table(rate, given.cores, sentences, given.gpu_sentences_per_second) + "\n")


if __name__ == "__main__":
    main()

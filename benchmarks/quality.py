"""What quality measures say of human translations: the source of the thresholds in ``mtpipe/quality/score.py``.

    python benchmarks/quality.py --data ../shared/data/dev

Prints quantiles of similarity and length ratio for true pairs and for shifted (wrong) ones, the share of human pairs
with a number reported (false alarms), and the share of damaged numbers that is found.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mtpipe.align import Embedder, Usem3, similarities
from mtpipe.intake import normalise
from mtpipe.quality.numbers import compare, extract

Pair = tuple[str, str]
COLUMNS = {"ntrex_dev.tsv": (1, 2), "pud_wiki.tsv": (1, 2), "xquad_paragraphs.tsv": (0, 1)}
BUCKETS = (0, 40, 300, 100_000)
QUANTILES = (0.005, 0.01, 0.05, 0.5, 0.95, 0.99, 0.995)


def pairs(path: Path, columns: tuple[int, int]) -> list[Pair]:
    """Read the two columns of a file, normalised."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(normalise(row[columns[0]]).strip(), normalise(row[columns[1]]).strip()) for row in rows]


def quantiles(name: str, values: NDArray[np.float64]) -> str:
    """A table line."""
    return (
        f"| {name} | {len(values)} | " + " | ".join(f"{value:.3f}" for value in np.quantile(values, QUANTILES)) + " |"
    )


def measured(name: str, found: Sequence[Pair], embedder: Embedder) -> list[str]:
    """Table lines of some pairs: similarity, length ratio, and the similarity of pairs that are wrong by one."""
    arabic = embedder.encode([source for source, _ in found])
    english = embedder.encode([target for _, target in found])
    ratio = np.array([len(target) / max(1, len(source)) for source, target in found])
    return [
        quantiles(f"{name} similarity", similarities(arabic, english)),
        quantiles(f"{name} similarity, wrong pairs", similarities(arabic, np.roll(english, 1, axis=0))),
        quantiles(f"{name} length ratio", ratio),
    ]


def by_length(found: Sequence[Pair]) -> dict[str, list[Pair]]:
    """The pairs of all files by the length of the source: what the thresholds are taken from."""
    buckets: dict[str, list[Pair]] = {}
    for low, high in pairwise(BUCKETS):
        buckets[f"source {low} to {high}"] = [pair for pair in found if low <= len(pair[0]) < high]
    return buckets


def numbers(name: str, found: Sequence[Pair], rng: random.Random) -> str:
    """False alarms on human pairs; in the pairs without, how often a changed or dropped figure is reported."""
    clean = [pair for pair in found if compare(*pair) == ((), ())]
    held = sum(any(number.sure for text in pair for number in extract(text)) for pair in found)
    alarms = len(found) - len(clean)
    changed, dropped, total = 0, 0, 0
    for source, target in clean:
        for number in extract(target):
            surface = target[number.start : number.end]
            if surface[0].isdigit():
                place = number.start + rng.choice([at for at, sign in enumerate(surface) if sign.isdigit()])
                digit = rng.choice([sign for sign in "123456789" if sign != target[place]])
                changed += compare(source, target[:place] + digit + target[place + 1 :]) != ((), ())
                dropped += compare(source, target[: number.start] + target[number.end :]) != ((), ())
                total += 1
    return (
        f"| {name} | {len(found)} | {held} | {alarms} | {alarms / len(found):.1%} | {alarms / max(1, held):.1%} "
        f"| {changed / max(1, total):.1%} | {dropped / max(1, total):.1%} |"
    )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="Folder with " + ", ".join(COLUMNS))
    data: Path = parser.parse_args().data
    files = {name: pairs(data / name, columns) for name, columns in COLUMNS.items() if (data / name).is_file()}
    embedder = Usem3()
    print("| measure | pairs | " + " | ".join(f"{quantile:.1%}" for quantile in QUANTILES) + " |")
    print("|---" * (2 + len(QUANTILES)) + "|")
    everything = [pair for found in files.values() for pair in found]
    for name, found in (files | by_length(everything)).items():
        print("\n".join(measured(name, found, embedder)))
    print("\n| numbers | pairs | with numbers | reported | of all | of those | changed found | dropped found |")
    print("|---" * 8 + "|")
    for name, found in files.items():
        print(numbers(name, found, random.Random(1)))


if __name__ == "__main__":
    main()

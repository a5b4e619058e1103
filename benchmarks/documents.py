"""How well documents find their counterparts by what they say: the source of the weights in ``align/documents.py``.

    python benchmarks/documents.py --data ../shared/data/dev
    python benchmarks/documents.py --random 10000

The first cuts NTREX-128's documents into articles of some sentences (0: whole), takes the English of a third away and
the Arabic of another third, and counts what is paired rightly; pieces of one document are near each other, which makes
it harder than an archive is. The second tells seconds and memory for that many random vectors a side.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from alignment_texts import Remembering

from mtpipe.align import Embedder, Usem3
from mtpipe.align.documents import Profile, by_content
from mtpipe.article import Article, Role, build
from mtpipe.pairing import profile
from mtpipe.settings import Settings

SIZES = (0, 8, 4)
SEEDS = range(5)
THRESHOLDS = (0.7, 0.8, 0.85, 0.9, 1.0)


def articles(path: Path, size: int) -> Iterator[tuple[Article, Article]]:
    """Yield pairs: whole documents with a title, or pieces of them without."""
    documents: dict[str, list[list[str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, *pair = line.split("\t")
        documents.setdefault(name, []).append(pair)
    for name, pairs in documents.items():
        step = size or len(pairs)
        for start in range(0, len(pairs), step):
            piece = pairs[start : start + step]
            roles: list[Role] = ["title" if not size and not place else "text" for place in range(len(piece))]
            arabic, english = zip(*piece, strict=True)
            yield (
                build(f"{name}:{start}", zip(roles, arabic, strict=True)),
                build(f"{name}:{start}", zip(roles, english, strict=True)),
            )


def measured(data: Path, size: int, embedder: Embedder) -> Iterator[str]:
    """Yield table lines for articles of a size: all have their counterpart, or two thirds on either side."""
    settings = Settings()
    pairs = list(articles(data / "ntrex_dev.tsv", size))
    arabic = [profile(source, "ar", embedder, settings) for source, _ in pairs]
    english = [profile(target, "en", embedder, settings) for _, target in pairs]
    for orphans in (False, True):
        for threshold in THRESHOLDS:
            right = found = wanted = 0
            for seed in SEEDS:
                order = random.Random(seed).sample(range(len(pairs)), len(pairs))
                third = len(pairs) // 3 if orphans else 0
                left, other = (
                    order[third:],
                    random.Random(-seed).sample(order[: len(order) - third], len(order) - third),
                )
                matches = by_content([arabic[n] for n in left], [english[n] for n in other], threshold=threshold)
                right += sum(left[match.source] == other[match.target] for match in matches.pairs)
                found += len(matches.pairs)
                wanted += len({*left} & {*other})
            kind = "a third alone on each side" if orphans else "all have one"
            yield (
                f"| {size or 'whole'} | {len(pairs)} | {kind} | {threshold:.2f} | {100 * right / max(1, found):.1f} | "
                f"{100 * right / wanted:.1f} |"
            )


def scaled(count: int) -> str:
    """Return what pairing that many articles costs, embeddings aside."""
    rows = np.random.default_rng(0).normal(size=(count, 512))
    chance = random.Random(0)
    numbers = [frozenset(str(chance.randint(1, 3000)) for _ in range(10)) for _ in range(count)]
    names = [frozenset(f"n{chance.randint(1, 20_000)}" for _ in range(40)) for _ in range(count)]

    def side(vectors: np.ndarray, order: list[int]) -> list[Profile]:
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        return [Profile(vectors[n], numbers[n], numbers[n], names[n]) for n in order]

    order = chance.sample(range(count), count)
    source, target = (
        side(rows, list(range(count))),
        side(rows + np.random.default_rng(1).normal(size=rows.shape), order),
    )
    started = time.perf_counter()
    matches = by_content(source, target, threshold=Settings().align.pair_score)
    seconds = time.perf_counter() - started
    right = sum(match.source == order[match.target] for match in matches.pairs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{count} x {count}: {right} of {count} right, {seconds:.1f} s, {peak:.0f} MiB at most, vectors and all"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--random", type=int)
    given = parser.parse_args()
    if given.random:
        print(scaled(given.random))
    if given.data:
        embedder = Remembering(Usem3(), None)
        print("| sentences | articles | counterparts | threshold | precision | recall |\n|---|---:|---|---:|---:|---:|")
        for size in SIZES:
            for line in measured(given.data, size, embedder):
                print(line, flush=True)


if __name__ == "__main__":
    main()

"""How fast terms are found: sentences a second of processor time, on one core, and the memory of the index.

    python benchmarks/glossary.py                       (a million sentences)
    python benchmarks/glossary.py --even                (each name as often as another: hardly one is in the cache)
    python benchmarks/glossary.py --sentences 50000 --compare       (needs pip install pyahocorasick)

Sentences and the large glossary are generated from a fixed seed: words of Zipf's frequencies with proclitics, 22 a
sentence (NTREX-128 has 20), two or three names of the glossary among them: places of one word, people of two or three,
who share given names, all of Zipf's frequencies as well. The small glossary is ``examples/glossary.csv``, whose terms
these sentences hardly ever have: what it shows is the cost of looking. "All" is over all of them, those included that
meet each word form for the first time; "last" is over the last 50,000: an archive of millions comes near it. Wall is by
the clock, over all.

"Reference" is what this machine, at this moment, takes for ten million additions in a Python loop: some 0.5 s of
processor time on a quiet core of 2021. Beside other processes processor time grows as well, by caches and hyperthreads.

``--long`` asks how time grows with the mentions of one sentence. ``--compare`` runs an Aho-Corasick automaton of the
same spellings over the same text, folded: only the search, without the checks of word edges, prefixes and longest match
that would have to follow.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from mtpipe.bench.terms import glossary, sentences
from mtpipe.glossary import Glossary, Matcher
from mtpipe.glossary.fold import fold

BLOCK = 50_000
"""Sentences of the column "last"."""
EXAMPLES = Path(__file__).parents[1] / "examples" / "glossary.csv"


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of a piece of work: other programs on the machine do not count, but for caches."""
    started = time.process_time()
    work()
    return time.process_time() - started


def mebibytes(work: Callable[[], object]) -> float:
    """Return what the objects take, in MiB, that a piece of work leaves behind in its result."""
    gc.collect()
    tracemalloc.start()
    kept = work()
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return size / 2**20


def row(name: str, terms: Glossary, texts: Sequence[str], *, memory: bool) -> str:
    """Measure one glossary."""
    matchers: list[Matcher] = []
    building = seconds(lambda: matchers.append(Matcher(terms)))
    find = matchers[0].find
    found, last = 0, 0.0
    started = time.process_time(), time.perf_counter()
    for number in range(0, len(texts), BLOCK):
        begun = time.process_time()
        for text in texts[number : number + BLOCK]:
            found += len(find(text))
        last = time.process_time() - begun
    spent, wall = time.process_time() - started[0], time.perf_counter() - started[1]
    index = f"{mebibytes(lambda: Matcher(terms)):.0f} MiB" if memory else "-"
    return (
        f"| {name} | {len(terms.entries):,} | {found / len(texts):.1f} | {building:.1f} s | {index} "
        f"| {len(texts) / spent:,.0f} | {len(texts[number:]) / last:,.0f} | {len(texts) / wall:,.0f} |"
    )


def long(terms: Glossary) -> str:
    """Measure sentences of many mentions."""
    matcher = Matcher(terms)

    def often(text: str) -> None:
        for _ in range(20):
            matcher.find(text)

    cells = []
    for mentions in (100, 200, 400, 800, 1600):
        text = " ".join(f"و{entry.source} قال" for entry in terms.entries[:mentions])
        matcher.find(text)
        spent = min(seconds(partial(often, text)) for _ in range(3)) / 20
        cells.append(f"{mentions}: {1e3 * spent:.2f} ms")
    return f"mentions in one sentence, {', '.join(cells)}"


def reference() -> float:
    """Return the processor time of ten million additions."""

    def add() -> None:
        total = 0
        for number in range(10_000_000):
            total += number

    return seconds(add)


def automaton(terms: Glossary, texts: Sequence[str]) -> str:
    """Measure the search of an Aho-Corasick automaton over the folded text, and nothing more."""
    import ahocorasick

    machine = ahocorasick.Automaton()
    for entry in terms.entries:
        machine.add_word(fold(entry.source), entry.target)
    machine.make_automaton()
    hits: list[int] = []
    spent = min(
        seconds(lambda: hits.extend(sum(1 for _ in machine.iter(fold(text))) for text in texts)) for _ in range(5)
    )
    each = sum(hits) / 5 / len(texts)
    return f"Aho-Corasick, folding and search alone: {len(texts) / spent:,.0f} sentences/s, {each:.0f} hits each"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description="Speed and memory of the term matcher.")
    parser.add_argument("--terms", type=int, default=100_000, help="entries of the generated glossary")
    parser.add_argument("--sentences", type=int, default=1_000_000, help="generated sentences")
    parser.add_argument("--even", action="store_true", help="draw each name of the generated glossary as often")
    parser.add_argument("--only-large", action="store_true", help="leave out the small glossary")
    parser.add_argument("--memory", action="store_true", help="measure the index's memory, which takes long")
    parser.add_argument("--compare", action="store_true", help="an Aho-Corasick automaton beside it")
    wanted = parser.parse_args()
    large = glossary(random.Random(7), wanted.terms)

    texts = sentences(random.Random(8), wanted.sentences, large, even=wanted.even)
    print(f"{wanted.sentences:,} sentences; reference {reference():.2f} s\n")
    print("| glossary | entries | mentions a sentence | build | index | all, /s | last, /s | wall, /s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    print(row("generated", large, texts, memory=wanted.memory), flush=True)
    if not wanted.only_large:
        print(row("examples", Glossary.load([EXAMPLES]), texts, memory=wanted.memory), flush=True)
    print(f"\nreference {reference():.2f} s; {long(large)}")
    if wanted.compare:
        print(f"\n{automaton(large, texts[:BLOCK])}")


if __name__ == "__main__":
    main()

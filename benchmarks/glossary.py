"""How fast terms are found: sentences a second of processor time, on one core, and the memory of the index.

    python benchmarks/glossary.py
    python benchmarks/glossary.py --compare       (needs pip install pyahocorasick)

Sentences and the large glossary are generated from a fixed seed: words of Zipf's frequencies with proclitics, 22 a
sentence (NTREX-128 has 20), two or three names of the glossary among them: places of one word, people of two or three,
who share given names. The small glossary is ``examples/glossary.csv``, whose terms these sentences hardly ever have:
what it shows is the cost of looking. "First" is the pass that meets each word form for the first time, "next" the best
of five over the same sentences again, with everything remembered: an archive of millions comes near the second.

``--compare`` runs an Aho-Corasick automaton of the same spellings over the same text, folded: only the search, without
the checks of word edges, prefixes and longest match that would have to follow.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import random
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

from mtpipe.glossary import Entry, Glossary, Matcher
from mtpipe.glossary.entries import spelling_key
from mtpipe.glossary.fold import fold

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإء"
WEIGHTS = [10, 5, 4, 1, 2, 3, 2, 4, 1, 5, 1, 4, 2, 2, 1, 2, 0.5, 3, 1, 4, 3, 3, 9, 6, 6, 4, 6, 7, 3, 1, 2, 1, 0.8]
PROCLITICS = ["", "", "", "", "ال", "ال", "ال", "و", "وال", "ب", "بال", "لل", "ل"]
FORMS, GIVEN, SURNAMES = 200_000, 4_000, 40_000
WORDS = (10, 24)
EXAMPLES = Path(__file__).parents[1] / "examples" / "glossary.csv"


def word(random_: random.Random, shortest: int) -> str:
    """Make a word with the letter frequencies of Arabic."""
    return "".join(random_.choices(LETTERS, WEIGHTS, k=random_.randint(shortest, 8)))


def glossary(random_: random.Random, size: int) -> Glossary:
    """Make a glossary of places and people."""
    given = [word(random_, 4) for _ in range(GIVEN)]
    surnames = [random_.choice(("", "ال")) + word(random_, 4) for _ in range(SURNAMES)]
    entries: dict[tuple[str, ...], Entry] = {}
    while len(entries) < size:
        names = random_.choices(given, k=random_.choice((0, 1, 1, 2)))
        source = " ".join((*names, random_.choice(surnames) if names else word(random_, 5)))
        entries.setdefault(spelling_key(source), Entry(source, f"Name {len(entries)}", "person" if names else "place"))
    return Glossary(tuple(entries.values()))


def sentences(random_: random.Random, count: int, terms: Glossary) -> list[str]:
    """Make sentences of words that are no names, and two or three names."""
    forms = list(dict.fromkeys(random_.choice(PROCLITICS) + word(random_, 3) for _ in range(FORMS)))
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(forms))))
    made = []
    for _ in range(count):
        words = random_.choices(forms, cum_weights=weights, k=random_.randint(*WORDS))
        for entry in random_.choices(terms.entries, k=random_.randint(2, 3)):
            words.insert(random_.randrange(len(words)), random_.choice(["", "", "و", "ل"]) + entry.source)
        made.append(" ".join(words) + ".")
    return made


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


def row(name: str, terms: Glossary, texts: Sequence[str]) -> str:
    """Measure one glossary."""
    matchers: list[Matcher] = []
    building = seconds(lambda: matchers.append(Matcher(terms)))
    matcher = matchers[0]
    found: list[int] = []
    first = seconds(lambda: found.extend(len(matcher.find(text)) for text in texts))
    again = min(seconds(lambda: [matcher.find(text) for text in texts]) for _ in range(5))
    index = mebibytes(lambda: Matcher(terms))
    remembered = mebibytes(lambda: [matcher := Matcher(terms), [matcher.find(text) and None for text in texts]]) - index
    return (
        f"| {name} | {len(terms.entries):,} | {sum(found) / len(texts):.1f} | {building:.1f} s | {index:.0f} MiB "
        f"| {remembered:.0f} MiB | {len(texts) / first:,.0f} | {len(texts) / again:,.0f} |"
    )


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
    parser.add_argument("--sentences", type=int, default=50_000, help="generated sentences")
    parser.add_argument("--compare", action="store_true", help="an Aho-Corasick automaton beside it")
    wanted = parser.parse_args()
    random_ = random.Random(7)
    large = glossary(random_, wanted.terms)
    texts = sentences(random_, wanted.sentences, large)
    print(f"{len(texts):,} sentences of {sum(len(text.split()) for text in texts) / len(texts):.0f} words\n")
    print("| glossary | entries | mentions a sentence | build | index | remembered | first, /s | next, /s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    print(row("generated", large, texts))
    print(row("examples", Glossary.load([EXAMPLES]), texts))
    if wanted.compare:
        print(f"\n{automaton(large, texts)}")


if __name__ == "__main__":
    main()

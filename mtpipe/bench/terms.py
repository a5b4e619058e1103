"""Made-up glossaries, and sentences that have their terms.

Words have the letter frequencies of Arabic; those of sentences have Zipf's frequencies and proclitics. A sentence has
22 words (NTREX-128 has 20), two or three names of the glossary among them: places of one word, people of two or three,
who share given names. Names have Zipf's frequencies, too, as those of an archive, or all the same one.
"""

from __future__ import annotations

import itertools
import random
from typing import Final

from mtpipe.glossary import Entry, Glossary
from mtpipe.glossary.entries import spelling_key

LETTERS: Final = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإء"
WEIGHTS: Final = (
    *(10, 5, 4, 1, 2, 3, 2, 4, 1, 5, 1, 4, 2, 2, 1, 2, 0.5, 3, 1, 4, 3, 3, 9, 6, 6, 4, 6, 7, 3, 1, 2, 1, 0.8),
)
PROCLITICS: Final = ("", "", "", "", "ال", "ال", "ال", "و", "وال", "ب", "بال", "لل", "ل")
FORMS: Final = 200_000
GIVEN: Final = 4_000
SURNAMES: Final = 40_000
WORDS: Final = (10, 24)


def word(chance: random.Random, shortest: int) -> str:
    """Make a word."""
    return "".join(chance.choices(LETTERS, WEIGHTS, k=chance.randint(shortest, 8)))


def glossary(chance: random.Random, size: int) -> Glossary:
    """Make a glossary of places and people."""
    given = [word(chance, 4) for _ in range(GIVEN)]
    surnames = [chance.choice(("", "ال")) + word(chance, 4) for _ in range(SURNAMES)]
    entries: dict[tuple[str, ...], Entry] = {}
    while len(entries) < size:
        names = chance.choices(given, k=chance.choice((0, 1, 1, 2)))
        source = " ".join((*names, chance.choice(surnames) if names else word(chance, 5)))
        entries.setdefault(spelling_key(source), Entry(source, f"Name {len(entries)}", "person" if names else "place"))
    return Glossary(tuple(entries.values()))


def sentences(chance: random.Random, count: int, terms: Glossary, *, even: bool = False) -> list[str]:
    """Make sentences of words that are no names, and two or three names, each as often as another where ``even``."""
    forms = list(dict.fromkeys(chance.choice(PROCLITICS) + word(chance, 3) for _ in range(FORMS)))
    weights = _zipf(len(forms))
    names = None if even else _zipf(len(terms.entries))
    made = []
    for _ in range(count):
        words = chance.choices(forms, cum_weights=weights, k=chance.randint(*WORDS))
        for entry in chance.choices(terms.entries, cum_weights=names, k=chance.randint(2, 3)):
            words.insert(chance.randrange(len(words)), chance.choice(["", "", "و", "ل"]) + entry.source)
        made.append(" ".join(words) + ".")
    return made


def _zipf(count: int) -> list[float]:
    """Return cumulative weights by rank."""
    return list(itertools.accumulate(1 / (rank + 3) for rank in range(count)))

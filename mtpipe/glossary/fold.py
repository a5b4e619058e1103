"""Folding: the spelling differences of Arabic that no reader notices are taken away, for matching only.

What is translated and shown is never folded. A fold shortens a word (marks are dropped), so offsets are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple

FOLD_VERSION: Final = "v3"
"""Part of the signature: a change of the tables below changes what matches."""

MARKS: Final = "".join(map(chr, (*range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6EE))))
"""Harakat, hamza above and below, dagger alef, Quranic marks: written on letters."""

DROPPED: Final = MARKS + "ـء\u200c\u200d\u200e\u200f\xad"

SEATS: Final = {
    **dict.fromkeys("أإآٱ", "ا"),
    "ؤ": "و",
    **dict.fromkeys("ئىیې", "ي"),
    **dict.fromkeys("ةۀہھە", "ه"),
    "ک": "ك",
}

FOREIGN: Final = {
    **dict.fromkeys("گڨڭ", ("ك", "ج", "غ", "ق")),
    "پ": ("ب",),
    "ڤ": ("ف",),
    "چ": ("ج", "تش"),
    "ژ": ("ج", "ز"),
}
"""Letters for sounds that Arabic has no letter for, and what writers put instead: gaf, peh, veh ...."""

MOST_ALTERNATIVES: Final = 64
"""Of one word. A word with more than three foreign letters is rarer than the memory that it would cost."""

_TABLE: Final = str.maketrans({**SEATS, **dict.fromkeys(DROPPED, "")})
_WORD: Final = re.compile(f"[^\\W_]+(?:[{MARKS}\u200c\u200d]+[^\\W_]*)*")
TANWIN: Final = "\u064b"
# The accusative of a nisba, in either order of alef and tanwin.
HAMZA: Final = "ء"
_MAY_END: Final = "ءئـ\u06e5\u06e6"
"""Letters that end no word whose fold is that of its letters alone, or of which nothing may be left."""
_DROPPED: Final = frozenset(DROPPED)
_FINAL_HAMZA: Final = re.compile(f"[ءئ][{MARKS}ـ\u200c\u200d]*$")
_NISBA: Final = re.compile(f"[يی][{DROPPED}]*(?:ا[{DROPPED}]*{TANWIN}|{TANWIN}[{DROPPED}]*ا)[{DROPPED}]*$")


class Word(NamedTuple):
    """A folded word and where it stands, unfolded, in the text."""

    folded: str
    start: int
    end: int


def fold(text: str) -> str:
    """Fold hamza seats, alef forms, alef maqsura, ta marbuta, Persian letters and case; drop marks and tatweel."""
    return text.translate(_TABLE).lower()


def is_plain(text: str) -> bool:
    """Tell whether a text is one word of letters alone, whose fold is that of the text: most that is asked for is."""
    return text.isalpha() and text[-1] not in _MAY_END


def folded_words(text: str) -> Iterator[Word]:
    """Yield the words of a text: runs of letters, digits and the marks on them. A lone hamza is no word.

    A word in ياً keeps its tanwin: سورياً ("Syrian", accusative) is another word than سوريا. Other words are the same
    with it and without it (جداً, جدا). A word keeps the hamza that ends it (وفاء is not وفا, سيناء not سينا), ئ being
    another spelling of يء there (شاطئ, شاطيء), so that شيء ("thing") is not شي (Xi).
    """
    if is_plain(text):
        yield Word(fold(text), 0, len(text))
        return
    for found in _WORD.finditer(text):
        folded = fold(found[0])
        if TANWIN in found[0] and _NISBA.search(found[0]):
            folded += TANWIN
        elif folded and _FINAL_HAMZA.search(found[0]):
            folded += HAMZA
        if folded:
            yield Word(folded, found.start(), found.end())


def offset(written: str, letters: int) -> int:
    """Return where in ``written`` the part begins whose fold follows the first ``letters`` characters of its fold.

    Marks on the last of those letters go with that letter.

    >>> offset("وَبالرقة", 2)
    3
    """
    if not letters and written[:1] not in DROPPED:  # nearly always, and "" is in DROPPED
        return 0
    beginning = written[: letters + 1]
    if len(beginning) > letters and _DROPPED.isdisjoint(beginning) and len(fold(beginning)) == len(beginning):
        return letters
    seen = 0
    for position, character in enumerate(written):
        size = len(fold(character))
        if seen + size > letters:
            return position
        seen += size
    return len(written)


def alternatives(folded: str) -> tuple[str, ...]:
    """Return the spellings of a folded word that replace its foreign letters, itself first.

    >>> alternatives("پن")
    ('پن', 'بن')
    """
    count = 1
    choices: list[tuple[str, ...]] = []
    for letter in folded:
        substitutes = FOREIGN.get(letter, ())
        count *= 1 + len(substitutes)
        choices.append((letter, *substitutes))
    if count > MOST_ALTERNATIVES:
        return (folded,)
    return tuple("".join(letters) for letters in product(*choices))

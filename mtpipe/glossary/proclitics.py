"""What sticks to the front of an Arabic word: (و|ف)(ب|ل|ك|س)(ال|لل), and the ways to read a word that may carry it."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Final, NamedTuple

CONJUNCTIONS: Final = "وف"
PREPOSITIONS: Final = "بلك"
FUTURE: Final = "س"
"""Sticks to verbs only: ``سيزور``. Peeled off a name it would find مير in سمير."""

SHORT: Final = 4
"""Letters up to which a name behind a prefix is doubtful. Roots have three, so four are one with a vowel (حماس)."""
VOWELS: Final = "اويه"

_FIRST: Final = frozenset(CONJUNCTIONS + PREPOSITIONS + FUTURE + "ا")
"""Letters that a word begins with which can be read in more than one way."""


class Reading(NamedTuple):
    """A way of reading a word: ``clitics``, the ``peeled`` folded characters that they are, and the ``core``.

    ``bare`` says that the core was left without the article that the word has (an article is no clitic here: English
    decides about its own).
    """

    clitics: tuple[str, ...]
    peeled: int
    core: str
    bare: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether it makes of a longer word a short name without article that looks like a common word."""
        if not self.clitics or self.bare or self.core.startswith("ال") or len(self.core) > SHORT:
            return False
        # Four consonants (دمشق, لندن) are seldom anything but a name.
        return len(self.core) < SHORT or any(letter in VOWELS for letter in self.core)


def readings(word: str) -> tuple[Reading, ...]:
    """Return the ways to read a folded word, the whole first, then by what is peeled off."""
    if word[0] not in _FIRST:
        return (Reading((), 0, word),)  # most words: worth a shortcut
    found: list[tuple[int, Reading]] = []
    for clitics, rest in _chains(word):
        peeled = len(word) - len(rest)
        found.append((peeled, Reading(clitics, peeled, rest)))
        if rest.startswith("ال") and len(rest) > 2:
            found.append((peeled + 2, Reading(clitics, peeled, rest[2:], bare=True)))
        if clitics and clitics[-1] == "ل" and rest.startswith("ل") and len(rest) > 1:
            # ل + ال is written لل, and a term that begins with ل after its article leaves only one of its own.
            found.append((peeled + 1, Reading(clitics, peeled, "ا" + rest)))
            found.append((peeled + 1, Reading(clitics, peeled, "ال" + rest)))
            found.append((peeled + 2, Reading(clitics, peeled, rest[1:], bare=True)))
    found.sort(key=itemgetter(0))
    return tuple(reading for _, reading in found)


def _chains(word: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield chains of one-letter proclitics and what they leave of the word, none first."""
    chains: list[tuple[tuple[str, ...], str]] = [((), word)]
    if word[0] in CONJUNCTIONS and len(word) > 1:
        chains.append(((word[0],), word[1:]))
    yield from chains
    for clitics, rest in chains:
        if rest[0] in PREPOSITIONS + FUTURE and len(rest) > 1:
            yield (*clitics, rest[0]), rest[1:]

"""What sticks to the front of an Arabic word: (و|ف)(ب|ل|ك|س)(ال|لل), and the ways to read a word that may carry it."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Final, NamedTuple

CONJUNCTIONS: Final = "وف"
PREPOSITIONS: Final = "بلك"
FUTURE: Final = "س"
"""Sticks to verbs only: ``سيزور``. Peeled off a name it would find مير in سمير."""

SHORT: Final = 4
"""Letters up to which a name behind a prefix is doubtful. Roots have three, so four are one with a vowel (حماس)."""
VOWELS: Final = "اويه"

_STICKING: Final = PREPOSITIONS + FUTURE
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


def readings(word: str, known: Callable[[str], object] | None = None) -> tuple[Reading, ...]:
    """Return the ways to read a folded word, the whole first, then by what is peeled off.

    With ``known`` those alone whose core it returns something for, other than None.
    """
    if word[0] not in _FIRST:  # most words: worth a shortcut
        return (Reading((), 0, word),) if known is None or known(word) is not None else ()
    found: list[tuple[int, Reading]] = []
    for clitics, rest in _chains(word):
        peeled = len(clitics)
        cores = [(0, rest, False)]
        if rest[0] == "ا":
            if rest.startswith("ال") and len(rest) > 2:
                cores.append((2, rest[2:], True))
        elif rest[0] == "ل" and peeled and clitics[-1] == "ل" and len(rest) > 1:
            # ل + ال is written لل, and a term that begins with ل after its article leaves only one of its own.
            cores += (1, "ا" + rest, False), (1, "ال" + rest, False), (2, rest[1:], True)
        for cost, core, bare in cores:
            if known is None or known(core) is not None:
                found.append((peeled + cost, Reading(clitics, peeled, core, bare)))
    if len(found) > 1:
        found.sort(key=itemgetter(0))
    return tuple(reading for _, reading in found)


def listed(word: str, known: Callable[[str], object]) -> bool:
    """Tell whether ``readings(word, known)`` returns any, in a third of the time: for most words it does not."""
    allowed, before = CONJUNCTIONS + _STICKING, ""
    while known(word) is None:
        first = word[0]
        if first == "ا":
            return len(word) > 2 and word[1] == "ل" and known(word[2:]) is not None
        if len(word) == 1:
            return False
        if first == before == "ل" and any(known(core) is not None for core in ("ا" + word, "ال" + word, word[1:])):
            return True
        if first not in allowed:
            return False
        allowed, before, word = _STICKING if first in CONJUNCTIONS else "", first, word[1:]
    return True


def _chains(word: str) -> list[tuple[tuple[str, ...], str]]:
    """Return chains of one-letter proclitics and what they leave of the word, none first."""
    chains: list[tuple[tuple[str, ...], str]] = [((), word)]
    if word[0] in CONJUNCTIONS and len(word) > 1:
        chains.append(((word[0],), word[1:]))
    for clitics, rest in chains[:]:
        if rest[0] in _STICKING and len(rest) > 1:
            chains.append(((*clitics, rest[0]), rest[1:]))
    return chains

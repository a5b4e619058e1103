"""Doubtful matches that the source itself speaks for; the others wait for the translation (``ladder.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mtpipe.glossary.fold import fold
from mtpipe.glossary.mention import Match
from mtpipe.glossary.proclitics import SHORT, VOWELS

PLACES: Final = frozenset(("place", "city", "country"))
"""Types of entries."""


def spoken_for(text: str, matches: Sequence[Match]) -> set[int]:
    """Return the numbers of the doubtful matches that the source itself speaks for.

    One that follows a name as another one of a list (بوليفيا وشيلي): only behind و alone, and not what has three
    consonants and no vowel, since a verb may follow a name as well (وفتح). And places of four letters (بإدلب), unless
    they look like an adjective (مالي).
    """
    found: set[int] = set()
    before: Match | None = None
    for number, match in enumerate(matches):
        if match.doubtful and (_listed_after(text, before, match) or _long_place(text, match)):
            found.add(number)
        before = match
    return found


def _listed_after(text: str, before: Match | None, match: Match) -> bool:
    if before is None or match.clitics != ("و",) or not text[before.end : match.start].isspace():
        return False
    names = all(one.entry.target[:1].isupper() and not one.number for one in (before, match))
    return names and any(letter in VOWELS for letter in fold(text[match.core_start : match.end]))


def _long_place(text: str, match: Match) -> bool:
    core = fold(text[match.core_start : match.end])
    return match.entry.type in PLACES and len(core) >= SHORT and core[-1] != "ي"

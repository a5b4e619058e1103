"""A term in a text, and which of several stand where they overlap."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from typing import NamedTuple

from mtpipe.glossary.endings import Number
from mtpipe.glossary.entries import AGREEING, Entry


class Match(NamedTuple):
    """A term in a text. ``start`` and ``end`` take in what sticks to it; ``core_start`` stands after ``clitics``.

    The article belongs to the core: English decides about its own. ``rivals`` are the other entries that the text may
    mean as well as ``entry``. ``doubtful`` says that it may well be no name at all. ``number`` and ``enclitic`` say
    what the ending of a common noun adds; the entry of a plural has its English in the plural.
    """

    entry: Entry
    start: int
    end: int
    core_start: int
    clitics: tuple[str, ...] = ()
    rivals: tuple[Entry, ...] = ()
    doubtful: bool = False
    number: Number = ""
    enclitic: str = ""

    @property
    def candidates(self) -> tuple[Entry, ...]:
        """The entries that it may be a mention of: one, but for homographs."""
        return (self.entry, *self.rivals)

    @property
    def replaceable(self) -> bool:
        """Whether the English form alone says all that the Arabic says: no "its", no "two"."""
        agrees = self.number and self.entry.type in AGREEING
        return not (self.enclitic or agrees or self.number == "dual")

    def moved(self, shift: int) -> Match:
        """Return the match in a text that begins ``shift`` characters earlier."""
        entry, start, end, core, clitics, rivals, doubtful, number, enclitic = (
            self  # _replace takes three times as long
        )
        return Match(entry, start + shift, end + shift, core + shift, clitics, rivals, doubtful, number, enclitic)


Found = tuple[int, int, int, int, Match]
"""A match with what it is weighed by: start, end, words, letters without clitics. A plain tuple, for speed."""


def simplest(found: Iterable[Found]) -> list[Found]:
    """Keep, of terms of as many words that begin at one word, the first: readings come with the simplest first."""
    kept: dict[tuple[int, int], Found] = {}
    for item in found:
        kept.setdefault((item[0], item[2]), item)
    return list(kept.values())


def without_overlaps(found: list[Found]) -> list[Match]:
    """Return the terms in the order of the text: of those that overlap most words, then most letters, then leftmost."""
    reached = 0
    for start, end, _, _, _ in found:
        if start < reached:
            break
        reached = end
    else:
        return [match for _, _, _, _, match in found]
    found.sort(key=lambda item: (-item[2], -item[3], item[0]))
    chosen: list[Found] = []
    starts: list[int] = []
    for item in found:
        start, end, _, _, _ = item
        place = bisect(starts, start)
        if place and chosen[place - 1][1] > start:
            continue
        if place < len(starts) and starts[place] < end:
            continue
        starts.insert(place, start)
        chosen.insert(place, item)
    return [match for _, _, _, _, match in chosen]

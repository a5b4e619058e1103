"""Tying each mention of a term to one place in the English, or to none.

Two mentions want two places: a term that the source names twice and the English once has one mention untied. English
may well have put a pronoun there; that is for the ledger to say (``fewer-in-target``), not for us to guess.
A mention of homographs (عمان: Amman or Oman) is tied to whichever of them the English has.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Final

from mtpipe.glossary.english import Claims, Place, places
from mtpipe.glossary.entries import Entry, is_arabic
from mtpipe.glossary.mention import Match
from mtpipe.translate.base import Hypothesis
from mtpipe.translate.guard import flags

SHORTEST: Final = 0.5
LONGEST: Final = 2.0
"""Characters of another translation of a sentence over those of the first: beyond, something was lost or invented."""
MIN_LENGTH: Final = 20
"""Characters under which that ratio says nothing."""

_FIGURE: Final = re.compile(r"\d+(?:[.,]\d+)*")


def tie(text: str, matches: Sequence[Match]) -> list[Place | None]:
    """Return for each mention its own place in ``text``, None where there is none left.

    Longer terms choose first, so that Silo is not found inside Talal Silo; among its places a term prefers those
    that need no change; mentions of one term are tied in the order of the source. Homographs choose last.
    """
    tied: list[Place | None] = [None] * len(matches)
    claimed = Claims()
    for candidates, mentions in _by_target(matches):
        free = _free(text, candidates, claimed)
        free.sort(key=lambda place: (not place.exact, place.start))
        own = sorted(free[: len(mentions)], key=lambda place: place.start)
        for place in own:
            claimed.take(place.start, place.end)
        # Where there are too few, a mention that may be none goes without.
        first = sorted(mentions, key=lambda number: matches[number].doubtful)[: len(own)]
        for mention, place in zip(sorted(first), own, strict=True):
            tied[mention] = place
    return tied


def _free(text: str, candidates: Sequence[Entry], claimed: Claims) -> list[Place]:
    """Return the unclaimed places of any of the candidates."""
    found = [place for entry in candidates for place in places(text, entry)]
    free = [place for place in found if claimed.free(place.start, place.end)]
    if len(candidates) == 1:
        return free
    # Saudi is no word of its own in Saudi Arabia.
    free = [place for place in free if not any(place.overlaps(other) and _longer(other, place) for other in free)]
    # What might be a misspelling of two homographs speaks for neither.
    return [
        place
        for place in free
        if place.exact or not any(place.overlaps(other) for other in free if other.entry is not place.entry)
    ]


def _longer(one: Place, other: Place) -> bool:
    return one.end - one.start > other.end - other.start


def complete(
    tied: Sequence[Place | None], first: Sequence[Place | None], held: Container[int], *, rewritable: bool
) -> bool:
    """Tell whether every mention has a place, exact ones only where nothing may be rewritten.

    ``first`` are the places in the plain translation: homographs must not turn into one another, and what is ``held``
    (left to what the engine made of it) needs a place only if it had one.
    """
    for number, (place, before) in enumerate(zip(tied, first, strict=True)):
        if place is None:
            if number not in held or before is not None:
                return False
        elif not (place.exact or rewritable) or (before is not None and before.entry.target != place.entry.target):
            return False
    return True


def sound(source: str, plain: Hypothesis, other: Hypothesis, matches: Sequence[Match], known: Sequence[str]) -> bool:
    """Tell whether another translation of ``source`` may stand in for the plain one, apart from its terms.

    It has no fault of the guard that is neither in ``known`` nor the plain one's, a length like the plain one's, the
    figures that the plain one had from the source, no Arabic left over that the plain one had not, and no term more
    often than source or plain translation have it.
    """
    new = set(flags(source, other)) - set(known)
    if new and new - set(flags(source, plain)):  # without a guard, nobody has told what is wrong with the plain one
        return False
    longer = max(len(other.text), len(plain.text))
    if not known and longer >= MIN_LENGTH and not SHORTEST <= len(other.text) / max(1, len(plain.text)) <= LONGEST:
        return False
    figures = set(_FIGURE.findall(source)) & set(_FIGURE.findall(plain.text))
    if not figures <= set(_FIGURE.findall(other.text)):
        return False
    if is_arabic(other.text) and not is_arabic(plain.text):
        return False
    before, after = _counts(plain.text, matches), _counts(other.text, matches)
    return all(
        after[candidates] <= max(len(mentions), before[candidates]) for candidates, mentions in _by_target(matches)
    )


def _counts(text: str, matches: Sequence[Match]) -> dict[tuple[Entry, ...], int]:
    """Count each term's places in a text, those inside a longer term's left out."""
    counts: dict[tuple[Entry, ...], int] = {}
    claimed = Claims()
    for candidates, _ in _by_target(matches):
        free = _free(text, candidates, claimed)
        counts[candidates] = len(free)
        for place in free:
            claimed.take(place.start, place.end)
    return counts


def _by_target(matches: Sequence[Match]) -> list[tuple[tuple[Entry, ...], list[int]]]:
    """Group mentions by English form (two entries may share it), the longest form first, homographs last."""
    groups: dict[tuple[str, ...], tuple[tuple[Entry, ...], list[int]]] = {}
    for number, match in enumerate(matches):
        forms = tuple(entry.target for entry in match.candidates)
        groups.setdefault(forms, (match.candidates, []))[1].append(number)
    ordered = sorted(groups.items(), key=lambda item: (len(item[0]), -len(item[0][0]), item[0]))
    return [group for _, group in ordered]

"""Tying each mention of a term to one place in the English, or to none.

Two mentions want two places: a term that the source names twice and the English once has one mention untied. English
may well have put a pronoun there; that is for the ledger to say (``fewer-in-target``), not for us to guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from mtpipe.glossary.english import Place, places
from mtpipe.glossary.entries import Entry, is_arabic
from mtpipe.glossary.match import Match
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
    that need no change; mentions of one term are tied in the order of the source.
    """
    tied: list[Place | None] = [None] * len(matches)
    claimed: list[Place] = []
    for entry, mentions in _by_target(matches):
        free = [place for place in places(text, entry) if not any(place.overlaps(other) for other in claimed)]
        free.sort(key=lambda place: (not place.exact, place.start))
        own = sorted(free[: len(mentions)], key=lambda place: place.start)
        claimed += own
        for mention, place in zip(mentions, own, strict=False):
            tied[mention] = place
    return tied


def complete(tied: Iterable[Place | None], *, rewritable: bool) -> bool:
    """Tell whether every mention has a place, exact ones only where nothing may be rewritten."""
    return all(place is not None and (rewritable or place.exact) for place in tied)


def sound(source: str, plain: Hypothesis, other: Hypothesis, matches: Sequence[Match], known: Sequence[str]) -> bool:
    """Tell whether another translation of ``source`` may stand in for the plain one, apart from its terms.

    It has no fault of the guard that is not in ``known``, a length like the plain one's, the figures that the plain
    one had from the source, no Arabic left over that the plain one had not, and no term more often than source or
    plain translation have it.
    """
    if set(flags(source, other)) - set(known):
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
        after[entry.target] <= max(len(mentions), before[entry.target]) for entry, mentions in _by_target(matches)
    )


def _counts(text: str, matches: Sequence[Match]) -> dict[str, int]:
    """Count each term's places in a text, those inside a longer term's left out."""
    counts: dict[str, int] = {}
    claimed: list[Place] = []
    for entry, _ in _by_target(matches):
        free = [place for place in places(text, entry) if not any(place.overlaps(other) for other in claimed)]
        counts[entry.target] = len(free)
        claimed += free
    return counts


def _by_target(matches: Sequence[Match]) -> list[tuple[Entry, list[int]]]:
    """Group mentions by English form (two entries may share it), the longest form first."""
    groups: dict[str, tuple[Entry, list[int]]] = {}
    for number, match in enumerate(matches):
        groups.setdefault(match.entry.target, (match.entry, []))[1].append(number)
    return sorted(groups.values(), key=lambda group: (-len(group[0].target), group[0].target))

"""The terms of a sentence whose English a person has written: found there again, or told as gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mtpipe.article import Mention

EDITED: Final = "edited"
"""The reason of a mention that a person wrote otherwise; the others are those of the glossary."""
BETWEEN: Final = " | "
"""Between the targets of homographs."""

Span = tuple[int, int]


def moved_by(mention: Mention, characters: int) -> Mention:
    """Return a mention whose English lies so many characters further on."""
    if mention.target_start < 0:
        return mention
    return replace(mention, target_start=mention.target_start + characters, target_end=mention.target_end + characters)


def refound(mentions: Sequence[Mention], text: str) -> tuple[Mention, ...]:
    """Return the mentions with their places in the text that a person wrote, in order.

    A mention is where what stood there before stands, or its term as listed, whole words in any case; each place is
    one mention's, and longer terms choose first. One that is nowhere is flagged as ``edited``; one that was flagged
    and is there now is ``present``.
    """
    places: dict[int, Span] = {}
    for number in sorted(range(len(mentions)), key=lambda number: -max(map(len, _forms(mentions[number])), default=0)):
        free = (
            span
            for form in _forms(mentions[number])
            for span in _spans(form, text)
            if not any(span[0] < end and start < span[1] for start, end in places.values())
        )
        if (place := next(free, None)) is not None:
            places[number] = place
    return tuple(_placed(mention, places.get(number), text) for number, mention in enumerate(mentions))


def _forms(mention: Mention) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in (mention.after, *mention.target.split(BETWEEN)) if form))


def _spans(form: str, text: str) -> Iterable[Span]:
    return (found.span() for found in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE))


def _placed(mention: Mention, place: Span | None, text: str) -> Mention:
    if place is not None:
        rung = "present" if mention.rung == "flagged" else mention.rung
        start, end = place
        return replace(mention, target_start=start, target_end=end, rung=rung, after=text[start:end], reason="")
    if mention.rung == "flagged":
        return mention
    return replace(mention, target_start=-1, target_end=-1, rung="flagged", after="", reason=EDITED)

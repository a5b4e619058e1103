"""What reviewers wrote into aligned articles: the English with it, and where the rest of it has moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """A stretch of a text, and what a reviewer wrote in its place."""

    start: int
    end: int
    text: str

    @property
    def longer(self) -> int:
        """By how many characters the text grows."""
        return len(self.text) - (self.end - self.start)


def apart(found: Iterable[Written]) -> list[Written]:
    """Return them in order, without those that overlap one before them: moved text may lie interleaved."""
    kept: list[Written] = []
    for one in sorted(found, key=lambda item: (item.start, item.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def text_with(text: str, changes: Sequence[Written]) -> str:
    """Return a text with what was written into it."""
    pieces: list[str] = []
    cursor = 0
    for change in changes:
        pieces += [text[cursor : change.start], change.text]
        cursor = change.end
    return "".join([*pieces, text[cursor:]])


def moved(place: int, changes: Sequence[Written]) -> int:
    """Return where an offset into the text lies afterwards; one inside a change, at the end of what was written."""
    shift = 0
    for change in changes:
        if change.end <= place:
            shift += change.longer
        elif change.start < place:
            return change.start + shift + len(change.text)
    return place + shift

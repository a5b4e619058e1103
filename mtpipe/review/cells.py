"""Cutting a cell's text into sentences and marked stretches, so that joining the cuts gives the text back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """Text inside a piece. ``strange`` tells a number that the other side has not."""

    text: str
    strange: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Text inside a sentence, and the numbers of the mentions that it stands for (none: plain text).

    ``strange`` are the spans, ascending, of numbers that the other side has not.
    """

    text: str
    mentions: tuple[int, ...] = ()
    strange: tuple[Span, ...] = ()

    @property
    def parts(self) -> Iterator[Part]:
        """The text, cut at its strange numbers."""
        cursor = 0
        for start, end in self.strange:
            if start > cursor:
                yield Part(self.text[cursor:start])
            yield Part(self.text[start:end], strange=True)
            cursor = end
        if cursor < len(self.text):
            yield Part(self.text[cursor:])


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text of a cell: the ``sentence``-th sentence, or what lies between sentences (``sentence`` is None)."""

    pieces: tuple[Piece, ...]
    sentence: int | None = None


def cut(
    text: str, sentences: Sequence[Span], mentions: Sequence[Sequence[Span]], numbers: Sequence[Span] = ()
) -> tuple[Stretch, ...]:
    """Cut the text of a paragraph.

    ``sentences`` are ascending spans into ``text``; white space at their end is left outside, so that a highlighted
    sentence ends at its last letter. ``mentions`` are, for each sentence, spans relative to its start; an empty span
    (a term that is not there) marks nothing. ``numbers`` are spans into ``text`` of numbers without counterpart. Every
    sentence has exactly one stretch, if only an empty one.
    """
    stretches: list[Stretch] = []
    cursor = 0
    for number, (start, end) in enumerate(sentences):
        if start > cursor:
            stretches.append(Stretch((Piece(text[cursor:start]),)))
        body = text[start:end].rstrip() or text[start:end]
        strange = [(low - start, high - start) for low, high in numbers if start <= low < start + len(body)]
        stretches.append(Stretch(tuple(_pieces(body, mentions[number], strange)), number))
        cursor = start + len(body)
    if cursor < len(text):
        stretches.append(Stretch((Piece(text[cursor:]),)))
    return tuple(stretches)


def _pieces(text: str, spans: Sequence[Span], numbers: Sequence[Span]) -> Iterator[Piece]:
    strange = [(start, end) for start, end, _ in _merged(text, numbers)]
    cursor = 0
    for start, end, mentions in _merged(text, spans):
        if start > cursor:
            yield _piece(text, cursor, start, (), strange)
        yield _piece(text, start, end, mentions, strange)
        cursor = end
    if cursor < len(text):
        yield _piece(text, cursor, len(text), (), strange)


def _piece(text: str, start: int, end: int, mentions: tuple[int, ...], strange: Sequence[Span]) -> Piece:
    inside = ((max(low, start) - start, min(high, end) - start) for low, high in strange)
    return Piece(text[start:end], mentions, tuple((low, high) for low, high in inside if low < high))


def _merged(text: str, spans: Sequence[Span]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Widen spans to whole grapheme clusters and join those that overlap: every mention has one mark."""
    real = [(max(start, 0), min(end, len(text)), number) for number, (start, end) in enumerate(spans)]
    real = sorted((start, end, number) for start, end, number in real if start < end)
    if not real:
        return []
    edges = [match.start() for match in regex.finditer(r"\X", text)] + [len(text)]
    marks: list[tuple[int, int, tuple[int, ...]]] = []
    for start, end, number in real:
        start, end = edges[bisect_right(edges, start) - 1], edges[bisect_left(edges, end)]
        if marks and start < marks[-1][1]:
            first, last, numbers = marks[-1]
            marks[-1] = (first, max(last, end), (*numbers, number))
        else:
            marks.append((start, end, (number,)))
    return marks

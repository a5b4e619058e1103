"""Replacing spans of a text by listed forms, with the small words that lean on them, and where all ends up."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

from mtpipe.glossary.english import APOSTROPHES, article_fix

Span = tuple[int, int]

_BARE_POSSESSIVE: Final = re.compile(rf"[{APOSTROPHES}](?![^\W_])")
_OPEN_QUOTE: Final = re.compile(rf"(?:^|[\s(])[{APOSTROPHES}](?=\w)")


def rewrite(text: str, spans: Sequence[Span | None], forms: Mapping[int, str]) -> tuple[str, list[Span | None]]:
    """Write ``forms[i]`` over ``spans[i]``; return the text and where all spans lie in it.

    ``a`` and ``an`` before a rewritten span are made to agree with it, and the possessive of a plural (``Rakkas'``)
    with a form that does not end in s. Nothing else changes. Spans must not overlap.
    """
    edits: list[tuple[int, int, str]] = []
    for number, form in forms.items():
        span = spans[number]
        assert span is not None, "a form needs a span to be written over"
        start, end = span
        edits.append((start, end, form))
        agreed = article_fix(text, start, form)
        if agreed is not None:
            edits.append(agreed)
        apostrophe = _possessive(text, end, form)
        if apostrophe is not None:
            edits.append((apostrophe, apostrophe, "s"))
    edits.sort()
    parts: list[str] = []
    cursor = 0
    for start, end, new in edits:
        parts += [text[cursor:start], new]
        cursor = end
    parts.append(text[cursor:])
    pushes = list(accumulate((len(new) - (stop - begin) for begin, stop, new in edits), initial=0))
    stops = [stop for _, stop, _ in edits]
    own = {(begin, stop): new for begin, stop, new in edits}
    return "".join(parts), [_moved(span, own.get(span), pushes, stops) if span else None for span in spans]


def _moved(span: Span, own: str | None, pushes: Sequence[int], stops: Sequence[int]) -> Span:
    """Return where a span lies after the edits; those that stop before it push it, its ``own`` sets its length."""
    start, end = span
    push = pushes[bisect_right(stops, start)]
    return start + push, (end if own is None else start + len(own)) + push


def _possessive(text: str, end: int, form: str) -> int | None:
    """Return where an s is missing: after the apostrophe of ``Rakkas'`` once ``Raqqa`` stands there."""
    if form[-1:].lower() == "s" or text[end - 1 : end].lower() != "s" or not _BARE_POSSESSIVE.match(text, end):
        return None
    # 'the Rakkas' in single quotation marks is no possessive.
    return None if _OPEN_QUOTE.search(text, 0, end) else end + 1

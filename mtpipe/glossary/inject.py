"""Writing the English form into the Arabic source: engines copy Latin letters, so the name comes out as it went in."""

from __future__ import annotations

from collections.abc import Iterable

from mtpipe.glossary.match import Match


def inject(segment: str, matches: Iterable[Match]) -> str:
    """Return the segment with the English in place of each term's core, proclitics as words of their own before it.

    A term whose ending says more than its English (هدنتها, "its ceasefire") is left as it is.

    >>> from mtpipe.glossary.entries import Entry
    >>> inject("وبالرقة مساء", [Match(Entry("الرقة", "Raqqa"), 0, 7, 2, ("و", "ب"))])
    'و ب Raqqa مساء'
    """
    parts: list[str] = []
    cursor = 0
    for match in matches:
        if not match.replaceable:
            continue
        parts += [segment[cursor : match.start], " ".join((*match.clitics, match.entry.target))]
        cursor = match.end
    parts.append(segment[cursor:])
    return "".join(parts)

"""What TMX, XLIFF and DOCX share: characters that XML can hold, and spans as elements."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, cast

from mtpipe.corpus.formats.base import ILLEGAL, Tally
from mtpipe.glossary.markup import XML

if TYPE_CHECKING:
    from lxml import etree

UNHOLDABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no ``Char`` of XML 1.0."""

Span = tuple[int, int]
Make = Callable[[], "etree._Element"]


def legal(text: str, tally: Tally) -> str:
    """Return a text of the same length without what XML 1.0 can't hold; counted where there was any."""
    clean, number = UNHOLDABLE.subn("\ufffd", text)
    if number:
        tally[ILLEGAL] += number
    return clean


def element(space: str, tag: str, text: str = "", /, **attributes: str) -> etree._Element:
    """Make an element of a namespace that needs no prefix; an attribute ``lang`` or ``space`` is XML's own."""
    from lxml import etree

    spaces: dict[str | None, str] = {None: space}
    made = etree.Element(f"{{{space}}}{tag}", nsmap=cast(dict[str, str], spaces))  # the stubs know no None
    for key, value in attributes.items():
        made.set(f"{{{XML}}}{key}" if key in ("lang", "space") else key, value)
    made.text = text or None
    return made


def fill(parent: etree._Element, text: str, span: Span, marks: Sequence[tuple[Span, Make]]) -> None:
    """Put ``text`` within ``span`` into an element, what is marked inside elements of its own.

    Marks that are empty, reach out of the span or over one another are left out, the first of two stays.
    """
    cursor, end = span
    last = None
    for (start, stop), make in sorted(marks, key=lambda mark: mark[0]):
        if not cursor <= start < stop <= end:
            continue
        _append(parent, last, text[cursor:start])
        last = make()
        last.text = text[start:stop]
        parent.append(last)
        cursor = stop
    _append(parent, last, text[cursor:end])


def _append(parent: etree._Element, last: etree._Element | None, text: str) -> None:
    if last is None:
        parent.text = text
    else:
        last.tail = text

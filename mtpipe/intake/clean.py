"""Cleaning: what readers see.

The letters stay as they were written, with vowel signs and tatweel. What goes is what cannot be shown or what
disguises text: controls, bidi embeddings and overrides, BOM, soft hyphen, characters that XML 1.0 forbids.
Presentation forms (old PDFs, Word) become ordinary letters, except the signs that readers know as signs (ﷺ).
"""

from __future__ import annotations

import unicodedata
from typing import Final

from mtpipe.intake.normalise import is_invisible, mended

_KEPT_FORMATS: Final = frozenset(
    "\u200c\u200d"  # joiners shape Persian words and emoji
    "\u200e\u200f\u061c"  # marks order digits and Latin at the edge of Arabic; they cannot disguise a run
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2"  # visible signs that enclose the next number
)
_KEPT_SIGNS: Final = frozenset("\ufdfa\ufdfb\ufdfc\ufdfd")  # ﷺ ﷻ ﷼ ﷽


def _rule(character: str) -> str:
    if character.isspace():
        return " "
    if character in _KEPT_FORMATS or character in _KEPT_SIGNS:
        return character
    if is_invisible(character):
        return ""
    return mended(character)


class _Table(dict[int, str]):
    """The rule of each code point, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _rule(chr(code))
        return self[code]


_TABLE: Final = _Table()


def clean(text: str) -> str:
    """Return a text as readers see it: NFC, legal in XML 1.0, white space and line breaks collapsed, stripped."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_TABLE)).split())

"""Months, which Arabic names in two ways, the Maghreb in a third, and English in one: anchors of dates.

Only the solar ones. What is also another word (``ماي``, the verb "may") is left out, or wanted in a form that is not.
"""

from __future__ import annotations

import re
from typing import Final

from mtpipe.glossary.fold import fold

ARABIC: Final = (
    ("كانون الثاني", "يناير", "جانفي"),
    ("شباط", "فبراير", "فيفري"),
    ("آذار", "مارس"),
    ("نيسان", "أبريل", "أفريل"),
    ("أيار", "مايو"),
    ("حزيران", "يونيو", "يونيه"),
    ("تموز", "يوليو", "يوليه", "جويلية"),
    ("أغسطس", "أوت"),
    ("أيلول", "سبتمبر"),
    ("تشرين الأول", "أكتوبر"),
    ("تشرين الثاني", "نوفمبر"),
    ("كانون الأول", "ديسمبر"),
)
ENGLISH: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

_AUGUST: Final = re.compile(r"(?<!\w)[وف]?[بل]?آب(?!\w)")  # folded it is also "father"
_NAMED: Final = {fold(name): month for month, names in enumerate(ARABIC, start=1) for name in names}
_ARABIC: Final = re.compile(rf"(?<!\w)[وف]?[بل]?({'|'.join(_NAMED)})(?!\w)")
# At the head of a sentence "May" and "March" are verbs.
_ENGLISH: Final = re.compile(rf"\b({'|'.join(ENGLISH)})\b(?<!^May)(?<!^March)")


def arabic_months(text: str) -> set[int]:
    """Return the months, 1 to 12, that an Arabic text names."""
    found = {_NAMED[name] for name in _ARABIC.findall(fold(text))}
    return found | {8} if _AUGUST.search(text) else found


def english_months(text: str) -> set[int]:
    """Return the months, 1 to 12, that an English text names."""
    return {ENGLISH.index(name) + 1 for name in _ENGLISH.findall(text)}

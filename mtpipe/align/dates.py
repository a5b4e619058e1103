"""Dates in words: months, which Arabic names in two ways, the Maghreb in a third, and English in one; days of the week.

Only solar months. What is also another word (``ماي``, the verb "may") is left out, or wanted in a form that is not:
``أحد`` is "one", ``الأحد`` Sunday.
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
ARABIC_DAYS: Final = ("أحد", "اثنين", "ثلاثاء", "أربعاء", "خميس", "جمعة", "سبت")
"""Without the article, which they always have."""
ENGLISH_DAYS: Final = ("Sun", "Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur")

_AUGUST: Final = re.compile(r"(?<!\w)[وف]?[بل]?آب(?!\w)")  # folded it is also "father"
_NAMED: Final = {fold(name): f"month {month}" for month, names in enumerate(ARABIC, start=1) for name in names}
_ARABIC: Final = re.compile(rf"(?<!\w)[وف]?[بل]?({'|'.join(_NAMED)})(?!\w)")
# At the head of a sentence "May" and "March" are verbs.
_ENGLISH: Final = re.compile(rf"\b({'|'.join(ENGLISH)})\b(?<!^May)(?<!^March)")
_DAYS: Final = {fold(name): f"day {day}" for day, name in enumerate(ARABIC_DAYS, start=1)}
_ARABIC_DAY: Final = re.compile(rf"(?<!\w)[وف]?(?:[بك]?ال|لل)({'|'.join(_DAYS)})(?!\w)")
_ENGLISH_DAY: Final = re.compile(rf"\b({'|'.join(ENGLISH_DAYS)})days?\b")


def arabic_dates(text: str) -> frozenset[str]:
    """Return the months and the days of the week that an Arabic text names, as keys that both languages share."""
    folded = fold(text)
    found = {_NAMED[name] for name in _ARABIC.findall(folded)} | {_DAYS[name] for name in _ARABIC_DAY.findall(folded)}
    return frozenset(found | {"month 8"} if _AUGUST.search(text) else found)


def english_dates(text: str) -> frozenset[str]:
    """Return the months and the days of the week that an English text names, as ``arabic_dates`` does."""
    months = {f"month {ENGLISH.index(name) + 1}" for name in _ENGLISH.findall(text)}
    return frozenset(months | {f"day {ENGLISH_DAYS.index(name) + 1}" for name in _ENGLISH_DAY.findall(text)})

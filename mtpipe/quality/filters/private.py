"""Filters of what should not be in a corpus: private data, listed words; and masks for the former.

A mask keeps the length of what it hides, so that all offsets of a row stay right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import ClassVar, Final, Literal

import regex
from pydantic import Field

from mtpipe.errors import UsageError
from mtpipe.quality.filters.base import FileFilter, Pair, PairFilter, Score, lines
from mtpipe.quality.filters.repeats import words

Kind = Literal["email", "phone", "national-id"]
KINDS: Final[tuple[Kind, ...]] = ("email", "phone", "national-id")

_WESTERN: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_EMAIL: Final = regex.compile(r"(?<![\w.+-])[\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+")
# An international number, or a national one that begins with 0: 9 to 15 digits, in groups or not.
_PHONE: Final = regex.compile(r"(?<![\d.,/٫٬-])(?:\+|00|0)\d(?:[ \-().]{0,2}\d){7,13}(?![\d.,/٫٬-]*\d)")
_DIGITS: Final = regex.compile(r"(?<![\d.,٫٬])(?:784-?\d{4}-?\d{7}-?\d|\d{14}|[12]\d{9})(?![.,٫٬]?\d)")
_HIDDEN: Final = regex.compile(r"[\p{L}\p{M}\p{N}]")


class Private(PairFilter):
    """E-mail addresses, phone numbers and national ids, on both sides together.

    Of ids, those of Egypt (14 digits that begin with a date of birth), Saudi Arabia (10 digits) and the Emirates (784
    and a year of birth; both with a check digit after Luhn) are known.
    """

    name: ClassVar[str] = "private"
    columns: ClassVar[tuple[str, ...]] = ("found",)
    kinds: tuple[Kind, ...] = KINDS
    most: int = Field(0, ge=0)

    def measure(self, pair: Pair) -> Score:
        """Count them."""
        return (sum(1 for text in (pair.source, pair.target) for _ in found(text, self.kinds)),)


class Words(FileFilter):
    """Words of the lists in ``files`` (one a line, # begins a comment), on both sides; for profanity and the like."""

    name: ClassVar[str] = "words"
    columns: ClassVar[tuple[str, ...]] = ("found",)
    most: int = Field(0, ge=0)

    def measure(self, pair: Pair) -> Score:
        """Count them, without regard to spelling variants."""
        return (sum(word in self._listed for text in (pair.source, pair.target) for word in words(text)),)

    @cached_property
    def _listed(self) -> frozenset[str]:
        listed: set[str] = set()
        for path in self.files:
            for number, line in enumerate(lines(path).split("\n"), start=1):
                of_line = words(line.partition("#")[0])
                if len(of_line) > 1:
                    raise UsageError(f"{path} line {number}: more than one word. Write one a line.")
                listed.update(of_line)
        return frozenset(listed)


def found(text: str, kinds: Iterable[Kind] = KINDS) -> Iterator[tuple[Kind, int, int]]:
    """Yield kind, start and end of private data, each place once."""
    western, free = text.translate(_WESTERN), 0
    places = sorted(
        (match.start(), -match.end(), kind)
        for kind in kinds
        for match in _PATTERNS[kind][0].finditer(western)
        if _PATTERNS[kind][1](match.group())
    )
    for start, end, kind in places:
        if start >= free:
            free = -end
            yield kind, start, -end


def mask(text: str, kinds: Iterable[Kind] = KINDS) -> str:
    """Return the text with the letters and digits of private data as ``x``: as long as it was, sign for sign."""
    pieces, cursor = [], 0
    for _, start, end in found(text, kinds):
        pieces += [text[cursor:start], _HIDDEN.sub("x", text[start:end])]
        cursor = end
    return "".join([*pieces, text[cursor:]])


def _always(_: str) -> bool:
    return True


def _identity(number: str) -> bool:
    digits = [int(sign) for sign in number if sign.isdigit()]
    if len(digits) == 14:  # Egypt: century, year, month, day, governorate, serial, check
        month, day = digits[3] * 10 + digits[4], digits[5] * 10 + digits[6]
        return digits[0] in (2, 3) and 1 <= month <= 12 and 1 <= day <= 31
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


_PATTERNS: Final[dict[Kind, tuple[regex.Pattern[str], Callable[[str], bool]]]] = {
    "email": (_EMAIL, _always),
    "phone": (_PHONE, _always),
    "national-id": (_DIGITS, _identity),
}

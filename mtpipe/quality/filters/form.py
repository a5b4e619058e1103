"""Filters of form: what can be seen without understanding a word."""

from __future__ import annotations

from typing import ClassVar, Final

import regex
from pydantic import Field

from mtpipe.quality.filters.base import Pair, PairFilter, Score
from mtpipe.quality.numbers import compare

SMOOTHING: Final = 10
"""Characters added on both sides of a ratio: "نعم" and "Yes, indeed." are no odd pair."""
PHRASE: Final = 3

_CONTENT: Final = regex.compile(r"[\p{L}\p{N}]")
_LETTER: Final = regex.compile(r"\p{L}")
_ARABIC: Final = regex.compile(r"[\p{L}&&\p{Arabic}]", regex.V1)
_LATIN: Final = regex.compile(r"[\p{L}&&\p{Latin}]", regex.V1)
_SIGN: Final = regex.compile(r"[^\p{L}\p{M}\p{N}\s]")
_WORD: Final = regex.compile(r"[\p{L}\p{M}\p{N}]+")


class Empty(PairFilter):
    """Letters and digits of the side that has fewer."""

    name: ClassVar[str] = "empty"
    columns: ClassVar[tuple[str, ...]] = ("characters",)
    least: int = Field(1, ge=0)

    def measure(self, pair: Pair) -> Score:
        """Count what is neither white space nor a sign."""
        return (min(len(_CONTENT.findall(text)) for text in (pair.source, pair.target)),)


class Length(PairFilter):
    """Words of each side, and the characters of the longest word (an address, or words that lost their spaces)."""

    name: ClassVar[str] = "length"
    columns: ClassVar[tuple[str, ...]] = ("source", "target", "longest")
    BARS: ClassVar[frozenset[str]] = frozenset({"least", "most", "longest"})
    least: int = Field(1, ge=0)
    most: int = Field(200, ge=1)
    longest: int = Field(60, ge=1)

    def measure(self, pair: Pair) -> Score:
        """Count words by white space."""
        source, target = pair.source.split(), pair.target.split()
        return len(source), len(target), max(map(len, (*source, *target)), default=0)

    def accept(self, score: Score) -> bool:
        """Tell whether both sides are within the bounds."""
        *words, longest = (number or 0 for number in score)
        return all(self.least <= number <= self.most for number in words) and longest <= self.longest


class Ratio(PairFilter):
    """Characters of the English over those of the Arabic, 10 added to each so that short texts have room."""

    name: ClassVar[str] = "ratio"
    columns: ClassVar[tuple[str, ...]] = ("ratio",)
    least: float = Field(0.5, ge=0)
    most: float = Field(2.2, ge=0)

    def measure(self, pair: Pair) -> Score:
        """Divide."""
        return (round((len(pair.target) + SMOOTHING) / (len(pair.source) + SMOOTHING), 4),)


class Script(PairFilter):
    """Share of the letters that are of the side's own script, Arabic and Latin; None without a letter."""

    name: ClassVar[str] = "script"
    columns: ClassVar[tuple[str, ...]] = ("source", "target")
    least: float = Field(0.5, ge=0, le=1)

    def measure(self, pair: Pair) -> Score:
        """Count letters."""
        return _share(_ARABIC, pair.source), _share(_LATIN, pair.target)


class Numbers(PairFilter):
    """Numbers that stand on one side only, whether in figures or in words."""

    name: ClassVar[str] = "numbers"
    columns: ClassVar[tuple[str, ...]] = ("missing", "extra")
    VERSION: ClassVar[int] = 2
    most: int = Field(0, ge=0)

    def measure(self, pair: Pair) -> Score:
        """Compare the numbers of both sides."""
        missing, extra = compare(pair.source, pair.target)
        return len(missing), len(extra)


class Copy(PairFilter):
    """Share of the English words that stand in the Arabic as they are, numbers aside."""

    name: ClassVar[str] = "copy"
    columns: ClassVar[tuple[str, ...]] = ("share",)
    most: float = Field(0.5, ge=0, le=1)

    def measure(self, pair: Pair) -> Score:
        """Compare words without regard to case."""
        words = [word.casefold() for word in _WORD.findall(pair.target) if not word.isdigit()]
        there = {word.casefold() for word in _WORD.findall(pair.source)}
        return (round(sum(word in there for word in words) / len(words), 4) if words else None,)


class Repetition(PairFilter):
    """Share of the three-word phrases that stood in the same text before, of the side that repeats itself more."""

    name: ClassVar[str] = "repetition"
    columns: ClassVar[tuple[str, ...]] = ("share",)
    most: float = Field(0.2, ge=0, le=1)

    def measure(self, pair: Pair) -> Score:
        """Count phrases."""
        return (round(max(_repeated(pair.source), _repeated(pair.target)), 4),)


class Punctuation(PairFilter):
    """Share of the characters that are signs, white space aside, for each side."""

    name: ClassVar[str] = "punctuation"
    columns: ClassVar[tuple[str, ...]] = ("source", "target")
    most: float = Field(0.4, ge=0, le=1)

    def measure(self, pair: Pair) -> Score:
        """Count signs."""
        return _signs(pair.source), _signs(pair.target)


def _share(script: regex.Pattern[str], text: str) -> float | None:
    letters = len(_LETTER.findall(text))
    return round(len(script.findall(text)) / letters, 4) if letters else None


def _repeated(text: str) -> float:
    words = [word.casefold() for word in _WORD.findall(text)]
    phrases = [tuple(words[place : place + PHRASE]) for place in range(len(words) - PHRASE + 1)]
    return 1 - len(set(phrases)) / len(phrases) if phrases else 0.0


def _signs(text: str) -> float:
    solid = sum(not character.isspace() for character in text)
    return round(len(_SIGN.findall(text)) / solid, 4) if solid else 0.0

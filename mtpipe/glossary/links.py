"""Which Arabic word stands for which English one, where nothing but the sentences is known.

Two kinds of evidence. A name that is spelled over sounds alike (``spelling.py``). One that is translated (United
Nations) is seen where its Arabic is: words that are in the same sentences far more often than chance would have it
(Dice 1945). Names that are both rare and translated stay unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mtpipe.glossary.fold import fold, folded_words, offset
from mtpipe.glossary.function_words import FUNCTION_WORDS
from mtpipe.glossary.proclitics import readings
from mtpipe.glossary.spelling import alikeness, arabic_sounds, consonants, english_sounds

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ALIKE: Final = 0.7
"""Alikeness from which two words are the same name, given enough consonants."""
SHORT_ALIKE: Final = 0.85
"""That of shorter words, which need more than that (``link``)."""
FEWEST: Final = 3
"""Consonants under which a word is short."""
TOGETHER: Final = 0.55
"""Dice coefficient from which two words translate each other."""
LEAST_SHARED: Final = 3
"""Sentences that they must share."""
SHORTEST: Final = 2
"""Letters of an Arabic word that may be part of a name."""
_CALENDAR: Final = (
    "السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة يناير فبراير مارس أبريل إبريل مايو يونيو يونيه يوليو "
    "يوليه أغسطس سبتمبر أكتوبر نوفمبر ديسمبر كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين"
)
NO_NAMES: Final = FUNCTION_WORDS | frozenset(_CALENDAR.split())
"""Arabic words that are no part of a name: days and months have English of their own, always the same."""
PARTICLES: Final = {
    **dict.fromkeys(("ابو", "ابا", "ابي"), ("abu", "abou")),
    **dict.fromkeys(("بن", "ابن"), ("bin", "ibn", "ben")),
    "ام": ("umm", "um"),
    "ال": ("al", "aal"),
    "عبد": ("abd", "abdel", "abdul"),
    **dict.fromkeys(("دي", "دو"), ("de", "di", "du")),
    "فان": ("van",),
    "فون": ("von",),
}
"""Small words of names, folded: too short to be told by their sounds, and known."""


@dataclass(frozen=True, slots=True)
class ArabicWord:
    """A word of a normalised text, read without what sticks to it; ``start`` stands behind that."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """Number of an Arabic word with the reading chosen, number of an English one, and how sure; ``sounds`` alike."""

    arabic: int
    reading: ArabicWord
    english: int
    strength: float
    sounds: bool


def arabic_words(text: str) -> list[tuple[ArabicWord, ...]]:
    """Return for each word of a normalised text the ways to read it, the whole first; none where it is no name."""
    found: list[tuple[ArabicWord, ...]] = []
    for word in folded_words(text):
        written = text[word.start : word.end]
        ways: list[ArabicWord] = []
        if written not in NO_NAMES and not written.isascii():
            for reading in readings(word.folded):
                start = word.start + offset(written, reading.peeled)
                core = text[start : word.end]
                if reading.core.startswith("ال") and core.startswith("ل"):
                    core = "ا" + core  # لل, where the article has lost its alef; ألمانيا has none
                if not reading.bare and len(core) >= SHORTEST and core not in (way.text for way in ways):
                    ways.append(ArabicWord(core, start, word.end))
        found.append(tuple(ways) or (ArabicWord("", word.start, word.end),))
    return found


class Companions:
    """Which words share their sentences, over an archive."""

    def __init__(self, sentences: Iterable[tuple[set[str], set[str]]]) -> None:
        """Count, for each sentence, its Arabic words (all readings) and its English name words."""
        rows: tuple[list[list[int]], list[list[int]]] = ([], [])
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        for sentence in sentences:
            for side, words, numbers in zip(rows, sentence, self._numbers, strict=True):
                side.append([numbers.setdefault(word, len(numbers)) for word in words])
        self._counts = tuple(Counter(number for row in side for number in row) for side in rows)
        self._shared = _shared(*(_matrix(side, len(self._numbers[place])) for place, side in enumerate(rows)))

    def dice(self, arabic: str, english: str) -> float:
        """Return how far two words keep company, 0 to 1; 0 for those that met fewer than ``LEAST_SHARED`` times."""
        left, right = self._numbers[0].get(arabic), self._numbers[1].get(english)
        if left is None or right is None:
            return 0.0
        shared = self._shared.get((left, right), 0)
        return 2 * shared / (self._counts[0][left] + self._counts[1][right]) if shared else 0.0


def _matrix(rows: Sequence[Sequence[int]], columns: int) -> csr_array:
    import numpy as np
    from scipy.sparse import csr_array

    ends = np.cumsum([0, *map(len, rows)])
    places = np.fromiter((number for row in rows for number in row), dtype=np.int64)
    return csr_array((np.ones(len(places), dtype=np.int32), places, ends), shape=(len(rows), columns))


def _shared(source: csr_array, target: csr_array) -> dict[tuple[int, int], int]:
    together = (source.T @ target).tocoo()
    kept = together.data >= LEAST_SHARED
    rows, columns = together.coords
    return {
        (int(row), int(column)): int(count)
        for row, column, count in zip(rows[kept], columns[kept], together.data[kept], strict=True)
    }


def link(
    source: Sequence[tuple[ArabicWord, ...]], target: Sequence[tuple[int, str]], companions: Companions
) -> list[Link]:
    """Link the English words (their numbers and texts) to Arabic ones, one to one, the surest first.

    Short words that sound alike are linked last: beside a word that is linked already or, those of two consonants,
    where there is no choice.
    """
    sure: list[Link] = []
    short: list[Link] = []
    for place, ways in enumerate(source):
        for number, english in target:
            found = max(
                (
                    one
                    for order, way in enumerate(ways)
                    if way.text and (one := _weigh(place, way, order, number, english, companions))
                ),
                key=lambda one: one.strength,
                default=None,
            )
            if found is not None:
                (short if _short(found.reading.text, english) and found.sounds else sure).append(found)
    span = max(1, len(source) - 1), max(1, max((number for number, _ in target), default=1))

    def order(one: Link) -> tuple[float, float]:
        return -one.strength, abs(one.arabic / span[0] - one.english / span[1])

    taken: dict[int, Link] = {}
    used: set[int] = set()
    for one in sorted(sure, key=order):
        if one.arabic not in taken and one.english not in used:
            taken[one.arabic] = one
            used.add(one.english)
    choices = Counter(one.arabic for one in short), Counter(one.english for one in short)
    for one in sorted(short, key=order):
        if one.arabic in taken or one.english in used:
            continue
        beside = (taken.get(one.arabic - 1), taken.get(one.arabic + 1))
        alone = choices[0][one.arabic] == choices[1][one.english] == 1 and not _tiny(one)
        if alone or any(other and abs(other.english - one.english) <= 1 for other in beside):
            taken[one.arabic] = one
            used.add(one.english)
    return [taken[place] for place in sorted(taken)]


def _weigh(place: int, way: ArabicWord, order: int, number: int, english: str, companions: Companions) -> Link | None:
    if english.lower() in PARTICLES.get(fold(way.text), ()):
        return Link(place, way, number, 1.0, True)
    # What must be peeled off before it fits is a little less likely.
    alike = heard(way.text, english) - 0.02 * order
    together = companions.dice(way.text, english.lower())
    if alike >= (SHORT_ALIKE if _short(way.text, english) else ALIKE):
        return Link(place, way, number, alike + together, True)
    if together >= TOGETHER:
        return Link(place, way, number, together, False)
    return None


def _tiny(one: Link) -> bool:
    return _weight(arabic_sounds(one.reading.text)) < FEWEST - 1


def _short(arabic: str, english: str) -> bool:
    return min(_weight(arabic_sounds(arabic)), _weight(english_sounds(english))) < FEWEST


@lru_cache(maxsize=262_144)
def heard(arabic: str, english: str) -> float:
    """Return how alike two words sound; 0 without a closer look where their consonants are too many or too few."""
    one, other = _weight(arabic_sounds(arabic)), _weight(english_sounds(english))
    if not min(one, other) or abs(one - other) > (1 - ALIKE) * max(one, other) + 1:
        return 0.0
    return alikeness(arabic, english)


@lru_cache(maxsize=65_536)
def _weight(sounds: str) -> int:
    return consonants(sounds)

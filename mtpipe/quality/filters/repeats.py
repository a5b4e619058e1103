"""Filters of repetition in the corpus: boilerplate, near-duplicates, and what stands in a test set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import blake2b
from typing import Any, ClassVar, Final

import regex
from pydantic import Field, PrivateAttr

from mtpipe.glossary.fold import fold
from mtpipe.intake import normalise
from mtpipe.quality.filters.base import FileFilter, Filter, Pair, PairFilter, Score, lines

SHINGLE: Final = 5
"""Characters of a shingle: long enough to be rare, short enough that a changed word leaves most of them."""
PERMUTATIONS: Final = 128
BANDS: Final = 16
"""With 16 bands of 8 rows, pairs of likeness .8 are candidates with probability .95, those of .9 with .9999."""
SEED: Final = 1
PHRASE: Final = 3
SEGMENT_WORDS: Final = 4
"""Words that a test segment must have: a shorter one stands everywhere."""

_WORD: Final = regex.compile(r"[\p{L}\p{M}\p{N}]+")


def words(text: str) -> list[str]:
    """Return the words of a text without regard to spelling variants, marks, signs and case."""
    return _WORD.findall(fold(normalise(text)))


class Boilerplate(PairFilter):
    """Articles of the corpus in which the very same Arabic stands; None for a sentence with fewer than four words.

    A greeting is no boilerplate however often it comes; a subscription notice under each article is.
    """

    name: ClassVar[str] = "boilerplate"
    columns: ClassVar[tuple[str, ...]] = ("articles",)
    SURVEYS: ClassVar[bool] = True
    most: int = Field(5, ge=1)
    _articles: dict[bytes, int] = PrivateAttr(default_factory=dict)

    def survey(self, pairs: Iterable[Pair]) -> None:
        """Count the articles of each text. The pairs of an article are neighbours."""
        self._articles.clear()
        article, seen = None, set[bytes]()
        for pair in pairs:
            if pair.article != article:
                article, seen = pair.article, set()
            key = _key(words(pair.source))
            if key not in seen:
                seen.add(key)
                self._articles[key] = self._articles.get(key, 0) + 1

    def measure(self, pair: Pair) -> Score:
        """Look the text up."""
        found = words(pair.source)
        return (self._articles.get(_key(found), 1) if len(found) >= SEGMENT_WORDS else None,)


class Duplicates(Filter):
    """Likeness to the likest pair before it in the corpus, within its article and in any other.

    Estimated Jaccard coefficient of the sets of five-character shingles of both sides, by MinHash (Broder 1997) with
    locality-sensitive hashing; 0 where nothing before comes near .8. Exact duplicates have 1. Takes some 1 kB of
    memory a pair.
    """

    name: ClassVar[str] = "duplicates"
    columns: ClassVar[tuple[str, ...]] = ("within", "across")
    most: float = Field(0.9, ge=0, le=1)

    def score(self, pairs: Iterable[Pair]) -> Iterator[Score]:
        """Yield the likeness to what came before."""
        index = NearDuplicates()
        articles: dict[str, int] = {}
        owners: list[int] = []
        for pair in pairs:
            owner = articles.setdefault(pair.article, len(articles))
            likeness = {True: 0.0, False: 0.0}
            for place, value in index.add(pair.source, pair.target):
                within = owners[place] == owner
                likeness[within] = max(likeness[within], value)
            owners.append(owner)
            yield round(likeness[True], 4), round(likeness[False], 4)


class NearDuplicates:
    """An index of texts that tells which of the earlier ones a text is like."""

    def __init__(self) -> None:
        import rensa

        self._rensa: Any = rensa
        self._index: Any = rensa.RMinHashLSH(threshold=0.8, num_perm=PERMUTATIONS, num_bands=BANDS)
        self._sketches: list[Any] = []

    def add(self, *sides: str) -> list[tuple[int, float]]:
        """Add a text of several sides, or one; return what ``near`` does."""
        sketch = self._sketch(sides)
        near = self._near(sketch)
        self._index.insert(len(self._sketches), sketch)
        self._sketches.append(sketch)
        return near

    def near(self, *sides: str) -> list[tuple[int, float]]:
        """Return (number of the earlier text, counted from 0, estimated likeness) of those that may be near."""
        return self._near(self._sketch(sides))

    def _sketch(self, sides: tuple[str, ...]) -> Any:
        sketch = self._rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        # A side's number keeps an English shingle from being taken for an Arabic one.
        sketch.update([f"{side}{shingle}" for side, text in enumerate(sides) for shingle in _shingles(text)])
        return sketch

    def _near(self, sketch: Any) -> list[tuple[int, float]]:
        places = sorted(map(int, self._index.query(sketch)))
        return [(place, float(sketch.jaccard(self._sketches[place]))) for place in places]


class Overlap(FileFilter):
    """Share of a test segment's three-word phrases that a side of the pair holds, of the segment that is held most.

    ``files`` hold test sets, a segment a line, with tabs between its languages and ids; both sides are compared with
    every cell. Segments of fewer than four words are left out.
    """

    name: ClassVar[str] = "overlap"
    columns: ClassVar[tuple[str, ...]] = ("share",)
    most: float = Field(0.5, ge=0, le=1)

    def measure(self, pair: Pair) -> Score:
        """Look up all phrases of both sides."""
        phrases, sizes = self._test_phrases
        best = 0.0
        for text in (pair.source, pair.target):
            held: dict[int, int] = {}
            for phrase in _phrases(words(text)):
                for segment in phrases.get(phrase, ()):
                    held[segment] = held.get(segment, 0) + 1
            best = max([best, *(count / sizes[segment] for segment, count in held.items())])
        return (round(best, 4),)

    @cached_property
    def _test_phrases(self) -> tuple[dict[bytes, list[int]], list[int]]:
        phrases: dict[bytes, list[int]] = {}
        sizes: list[int] = []
        for segment in self._segments():
            own = _phrases(segment)
            for phrase in own:
                phrases.setdefault(phrase, []).append(len(sizes))
            sizes.append(len(own))
        return phrases, sizes

    def _segments(self) -> Iterator[list[str]]:
        for path in self.files:
            for line in lines(path).split("\n"):
                for cell in line.split("\t"):
                    found = words(cell)
                    if len(found) >= SEGMENT_WORDS:
                        yield found


def _key(found: list[str]) -> bytes:
    return blake2b(" ".join(found).encode(), digest_size=12).digest()


def _phrases(found: list[str]) -> set[bytes]:
    return {_key(found[place : place + PHRASE]) for place in range(len(found) - PHRASE + 1)}


def _shingles(text: str) -> list[str]:
    plain = " ".join(words(text))
    return [plain[place : place + SHINGLE] for place in range(max(1, len(plain) - SHINGLE + 1))]

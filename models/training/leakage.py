"""No sentence of a test set in training: by equal letters, and by shared character n-grams."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from models.training.pairs import Pair, letters

SHINGLE = 14  # characters from a word's start that two near-equal sentences must share at least once
GRAM = 5


def grams(text: str) -> frozenset[str]:
    """The character n-grams of a text that went through ``letters``."""
    return frozenset(text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1)))


def shingles(text: str) -> set[str]:
    """Pieces of fixed length from each word's start: the keys of the index."""
    starts = [0] + [i + 1 for i, letter in enumerate(text) if letter == " "]
    return {text[i : i + SHINGLE] for i in starts if i + SHINGLE <= len(text)} or {text}


@dataclass(slots=True)
class HeldOutIndex:
    """All test sentences, both sides, findable by their letters."""

    near: float
    sentences: list[str] = field(default_factory=list)
    _exact: set[str] = field(default_factory=set)
    _by_shingle: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _grams: list[frozenset[str]] = field(default_factory=list)

    def add(self, texts: Iterable[str]) -> None:
        """Put test sentences into the index."""
        for text in texts:
            folded = letters(text)
            if not folded or folded in self._exact:
                continue
            self._exact.add(folded)
            for shingle in shingles(folded):
                self._by_shingle[shingle].append(len(self.sentences))
            self.sentences.append(folded)
            self._grams.append(grams(folded))

    def match(self, pair: Pair) -> Literal["exact", "near"] | None:
        """How a pair touches the test sets on either side: equal letters, or a share of n-grams above ``near``.

        The share is taken over the smaller set, so a test sentence inside a longer line is found as well; sentences
        under 25 letters (headings, greetings) match only exactly.
        """
        for text in (letters(pair.source), letters(pair.target)):
            if text in self._exact:
                return "exact"
            if len(text) < 25:
                continue
            votes = Counter(number for key in shingles(text) for number in self._by_shingle.get(key, ()))
            own = grams(text) if votes else frozenset()
            for number, _ in votes.most_common(5):
                other = self._grams[number]
                smaller = min(len(own), len(other))
                if smaller >= 20 and len(own & other) > self.near * smaller:
                    return "near"
        return None

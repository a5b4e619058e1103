"""What people wrote for sentences like these: suggestions for a reviewer, out of translation memories.

Comparing each sentence of an archive with each pair of a memory would be quadratic. So the pairs that have the rarest
words in common with a sentence are looked at, by an inverted index of words, and of these the likest by rapidfuzz.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Final

from mtpipe.article import AlignedArticle, TranslatedArticle
from mtpipe.intake import normalise

LEAST: Final = 70.0
"""Likeness from which a pair is a suggestion, as in ``mtpipe memory look-up``."""
MOST: Final = 3
"""Suggestions for a sentence: more are not read."""
CANDIDATES: Final = 300
"""Pairs that a sentence is compared with."""
MET: Final = 5000
"""Pairs that the words of a sentence may lead to, the rarest words first; those after them are too common to tell."""

_WORD: Final = re.compile(r"\w+")
_HELD: Final = (
    "SELECT number, key FROM learned WHERE target != '' AND number IN "
    "(SELECT max(number) FROM learned WHERE number < ? GROUP BY key) ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pair that is like a sentence. ``score`` is 70 to 100, 100 for the same normalised Arabic."""

    score: int
    source: str
    target: str
    approved: bool
    reviewer: str


class Likeness:
    """The pairs of some memories, each up to a number, to be asked for what is like a sentence.

    A file is opened when it is asked, by the thread that asks. The same pairs give the same answer.
    """

    def __init__(self, views: Iterable[tuple[Path, int]]) -> None:
        """``views`` are the files, each with the number under which its rows are looked at."""
        self._memories = [_Memory(path, before) for path, before in views if before > 1]

    def of(self, texts: Iterable[str]) -> dict[str, tuple[Suggestion, ...]]:
        """Return suggestions for Arabic texts, by text, the likest first, approved before others; none for most."""
        wanted = {text: normalise(text) for text in texts}
        found: dict[str, list[Suggestion]] = {}
        for memory in self._memories:
            for text, suggestion in memory.of(wanted):
                found.setdefault(text, []).append(suggestion)
        return {text: _best(suggestions) for text, suggestions in found.items()}


def suggestions(
    articles: Iterable[TranslatedArticle | AlignedArticle], likeness: Likeness
) -> dict[str, tuple[Suggestion, ...]]:
    """Return what there is for the sentences of articles, by the id of the sentence.

    Left out are sentences that a person has decided on, and what says the same as the translation.
    """
    open_ = {
        sentence.source.id: (sentence.source.text, sentence.target.strip())
        for article in articles
        if isinstance(article, TranslatedArticle)
        for paragraph in article.paragraphs
        for sentence in paragraph.sentences
        if sentence.review is None
    }
    found = likeness.of(text for text, _ in open_.values())
    made = {
        key: tuple(one for one in found.get(text, ()) if one.target.strip() != target)
        for key, (text, target) in open_.items()
    }
    return {key: rest for key, rest in made.items() if rest}


class _Memory:
    """One file: for each word the numbers of the pairs that have it, made when the first question comes."""

    def __init__(self, path: Path, before: int) -> None:
        self._path = path
        self._before = before
        self._pairs: dict[str, array[int]] | None = None
        self._count = 0

    def of(self, wanted: dict[str, str]) -> Iterator[tuple[str, Suggestion]]:
        if self._pairs is not None and not self._count:
            return
        with closing(sqlite3.connect(self._path, timeout=60)) as connection:  # seconds; another run may be writing
            pairs = self._index(connection)
            for text, key in wanted.items():
                numbers = self._candidates(pairs, key)
                for suggestion in _compared(connection, key, numbers):
                    yield text, suggestion

    def _index(self, connection: sqlite3.Connection) -> dict[str, array[int]]:
        if self._pairs is None:
            self._pairs = {}
            for number, key in connection.execute(_HELD, (self._before,)):
                self._count += 1
                for word in set(_WORD.findall(key)):
                    self._pairs.setdefault(word, array("q")).append(number)
        return self._pairs

    def _candidates(self, pairs: dict[str, array[int]], key: str) -> list[int]:
        """The pairs with most in common, a word weighing the more the rarer it is (inverse document frequency)."""
        weights: dict[int, float] = {}
        words = sorted(set(_WORD.findall(key)) & pairs.keys(), key=lambda word: (len(pairs[word]), word))
        met = 0
        for word in words:
            numbers = pairs[word]
            met += len(numbers)
            if met > MET:
                break
            weight = log(1 + self._count / len(numbers))
            for number in numbers:
                weights[number] = weights.get(number, 0.0) + weight
        return sorted(weights, key=lambda number: (-weights[number], number))[:CANDIDATES]


def _compared(connection: sqlite3.Connection, key: str, numbers: Sequence[int]) -> Iterator[Suggestion]:
    from rapidfuzz import fuzz

    if not numbers:
        return
    marks = ",".join("?" * len(numbers))
    rows = connection.execute(
        f"SELECT key, source, target, approved, reviewer FROM learned WHERE number IN ({marks}) ORDER BY number",
        list(numbers),
    )
    for other, source, target, approved, reviewer in rows:
        score = fuzz.ratio(key, other, score_cutoff=LEAST)
        if score >= LEAST:
            yield Suggestion(int(score), source, target, bool(approved), reviewer)  # 99.9 is not the same


def _best(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    ordered = sorted(suggestions, key=lambda one: (-one.score, not one.approved, one.target, one.source, one.reviewer))
    once = {suggestion.target: suggestion for suggestion in reversed(ordered)}
    return tuple(suggestion for suggestion in ordered if once[suggestion.target] is suggestion)[:MOST]

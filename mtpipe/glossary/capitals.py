"""Which English words are part of a name: capitals tell, apart from those that any sentence or headline has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mtpipe.glossary.english import starts_sentence, words

INNER: Final = frozenset(
    ("of", "for", "the", "de", "del", "di", "da", "du", "la", "von", "van", "bin", "ibn", "el", "al")
)
"""Words in small letters that may stand inside a name."""
OPENING: Final = frozenset(("von", "van", "de", "di", "al", "el", "bin", "ibn"))
"""Those of them that it may begin with."""
_LISTED: Final = (
    "i'm i've i'll i'd a an the and or but if in on at by to of for from with as he she it they we you i his her "
    "its their our my this that these those there here when while where after before what who how why not no yes "
    "so then also monday tuesday wednesday thursday friday saturday sunday january february march april may june "
    "july august september october november december mr mrs ms dr prof sheikh sir president minister prime king "
    "queen prince princess general colonel major captain lieutenant brigadier ambassador professor doctor "
    "chairman director governor senator secretary envoy pope judge sultan emir"
)
NEVER: Final = frozenset(_LISTED.split())
"""Capitals that are no names: words that begin sentences, days and months, titles."""
HEADLINE: Final = 0.7
"""Share of a text's longer words with a capital from which capitals say nothing there."""
_INITIALS: Final = re.compile(r"\b(?:[A-Z]\.){2,}")
LONGER: Final = 4
"""Letters of a longer word."""


@dataclass(frozen=True, slots=True)
class EnglishWord:
    """A word and its span. ``name`` tells that its capital speaks for a name."""

    text: str
    start: int
    end: int
    name: bool


class Capitals:
    """What an archive's capitals are worth: how often each word is seen in small letters, how often with a capital."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._small: Counter[str] = Counter()
        self._large: Counter[str] = Counter()
        for text in texts:
            headline = _is_headline(text)
            for start, end in spans(text):
                word = text[start:end]
                if word.islower():
                    self._small[word] += 1
                elif not headline and not starts_sentence(text, start):
                    self._large[word.lower()] += 1

    def common(self, word: str) -> bool:
        """Tell whether a word is seen in small letters at least as often as with a capital of its own."""
        small = word.lower()
        return 0 < self._small[small] >= self._large[small]

    def read(self, text: str) -> list[EnglishWord]:
        """Return the words of a text, told what each capital says."""
        headline = _is_headline(text)
        found: list[EnglishWord] = []
        for start, end in spans(text):
            word = text[start:end]
            small = word.lower()
            name = any(map(str.isupper, word)) and small.replace("’", "'") not in NEVER
            if name and (headline or starts_sentence(text, start)):
                # It may owe its capital to its place: then the rest of the archive decides.
                name = self._large[small] > self._small[small] or not self._small[small]
            found.append(EnglishWord(word, start, end, name))
        return found


def spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of English words; U.S. is one."""
    dotted = [found.span() for found in _INITIALS.finditer(text)]
    plain = (span for span in words(text) if not any(span[0] < end and start < span[1] for start, end in dotted))
    return sorted((*dotted, *plain))


def runs(text: str, read: list[EnglishWord]) -> list[list[int]]:
    """Return the stretches of a text that may hold names: the numbers of their words, nothing but blanks between.

    Small words that names have inside are part of a stretch, never its end.
    """
    found: list[list[int]] = []
    current: list[int] = []
    for number, word in enumerate(read):
        if current and text[read[number - 1].end : word.start].strip(" "):
            found.append(current)
            current = []
        if word.name or word.text.lower() in (INNER if current else OPENING):
            current.append(number)
        elif current:
            found.append(current)
            current = []
    found.append(current)
    trimmed = (_trimmed(run, read) for run in found)
    return [run for run in trimmed if run]


def _trimmed(run: list[int], read: list[EnglishWord]) -> list[int]:
    while run and not read[run[-1]].name:
        run = run[:-1]
    return run


def _is_headline(text: str) -> bool:
    longer = [text[start:end] for start, end in spans(text) if end - start >= LONGER]
    return len(longer) > 1 and sum(not word.islower() for word in longer) >= HEADLINE * len(longer)

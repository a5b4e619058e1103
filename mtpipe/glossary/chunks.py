"""A text cut at its blanks, and the words in each chunk: most chunks come again, so what they hold is remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from mtpipe.glossary.fold import Word, folded_words

MOST_SINGLES: Final = 262_144
"""Chunks remembered that were met behind the beginning of a term."""

_CHUNK: Final = re.compile(r"\S+")


class Step(NamedTuple):
    """A word of the text, folded and as written, what separates it from the one before, and where it ends."""

    before: str
    folded: str
    written: str
    end: int


class Line:
    """The chunks of a text, their words, and where they stand; ``offsets`` are those of ``offsets_of``."""

    def __init__(self, chunks: Sequence[str], offsets: Sequence[int]) -> None:
        self.chunks = chunks
        self._offsets = offsets

    def start(self, number: int) -> int:
        """Return the offset of a chunk."""
        return self._offsets[number] + number

    def end(self, number: int, place: int) -> int:
        """Return the offset after a word."""
        return self.start(number) + words_of(self.chunks[number])[place].end

    def after(self, number: int, place: int) -> Iterator[Step]:
        """Yield the words after one."""
        chunk, shift = self.chunks[number], self.start(number)
        words = words_of(chunk)
        before, last, words = "", words[place].end, words[place + 1 :]
        while True:
            for word in words:
                written = chunk[word.start : word.end]
                yield Step(before + chunk[last : word.start], word.folded, written, shift + word.end)
                before, last = "", word.end
            number += 1
            if number == len(self.chunks):
                return
            before += chunk[last:] + " "
            chunk, shift, last = self.chunks[number], self.start(number), 0
            words = words_of(chunk)

    def definite_after(self, number: int, place: int) -> bool:
        """Tell whether a word with the article follows at once, as the genitive of one that has lost its ن."""
        step = next(self.after(number, place), None)
        return step is not None and step.before == " " and step.folded.startswith("ال")


@lru_cache(maxsize=65_536)
def words_of(chunk: str) -> tuple[Word, ...]:
    """Return the folded words of a chunk, offsets counted from its start."""
    return tuple(folded_words(chunk))


class Single(NamedTuple):
    """A chunk of one word: the word, folded, after what stands before it; what stands after it; where it ends."""

    lead: str
    tail: str
    end: int


class _Singles(dict[str, "Single | None"]):
    """The one word of each chunk, None where it has none or several, worked out once: faster than ``lru_cache``."""

    def __missing__(self, chunk: str) -> Single | None:
        if len(self) >= MOST_SINGLES:
            self.clear()
        words = words_of(chunk)
        found = None
        if len(words) == 1:
            (word,) = words
            found = Single(chunk[: word.start] + word.folded, chunk[word.end :] + " ", word.end)
        self[chunk] = found
        return found


SINGLES: Final = _Singles()


def offsets_of(text: str, chunks: Sequence[str]) -> list[int]:
    """Return where each chunk begins, less its number: with single blanks that is the sum of the lengths before it."""
    ends = list(accumulate(map(len, chunks), initial=0))
    if ends[-1] + len(chunks) == len(text) + 1:  # single blanks, none at the ends: nearly always
        return ends
    return [chunk.start() - number for number, chunk in enumerate(_CHUNK.finditer(text))]

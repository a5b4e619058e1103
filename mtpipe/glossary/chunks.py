"""A text cut at its blanks, and the words in each chunk: most chunks come again, so what they hold is remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from mtpipe.glossary.fold import Word, folded_words

_CHUNK: Final = re.compile(r"\S+")


class Step(NamedTuple):
    """A word of the text, what separates it from the one before, and its offset."""

    before: str
    folded: str
    end: int


class Line:
    """The chunks of a text, their words, and where they stand."""

    def __init__(self, chunks: Sequence[str], offsets: Sequence[int]) -> None:
        self._chunks = chunks
        self._offsets = offsets

    def written(self, number: int, place: int) -> str:
        """Return a word as it stands in the text."""
        word = words_of(self._chunks[number])[place]
        return self._chunks[number][word.start : word.end]

    def start(self, number: int, place: int) -> int:
        """Return the offset of a word."""
        return self._offsets[number] + words_of(self._chunks[number])[place].start

    def end(self, number: int, place: int) -> int:
        """Return the offset after a word."""
        return self._offsets[number] + words_of(self._chunks[number])[place].end

    def after(self, number: int, place: int) -> Iterator[Step]:
        """Yield the words after one."""
        chunk = self._chunks[number]
        words = words_of(chunk)
        last = words[place].end
        before = ""
        while True:
            for word in words[place + 1 :]:
                yield Step(before + chunk[last : word.start], word.folded, self._offsets[number] + word.end)
                before, last = "", word.end
            before += chunk[last:] + " "
            number, place, last = number + 1, -1, 0
            if number == len(self._chunks):
                return
            chunk = self._chunks[number]
            words = words_of(chunk)

    def definite_after(self, number: int, place: int) -> bool:
        """Tell whether a word with the article follows at once, as the genitive of one that has lost its ن."""
        step = next(self.after(number, place), None)
        return step is not None and step.before == " " and step.folded.startswith("ال")


@lru_cache(maxsize=65_536)
def words_of(chunk: str) -> tuple[Word, ...]:
    """Return the folded words of a chunk, offsets counted from its start."""
    return tuple(folded_words(chunk))


@lru_cache(maxsize=262_144)
def lead(chunk: str) -> str:
    """Return the first word of a chunk, folded, with what stands before it; "" where it has none."""
    words = words_of(chunk)
    return chunk[: words[0].start] + words[0].folded if words else ""


def offsets_of(text: str, chunks: Sequence[str]) -> Sequence[int]:
    """Return where each chunk begins."""
    ends = accumulate(map(len, chunks), initial=0)
    starts = [end + number for number, end in enumerate(ends)]
    if starts[-1] == len(text) + 1:  # single blanks, none at the ends: nearly always
        return starts
    return [chunk.start() for chunk in _CHUNK.finditer(text)]

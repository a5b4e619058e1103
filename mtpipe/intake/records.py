"""Records of CSV and TSV that recover: a stray quote costs its own line, not the rest of the file."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.sources import Source

# A quote that is never closed would swallow the file; no article is longer than this many lines.
_LONGEST: Final = 20_000
_FIELD: Final = 1 << 30  # characters; csv's own limit of 131,072 is less than a book


class Feed:
    """Lines for the csv module that can be given back: those of the record under way are remembered."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()
        self.record: list[str] = []
        self.number = 0
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._length = self._length if self.record else 0
        if len(self.record) >= _LONGEST or self._length > limits.ARTICLE:
            raise csv.Error(f"a quote is not closed within {_LONGEST} lines or {limits.ARTICLE >> 20} MB")
        line = self._back.popleft() if self._back else next(self._lines)
        self.number += 1
        self._length += len(line)
        self.record.append(line)
        return line

    def give_back(self) -> None:
        """Take back all lines of the record under way but its first."""
        self._back.extendleft(reversed(self.record[1:]))
        self.number -= len(self.record) - 1


def records(lines: Iterable[str], source: Source, text_field: str) -> Iterator[tuple[int, list[str]] | ArticleError]:
    """Yield (number of the first line, fields) of each record, header first, blank lines left out.

    A CSV's delimiter is the one of ``,`` ``;`` and tab that sets the text column apart in its header. A line of a TSV
    whose quotes do not pair is read with its quotes as plain characters, as many programs write them.
    """
    csv.field_size_limit(_FIELD)
    feed = Feed(lines)
    delimiter = "\t" if source.kind == "tsv" else None
    width = 0
    while True:
        feed.record = []
        try:
            if delimiter is None:
                header = next(feed)
                delimiter = _delimiter(header, text_field)
                fields = next(csv.reader([header], delimiter=delimiter, strict=True))
            else:
                fields = next(csv.reader(feed, delimiter=delimiter, strict=True))
                if len(feed.record) > 1 and width and len(fields) != width:
                    raise csv.Error("a quote runs on into the next lines")
        except StopIteration:
            return
        except csv.Error as error:
            feed.give_back()
            first = feed.record[0]
            if source.kind == "tsv":
                yield feed.number, first.rstrip("\r\n").split("\t")
                continue
            place = f"{source.shown} line {feed.number}"
            yield ArticleError(place, "bad-row", f"{place}: not CSV ({error}). Mend the quotes of that line.")
            if not width:
                return  # without a header no line says which of its fields is the text
            continue
        if fields:
            width = width or len(fields)
            yield feed.number - max(0, len(feed.record) - 1), fields


def _delimiter(header: str, text_field: str) -> str:
    def columns(delimiter: str) -> list[str]:
        return [name.strip().strip('"') for name in header.rstrip("\r\n").split(delimiter)]

    return next((delimiter for delimiter in ",;\t" if text_field in columns(delimiter)), ",")

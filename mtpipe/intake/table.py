"""Tables: an article a row, of JSONL, CSV or TSV, read as a stream.

A row that is bad is an ``ArticleError`` that names file and line; the next rows go on.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Final

from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.clean import clean
from mtpipe.intake.encoding import encoding_of, is_wide
from mtpipe.intake.raw import Raw
from mtpipe.intake.records import records
from mtpipe.intake.rows import Found, article_rows, require_text
from mtpipe.intake.sources import Source
from mtpipe.intake.streams import head, rejoined
from mtpipe.settings import IntakeSettings

_SAMPLE: Final = 1 << 20  # bytes by which the encoding is told
_OVERLONG: Final = "\udfff"  # no decoder makes it
_ESCAPED: Final = re.compile("[\udc80-\udcff]")


def read_table(source: Source, settings: IntakeSettings) -> Iterator[Raw | ArticleError]:
    """Yield the articles of a table, row by row, and an ``ArticleError`` for each row that is bad."""
    rows = _jsonl(source, settings) if source.kind == "jsonl" else _separated(source, settings)
    return article_rows(source, rows, settings)


def _jsonl(source: Source, settings: IntakeSettings) -> Iterator[Found | ArticleError]:
    with open_text(source, settings) as text:
        for number, line in enumerate(lines(text), start=1):
            if not line.strip():
                continue
            place = f"{source.shown} line {number}"
            try:
                refuse_damage(line, text.encoding, place)
                row = json.loads(line)
            except ArticleError as error:
                yield error
                continue
            except (ValueError, RecursionError) as error:
                yield ArticleError(place, "bad-row", f"{place}: not JSON ({error}). Mend that line.")
                continue
            if isinstance(row, dict):
                yield place, row, text.encoding
            else:
                yield ArticleError(place, "bad-row", f"{place}: a JSON {type(row).__name__}, not an object.")


def _separated(source: Source, settings: IntakeSettings) -> Iterator[Found | ArticleError]:
    with open_text(source, settings) as text:
        header: list[str] | None = None
        for record in records(lines(text), source, settings.text_field):
            if isinstance(record, ArticleError):
                yield record
                continue
            line, fields = record
            place = f"{source.shown} line {line}"
            try:
                for field in fields:
                    refuse_damage(field, text.encoding, place)
            except ArticleError as error:
                yield error
                continue
            if header is None:
                header = [clean(name) for name in fields]
                require_text(source, header, settings)
            elif len(fields) == len(header):
                yield place, dict(zip(header, fields, strict=True)), text.encoding
            else:
                yield ArticleError(
                    place, "bad-row", f"{place}: {len(fields)} fields under a header of {len(header)}. Mend that line."
                )


def lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines; ``_OVERLONG`` for one that is longer than a row may be, which is passed over unheld."""
    while line := text.readline(limits.ARTICLE + 1):
        if len(line) <= limits.ARTICLE or line.endswith(("\n", "\r")):
            yield line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = text.readline(limits.ARTICLE + 1)
        yield _OVERLONG


def open_text(source: Source, settings: IntakeSettings) -> io.TextIOWrapper:
    """Open a text table. What cannot be decoded is marked, so that only its row is lost."""
    file = source.open()
    try:
        sample = head(file, _SAMPLE)
        if not sample.strip():
            raise ArticleError(source.id, "empty-file", f"{source.shown}: the file is empty.")
        whole = sample
        if len(sample) == _SAMPLE:
            sample = sample[: sample.rfind(b"\n") + 1] or sample
        encoding = encoding_of(sample, source.shown, settings.encoding)
    except BaseException:
        file.close()
        raise
    errors = "replace" if is_wide(encoding) else "surrogateescape"
    return io.TextIOWrapper(rejoined(whole, file), encoding=encoding, errors=errors, newline="")


def refuse_damage(text: str, encoding: str, place: str) -> None:
    """Raise ``ArticleError`` for the text of a row that is too long, or could not be decoded."""
    if _OVERLONG in text or len(text) > limits.ARTICLE:
        raise ArticleError(
            place, "too-large", f"{place}: more than {limits.ARTICLE >> 20} million characters in a row. Split it."
        )
    damaged = "\ufffd" in text if is_wide(encoding) else _ESCAPED.search(text)
    if damaged:
        raise ArticleError(place, "undecodable", f"{place}: not {encoding}. Mend the line, or set intake.encoding.")

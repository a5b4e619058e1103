"""Tables: an article a row, of JSONL, CSV, TSV or Parquet, read as a stream.

A row that is bad is an ``ArticleError`` that names file and line; the next rows go on.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from mtpipe.article import Meta
from mtpipe.errors import ArticleError
from mtpipe.intake.clean import clean
from mtpipe.intake.encoding import detect, mended
from mtpipe.intake.raw import Raw
from mtpipe.intake.records import records
from mtpipe.intake.sources import Source, tidy_id
from mtpipe.intake.txt import paragraphs
from mtpipe.settings import IntakeSettings

_SAMPLE: Final = 1 << 20  # bytes by which the encoding is told
_ROWS: Final = 64  # rows of a Parquet batch
META_FIELDS: Final = ("date", "author", "url", "publisher")
"""Columns that are kept in ``Meta`` where a table has them."""

Row = Mapping[str, Any]


def read_table(source: Source, path: Path, settings: IntakeSettings) -> Iterator[Raw | ArticleError]:
    """Yield the articles of a table, row by row, and an ``ArticleError`` for each row or file that is bad."""
    rows: Iterator[tuple[int, Row, str | None] | ArticleError]
    try:
        if source.kind == "parquet":
            rows = _parquet(source, path, settings)
        elif source.kind == "jsonl":
            rows = _jsonl(source, path, settings)
        else:
            rows = _separated(source, path, settings)
        for number, found in enumerate(rows, start=1):
            if isinstance(found, ArticleError):
                yield found
                continue
            try:
                yield _article(source, number, *found, settings)
            except ArticleError as error:
                yield error
    except ArticleError as error:  # the file as a whole
        yield error


def _article(source: Source, number: int, line: int, row: Row, encoding: str | None, settings: IntakeSettings) -> Raw:
    unit = "row" if source.kind == "parquet" else "line"
    place = f"{source.shown} {unit} {line}"
    given = row.get(settings.id_field)
    article_id = tidy_id(str(given)) if given is not None else ""
    article_id = article_id or f"{source.id}:{number}"
    text = row.get(settings.text_field)
    if not isinstance(text, str):
        what = "is missing" if text is None else f"is a {type(text).__name__}, not text"
        raise ArticleError(
            article_id,
            "bad-row",
            f"{place}: field {settings.text_field!r} {what}. Mend the row, or name the column with intake.text_field.",
        )
    title = row.get(settings.title_field)
    known = {name: _told(row.get(name)) for name in META_FIELDS}
    title = clean(mended(title, place)) if isinstance(title, str) else None
    return Raw(
        article_id,
        place,
        paragraphs(mended(text, place)),
        title or None,
        Meta(title=title or None, path=source.shown, encoding=encoding, **known),
    )


def _told(value: Any) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value)) or None if isinstance(value, str | int) else None


def _parquet(source: Source, path: Path, settings: IntakeSettings) -> Iterator[tuple[int, Row, str | None]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            columns = file.schema_arrow.names
            _require_text(source, columns, settings)
            wanted = {settings.text_field, settings.id_field, settings.title_field, *META_FIELDS}
            number = 0
            for batch in file.iter_batches(batch_size=_ROWS, columns=[name for name in columns if name in wanted]):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row, None
    except (pa.ArrowException, OSError) as error:
        raise ArticleError(
            source.id, "unreadable", f"{source.shown}: not a whole Parquet file ({error}). Get the file again."
        ) from error


def _jsonl(
    source: Source, path: Path, settings: IntakeSettings
) -> Iterator[tuple[int, Row, str | None] | ArticleError]:
    with _open(source, path, settings) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            place = f"{source.shown} line {number}"
            try:
                _refuse_damage(line, lines.encoding, place)
                row = json.loads(line)
            except ArticleError as error:
                yield error
                continue
            except (ValueError, RecursionError) as error:
                yield ArticleError(place, "bad-row", f"{place}: not JSON ({error}). Mend that line.")
                continue
            if isinstance(row, dict):
                yield number, row, lines.encoding
            else:
                yield ArticleError(place, "bad-row", f"{place}: a JSON {type(row).__name__}, not an object.")


def _separated(
    source: Source, path: Path, settings: IntakeSettings
) -> Iterator[tuple[int, Row, str | None] | ArticleError]:
    with _open(source, path, settings) as lines:
        header: list[str] | None = None
        for record in records(lines, source, settings.text_field):
            if isinstance(record, ArticleError):
                yield record
                continue
            line, fields = record
            if header is None:
                header = [clean(name) for name in fields]
                _require_text(source, header, settings)
                continue
            place = f"{source.shown} line {line}"
            try:
                for field in fields:
                    _refuse_damage(field, lines.encoding, place)
            except ArticleError as error:
                yield error
                continue
            if len(fields) == len(header):
                yield line, dict(zip(header, fields, strict=True)), lines.encoding
            else:
                yield ArticleError(
                    place, "bad-row", f"{place}: {len(fields)} fields under a header of {len(header)}. Mend that line."
                )


def _open(source: Source, path: Path, settings: IntakeSettings) -> io.TextIOWrapper:
    """Open a text table. What cannot be decoded is marked, so that only its row is lost."""
    file = path.open("rb")
    try:
        sample = file.read(_SAMPLE)
        if not sample.strip():
            raise ArticleError(source.id, "empty-file", f"{source.shown}: the file is empty.")
        if len(sample) == _SAMPLE:
            sample = sample[: sample.rfind(b"\n") + 1] or sample
        encoding = settings.encoding or detect(sample, source.shown)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    errors = "replace" if encoding.lower().startswith(("utf-16", "utf-32", "utf16", "utf32")) else "surrogateescape"
    return io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")


def _refuse_damage(text: str, encoding: str, place: str) -> None:
    sign = "\ufffd" in text if encoding.lower().startswith(("utf-16", "utf-32")) else None
    if sign or any("\udc80" <= character <= "\udcff" for character in text):
        raise ArticleError(place, "undecodable", f"{place}: not {encoding}. Mend the line, or set intake.encoding.")


def _require_text(source: Source, columns: list[str], settings: IntakeSettings) -> None:
    if settings.text_field not in columns:
        raise ArticleError(
            source.id,
            "no-text-column",
            f"{source.shown}: no column {settings.text_field!r}; it has {', '.join(columns)}. Set intake.text_field.",
        )

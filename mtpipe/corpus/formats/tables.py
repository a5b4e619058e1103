"""Formats of rows, with all columns: JSON lines, CSV and TSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal

from mtpipe.corpus.formats.base import SOURCE, TARGET, Head, Incoming, Pair, Tally, one_line
from mtpipe.corpus.formats.files import reading, writing
from mtpipe.errors import UsageError

SIDES: Final = (("source", "target"), (SOURCE, TARGET))
"""Names of the columns with the two texts."""
WIDEST: Final = 10_000_000
"""Characters of a cell that is read."""

_ENDS: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}
"""Legal in JSON, but ends of a line to many a program."""


def write_jsonl(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write the rows as they are, an object a line."""
    with writing(path) as stream:
        for pair in pairs:
            stream.write(json.dumps(pair.row, ensure_ascii=False).translate(_ENDS).encode() + b"\n")


def write_csv(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write all columns after RFC 4180; lists and groups are JSON."""
    with writing(path) as stream:
        for line in _lines(map(_flat, pairs), ","):
            stream.write(line)


def write_tsv(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write all columns with tabs between, a row a line: breaks and tabs inside a text become spaces."""
    rows = ({name: one_line(cell, tally) for name, cell in _flat(pair).items()} for pair in pairs)
    with writing(path) as stream:
        for line in _lines(rows, "\t"):
            stream.write(line)


def _flat(pair: Pair) -> dict[str, str]:
    cells = {"id": pair.id, "source": pair.source, "target": pair.target}
    for name, value in pair.row.items():
        if name not in ("id", "translation"):
            cells[name] = _cell(value)
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _lines(rows: Iterator[dict[str, str]], delimiter: str) -> Iterator[bytes]:
    first = next(rows, None)
    if first is None:
        yield delimiter.join(("id", "source", "target")).encode() + b"\n"
        return
    buffer = io.StringIO(newline="")
    # Rows of an older part of the folder may have fewer columns; the first row's are written.
    writer = csv.DictWriter(
        buffer, list(first), delimiter=delimiter, lineterminator="\n", restval="", extrasaction="ignore"
    )
    writer.writeheader()
    for row in chain((first,), rows):
        writer.writerow(row)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def read_jsonl(path: Path) -> Iterator[Incoming]:
    """Read our rows, or objects with ``source`` and ``target``, or ``ar`` and ``en``.

    A paragraph of ours whose sentences tile it is as many pairs. Raises ``UsageError``.
    """
    with reading(path) as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield from _incoming(_object(line, f"{path} line {number}"), f"line {number}", str(path))


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except UnicodeDecodeError as error:
        raise UsageError(f"{where}: not UTF-8 ({error.reason}). Save the file as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        column = f" column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UsageError(f"{where}{column}: not JSON ({getattr(error, 'msg', error)}). Mend that line.") from error
    if not isinstance(row, dict):
        raise UsageError(f"{where}: holds no JSON object. Each line must be one.")
    return row


def read_csv(path: Path) -> Iterator[Incoming]:
    """Read a table with a header that has ``source`` and ``target``, or ``ar`` and ``en``. Raises ``UsageError``."""
    return _read_table(path, ",")


def read_tsv(path: Path) -> Iterator[Incoming]:
    """Read a table with tabs between.

    Spreadsheets put texts with quotation marks into more of them, most makers of parallel data don't: where a file has
    marks that do not pair as those of a spreadsheet, all of its marks are text, and a line is a row.
    """
    yield from _read_table(path, "\t", csv.QUOTE_MINIMAL if _pairs_its_marks(path) else csv.QUOTE_NONE)


def _pairs_its_marks(path: Path) -> bool:
    with reading(path) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="") as text:
        before = csv.field_size_limit(WIDEST)
        try:
            rows = csv.reader(text, delimiter="\t", strict=True)
            width = len(next(rows, ()))
            # A mark that only begins a text takes all in up to the next one, columns and rows.
            return all(
                len(row) in (0, width) and not any("\t" in cell and "\n" in cell for cell in row) for row in rows
            )
        except csv.Error:
            return False
        finally:
            csv.field_size_limit(before)


def _read_table(path: Path, delimiter: str, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL) -> Iterator[Incoming]:
    with reading(path) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        before = csv.field_size_limit(WIDEST)
        reader = csv.DictReader(text, delimiter=delimiter, quoting=quoting, strict=True)
        try:
            known = {str(name).strip().lower() for name in reader.fieldnames or ()}
            if not any({*names} <= known for names in SIDES):
                raise UsageError(f"{path} line 1: no columns source and target, nor ar and en. Begin with a header.")
            for row in reader:
                cells = {str(name).strip().lower(): cell for name, cell in row.items()}
                yield from _incoming(cells, f"line {reader.line_num}", str(path))
        except csv.Error as error:
            raise UsageError(f"{path} line {reader.line_num}: {error}. Mend that row.") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{path}: not UTF-8 ({error.reason}). Save the file as UTF-8.") from error
        finally:
            csv.field_size_limit(before)


def _incoming(row: dict[str, Any], where: str, shown: str) -> Iterator[Incoming]:
    translation = row.get("translation")
    texts = translation if isinstance(translation, dict) else row
    sides = next(([texts[name] for name in names] for names in SIDES if all(name in texts for name in names)), None)
    if sides is None or not all(isinstance(side, str | None) for side in sides):
        raise UsageError(f"{shown} {where}: no texts 'source' and 'target', 'ar' and 'en', or 'translation' of these.")
    source, target = (side or "" for side in sides)
    state = row.get("state")
    whole = Incoming(
        source,
        target,
        where,
        approved=state == "approved" if isinstance(state, str) and state else None,
        reviewer=str(row.get("reviewer") or ""),
        time=str(row.get("reviewed") or ""),
    )
    for left, right in _sentences(row, source, target):
        yield replace(whole, source=left.strip(), target=right.strip())


def _sentences(row: dict[str, Any], source: str, target: str) -> list[tuple[str, str]]:
    """Return the sentences of a paragraph of ours, or the whole where the row tells of none that tile it."""
    try:
        found = row.get("sentences") or ()
        found = json.loads(found) if isinstance(found, str) else found
        spans = Pair({"id": "", "translation": {SOURCE: source, TARGET: target}, "sentences": found}).sentences
        return [(source[slice(*left)], target[slice(*right)]) for left, right in spans] or [(source, target)]
    except (ValueError, KeyError, TypeError, RecursionError):  # a column of that name that is not ours
        return [(source, target)]

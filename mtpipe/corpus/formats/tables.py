"""Formats of rows, with all columns: JSON lines, CSV and TSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

from mtpipe.corpus.formats.base import Head, Pair, Tally, one_line
from mtpipe.corpus.formats.files import writing

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
        stream.writelines(_lines(map(_flat, pairs), ","))


def write_tsv(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write all columns with tabs between, a row a line: breaks and tabs inside a text become spaces."""
    rows = ({name: one_line(cell, tally) for name, cell in _flat(pair).items()} for pair in pairs)
    with writing(path) as stream:
        stream.writelines(_lines(rows, "\t"))


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

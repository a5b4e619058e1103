"""Writing CSV and TSV; ``entries.py`` reads them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from mtpipe.errors import UsageError
from mtpipe.glossary.entries import COLUMNS, SEPARATOR, Entry


def row_of(entry: Entry) -> tuple[str, ...]:
    """Return the fields of an entry as ``COLUMNS`` has them."""
    return (entry.source, entry.target, entry.type, entry.note, entry.case, SEPARATOR.join(entry.variants))


def write(entries: Iterable[Entry], path: Path, *, delimiter: str = ",") -> None:
    """Write entries, the header first; nothing is lost. Raises ``UsageError``."""
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
            rows.writerow(COLUMNS)
            rows.writerows(map(row_of, entries))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}). Name another file.") from error


write_tabbed = partial(write, delimiter="\t")

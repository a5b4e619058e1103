"""XLSX: the first sheet that has a header with ``source`` and ``target``, one entry a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from mtpipe.errors import UsageError
from mtpipe.glossary.entries import COLUMNS, REQUIRED, Entry, check_columns, from_cells
from mtpipe.glossary.table import row_of

WIDTHS: Final = (32, 36, 16, 40, 12, 40)
"""Of the columns, in characters."""
LONGEST: Final = 32_767
"""Characters that a cell holds."""
LAST_ROW: Final = 1_048_576
"""Of a sheet. A file can name a row a thousand million times as far down, and openpyxl makes all those before it."""
INFLATED: Final = 256 << 20
"""Bytes that all parts of a workbook may have: those of a million terms."""
RATIO: Final = 50
"""Bytes that may come of one compressed byte. Workbooks make 5 to 20; a bomb 900, with 70 bytes of memory for each."""
RATIO_FREE: Final = 2 << 20
"""Bytes that may come of any workbook before the ratio is looked at."""
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The date in the file: the same glossary is the same file."""
PROPERTIES: Final = "docProps/core.xml"
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def read(path: Path) -> Iterator[Entry]:
    """Read entries. Raises ``UsageError``."""
    from openpyxl import load_workbook

    try:
        _refuse_bomb(path)
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Name an existing glossary.") from error
    except UsageError:
        raise
    except Exception as error:
        raise _broken(path, error) from error
    try:
        for sheet in book.worksheets:
            rows = enumerate(_rows(sheet, path), start=1)
            columns = [_text(value).strip().lower() for value in next(rows, (1, ()))[1]]
            if not set(REQUIRED) <= set(columns):
                continue
            while columns and not columns[-1]:
                columns.pop()
            check_columns(columns, f"{path} sheet {sheet.title!r} row 1")
            for number, row in rows:
                cells = [_text(value) for value in row[: len(columns)]]
                if any(cell.strip() for cell in cells):
                    yield from_cells(
                        dict(zip(columns, cells, strict=False)), f"{path} sheet {sheet.title!r} row {number}"
                    )
            return
    finally:
        book.close()
    names = ", ".join(repr(name) for name in book.sheetnames)
    raise UsageError(f"{path}: no sheet (of {names}) begins with a row that has 'source' and 'target'. Add that row.")


def _refuse_bomb(path: Path) -> None:
    """Raise ``UsageError`` for a workbook that inflates too far. No part gives more than the size that it states."""
    with ZipFile(path) as parts:
        inflated = sum(part.file_size for part in parts.infolist())
        packed = sum(part.compress_size for part in parts.infolist())
    if inflated > INFLATED or inflated > max(RATIO_FREE, RATIO * packed):
        raise UsageError(
            f"{path}: inflates to {inflated >> 20} MiB, more than a glossary has. Keep its terms alone in a workbook."
        )


def _rows(sheet: Any, path: Path) -> Iterator[tuple[object, ...]]:
    sheet.reset_dimensions()  # other programs write a wrong size, and what lies outside would be left out
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > LAST_ROW:
                raise ValueError(f"a row after {LAST_ROW:,}")
            yield row
    except Exception as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: Exception) -> UsageError:
    """Say that openpyxl failed: it lets through what zip, XML and its own readers raise, of every kind."""
    words = " ".join(str(error).split())
    return UsageError(f"{path}: not an XLSX workbook, or a damaged one ({words}). Save it as 'Excel Workbook (.xlsx)'.")


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def write(entries: Iterable[Entry], path: Path) -> None:
    """Write entries with a header that stays in view; nothing is lost. Raises ``UsageError``."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    rows = [COLUMNS, *map(row_of, entries)]
    for value in (value for row in rows for value in row if len(value) > LONGEST):
        raise UsageError(f"{path}: {value[:40]!r}... is longer than the {LONGEST:,} characters of a cell.")
    book = Workbook(write_only=True)
    book.properties.created = EPOCH
    sheet = book.create_sheet("glossary")
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for place, row in enumerate(rows):
        cells = [WriteOnlyCell(sheet, value) for value in row]
        for cell in cells:
            cell.data_type = "s"  # "=..." is a text here, no formula
            if not place:
                cell.font = Font(bold=True)
        sheet.append(cells)
    content = BytesIO()  # openpyxl leaves half-closed writers behind where a file can't be opened
    book.save(content)
    try:
        path.write_bytes(_undated(content))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}). Name another file.") from error


def _undated(content: BytesIO) -> bytes:
    """Return a workbook with ``EPOCH`` for the clock, which openpyxl and the zip around it write into each."""
    out = BytesIO()
    with ZipFile(content) as dated, ZipFile(out, "w") as undated:
        for name in dated.namelist():
            part = dated.read(name)
            if name == PROPERTIES:
                part = _MODIFIED.sub(rb"\g<1>" + f"{EPOCH.isoformat()}Z".encode(), part)
            undated.writestr(ZipInfo(name), part, ZIP_DEFLATED)
    return out.getvalue()

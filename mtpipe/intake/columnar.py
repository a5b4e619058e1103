"""Parquet and Arrow: an article a row, read batch by batch.

Arrow is what the datasets library writes with ``save_to_disk`` (a stream of batches), or a file with a footer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO, Final

from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.raw import Raw
from mtpipe.intake.rows import META_FIELDS, Found, article_rows, column, require_text
from mtpipe.intake.sources import Source
from mtpipe.intake.streams import capped, seekable
from mtpipe.settings import IntakeSettings

_ROWS: Final = 64  # rows of a Parquet batch
_BUFFER: Final = 1 << 20  # bytes of a column that are read ahead, instead of the whole column of a row group
_FILE_MARK: Final = b"ARROW1"


def read_columns(source: Source, settings: IntakeSettings) -> Iterator[Raw | ArticleError]:
    """Yield the articles of a Parquet or Arrow file, row by row, and an ``ArticleError`` for each that is bad."""
    return article_rows(source, _rows(source, settings), settings)


def _rows(source: Source, settings: IntakeSettings) -> Iterator[Found | ArticleError]:
    import pyarrow as pa

    number = 0
    with seekable(source.open(), source.shown) as file:
        try:
            batches = parquet_batches if source.kind == "parquet" else _arrow
            for batch in batches(source, capped(file, limits.BLOCK, source.shown), settings):
                batch.validate(full=True)  # offsets of a damaged file would lead out of its memory
                for row in range(batch.num_rows):
                    number += 1
                    place = f"{source.shown} row {number}"
                    yield place, {name: batch[name][row].as_py() for name in batch.schema.names}, None
        except (pa.ArrowException, OSError, ValueError) as error:
            told = " ".join(str(error).split())
            raise ArticleError(
                source.id,
                "unreadable",
                f"{source.shown}: not a whole {source.kind.title()} file ({told}). Get the file again.",
            ) from error


def _wanted(names: list[str], source: Source, settings: IntakeSettings) -> list[str]:
    require_text(source, names, settings)
    fields = (settings.text_field, settings.id_field, settings.title_field, *META_FIELDS)
    wanted = {column(field, names) for field in fields}
    return [name for name in names if name in wanted]


def parquet_batches(source: Source, file: BinaryIO, settings: IntakeSettings) -> Iterator[Any]:
    """Yield record batches of few rows: one value may stand for many rows, so that no more come at once than would
    fit were each as long as all values of the row group together.
    """
    import pyarrow.parquet as pq

    # Without pre_buffer=False, whole columns of a row group would be read ahead.
    with pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False) as table:
        columns = _wanted(table.schema_arrow.names, source, settings)
        for number in range(table.num_row_groups):
            # The size of all columns: to ask for that of one ends the process where the file is damaged (pyarrow 26).
            rows = limits.BATCH // max(1, table.metadata.row_group(number).total_byte_size)
            yield from table.iter_batches(max(1, min(rows, _ROWS)), row_groups=[number], columns=columns)


def _arrow(source: Source, file: BinaryIO, settings: IntakeSettings) -> Iterator[Any]:
    import pyarrow as pa

    is_file = file.read(len(_FILE_MARK)) == _FILE_MARK
    file.seek(0)
    with ExitStack() as stack:
        if is_file:
            reader = stack.enter_context(pa.ipc.open_file(file))
            batches = (reader.get_batch(number) for number in range(reader.num_record_batches))
        else:
            batches = reader = stack.enter_context(pa.ipc.open_stream(file))
        columns = _wanted(reader.schema.names, source, settings)
        for batch in batches:
            yield batch.select(columns)

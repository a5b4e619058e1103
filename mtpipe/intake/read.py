"""The public face: inputs to articles, lazily; what cannot be read is an error in its place, and the run goes on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from mtpipe.article import Article, Meta
from mtpipe.errors import ArticleError
from mtpipe.intake.assemble import assemble
from mtpipe.intake.encoding import check_encoding, decode
from mtpipe.intake.html import read_page
from mtpipe.intake.raw import Raw
from mtpipe.intake.sources import Source, find
from mtpipe.intake.table import read_table
from mtpipe.intake.txt import paragraphs
from mtpipe.settings import IntakeSettings

_LARGEST: Final = 256 << 20  # bytes of one article's file; a larger one is a dump in the wrong format


def read(
    inputs: Sequence[str | Path], settings: IntakeSettings, *, stdin: BinaryIO | None = None
) -> Iterator[Article | ArticleError]:
    """Yield the articles of files, folders, globs and ``-`` (standard input), in a stable order.

    An article that can't be read comes as an ``ArticleError``, as a value. An id that was there before is one too
    (``duplicate-id``). Raises ``UsageError`` at once where an input does not exist or cannot be read by any reader.
    """
    check_encoding(settings.encoding)
    return _articles(find(inputs), settings, stdin)


def _articles(
    sources: Sequence[Source], settings: IntakeSettings, stdin: BinaryIO | None
) -> Iterator[Article | ArticleError]:
    places: dict[str, str] = {}
    for source in sources:
        for raw in _raws(source, settings, stdin):
            if isinstance(raw, ArticleError):
                yield raw
                continue
            if raw.id in places:
                yield ArticleError(
                    raw.id,
                    "duplicate-id",
                    f"{raw.place}: the id {raw.id!r} is taken by {places[raw.id]}. Give each article its own.",
                )
                continue
            places[raw.id] = raw.place
            try:
                yield assemble(raw, settings)
            except ArticleError as error:
                yield error


def _raws(source: Source, settings: IntakeSettings, stdin: BinaryIO | None) -> Iterator[Raw | ArticleError]:
    try:
        if source.path is not None and source.kind in ("jsonl", "csv", "tsv", "parquet"):
            yield from read_table(source, source.path, settings)
        else:
            yield _single(source, settings, stdin)
    except ArticleError as error:
        yield ArticleError(source.id, error.reason, str(error))
    except OSError as error:
        yield ArticleError(source.id, "unreadable", f"{source.shown}: cannot be read ({error.strerror}).")


def _single(source: Source, settings: IntakeSettings, stdin: BinaryIO | None) -> Raw:
    """Read a file that is one article."""
    if source.path is None:
        raw = (stdin or sys.stdin.buffer).read()
    else:
        if source.path.stat().st_size > _LARGEST:
            raise ArticleError(
                source.id,
                "too-large",
                f"{source.shown}: more than {_LARGEST >> 20} MiB for one article. Give many articles as .jsonl.",
            )
        raw = source.path.read_bytes()
    decoded = decode(raw, source.shown, settings.encoding)
    if source.kind == "html":
        return read_page(decoded.text, source.id, source.shown, source.shown, decoded.encoding)
    path = source.shown if source.path else None
    meta = Meta(path=path, encoding=decoded.encoding)
    return Raw(source.id, source.shown, paragraphs(decoded.text), meta=meta)

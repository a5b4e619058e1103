"""Rows of tables, whatever file they stand in, to articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from mtpipe.article import Meta
from mtpipe.errors import ArticleError
from mtpipe.intake.clean import clean
from mtpipe.intake.encoding import mended
from mtpipe.intake.names import tidy_id
from mtpipe.intake.raw import Raw
from mtpipe.intake.sources import Source
from mtpipe.intake.txt import paragraphs
from mtpipe.settings import IntakeSettings

META_FIELDS: Final = ("date", "author", "url", "publisher")
"""Columns that are kept in ``Meta`` where a table has them."""

Row = Mapping[str, Any]
Found = tuple[str, Row, str | None]
"""Where a row stands ("news.csv line 12"), the row, and the encoding it was in."""


def article_rows(
    source: Source, rows: Iterable[Found | ArticleError], settings: IntakeSettings
) -> Iterator[Raw | ArticleError]:
    """Yield the articles of rows, and an ``ArticleError`` for each that is bad. ``rows`` are counted from 1."""
    for number, found in enumerate(rows, start=1):
        if isinstance(found, ArticleError):
            yield found
            continue
        try:
            yield _article(source, number, *found, settings)
        except ArticleError as error:
            yield error


def require_text(source: Source, columns: Sequence[str], settings: IntakeSettings) -> None:
    """Raise ``ArticleError`` (``no-text-column``) where a table lacks the column of texts."""
    if column(settings.text_field, columns) is None:
        named = ", ".join(filter(None, columns)) or "none"
        raise ArticleError(
            source.id,
            "no-text-column",
            f"{source.shown}: no column {settings.text_field!r}; it has {named}. Set intake.text_field.",
        )


def column(name: str, columns: Sequence[str]) -> str | None:
    """Return the column that holds a field: of that name, or for ``translation.ar`` the column ``translation``."""
    return next((given for given in (name, name.partition(".")[0]) if given in columns), None)


def _field(row: Row, name: str) -> Any:
    if name in row:
        return row[name]
    first, _, rest = name.partition(".")
    inner = row.get(first)
    return _field(inner, rest) if rest and isinstance(inner, Mapping) else None


def _article(source: Source, number: int, place: str, row: Row, encoding: str | None, settings: IntakeSettings) -> Raw:
    given = _field(row, settings.id_field)
    article_id = tidy_id(str(given)) if given is not None else ""
    article_id = article_id or f"{source.id}:{number}"
    text = _field(row, settings.text_field)
    if not isinstance(text, str):
        what = "is missing" if text is None else f"is a {type(text).__name__}, not text"
        raise ArticleError(
            article_id,
            "bad-row",
            f"{place}: field {settings.text_field!r} {what}. Mend the row, or name the column with intake.text_field.",
        )
    title = _field(row, settings.title_field)
    known = {name: _told(row.get(name)) for name in META_FIELDS}
    title = clean(mended(title, place)) if isinstance(title, str) else None
    return Raw(
        article_id,
        place,
        paragraphs(mended(text, place)),
        title or None,
        Meta(title=title or None, path=source.path, encoding=encoding, **known),
    )


def _told(value: Any) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value)) or None if isinstance(value, str | int) else None

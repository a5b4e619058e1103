"""Writing pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mtpipe.article import AlignedArticle, TranslatedArticle
from mtpipe.corpus.files import write_text
from mtpipe.review import beads
from mtpipe.review.listing import IndexRow, index
from mtpipe.review.names import page_name
from mtpipe.review.page import page
from mtpipe.settings import ReviewSettings

INDEX_NAME: Final = "index.html"


def write_page(
    folder: Path,
    article: TranslatedArticle | AlignedArticle,
    *,
    signature: str,
    settings: ReviewSettings,
    notice: str | None = None,
) -> Path:
    """Write the page of an article, or of a pair that was aligned, and return its path.

    It is there whole or not at all; an older one is replaced.

    Raises ``OSError`` where the folder can't be made or written.
    """
    if isinstance(article, AlignedArticle):
        text = beads.page(article, signature=signature, settings=settings, notice=notice)
        return _write(folder / page_name(article.pair.id), text)
    text = page(article, signature=signature, settings=settings, notice=notice)
    return _write(folder / page_name(article.source.id), text)


def write_index(
    folder: Path, rows: Sequence[IndexRow], *, signature: str, settings: ReviewSettings, notice: str | None = None
) -> Path:
    """Write ``index.html`` and return its path, as ``write_page`` does."""
    return _write(folder / INDEX_NAME, index(rows, signature=signature, settings=settings, notice=notice))


def _write(path: Path, text: str) -> Path:
    write_text(path, text)
    return path

"""Writing pages, the index, and what lies beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Final

from mtpipe.article import AlignedArticle, TranslatedArticle
from mtpipe.corpus.files import remove_temporaries, write_text
from mtpipe.corpus.likeness import Suggestion
from mtpipe.review import beads, shards
from mtpipe.review.figures import Figures
from mtpipe.review.listing import IndexRow, index
from mtpipe.review.names import ASSETS, DATA, PAGES, page_name
from mtpipe.review.page import page
from mtpipe.review.shards import Suggestions
from mtpipe.settings import ReviewSettings

INDEX_NAME: Final = "index.html"
NOTHING: Final[Suggestions] = MappingProxyType({})


def write_window(
    folder: Path,
    window: int,
    articles: Sequence[TranslatedArticle | AlignedArticle],
    *,
    signature: str,
    settings: ReviewSettings,
    notice: str | None = None,
    suggestions: Suggestions = NOTHING,
) -> None:
    """Write the pages of a window's articles, its shards for the scripts, and styles and scripts where they are new.

    ``suggestions`` are what a memory has for sentences like those of the articles; others are left out.

    Raises ``OSError`` where the folder can't be made or written.
    """
    write_assets(folder)
    remembered: dict[str, Sequence[Suggestion]] = {}
    for article in articles:
        own = shards.suggested(article, suggestions)
        remembered |= {key: suggestions[key] for key in own}
        write_page(
            folder, article, signature=signature, settings=settings, notice=notice, window=window, remembered=bool(own)
        )
    if remembered:
        write_text(folder / DATA / shards.memory_name(window), shards.memory_script(window, remembered))
    write_text(folder / DATA / shards.rows_name(window), shards.rows_script(window, articles))
    write_text(folder / DATA / shards.texts_name(window), shards.texts_script(window, articles))


def write_page(
    folder: Path,
    article: TranslatedArticle | AlignedArticle,
    *,
    signature: str,
    settings: ReviewSettings,
    notice: str | None = None,
    window: int | None = None,
    remembered: bool = False,
) -> Path:
    """Write the page of an article, or of a pair that was aligned, and return its path.

    ``remembered`` says that the window's shards have suggestions for it. The page is there whole or not at all; an
    older one is replaced.

    Raises ``OSError`` where the folder can't be made or written.
    """
    if isinstance(article, AlignedArticle):
        text = beads.page(article, signature=signature, settings=settings, notice=notice, window=window)
        return _write(folder / PAGES / page_name(article.pair.id), text)
    text = page(article, signature=signature, settings=settings, notice=notice, window=window, remembered=remembered)
    return _write(folder / PAGES / page_name(article.source.id), text)


def write_index(
    folder: Path,
    rows: Iterable[IndexRow],
    *,
    signature: str,
    settings: ReviewSettings,
    run: str,
    windows: int,
    figures: Figures | None = None,
    notice: str | None = None,
) -> Path:
    """Write ``index.html``, and what names the run; return the path of the index.

    ``run`` is the run's id (``decisions.run_id``), ``windows`` counts those that are committed, ``figures`` are what
    its pictures show.
    """
    write_assets(folder)
    write_run(folder, run=run, windows=windows)
    text = index(rows, signature=signature, settings=settings, figures=figures, notice=notice)
    return _write(folder / INDEX_NAME, text)


def write_run(folder: Path, *, run: str, windows: int) -> None:
    """Write what names the run for the scripts: without it a page can be read, not edited."""
    write_text(folder / DATA / shards.RUN_NAME, shards.run_script(run, windows))


def write_assets(folder: Path) -> None:
    """Write the package's styles and scripts, those that are not there as they should be."""
    for name, text in _assets().items():
        path = folder / ASSETS / name
        if not path.is_file() or path.read_bytes() != text.encode():
            write_text(path, text)


@cache
def _assets() -> dict[str, str]:
    """Return the text of each, read once: all pages of a run have the same, whatever is installed meanwhile."""
    folder = resources.files("mtpipe.review").joinpath("assets")
    return {item.name: item.read_text(encoding="utf-8").replace("\r\n", "\n") for item in folder.iterdir()}


def suggestions_of(folder: Path, window: int) -> Suggestions:
    """Return the suggestions that a window's shards hold, by the id of the sentence: to write its pages anew."""
    return shards.read_memory(folder / DATA / shards.memory_name(window))


def remove_leftovers(folder: Path, windows: int) -> None:
    """Remove shards of windows from ``windows`` on, and files that a process which was killed had not finished."""
    data = folder / DATA
    for path in data.glob("*.js"):
        number = path.name[:6]
        if number.isdigit() and int(number) >= windows:
            path.unlink()
    for place in (folder, folder / PAGES, folder / ASSETS, data):
        remove_temporaries(place)


def _write(path: Path, text: str) -> Path:
    write_text(path, text)
    return path

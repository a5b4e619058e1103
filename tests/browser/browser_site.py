"""What the browser tests open: a review folder as a run leaves it, and a page with all that it complains of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from mtpipe import review
from mtpipe.article import AlignedArticle, TranslatedArticle
from mtpipe.review.files import NOTHING
from mtpipe.review.shards import Suggestions
from mtpipe.settings import ReviewSettings

RUN = "0123456789abcdef"
SIGNATURE = "a:b|c:d"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def build(
    folder: Path,
    articles: Sequence[TranslatedArticle | AlignedArticle],
    *,
    window: int = 2,
    settings: ReviewSettings | None = None,
    suggestions: Suggestions = NOTHING,
) -> Path:
    """Write a review folder, windows of ``window`` articles, and return its index."""
    made: dict[str, Any] = {"signature": SIGNATURE, "settings": settings or ReviewSettings(), "notice": "small model"}
    starts = range(0, len(articles), window)
    for number, start in enumerate(starts):
        review.write_window(folder, number, articles[start : start + window], suggestions=suggestions, **made)
    return review.write_index(folder, list(map(review.index_row, articles)), run=RUN, windows=len(starts), **made)


def page_of(index: Path, article: TranslatedArticle | AlignedArticle) -> Path:
    article_id = article.pair.id if isinstance(article, AlignedArticle) else article.source.id
    return index.parent / "pages" / review.page_name(article_id)


class Watched:
    """An open page, and all that it has asked for or complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.failures: dict[str, str | None] = {}
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.failures.update({request.url: request.failure}))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))


@contextmanager
def opened(browser: Browser, path: Path, **options: Any) -> Iterator[Watched]:
    """Open a file in a browser that remembers nothing of others."""
    context = browser.new_context(**{"viewport": WIDE, **options})
    try:
        watched = Watched(context.new_page())
        watched.page.goto(path.as_uri())
        if options.get("java_script_enabled", True):
            ready(watched.page)
        yield watched
    finally:
        context.close()


def ready(page: Page) -> None:
    """Wait until the scripts have taken the page over."""
    page.locator(".bar-line, .search").first.wait_for()


def records(page: Page) -> dict[str, Any]:
    """What the browser keeps of decisions, by paragraph."""
    prefix = f"mtpipe:{RUN}:p:"
    kept: dict[str, Any] = page.evaluate(
        "prefix => Object.fromEntries(Object.keys(localStorage).filter(key => key.startsWith(prefix))"
        ".map(key => [key.slice(prefix.length), JSON.parse(localStorage[key])]))",
        prefix,
    )
    return kept

"""The side-by-side page of an article."""

from __future__ import annotations

from urllib.parse import urlsplit

from mtpipe.article import TranslatedArticle
from mtpipe.review.document import render
from mtpipe.review.rows import RUNG_WORDS, last_asides, rows
from mtpipe.settings import ReviewSettings


def page(
    article: TranslatedArticle,
    *,
    signature: str,
    settings: ReviewSettings,
    notice: str | None = None,
    window: int | None = None,
    remembered: bool = False,
) -> str:
    """Return one HTML document, the same text for the same article; its styles and scripts lie in ``../assets``.

    The text content of its cells (``.row > .ar`` and ``.row > .en``) is the paragraphs' text, character by character.
    ``notice`` is a warning shown at the top, for example that a small model was used. ``window`` is that of the
    article, by which the scripts find the articles before and after it, and, where there is something ``remembered``
    for it, that.
    """
    made = rows(article)
    heading = made[0] if made and made[0].paragraph.role == "title" else None
    return render(
        "page.html.j2",
        article=article.source,
        heading=heading,
        rows=made[1:] if heading else made,
        last=last_asides(article),
        title=title(article),
        target_title=article.paragraphs[0].target if heading else "",
        link=link(article.source.meta.url),
        rung_words=RUNG_WORDS,
        signature=signature,
        direction=settings.direction,
        notice=notice,
        window=window,
        remembered=remembered,
    )


def title(article: TranslatedArticle) -> str:
    """Return the Arabic title: the first paragraph where it is one, the title known from the source, or the id."""
    first = article.paragraphs[0].source if article.paragraphs else None
    if first is not None and first.role == "title":
        return first.text
    return article.source.meta.title or article.source.id


def link(url: str | None) -> str | None:
    """Return the URL if a reader may be sent there: ``http`` or ``https`` with a host, else None."""
    try:
        parts = urlsplit(url or "")
    except ValueError:  # "http://[", which urlsplit refuses
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None

"""RSS and Atom files: an article an item, by feedparser."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from mtpipe.article import Meta
from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.blocks import blocks, check_tags
from mtpipe.intake.clean import clean
from mtpipe.intake.encoding import mended
from mtpipe.intake.names import tidy_id
from mtpipe.intake.raw import Raw
from mtpipe.intake.sources import Source
from mtpipe.intake.strays import StrayError, has_prose_between_tags
from mtpipe.intake.streams import read_article
from mtpipe.intake.txt import paragraphs
from mtpipe.settings import IntakeSettings


def read_feed(source: Source, settings: IntakeSettings) -> Iterator[Raw | ArticleError]:
    """Yield the items of a feed: the full content where there is one, else the summary.

    Raises ``ArticleError``: ``not-a-feed``, ``too-large``; ``StrayError`` for XML that was found, is whole, and is no
    feed, or a feed without items.
    """
    import xml.sax

    import feedparser

    del settings  # a feed's encoding is the one that its XML declares
    with source.open() as stream:
        raw = read_article(stream, source.shown)
    if not raw.strip():
        raise ArticleError(source.id, "empty-file", f"{source.shown}: the file is empty.")
    check_tags(raw.decode("latin-1"), limits.FEED_TAGS, source.shown)
    # A stream, since feedparser opens what looks like a path or an address. Markup is cleaned by blocks().
    feed = feedparser.parse(io.BytesIO(raw), sanitize_html=False, resolve_relative_uris=False)
    whole = not isinstance(feed.get("bozo_exception"), xml.sax.SAXException)
    if not (feed.entries or source.named) and whole and (feed.version or not has_prose_between_tags(raw)):
        raise StrayError
    if not feed.version and not feed.entries:
        told = f" ({' '.join(str(feed.bozo_exception).split())})" if feed.get("bozo_exception") else ""
        raise ArticleError(source.id, "not-a-feed", f"{source.shown}: neither RSS nor Atom{told}. Leave the file out.")
    try:
        publisher = _plain(feed.feed.get("title"), source.shown)
    except ArticleError:  # its own name may be past mending; its articles are not
        publisher = None
    for number, entry in enumerate(feed.entries, start=1):
        try:
            yield _item(source, number, entry, publisher)
        except ArticleError as error:
            yield ArticleError(f"{source.id}:{number}", error.reason, str(error))


def _item(source: Source, number: int, entry: Any, publisher: str | None) -> Raw:
    place = f"{source.shown} item {number}"
    link = clean(entry.get("link") or "") or None
    title = _plain(entry.get("title"), place)
    found = _text(entry, place)
    meta = Meta(
        title=title,
        date=_date(entry.get("published") or entry.get("updated")),
        author=_plain(entry.get("author"), place),
        url=link,
        publisher=publisher,
        path=source.path,
    )
    return Raw(_id(source, number, entry, link), place, found, title, meta, capture=True)


def _id(source: Source, number: int, entry: Any, link: str | None) -> str:
    given = clean(entry.get("id") or "")
    if given and ":" not in given:  # "7421" is an id in this feed alone
        return f"{source.id}:{tidy_id(given)}"
    return tidy_id(given or link or "") or f"{source.id}:{number}"


def _text(entry: Any, place: str) -> tuple[str, ...]:
    contents = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    content: dict[str, str] = next((content for content in contents if (content.get("value") or "").strip()), {})
    value = mended(content.get("value") or "", place)
    # RSS does not say whether a description is HTML; feedparser guesses by its tags.
    if content.get("type") == "text/plain" and "<" not in value:
        return paragraphs(html.unescape(value))
    found = blocks(value, place)
    return (*([found.title] if found.title else []), *found.paragraphs)


def _plain(value: str | None, place: str) -> str | None:
    """Return a title or a name without the markup and entities that feeds put there twice over."""
    text = mended(value or "", place)
    if "<" in text:
        found = blocks(text, place)
        text = " ".join((found.title or "", *found.paragraphs))
    return clean(html.unescape(text)) or None


def _date(given: str | None) -> str | None:
    if not given:
        return None
    try:
        return parsedate_to_datetime(given).isoformat()
    except (ValueError, OverflowError):
        return clean(given) or None

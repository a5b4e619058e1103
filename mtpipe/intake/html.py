"""Web pages: the article's text by trafilatura (Barbaresi 2021), with title, date, author and address.

What trafilatura takes for the page's frame is not part of the article and is not kept; what it keeps and is still a
remnant, or comes twice, is set aside later.
"""

from __future__ import annotations

from mtpipe.article import Meta
from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.blocks import DECLARATION, check_tags
from mtpipe.intake.clean import clean
from mtpipe.intake.raw import Raw


def read_page(text: str, article_id: str, place: str, path: str, encoding: str) -> Raw:
    """Return the article of a page. Raises ``ArticleError``: ``no-text`` where none is found, ``too-large``."""
    import trafilatura

    check_tags(text, limits.PAGE_TAGS, place)
    found = trafilatura.bare_extraction(
        DECLARATION.sub("", text),
        include_comments=False,
        with_metadata=True,
        # The date as the page states it: no guess from a copyright line or the address.
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if found is None:
        raise ArticleError(article_id, "no-text", f"{place}: no article found in the page. Give its text as .txt.")
    title = clean(found.title or "") or None
    meta = Meta(
        title=title,
        date=found.date or None,
        author=clean(found.author or "") or None,
        url=found.url or None,
        publisher=clean(found.sitename or "") or None,
        path=path,
        encoding=encoding,
    )
    return Raw(article_id, place, tuple((found.text or "").split("\n")), title, meta, extracted=True)

"""What becomes of an item of a window in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from mtpipe import review
from mtpipe.archive.journal import Entry, Failure
from mtpipe.archive.windows import Item
from mtpipe.article import Article, ArticlePair, to_json
from mtpipe.errors import ArticleError
from mtpipe.signature import digest


def content(item: Article | ArticlePair) -> str:
    """Hash what an article, or both of a pair, say; where a file lies may be written otherwise at the next start."""
    articles = (item.source, item.target) if isinstance(item, ArticlePair) else (item,)
    return digest(*(to_json(replace(article, meta=replace(article.meta, path=None))) for article in articles))


def entry(item: Item, made: Mapping[str, Any], failed: Mapping[str, ArticleError]) -> Entry | Failure:
    """Return the row of an item, from the articles that were made of its window and those that failed, by id."""
    if isinstance(item, ArticleError):
        return Failure(item)
    if item.id in failed:
        return Failure(failed[item.id], content(item))
    return Entry(item.id, content(item), asdict(review.index_row(made[item.id])))

"""Windows: the unit of work, cut the same way every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from mtpipe.article import Article, ArticlePair
from mtpipe.errors import ArticleError

MAX_CHARACTERS: Final = 400_000
"""Text after which a window is full, however few its articles: it bounds memory and the work that a kill can cost."""

Item = Article | ArticlePair | ArticleError


def windows(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut articles, or pairs (and what failed to be one), into windows of at most ``size``, in order.

    Depends on nothing but the items: the rest of an interrupted run is cut as it would have been.
    """
    window: list[Item] = []
    characters = 0
    for item in items:
        window.append(item)
        characters += 0 if isinstance(item, ArticleError) else len(item.text)
        if len(window) >= size or characters >= MAX_CHARACTERS:
            yield window
            window, characters = [], 0
    if window:
        yield window

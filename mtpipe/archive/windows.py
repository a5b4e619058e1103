"""Windows: the unit of work, cut the same way every time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from mtpipe.article import Article, ArticlePair
from mtpipe.errors import ArticleError

Item = Article | ArticlePair | ArticleError
Cut = TypeVar("Cut")


def windows(items: Iterable[Item], size: int, most: int) -> Iterator[list[Item]]:
    """Cut articles, or pairs (and what failed to be one), into windows of at most ``size``, in order.

    A window that has ``most`` characters is full, too: that bounds memory, and the work that a kill can cost. Depends
    on nothing but the items: the rest of an interrupted run is cut as it would have been.
    """
    return cut(items, size, characters, most)


def cut(items: Iterable[Cut], size: int, length: Callable[[Cut], int], most: int) -> Iterator[list[Cut]]:
    """Cut anything whose characters are known as ``windows`` cuts articles."""
    window: list[Cut] = []
    total = 0
    for item in items:
        window.append(item)
        total += length(item)
        if len(window) >= size or total >= most:
            yield window
            window, total = [], 0
    if window:
        yield window


def characters(item: Item) -> int:
    """Return the characters of an item's text; what failed to be an article has none."""
    return 0 if isinstance(item, ArticleError) else len(item.text)

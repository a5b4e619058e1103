"""Which articles of the inputs a run takes: a shard of them, a sample, the first so many.

A shard is told by a hash of the article's id: every article is in exactly one of n shards, whatever the order of the
inputs, whatever is added to them later, and shards of many articles are about equally large (of 100,000 in 8 shards,
the largest has some 2 % more than the mean).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mtpipe.archive.windows import Item
from mtpipe.article import Article, ArticlePair, from_json, to_json
from mtpipe.errors import ArticleError, UsageError
from mtpipe.signature import digest

DIGITS: Final = 15
"""Hexadecimal digits of a hash that decides: 60 bits, a number that SQLite holds."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Number ``number`` of ``count`` shards, from 1.

    >>> str(Shard.parse("2/8"))
    '2/8'
    """

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read ``i/n``. Raises ``UsageError``."""
        found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise UsageError(f"--shard {text!r}: write i/n, with i from 1 to n (2/8 is the second of eight).")
        return cls(int(found[1]), int(found[2]))

    def holds(self, article: str) -> bool:
        """Tell whether an article of that id, or what failed to be one, is in this shard."""
        return int(digest("shard", article, length=DIGITS), 16) % self.count == self.number - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """What a run takes of its inputs: the articles of a shard, in the order of a seed, no more than a limit.

    What fails to be read counts as the article that it is not.
    """

    shard: Shard | None = None
    seed: int | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.shard and self.seed is not None:
            raise UsageError("--shard and --shuffle-seed: a shard is read in the order of its inputs. Leave one out.")

    @property
    def whole(self) -> bool:
        """Whether all that is in the inputs (and in the shard) is taken."""
        return self.limit is None

    def count(self, articles: int | None) -> int | None:
        """Return how many of so many articles are taken, where that can be told before reading them."""
        if articles is None or self.shard:
            return None
        return articles if self.limit is None else min(articles, self.limit)

    def of(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield what is taken. In the order of a seed all is read before the first, by way of a temporary file."""
        taken = (item for item in items if self.shard is None or self.shard.holds(name(item)))
        ordered = taken if self.seed is None else shuffled(taken, self.seed)
        return ordered if self.limit is None else islice(ordered, self.limit)


def name(item: Item) -> str:
    """Return the id of an article, or of what failed to be one."""
    return item.article_id if isinstance(item, ArticleError) else item.id


def shuffled(items: Iterable[Item], seed: int) -> Iterator[Item]:
    """Yield items in the order of a hash of seed and id, the same wherever they came from.

    Memory stays small: they lie in a temporary file meanwhile. Pairs are not shuffled.
    """
    with closing(sqlite3.connect("", isolation_level=None, check_same_thread=False)) as file:
        file.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE item (place INTEGER, number INTEGER, kind TEXT, text TEXT, PRIMARY KEY (place, number))"
            "WITHOUT ROWID; BEGIN"
        )
        for number, item in enumerate(items):
            place = int(digest(str(seed), name(item), length=DIGITS), 16)
            try:
                file.execute("INSERT INTO item VALUES (?, ?, ?, ?)", (place, number, *stored(item)))
            except sqlite3.OperationalError as error:
                raise UsageError(
                    f"the folder for temporary files: {error}. Make room, or name another with TMPDIR."
                ) from error
        for kind, text in file.execute("SELECT kind, text FROM item ORDER BY place, number"):
            yield restored(kind, text)


def stored(item: Item) -> tuple[str, str]:
    """Write an item as its kind and a text. Not for pairs."""
    if isinstance(item, ArticlePair):
        raise TypeError("pairs are not shuffled, nor sent elsewhere")
    if isinstance(item, ArticleError):
        return "failed", "\0".join((item.article_id, item.reason, str(item)))
    return "article", to_json(item)


def restored(kind: str, text: str) -> Item:
    """Read back what ``stored`` wrote."""
    return ArticleError(*text.split("\0", 2)) if kind == "failed" else from_json(Article, text)

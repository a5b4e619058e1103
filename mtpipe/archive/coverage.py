"""What proves that n shards are the whole: each start looks at all of the inputs, and keeps how many there were, a hash
of them that no order changes, and the places of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mtpipe.archive.choice import Shard, name
from mtpipe.archive.entry import content
from mtpipe.archive.journal import Entry, Failure, Journal
from mtpipe.archive.windows import Item, characters
from mtpipe.errors import ArticleError
from mtpipe.signature import digest

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS coverage (
    run INTEGER PRIMARY KEY, items INTEGER NOT NULL, own INTEGER NOT NULL, hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS position (key TEXT PRIMARY KEY, position INTEGER NOT NULL, characters INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run of a shard has seen: articles in all (failed ones too), those of its own, and the hash of all."""

    run: int
    items: int
    own: int
    hash: str


class Coverage:
    """Watches the items of all shards go by, for one of them."""

    def __init__(self, shard: Shard, journal: Journal) -> None:
        """The journal is the shard's."""
        journal.connection.executescript(_SCHEMA)
        self._shard = shard
        self._journal = journal
        self._items = self._own = self._sum = 0
        self._places: dict[str, tuple[int, int]] = {}

    def watch(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items."""
        for item in items:
            if self._shard.holds(name(item)):
                self._own += 1
                self._places.setdefault(_key(item), (self._items, characters(item)))
            self._items += 1
            said = item.reason if isinstance(item, ArticleError) else content(item)
            # A sum does not depend on the order, and, unlike a bitwise one, knows two of a kind from none.
            self._sum = (self._sum + int(digest(name(item), said), 16)) % 2**64
            yield item

    def pass_by(self, item: Item) -> None:
        """Let go of the place of an item that is committed already."""
        self._places.pop(_key(item), None)

    def place(self, items: Sequence[Item], entries: Sequence[Entry | Failure]) -> None:
        """Keep the places of a window's items, ahead of its commit: those of a window that is lost come again."""
        rows = []
        for item, entry in zip(items, entries, strict=True):
            if place := self._places.pop(_key(item), None):
                rows.append((entry_key(entry), *place))
        with self._journal.transaction():
            self._journal.connection.executemany("INSERT OR REPLACE INTO position VALUES (?, ?, ?)", rows)

    def finish(self, run: int) -> None:
        """Keep what was seen by a run that has read its inputs to the end."""
        row = run, self._items, self._own, f"{self._sum:016x}"
        with self._journal.transaction():
            self._journal.connection.execute("INSERT OR REPLACE INTO coverage VALUES (?, ?, ?, ?)", row)


def seen(connection: sqlite3.Connection) -> list[Seen]:
    """Return what the finished runs of a shard have seen, in order."""
    connection.executescript(_SCHEMA)
    rows = connection.execute("SELECT run, items, own, hash FROM coverage ORDER BY run")
    return [Seen(*row) for row in rows]


def places(connection: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Return where the entries of a shard stood in the inputs, and how many characters they had, by ``entry_key``."""
    rows = connection.execute("SELECT key, position, characters FROM position")
    return {key: (position, length) for key, position, length in rows}


def entry_key(entry: Entry | Failure) -> str:
    """Return what an entry of a window is called here."""
    return f"failed {entry.key}" if isinstance(entry, Failure) else f"article {entry.id}"


def _key(item: Item) -> str:
    return f"failed {Failure(item).key}" if isinstance(item, ArticleError) else f"article {item.id}"

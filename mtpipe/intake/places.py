"""Which ids are taken, and by whom: kept in a temporary SQLite file, so that ten million rows fit in little memory."""

from __future__ import annotations

import sqlite3
from typing import Final

from mtpipe.errors import UsageError

_CACHE: Final = 16 << 10  # KiB that SQLite keeps in memory before it touches the disk


class Places:
    """Keys, each with the place that claimed it first. Raises ``UsageError`` where there is no room for them."""

    def __init__(self) -> None:
        # "" is a temporary database. A reader may be handed to another thread, but is never in two at once.
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._connection.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{_CACHE};"
            "CREATE TABLE place (key BLOB PRIMARY KEY, name BLOB) WITHOUT ROWID; BEGIN"
        )

    def claim(self, key: str, name: str) -> str | None:
        """Take a key for a place; return the place that has it already, None where it was free."""
        raw = key.encode("utf-8", "surrogateescape")
        try:
            taken = self._connection.execute(
                "INSERT INTO place VALUES (?, ?) ON CONFLICT DO NOTHING", (raw, name.encode("utf-8", "surrogateescape"))
            )
        except sqlite3.OperationalError as error:
            raise UsageError(
                f"the folder for temporary files: {error}. Make room, or name another with TMPDIR."
            ) from error
        if taken.rowcount:
            return None
        (found,) = self._connection.execute("SELECT name FROM place WHERE key = ?", (raw,)).fetchone()
        return bytes(found).decode("utf-8", "surrogateescape")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

"""Translation memory in SQLite: what was rendered once is not translated again (contract 6 of the design).

A key hashes the normalised source, the engine's signature and the glossary's, each preceded by its length. A run reads
the rows of the runs before it only: so its batches, and with them every byte that it writes, do not depend on where it
was interrupted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from mtpipe.article import Rendering, from_json, to_json
from mtpipe.errors import UsageError
from mtpipe.signature import Signature, digest

KEY_DIGITS: Final = 32
CHUNK: Final = 500
"""Keys in one query; SQLite's oldest limit on parameters is 999."""

TABLE: Final = """
CREATE TABLE IF NOT EXISTS memory (
    key TEXT PRIMARY KEY, run INTEGER NOT NULL, source TEXT NOT NULL, rendering TEXT NOT NULL
) WITHOUT ROWID
"""


class Memory:
    """The memory's table on a connection that somebody else opened and commits."""

    def __init__(self, connection: sqlite3.Connection, *signatures: Signature) -> None:
        """``signatures`` are those of all that shapes a rendering: engine, then glossary."""
        connection.execute(TABLE)
        self._connection = connection
        self._scope = [str(signature) for signature in signatures]

    def key(self, source: str) -> str:
        """Return the key of a normalised source."""
        return digest(source, *self._scope, length=KEY_DIGITS)

    def look_up(self, sources: Iterable[str], *, before: int) -> dict[str, Rendering]:
        """Return the renderings known from runs with a number under ``before``, by source."""
        by_key = {self.key(source): source for source in sources}
        keys = list(by_key)
        found: dict[str, Rendering] = {}
        for first in range(0, len(keys), CHUNK):
            chunk = keys[first : first + CHUNK]
            marks = ",".join("?" * len(chunk))
            rows = self._connection.execute(
                f"SELECT key, rendering FROM memory WHERE run < ? AND key IN ({marks})", (before, *chunk)
            )
            found |= {by_key[key]: from_json(Rendering, line) for key, line in rows}
        return found

    def add(self, renderings: Mapping[str, Rendering], *, run: int) -> None:
        """Insert renderings by source, inside the caller's transaction. What is there already stays."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO memory VALUES (?, ?, ?, ?)",
            [(self.key(source), run, source, to_json(rendering)) for source, rendering in renderings.items()],
        )


def copy_rows(source: sqlite3.Connection, target: sqlite3.Connection, *, run: int) -> None:
    """Copy all rows that ``target`` lacks, as rows of ``run``; the caller commits."""
    target.execute(TABLE)
    rows = source.execute("SELECT key, source, rendering FROM memory ORDER BY key")
    target.executemany(
        "INSERT OR IGNORE INTO memory VALUES (?, ?, ?, ?)", ((key, run, text, line) for key, text, line in rows)
    )


def connect(path: Path) -> sqlite3.Connection:
    """Open a memory file, making it where it is not there. Raises ``UsageError`` for one that is no memory."""
    connection = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=60)  # seconds; another run may be adding its rows
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(TABLE)
        connection.execute("SELECT key, run, source, rendering FROM memory LIMIT 1")  # a table of that name may differ
    except (OSError, sqlite3.Error) as error:
        if connection:
            connection.close()
        raise UsageError(f"memory {path}: can't be used ({error}). Name another file with --memory.") from error
    return connection

"""The journal of an output folder: which windows are committed, in the file that also holds the memory.

One transaction adds a window's row, its articles and its memory rows (contract 8 of the design); whatever lies in the
folder without a row here is not part of the output and is made again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from mtpipe.article import Rendering
from mtpipe.corpus import Counts
from mtpipe.errors import ArticleError, UsageError
from mtpipe.signature import Signature
from mtpipe.translate import Memory

FOLDER: Final = ".mtpipe"
STATE: Final = "state.sqlite"
LOCK: Final = "lock"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY, finished INTEGER NOT NULL DEFAULT 0, shared_before INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS fingerprint (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS window (
    number INTEGER PRIMARY KEY, run INTEGER NOT NULL, sizes TEXT NOT NULL, counts TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY, window INTEGER NOT NULL, place INTEGER NOT NULL, digest TEXT NOT NULL, row TEXT,
    reason TEXT, message TEXT
);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a window: its id, the hash of what was read, and its index row or the error that it ended in."""

    id: str
    digest: str
    row: Mapping[str, Any] | None = None
    error: ArticleError | None = None


class Journal:
    """The state of one output folder."""

    def __init__(self, out: Path) -> None:
        """Open or make the state of an output folder. Raises ``UsageError`` where it can't be."""
        self.folder = out / FOLDER
        path = self.folder / STATE
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(path, isolation_level=None)
            self.connection.execute("PRAGMA synchronous=FULL")
            self.connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise UsageError(f"{path}: can't be opened ({error}). Name another folder with --out.") from error

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def check_fingerprint(self, wanted: Mapping[str, str]) -> None:
        """Keep the fingerprint of the first start; raise ``UsageError`` where this one differs, saying in what."""
        known = dict(self.connection.execute("SELECT key, value FROM fingerprint"))
        if not known:
            with self._transaction():
                self.connection.executemany("INSERT INTO fingerprint VALUES (?, ?)", wanted.items())
            return
        changed = [
            f"{key} was {known.get(key, 'absent')}, is {wanted.get(key, 'absent')}"
            for key in sorted(known.keys() | wanted.keys())
            if known.get(key) != wanted.get(key)
        ]
        if changed:
            raise UsageError(
                f"{self.folder.parent}: was made with other settings ({'; '.join(changed)}). Use a new --out "
                f"(--memory {self.folder / STATE} saves what is the same), or the old settings."
            )

    def start(self, shared_before: int) -> tuple[int, int]:
        """Return the number of the run to go on with, a new one where the last is finished, and its view of the memory.

        ``shared_before`` is the first run number of a shared memory that this run must not see; a run that was
        interrupted keeps the one of its first start.
        """
        last = self.connection.execute(
            "SELECT number, shared_before FROM run WHERE NOT finished ORDER BY number DESC LIMIT 1"
        ).fetchone()
        if last:
            return int(last[0]), int(last[1])
        with self._transaction():
            cursor = self.connection.execute("INSERT INTO run (shared_before) VALUES (?)", (shared_before,))
        return int(cursor.lastrowid or 0), shared_before

    def finish(self, run: int) -> None:
        """Mark a run as finished: what comes later is a new run and sees this one's memory."""
        with self._transaction():
            self.connection.execute("UPDATE run SET finished = 1 WHERE number = ?", (run,))

    def windows(self) -> int:
        """Return the number of committed windows."""
        return int(self.connection.execute("SELECT count(*) FROM window").fetchone()[0])

    def sizes(self) -> dict[str, int]:
        """Return the committed bytes of each log, by file name."""
        last = self.connection.execute("SELECT sizes FROM window ORDER BY number DESC LIMIT 1").fetchone()
        return json.loads(last[0]) if last else {}

    def digest(self, article_id: str) -> tuple[str, bool] | None:
        """Return the hash with which an article was committed and whether it failed; None for one not yet seen."""
        found = self.connection.execute(
            "SELECT digest, reason IS NOT NULL FROM article WHERE id = ?", (article_id,)
        ).fetchone()
        return (found[0], bool(found[1])) if found else None

    def counts(self) -> Counts:
        """Return the sums over all committed windows."""
        totals = dict.fromkeys((field.name for field in fields(Counts)), 0)
        for (line,) in self.connection.execute("SELECT counts FROM window"):
            for name, value in json.loads(line).items():
                totals[name] += value
        totals["failed"] = self.connection.execute("SELECT count(*) FROM article WHERE reason IS NOT NULL").fetchone()[
            0
        ]
        return Counts(**totals)

    def index_rows(self) -> Iterator[dict[str, Any]]:
        """Yield the index rows of the translated articles, in order."""
        rows = self.connection.execute("SELECT row FROM article WHERE row IS NOT NULL ORDER BY window, place")
        return (json.loads(row) for (row,) in rows)

    def failures(self) -> Iterator[dict[str, str]]:
        """Yield what failed, in order."""
        rows = self.connection.execute(
            "SELECT id, reason, message FROM article WHERE reason IS NOT NULL ORDER BY window, place"
        )
        return ({"article_id": row[0], "reason": row[1], "message": row[2]} for row in rows)

    def commit(
        self,
        number: int,
        run: int,
        entries: list[Entry],
        *,
        sizes: Mapping[str, int],
        counts: Counts,
        memory: Memory,
        renderings: Mapping[str, Rendering],
    ) -> None:
        """Add a window, its articles and its renderings in one transaction."""
        with self._transaction():
            self.connection.execute(
                "INSERT INTO window VALUES (?, ?, ?, ?)",
                (number, run, json.dumps(dict(sizes)), json.dumps(asdict(counts))),
            )
            self.connection.executemany(
                "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        entry.id,
                        number,
                        place,
                        entry.digest,
                        json.dumps(entry.row, ensure_ascii=False) if entry.row is not None else None,
                        entry.error.reason if entry.error else None,
                        str(entry.error) if entry.error else None,
                    )
                    for place, entry in enumerate(entries)
                ],
            )
            memory.add(renderings, run=run)

    def memory(self, *signatures: Signature) -> Memory:
        """Return the memory that lies in this file."""
        return Memory(self.connection, *signatures)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

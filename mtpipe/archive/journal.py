"""The journal of an output folder: which windows are committed, in the file that also holds the memory.

One transaction adds a window's row, its articles and its memory rows (contract 8 of the design); whatever lies in the
folder without a row here is not part of the output and is made again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from mtpipe.article import Rendering
from mtpipe.corpus import Counts
from mtpipe.errors import ArticleError, UsageError
from mtpipe.signature import Signature, digest
from mtpipe.translate import Memory
from mtpipe.translate.memory import TABLE

FOLDER: Final = ".mtpipe"
STATE: Final = "state.sqlite"
LOCK: Final = "lock"
BUSY_SECONDS: Final = 60.0
"""How long to wait for another run that uses this file as its --memory."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY, finished INTEGER NOT NULL DEFAULT 0, shared_before INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS fingerprint (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS window (
    number INTEGER PRIMARY KEY, run INTEGER NOT NULL, sizes TEXT NOT NULL, counts TEXT NOT NULL, content TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY, window INTEGER NOT NULL, place INTEGER NOT NULL, digest TEXT NOT NULL, row TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS failure (
    key TEXT PRIMARY KEY, window INTEGER NOT NULL, place INTEGER NOT NULL,
    id TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A translated article of a window: its id, the hash of what was read, and its row of the index."""

    id: str
    digest: str
    row: Mapping[str, Any]


class Journal:
    """The state of one output folder.

    Failures lie apart from articles and have keys of their own: a second file with the id of a translated article is
    a failure beside it, not instead of it.
    """

    def __init__(self, out: Path) -> None:
        """Open or make the state of an output folder. Raises ``UsageError`` where it can't be."""
        self.folder = out / FOLDER
        self.path = self.folder / STATE
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(self.path, isolation_level=None, timeout=BUSY_SECONDS)
            try:
                self.connection.execute("PRAGMA synchronous=FULL")
                self.connection.executescript(_SCHEMA)
                self.connection.execute(TABLE)
            except sqlite3.Error:
                self.connection.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise UsageError(f"{self.path}: can't be opened ({error}). Name another folder with --out.") from error

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @property
    def is_new(self) -> bool:
        """Whether no run has started here yet: nothing in the folder can be from this journal."""
        return self.connection.execute("SELECT 1 FROM fingerprint LIMIT 1").fetchone() is None

    def check_fingerprint(self, wanted: Mapping[str, str]) -> None:
        """Keep the fingerprint of the first window; raise ``UsageError`` where this one differs, saying in what."""
        known = dict(self.connection.execute("SELECT key, value FROM fingerprint"))
        if not self.windows():  # nothing was made with the settings of an earlier start
            with self._transaction():
                self.connection.execute("DELETE FROM fingerprint")
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
                f"(--memory {self.path} saves what is the same), or the old settings."
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
        return int(self.connection.execute("SELECT coalesce(max(number) + 1, 0) FROM window").fetchone()[0])

    def sizes(self) -> dict[str, int]:
        """Return the committed bytes of each log, by file name."""
        last = self.connection.execute("SELECT sizes FROM window ORDER BY number DESC LIMIT 1").fetchone()
        return json.loads(last[0]) if last else {}

    def content(self) -> str:
        """Return a hash of all committed shards."""
        last = self.connection.execute("SELECT content FROM window ORDER BY number DESC LIMIT 1").fetchone()
        return last[0] if last else "0"

    def digest(self, article_id: str) -> str | None:
        """Return the hash with which an article was committed; None for one that was not."""
        found = self.connection.execute("SELECT digest FROM article WHERE id = ?", (article_id,)).fetchone()
        return found[0] if found else None

    def has_failure(self, error: ArticleError) -> bool:
        """Tell whether this very failure was committed."""
        found = self.connection.execute("SELECT 1 FROM failure WHERE key = ?", (failure_key(error),))
        return found.fetchone() is not None

    def counts(self) -> Counts:
        """Return the sums over all committed windows."""
        last = self.connection.execute("SELECT counts FROM window ORDER BY number DESC LIMIT 1").fetchone()
        failed = self.connection.execute("SELECT count(*) FROM failure").fetchone()[0]
        return replace(Counts(**json.loads(last[0])) if last else Counts(), failed=failed)

    def index_rows(self) -> Iterator[dict[str, Any]]:
        """Yield the index rows of the translated articles, in order."""
        rows = self.connection.execute("SELECT row FROM article ORDER BY window, place")
        return (json.loads(row) for (row,) in rows)

    def failures(self) -> Iterator[dict[str, str]]:
        """Yield what failed, in order."""
        rows = self.connection.execute("SELECT id, reason, message FROM failure ORDER BY window, place")
        return ({"article_id": row[0], "reason": row[1], "message": row[2]} for row in rows)

    def keep_failures(self, keys: Collection[str]) -> None:
        """Forget the failures that a run which has read everything has not met: those were mended or removed."""
        known = [key for (key,) in self.connection.execute("SELECT key FROM failure")]
        with self._transaction():
            self.connection.executemany("DELETE FROM failure WHERE key = ?", [(k,) for k in known if k not in keys])

    def commit(
        self,
        number: int,
        run: int,
        entries: list[Entry | ArticleError],
        *,
        sizes: Mapping[str, int],
        counts: Counts,
        content: str,
        memory: Memory,
        renderings: Mapping[str, Rendering],
    ) -> None:
        """Add a window, its articles, its failures and its renderings in one transaction.

        ``sizes`` are the bytes of the logs and ``content`` the hash of the shards with this window in them, ``counts``
        those of this window alone.
        """
        before = asdict(self.counts())
        totals = {name: before[name] + value for name, value in asdict(counts).items()}
        with self._transaction():
            self.connection.execute(
                "INSERT INTO window VALUES (?, ?, ?, ?, ?)",
                (number, run, json.dumps(dict(sizes)), json.dumps(totals), content),
            )
            for place, entry in enumerate(entries):
                if isinstance(entry, ArticleError):
                    self.connection.execute(
                        "INSERT INTO failure VALUES (?, ?, ?, ?, ?, ?)",
                        (failure_key(entry), number, place, entry.article_id, entry.reason, str(entry)),
                    )
                else:
                    row = json.dumps(entry.row, ensure_ascii=False)
                    self.connection.execute(
                        "INSERT INTO article VALUES (?, ?, ?, ?, ?)", (entry.id, number, place, entry.digest, row)
                    )
            memory.add(renderings, run=run)

    def memory(self, *signatures: Signature) -> Memory:
        """Return the memory that lies in this file."""
        return Memory(self.connection, *signatures)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:  # SQLite may have rolled back by itself, for example on a full disk
                self.connection.execute("ROLLBACK")
            raise


def failure_key(error: ArticleError) -> str:
    """Return what tells one failure from another: which article, why, and the message with its place."""
    return digest(error.article_id, error.reason, str(error))

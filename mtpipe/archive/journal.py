"""The journal of an output folder: which windows are committed, in the file that also holds the memory.

One transaction adds a window's row, its articles and its memory rows (contract 8 of the design); whatever lies in the
folder without a row here is not part of the output and is made again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from mtpipe.archive.scope import covers
from mtpipe.article import Rendering
from mtpipe.corpus import Counts
from mtpipe.errors import ArticleError, UsageError
from mtpipe.signature import Signature, digest
from mtpipe.translate import Memory
from mtpipe.translate.memory import make_tables

FOLDER: Final = ".mtpipe"
STATE: Final = "state.sqlite"
LOCK: Final = "lock"
DUPLICATES: Final = frozenset(("duplicate-id", "duplicate"))
"""The reasons of an article whose id another one has."""
BUSY_SECONDS: Final = 60.0
"""How long to wait for another run that uses this file as its --memory."""

VERSION: Final = 2
"""Counts changes of the tables."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY, finished INTEGER NOT NULL DEFAULT 0, shared_before INTEGER NOT NULL,
    inputs TEXT NOT NULL
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
    id TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS superseded (window INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (window, id));
CREATE TABLE IF NOT EXISTS term (place INTEGER PRIMARY KEY, entry TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reviewed (paragraph TEXT PRIMARY KEY, base TEXT NOT NULL, original TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A translated article of a window: its id, the hash of what was read, and its row of the index."""

    id: str
    digest: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed in a window, and the hash of what was read of it ("" where that was what failed)."""

    error: ArticleError
    digest: str = ""

    @property
    def key(self) -> str:
        """What tells one failure from another: which article, why, and the message with its place."""
        return digest(self.error.article_id, self.error.reason, str(self.error))


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
            self.connection = sqlite3.connect(
                self.path, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
            )
            try:
                self.connection.execute("PRAGMA synchronous=FULL")
                self._check_version()
                self.connection.executescript(_SCHEMA)
                make_tables(self.connection)
            except (sqlite3.Error, UsageError):
                self.connection.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise UsageError(f"{self.path}: can't be opened ({error}). Name another folder with --out.") from error

    def _check_version(self) -> None:
        """Refuse tables of another version before anything is read from them or written; mark new ones."""
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        known = self.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'window'").fetchone()
        if known and version != VERSION:
            raise UsageError(
                f"{self.folder.parent}: was made by another version of mtpipe. Use a new --out "
                f"(--memory {self.path} saves translating again)."
            )
        if not known:
            self.connection.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @property
    def is_new(self) -> bool:
        """Whether no run has started here yet: nothing in the folder can be from this journal."""
        return self.connection.execute("SELECT 1 FROM fingerprint LIMIT 1").fetchone() is None

    @property
    def fingerprint(self) -> dict[str, str]:
        """What the folder was made with."""
        return dict(self.connection.execute("SELECT key, value FROM fingerprint"))

    @property
    def terms(self) -> tuple[str, ...]:
        """The entries of the glossary that the folder was made with, as ``check_fingerprint`` was given them."""
        return tuple(entry for (entry,) in self.connection.execute("SELECT entry FROM term ORDER BY place"))

    def check_fingerprint(self, wanted: Mapping[str, str], terms: Iterable[str] = ()) -> None:
        """Keep the fingerprint of the first window; raise ``UsageError`` where this one differs, saying in what.

        ``terms`` are the glossary's entries as text: what a hash in the fingerprint stands for.
        """
        known = self.fingerprint
        if not self.windows():  # nothing was made with the settings of an earlier start
            with self.transaction():
                self.connection.execute("DELETE FROM fingerprint")
                self.connection.executemany("INSERT INTO fingerprint VALUES (?, ?)", wanted.items())
                self.connection.execute("DELETE FROM term")
                self.connection.executemany("INSERT INTO term VALUES (?, ?)", enumerate(terms))
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

    def start(self, shared_before: int, inputs: Sequence[str]) -> tuple[int, int]:
        """Return the number of the run to go on with, a new one where the last is finished, and its view of the memory.

        ``shared_before`` is the first run number of a shared memory that this run must not see; a run that was
        interrupted keeps the one of its first start. ``inputs`` are added to those of its earlier starts.
        """
        last = self.connection.execute(
            "SELECT number, shared_before, inputs FROM run WHERE NOT finished ORDER BY number DESC LIMIT 1"
        ).fetchone()
        with self.transaction():
            if last:
                every = json.dumps(list(dict.fromkeys([*json.loads(last[2]), *inputs])))
                self.connection.execute("UPDATE run SET inputs = ? WHERE number = ?", (every, last[0]))
                return int(last[0]), int(last[1])
            cursor = self.connection.execute(
                "INSERT INTO run (shared_before, inputs) VALUES (?, ?)", (shared_before, json.dumps(list(inputs)))
            )
        return int(cursor.lastrowid or 0), shared_before

    def finish(self, run: int) -> None:
        """Mark a run as finished: what comes later is a new run and sees this one's memory."""
        with self.transaction():
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

    def first_window(self) -> str:
        """Return a hash of what the first window was made from: it stays whatever is added or reviewed later."""
        rows = self.connection.execute("SELECT id, digest FROM article WHERE window = 0 ORDER BY place")
        return digest(*(text for row in rows for text in row))

    def find(self, article_id: str) -> tuple[int, str] | None:
        """Return the number of a committed article's row, and the hash that it was committed with; None if none."""
        found = self.connection.execute("SELECT rowid, digest FROM article WHERE id = ?", (article_id,)).fetchone()
        return (int(found[0]), str(found[1])) if found else None

    def newest(self) -> int:
        """Return the greatest number of an article's row, 0 where there is none."""
        return int(self.connection.execute("SELECT coalesce(max(rowid), 0) FROM article").fetchone()[0])

    def articles_of(self, read: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield number and id of the articles that came from inputs which these cover, in order."""
        runs = self.connection.execute("SELECT number, inputs FROM run").fetchall()
        covered = [number for number, inputs in runs if covers(read, json.loads(inputs))]
        marks = ",".join("?" * len(covered))
        yield from self.connection.execute(
            "SELECT article.rowid, id FROM article JOIN window ON window.number = article.window "
            f"WHERE run IN ({marks}) ORDER BY window, place",
            covered,
        )

    def superseded(self) -> list[tuple[int, str]]:
        """Return windows in whose files an older version of an article still lies, with the article."""
        return self.connection.execute("SELECT window, id FROM superseded ORDER BY window, id").fetchall()

    def forget_superseded(self) -> None:
        """Note that no older version is left; what people had decided about it goes as well."""
        with self.transaction():
            for _, article in self.superseded():
                start = f"{article}#"
                self.connection.execute(  # not of an article whose id goes on from this one's with a "#"
                    "DELETE FROM reviewed WHERE substr(paragraph, 1, ?) = ? AND instr(substr(paragraph, ?), '#') = 0",
                    (len(start), start, len(start) + 1),
                )
            self.connection.execute("DELETE FROM superseded")

    def has_failure(self, key: str) -> bool:
        """Tell whether this very failure was committed."""
        return self.connection.execute("SELECT 1 FROM failure WHERE key = ?", (key,)).fetchone() is not None

    def failed_in(self, run: int, article_id: str, content: str) -> str | None:
        """Return the key of the failure of an article that was read and not translated in this run; None if none."""
        found = self.connection.execute(
            "SELECT key FROM failure JOIN window ON window.number = failure.window "
            "WHERE failure.id = ? AND failure.digest = ? AND window.run = ?",
            (article_id, content, run),
        ).fetchone()
        return found[0] if found else None

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

    def failed_articles(self) -> set[str]:
        """Return the ids of all that failed."""
        return {article for (article,) in self.connection.execute("SELECT id FROM failure")}

    def forget_failures(self, *, met: Container[str], seen: Container[str], read: Sequence[str]) -> None:
        """Forget what failed once and, as a run that has read all of its inputs knows, does so no more.

        ``met`` are the keys of the failures that were met, ``seen`` the ids of articles, whatever became of them now,
        and ``read`` the inputs: what failed elsewhere stays.
        """
        known = self.connection.execute(
            "SELECT failure.key, failure.id, failure.reason, run.inputs FROM failure "
            "JOIN window ON window.number = failure.window JOIN run ON run.number = window.run"
        ).fetchall()
        gone = [
            (key,)
            for key, article, reason, inputs in known
            if key not in met
            # A duplicate is about another text than the one that was seen under its id.
            and ((article in seen and reason not in DUPLICATES) or covers(read, json.loads(inputs)))
        ]
        with self.transaction():
            self.connection.executemany("DELETE FROM failure WHERE key = ?", gone)

    def commit(
        self,
        number: int,
        run: int,
        entries: Sequence[Entry | Failure],
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
        with self.transaction():
            self.connection.execute(
                "INSERT INTO window VALUES (?, ?, ?, ?, ?)",
                (number, run, json.dumps(dict(sizes)), json.dumps(totals), content),
            )
            for place, entry in enumerate(entries):
                if isinstance(entry, Failure):
                    error = entry.error
                    self.connection.execute(  # one that failed in an earlier run as well is now of this one
                        "INSERT OR REPLACE INTO failure VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (entry.key, number, place, error.article_id, error.reason, str(error), entry.digest),
                    )
                else:
                    row = json.dumps(entry.row, ensure_ascii=False)
                    self.connection.execute(
                        "INSERT OR IGNORE INTO superseded SELECT window, id FROM article WHERE id = ?", (entry.id,)
                    )
                    self.connection.execute(
                        "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?)",
                        (entry.id, number, place, entry.digest, row),
                    )
            memory.add(renderings, run=run)

    def memory(self, *signatures: Signature) -> Memory:
        """Return the memory that lies in this file."""
        return Memory(self.connection, *signatures)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of a block or nothing of it."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:  # SQLite may have rolled back by itself, for example on a full disk
                self.connection.execute("ROLLBACK")
            raise

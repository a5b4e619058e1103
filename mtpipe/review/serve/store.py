"""The decisions that a server keeps, in SQLite: a save is one transaction, and a line of the audit log.

What was acknowledged is on disk (WAL, ``synchronous=FULL``): a server that is killed and started again has all of it.
Several servers on one folder, and ``review apply`` beside them, are safe: who saves first is seen by who saves next.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from mtpipe.errors import UsageError
from mtpipe.review.decisions import Decisions, Record, Term, now

STORE: Final = Path(".mtpipe") / "review.sqlite"
"""Where the store lies in an output folder."""
BUSY_SECONDS: Final = 10.0
MOST_ENTRIES: Final = 500
"""Lines of the audit log that are told at once."""
VERSION: Final = 1

# The log is append-only for everybody who comes by SQL, this module included.
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS record (
    paragraph TEXT PRIMARY KEY, article TEXT NOT NULL, revision INTEGER NOT NULL, state TEXT NOT NULL,
    reviewer TEXT NOT NULL, applied INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS record_of_article ON record (article);
CREATE TABLE IF NOT EXISTS term (source TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS audit (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, reviewer TEXT NOT NULL, session TEXT NOT NULL,
    action TEXT NOT NULL, paragraph TEXT NOT NULL, before TEXT, after TEXT
);
CREATE INDEX IF NOT EXISTS audit_of_paragraph ON audit (paragraph);
CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_lasts BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


class Held(Exception):  # noqa: N818 - no error: what the store says to who comes second
    """A save was made on another state than the one that is held. ``now`` is that one, None where there is none."""

    def __init__(self, now: Record | Term | None) -> None:
        super().__init__("another state is held")
        self.now = now


class Store:
    """The records, terms and log of one output folder. Methods may be called from any thread."""

    def __init__(self, path: Path, run: str) -> None:
        """Open or make the store of a run. Raises ``UsageError`` where it can't be."""
        self.path = path
        self._turn = threading.Lock()
        try:
            self._connection = _connect(path)
            try:
                self._name(run)
            except BaseException:
                self._connection.close()
                raise
        except sqlite3.Error as error:
            raise UsageError(f"{path}: can't be opened ({error}). Is it on a disk that can be written?") from error

    def _name(self, run: str) -> None:
        # Another id is that of the same folder after its glossary was applied anew; whether a record still belongs to
        # its paragraph, the record's base tells.
        with self._transaction() as connection:
            connection.execute("DELETE FROM run")
            connection.execute("INSERT INTO run VALUES (?)", (run,))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def save(self, record: Record, *, on: int, session: str = "") -> Record:
        """Keep a record that was made on revision ``on`` (0: on none) and return it with its own revision.

        Raises ``Held`` where another revision is held. A save that comes twice, as when the answer was lost, is kept
        once. What was applied is part of the page by then: a save may be made on it as on none.
        """
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT body, applied FROM record WHERE paragraph = ?", (record.paragraph,)
            ).fetchone()
            held = Record.model_validate_json(row[0]) if row else None
            if held and held.revision == on + 1 and _says_the_same(held, record):
                return held
            current = held.revision if held else 0
            if on != current and not (row and row[1] and on == 0):
                raise Held(held)
            kept = record.model_copy(update={"revision": current + 1})
            article = kept.paragraph.rpartition("#")[0]
            connection.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (paragraph) DO UPDATE SET "
                "revision = excluded.revision, state = excluded.state, reviewer = excluded.reviewer, applied = 0, "
                "body = excluded.body",
                (kept.paragraph, article, kept.revision, kept.state, kept.reviewer, kept.model_dump_json()),
            )
            self._log("save", (kept.reviewer, session, kept.time), held, kept, paragraph=kept.paragraph)
            return kept

    def settle(self, term: Term, *, on: str, session: str = "") -> Term:
        """Keep a term whose source had the English ``on`` ("": none) for who settles it.

        Raises ``Held`` where it has another by now.
        """
        with self._transaction() as connection:
            held = self._term(term.source)
            if held and held.target == term.target:
                return held
            if on != (held.target if held else ""):
                raise Held(held)
            connection.execute("INSERT OR REPLACE INTO term VALUES (?, ?)", (term.source, term.model_dump_json()))
            self._log("term", (term.reviewer, session, term.time), held, term)
            return term

    def unsettle(self, source: str, *, on: str, reviewer: str, session: str = "") -> None:
        """Forget a term whose source has the English ``on``. Raises ``Held`` where it has another, or none."""
        with self._transaction() as connection:
            held = self._term(source)
            if held is None or held.target != on:
                raise Held(held)
            connection.execute("DELETE FROM term WHERE source = ?", (source,))
            self._log("term", (reviewer, session, now()), held, None)

    def _term(self, source: str) -> Term | None:
        row = self._connection.execute("SELECT body FROM term WHERE source = ?", (source,)).fetchone()
        return Term.model_validate_json(row[0]) if row else None

    def records(self, article: str) -> list[Record]:
        """Return the records of an article that are not yet part of its page."""
        rows = self._read("SELECT body FROM record WHERE article = ? AND NOT applied ORDER BY rowid", (article,))
        return [Record.model_validate_json(body) for (body,) in rows]

    def terms(self) -> list[Term]:
        """Return the terms that were settled, in the order of their source."""
        return [Term.model_validate_json(body) for (body,) in self._read("SELECT body FROM term ORDER BY source")]

    def counts(self) -> dict[str, Any]:
        """Count the records by state, and name the reviewers."""
        states = dict(self._read("SELECT state, count(*) FROM record GROUP BY state"))
        names = self._read("SELECT DISTINCT reviewer FROM record WHERE reviewer != '' ORDER BY reviewer")
        found = {state: states.get(state, 0) for state in ("open", "approved", "rejected")}
        return {**found, "reviewed": sum(states.values()), "reviewers": [name for (name,) in names]}

    def sequence(self) -> int:
        """Return the number of the log's last line."""
        return int(self._read("SELECT coalesce(max(sequence), 0) FROM audit")[0][0])

    def changed(self, after: int) -> list[dict[str, Any]]:
        """Return the paragraphs that were saved after a line of the log, as they are now."""
        rows = self._read(
            "SELECT paragraph, revision, state, reviewer FROM record WHERE paragraph IN "
            "(SELECT paragraph FROM audit WHERE sequence > ? AND action = 'save') ORDER BY paragraph",
            (after,),
        )
        return [dict(zip(("paragraph", "revision", "state", "reviewer"), row, strict=True)) for row in rows]

    def audit(self, *, after: int = 0, paragraph: str | None = None) -> list[dict[str, Any]]:
        """Return lines of the log in order, at most ``MOST_ENTRIES``: those after a number, of one paragraph or all."""
        rows = self._read(
            "SELECT sequence, time, reviewer, action, paragraph, before, after FROM audit "
            "WHERE sequence > ? AND (? IS NULL OR paragraph = ?) ORDER BY sequence LIMIT ?",
            (after, paragraph, paragraph, MOST_ENTRIES),
        )
        names = ("sequence", "time", "reviewer", "action", "paragraph")
        return [
            {
                **dict(zip(names, row, strict=False)),
                "before": json.loads(row[5]) if row[5] else None,
                "after": json.loads(row[6]) if row[6] else None,
            }
            for row in rows
        ]

    def export(self) -> Decisions:
        """Return what is not yet part of the data: the records in the order of their first save, and all terms."""
        with self._transaction() as connection:  # one moment, whoever saves meanwhile
            run = connection.execute("SELECT id FROM run").fetchone()[0]
            bodies = connection.execute("SELECT body FROM record WHERE NOT applied ORDER BY article, rowid").fetchall()
            terms = connection.execute("SELECT body FROM term ORDER BY source").fetchall()
        return Decisions(
            run=run,
            paragraphs=[Record.model_validate_json(body) for (body,) in bodies],
            terms=[Term.model_validate_json(body) for (body,) in terms],
        )

    def mark_applied(self, records: Iterable[Record]) -> None:
        """Mark records as part of the data. One that was saved again meanwhile stays to be applied."""
        with self._transaction() as connection:
            for record in records:
                marked = connection.execute(
                    "UPDATE record SET applied = 1 WHERE paragraph = ? AND revision = ? AND NOT applied",
                    (record.paragraph, record.revision),
                ).rowcount
                if marked:
                    self._log("apply", ("", "", now()), None, record, paragraph=record.paragraph)

    def _log(
        self,
        action: str,
        who: tuple[str, str, str],
        before: Record | Term | None,
        after: Record | Term | None,
        *,
        paragraph: str = "",
    ) -> None:
        """Add a line to the log of the transaction's change. ``who``: reviewer, session, time."""
        reviewer, session, time = who
        texts = [known.model_dump_json() if known else None for known in (before, after)]
        self._connection.execute(
            "INSERT INTO audit (time, reviewer, session, action, paragraph, before, after) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (time, reviewer, session, action, paragraph, *texts),
        )

    def _read(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._turn:
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite may have rolled back by itself, as on a full disk
                    self._connection.execute("ROLLBACK")
                raise


def held_decisions(out: Path) -> Decisions | None:
    """Return what reviewers have decided on the server of an output folder and what is not yet applied.

    None where no server has run. Raises ``UsageError`` where the store can't be read.
    """
    store = _existing(out)
    if store is None:
        return None
    try:
        return store.export()
    finally:
        store.close()


def mark_applied(out: Path, decisions: Decisions) -> None:
    """Mark decisions that came from ``held_decisions`` as part of the data: they are exported no more."""
    if store := _existing(out):
        try:
            store.mark_applied(decisions.paragraphs)
        finally:
            store.close()


def _existing(out: Path) -> Store | None:
    path = out / STORE
    if not path.is_file():
        return None
    try:
        connection = _connect(path)
        try:
            known = connection.execute("SELECT id FROM run").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise UsageError(f"{path}: can't be read ({error}).") from error
    return Store(path, known[0]) if known else None


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise UsageError(f"{path}: was made by another version of mtpipe ({version}). Use that one.")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


def _says_the_same(held: Record, record: Record) -> bool:
    return (held.base, held.ties, held.reviewer) == (record.base, record.ties, record.reviewer)

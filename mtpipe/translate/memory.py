"""Translation memory in SQLite: what was rendered once is not translated again (contract 6 of the design).

A key hashes the normalised source, the engine's signature and the glossary's, each preceded by its length. A run reads
the rows of the runs before it only: so its batches, and with them every byte that it writes, do not depend on where it
was interrupted.

Beside what engines said lies what people said (table ``learned``): pairs that a reviewer approved or a file brought.
They have no engine and no glossary version; their key is the normalised source alone. The table is only ever added to,
and the last row of a source holds. A look-up prefers approved pairs to whatever an engine said; those that nobody
approved are suggestions, and never used by themselves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from mtpipe.article import Rendering, from_json, to_json
from mtpipe.errors import UsageError
from mtpipe.intake.normalise import normalise
from mtpipe.signature import Signature, digest

KEY_DIGITS: Final = 32
CHUNK: Final = 500
"""Keys in one query; SQLite's oldest limit on parameters is 999."""

TABLE: Final = """
CREATE TABLE IF NOT EXISTS memory (
    key TEXT PRIMARY KEY, run INTEGER NOT NULL, source TEXT NOT NULL, rendering TEXT NOT NULL
) WITHOUT ROWID
"""

# AUTOINCREMENT: a number that was seen once must never come to mean another row, since runs look up to a number.
LEARNED: Final = """
CREATE TABLE IF NOT EXISTS learned (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
    approved INTEGER NOT NULL, reviewer TEXT NOT NULL, time TEXT NOT NULL, origin TEXT NOT NULL
)
"""
INDEX: Final = "CREATE INDEX IF NOT EXISTS learned_key ON learned (key, number)"
LAST: Final = 2**63 - 1
COLUMNS: Final = "source, target, approved, reviewer, time, origin, key"


Change = Literal["new", "changed", "same", "weaker", "empty"]
"""What a pair did to a memory: it is new; it takes another's place; it was there; it is a suggestion where there is an
approved pair; it has an empty side. The last three change nothing."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A pair that people, or a file of theirs, gave the memory.

    ``source`` is as written. ``approved`` pairs are used in the place of a translation, others are suggestions.
    ``time`` is ISO 8601, "" where nothing tells it; ``origin`` says where the pair comes from (``review``, a file).
    ``key`` is what a look-up asks for: the normalised source, made of the source where it is not given.
    """

    source: str
    target: str
    approved: bool = True
    reviewer: str = ""
    time: str = ""
    origin: str = "review"
    key: str = ""

    def __post_init__(self) -> None:
        if not self.key:  # the table has it, and a million of them take their time
            object.__setattr__(self, "key", normalise(self.source))


class Memory:
    """The memory's table on a connection that somebody else opened and commits."""

    def __init__(self, connection: sqlite3.Connection, *signatures: Signature) -> None:
        """``signatures`` are those of all that shapes a rendering: engine, then glossary."""
        make_tables(connection)
        self._connection = connection
        self._scope = [str(signature) for signature in signatures]
        self._keeps = not any(is_dependent(signature) for signature in signatures)

    def key(self, source: str) -> str:
        """Return the key of a normalised source."""
        return digest(source, *self._scope, length=KEY_DIGITS)

    def look_up(self, sources: Iterable[str], *, before: int) -> dict[str, Rendering]:
        """Return the renderings known from runs with a number under ``before``, by source."""
        by_key = {self.key(source): source for source in sources} if self._keeps else {}
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
        """Insert renderings by source, inside the caller's transaction. What is there already stays.

        What a person approved is no engine's, and left out: it has a table of its own. Nothing is kept of an engine
        whose translations depend on what stood beside them.
        """
        if not self._keeps:
            return
        self._connection.executemany(
            "INSERT OR IGNORE INTO memory VALUES (?, ?, ?, ?)",
            [
                (self.key(source), run, source, to_json(rendering))
                for source, rendering in renderings.items()
                if rendering.review is None
            ],
        )


def is_dependent(signature: Signature) -> bool:
    """Tell whether an engine's translations depend on what they were batched with (contract 4 of the design)."""
    return any(key == "shortlist" for key, _ in signature.parts)


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a memory where they are not there."""
    for statement in (TABLE, LEARNED, INDEX):
        connection.execute(statement)


def copy_rows(source: sqlite3.Connection, target: sqlite3.Connection, *, run: int) -> None:
    """Copy all rows that ``target`` lacks, as rows of ``run``; the caller commits."""
    make_tables(target)
    rows = source.execute("SELECT key, source, rendering FROM memory ORDER BY key")
    target.executemany(
        "INSERT OR IGNORE INTO memory VALUES (?, ?, ?, ?)", ((key, run, text, line) for key, text, line in rows)
    )


def connect(path: Path) -> sqlite3.Connection:
    """Open a memory file, making it where it is not there. Raises ``UsageError`` for one that is no memory."""
    connection = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # 60 seconds: another run may be adding its rows. Of a run on a cluster one thread opens it, another looks up.
        connection = sqlite3.connect(path, timeout=60, check_same_thread=False)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(TABLE)
        connection.execute("SELECT key, run, source, rendering FROM memory LIMIT 1")  # a table of that name may differ
        make_tables(connection)
    except (OSError, sqlite3.Error) as error:
        if connection:
            connection.close()
        raise UsageError(f"memory {path}: can't be used ({error}). Name another file with --memory.") from error
    return connection


def approve(connection: sqlite3.Connection, source: str, target: str, reviewer: str, time: str) -> bool:
    """Learn that a person lets ``target`` stand as the English of a sentence; the caller commits.

    From the next run on it is used wherever that sentence stands, whatever engine or glossary; the last approval of a
    source holds. ``source`` may be as written, ``time`` is ISO 8601. Returns whether that was news: approving the
    same again, or a pair with an empty side, changes nothing.
    """
    return learn(connection, Learned(source, target, True, reviewer, time)) in ("new", "changed")


def withdraw(connection: sqlite3.Connection, source: str, reviewer: str, time: str) -> bool:
    """Take an approval back; the caller commits. Returns whether there was one."""
    known = last(connection, normalise(source))
    if known is None or not known.approved:
        return False
    _insert(connection, Learned(source, "", False, reviewer, time))
    return True


def learn(connection: sqlite3.Connection, pair: Learned) -> Change:
    """Add a pair, approved or not, if that changes anything; the caller commits."""
    if not pair.key or not pair.target.strip():
        return "empty"
    known = last(connection, pair.key)
    if known and known.approved > pair.approved:
        return "same" if known.target == pair.target else "weaker"
    if known and (known.approved, known.target) == (pair.approved, pair.target):
        return "same"
    _insert(connection, pair)
    return "changed" if known and known.target and known.target != pair.target else "new"


def last(connection: sqlite3.Connection, key: str) -> Learned | None:
    """Return the row of a normalised source that holds, None where there is none."""
    cells = connection.execute(
        f"SELECT {COLUMNS} FROM learned WHERE key = ? ORDER BY number DESC LIMIT 1", (key,)
    ).fetchone()
    return _pair(cells) if cells else None


def in_force(connection: sqlite3.Connection, *, before: int | None = None) -> Iterator[Learned]:
    """Yield the last row of each source, in the order in which they were learned, withdrawn ones left out.

    ``before`` bounds the numbers of the rows that are looked at.
    """
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM learned WHERE target != '' AND number IN "
        "(SELECT max(number) FROM learned WHERE number < ? GROUP BY key) ORDER BY number",
        (LAST if before is None else before,),
    )
    return map(_pair, rows)


def approved(connection: sqlite3.Connection, sources: Iterable[str], *, before: int) -> dict[str, Learned]:
    """Return the approved pairs for normalised sources, by source, from the rows with a number under ``before``."""
    keys = list(dict.fromkeys(sources))
    found: dict[str, Learned] = {}
    for first in range(0, len(keys), CHUNK):
        chunk = keys[first : first + CHUNK]
        marks = ",".join("?" * len(chunk))
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM learned WHERE number IN "
            f"(SELECT max(number) FROM learned WHERE number < ? AND key IN ({marks}) GROUP BY key)",
            (before, *chunk),
        )
        found |= {pair.key: pair for pair in map(_pair, rows) if pair.approved}
    return found


def _insert(connection: sqlite3.Connection, pair: Learned) -> None:
    connection.execute(
        f"INSERT INTO learned ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (pair.source, pair.target, int(pair.approved), pair.reviewer, pair.time, pair.origin, pair.key),
    )


def _pair(cells: Sequence[Any]) -> Learned:
    source, target, right, *rest = cells
    return Learned(source, target, bool(right), *rest)

"""What people approved, as a run uses it in the place of a translation: as it was at the run's first start.

Approved pairs lie in the output's own state, where a review puts them, and in the memory that outputs share. What comes
into either while a run is under way, or between its being stopped and going on, is for the next run: so a run that was
stopped ends with the bytes that it would have ended with (contract 8 of the design).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mtpipe.archive import shared
from mtpipe.archive.journal import Journal
from mtpipe.errors import UsageError
from mtpipe.signature import Signature, digest
from mtpipe.translate import memory
from mtpipe.translate.memory import Learned

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS approvals (
    run INTEGER PRIMARY KEY, own INTEGER NOT NULL, shared INTEGER NOT NULL, content TEXT NOT NULL
)
"""
NONE: Final = ""
"""The content of a snapshot without a pair."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """Approved pairs up to a number in each of some memories; ``content`` is a hash of them all.

    ``run`` is the number of the run that begins with them, None where it has begun before.
    """

    views: tuple[tuple[sqlite3.Connection, int], ...] = ()
    content: str = NONE
    run: int | None = None

    @property
    def signature(self) -> Signature:
        """What of them shapes a dataset; nothing where there are none."""
        return Signature((("approved", self.content),) if self.content else ())

    def look_up(self, sources: Iterable[str]) -> dict[str, Learned]:
        """Return what is approved for normalised sources. Of two memories' approvals the later in time holds."""
        wanted = list(sources)
        found: dict[str, Learned] = {}
        for connection, before in self.views:
            for source, pair in memory.approved(connection, wanted, before=before).items():
                if source not in found or pair.time > found[source].time:
                    found[source] = pair
        return found


@contextmanager
def seen(journal: Journal, path: Path | None) -> Iterator[Approvals]:
    """Give what the run that starts, or goes on, may use: of the output's own state, and of the memory at ``path``.

    Raises ``UsageError`` where a run goes on and what it began with is no longer there.
    """
    journal.connection.execute(_TABLE)
    with ExitStack() as stack:
        others = stack.enter_context(shared.opened(path, journal.path))
        run, going_on = _run(journal)
        known = journal.connection.execute(
            "SELECT own, shared, content FROM approvals WHERE run = ?", (run,)
        ).fetchone()
        if going_on and known is None:  # begun before there were approvals
            known = (0, 0, NONE)
        if known is None or not going_on:
            own, other = _next(journal.connection), _next(others) if others else 0
            views = _views(journal.connection, own, others, other)
            content = _content(views)
            yield Approvals(views, content, run)
            return
        views = _views(journal.connection, known[0], others, known[1])
        if _content(views) != known[2]:
            raise UsageError(
                f"{path or journal.path}: no longer holds the approved translations that this run began with. Name the "
                "memory that it had with --memory, or use a new --out."
            )
        yield Approvals(views, known[2])


def keep(journal: Journal, approved: Approvals) -> None:
    """Note what a run begins with. Done once it is sure to begin: a run that is refused leaves the state as it is."""
    if approved.run is not None:
        own, shared_before = (*(before for _, before in approved.views), 0, 0)[:2]
        with journal.transaction():
            journal.connection.execute(
                "INSERT OR REPLACE INTO approvals VALUES (?, ?, ?, ?)",
                (approved.run, own, shared_before, approved.content),
            )


def _run(journal: Journal) -> tuple[int, bool]:
    """Return the number of the run that will start, and whether it goes on after a stop."""
    last = journal.connection.execute(
        "SELECT number FROM run WHERE NOT finished ORDER BY number DESC LIMIT 1"
    ).fetchone()
    if last:
        return int(last[0]), True
    return int(journal.connection.execute("SELECT coalesce(max(number), 0) + 1 FROM run").fetchone()[0]), False


def _next(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(number), 0) + 1 FROM learned").fetchone()[0])


def _views(
    own: sqlite3.Connection, own_before: int, others: sqlite3.Connection | None, others_before: int
) -> tuple[tuple[sqlite3.Connection, int], ...]:
    return ((own, own_before), *(((others, others_before),) if others else ()))


def _content(views: Iterable[tuple[sqlite3.Connection, int]]) -> str:
    """Hash the approved pairs of some memories, wherever their rows stand; ``NONE`` where there are none."""
    total = number = 0
    for connection, before in views:
        for pair in memory.in_force(connection, before=before):
            if pair.approved:  # a sum needs no order, and no list of a million hashes
                total += int(digest(pair.key, pair.target, pair.reviewer, pair.time), 16)
                number += 1
    return digest(str(number), str(total)) if number else NONE

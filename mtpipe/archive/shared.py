"""The memory that outputs share (``--memory``), beside the one in an output's own state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mtpipe.translate import memory


@contextmanager
def opened(path: Path | None, own: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the memory that outputs share, if there is one; the output's own state is looked up anyway."""
    if path is None or path.resolve() == own.resolve():
        yield None
        return
    with closing(memory.connect(path)) as connection:
        yield connection


def add(own: sqlite3.Connection, shared: sqlite3.Connection) -> None:
    """Give it what it lacks of the output's own."""
    with shared:
        shared.execute("BEGIN IMMEDIATE")  # two runs that end together must not take the same number
        memory.copy_rows(own, shared, run=next_run(shared))


def next_run(shared: sqlite3.Connection) -> int:
    """Return a number above all in a memory; in the state of another output, above its runs as well.

    One that was interrupted there must not see rows that came after its first start.
    """
    last = int(shared.execute("SELECT coalesce(max(run), 0) FROM memory").fetchone()[0])
    if shared.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'").fetchone():
        last = max(last, shared.execute("SELECT coalesce(max(number), 0) FROM run").fetchone()[0])
    return last + 1

"""A finished folder's new state, made beside the old one and put in its place at one stroke.

1. ``Staging``: all files that change are written under ``.mtpipe/staging/files``, with the paths that they will have,
   and the rows of the state that change into ``.mtpipe/staging/state.sqlite``. Nothing that anybody reads is touched.
2. ``Staging.switch`` renames that folder to ``.mtpipe/next``. This one rename decides: before it the old state holds,
   after it the new one.
3. ``settle`` carries it out: the rows in one transaction, then a rename for each file, the dataset's card last, since
   ``load_dataset`` keeps what it has read under the card's version. Each step may be done twice. A process that was
   killed in the midst of it leaves ``.mtpipe/next`` behind, and the next command on the folder goes on from there.

So whatever opens a folder by mtpipe sees the old state or the new one. Another reader (``load_dataset``) may meet
files of both between the first rename and the last: some milliseconds, or, after a kill, until the next command.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from mtpipe.archive.journal import FOLDER, LOCK, STATE, Journal
from mtpipe.archive.lock import locked
from mtpipe.corpus.files import make_folder, sync_folder
from mtpipe.errors import UsageError
from mtpipe.translate import memory

STAGING: Final = "staging"
NEXT: Final = "next"
FILES: Final = "files"
CARD: Final = "dataset/README.md"

_TABLES: Final = ("window", "article", "fingerprint", "reviewed", "term")
"""Tables of the journal of which a new state may bring rows; each replaces the one with its key."""

_LEARNED: Final = """
CREATE TABLE learned (
    key TEXT PRIMARY KEY, source TEXT NOT NULL, target TEXT, reviewer TEXT NOT NULL, time TEXT NOT NULL
)
"""
"""What the memory is to learn, by normalised source: the approved English, null where an approval is taken back."""


class Staging:
    """Where a new state is made. What an earlier try has left there is gone."""

    def __init__(self, out: Path, journal: Journal) -> None:
        """Begin one, under the folder's lock."""
        self._folder = out / FOLDER / STAGING
        shutil.rmtree(self._folder, ignore_errors=True)
        self.files = self._folder / FILES
        """The root of what will lie in the output folder."""
        make_folder(self.files)
        self._journal = journal
        journal.connection.execute("ATTACH ? AS new", (str(self._folder / STATE),))
        self._open = True
        journal.connection.execute("PRAGMA new.journal_mode=OFF")  # a half-made one is thrown away
        journal.connection.execute("PRAGMA new.synchronous=OFF")  # ``switch`` syncs it, once
        for table in _TABLES:  # with their keys, so that a row put twice is there once
            (statement,) = journal.connection.execute("SELECT sql FROM main.sqlite_master WHERE name = ?", (table,))
            journal.connection.execute(statement[0].replace(f"CREATE TABLE {table}", f"CREATE TABLE new.{table}", 1))
        journal.connection.execute(_LEARNED.replace("CREATE TABLE ", "CREATE TABLE new."))

    def put(self, table: str, *cells: object) -> None:
        """Give a row of the new state."""
        marks = ",".join("?" * len(cells))
        self._journal.connection.execute(f"INSERT OR REPLACE INTO new.{table} VALUES ({marks})", cells)

    def close(self) -> None:
        """Let go of the new rows; once is enough."""
        if self._open:
            self._journal.connection.execute("DETACH new")
            self._open = False

    def drop(self) -> None:
        """Give the new state up, unless it is the one that holds."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def switch(self) -> None:
        """Make the new state the one that holds, once all of it is on the disk."""
        self.close()
        with (self._folder / STATE).open("r+b") as file:  # Windows syncs only what may be written
            os.fsync(file.fileno())
        for folder in (*(path for path in self.files.rglob("*") if path.is_dir()), self.files, self._folder):
            sync_folder(folder)
        self._folder.rename(self._folder.with_name(NEXT))
        sync_folder(self._folder.parent)


def settle(out: Path) -> None:
    """Carry out what a command that was stopped had decided. To be called before an output folder is read.

    Also takes the ``dataset`` in an output folder. Costs nothing where there is nothing to do. Raises ``UsageError``
    where another mtpipe is at it, or where the folder can't be written.
    """
    for folder in (out, out.parent):
        if (folder / FOLDER / NEXT).is_dir():
            with locked(folder / FOLDER / LOCK, folder), closing(Journal(folder)) as journal:
                carry_out(folder, journal)


def carry_out(out: Path, journal: Journal) -> None:
    """Do the work of ``settle`` for who holds the folder's lock, and clear away a state that was never decided on."""
    staging, new = out / FOLDER / STAGING, out / FOLDER / NEXT
    try:
        if new.is_dir():
            _take_rows(journal, new / STATE)
            take_files(out, new / FILES)
            shutil.rmtree(staging, ignore_errors=True)
            new.rename(staging)  # half a folder must not be taken for a decision
        shutil.rmtree(staging, ignore_errors=True)
    except (OSError, sqlite3.Error) as error:
        raise UsageError(
            f"{out}: can't be written ({error}). Once that is mended, any command on the folder goes on from there."
        ) from error


def _take_rows(journal: Journal, path: Path) -> None:
    connection = journal.connection
    connection.execute("ATTACH ? AS new", (str(path),))
    try:
        with journal.transaction():
            if connection.execute("SELECT 1 FROM new.fingerprint WHERE key = 'terms'").fetchone():
                connection.execute("DELETE FROM main.term")  # a glossary is replaced whole
            for table in _TABLES:
                connection.execute(f"INSERT OR REPLACE INTO main.{table} SELECT * FROM new.{table}")
            for _, source, target, reviewer, time in connection.execute("SELECT * FROM new.learned").fetchall():
                if target is None:
                    memory.withdraw(connection, source, reviewer, time)
                else:
                    memory.approve(connection, source, target, reviewer, time)
    finally:
        connection.execute("DETACH new")


def take_files(out: Path, files: Path) -> None:
    """Move all files below a folder to their places in the output folder, the card last, so that they last."""
    folders = set()
    for path in _in_order(files):
        target = out / path.relative_to(files)
        make_folder(target.parent)
        path.replace(target)
        folders.add(target.parent)
    for folder in folders:
        sync_folder(folder)


def _in_order(files: Path) -> Iterator[Path]:
    """Yield the files that have not been taken yet, the card last."""
    paths = sorted(path for path in files.rglob("*") if path.is_file())
    yield from (path for path in paths if path != files / CARD)
    if (files / CARD).is_file():
        yield files / CARD

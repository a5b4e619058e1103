"""What workers elsewhere are told of a run, and what they are to do with what they have made."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mtpipe.archive.spool import Receipt
from mtpipe.archive.window_files import Look
from mtpipe.archive.windows import Item
from mtpipe.article import Rendering


@dataclass(frozen=True, slots=True)
class Job:
    """A run, for ``Workers``.

    ``first`` is the number of its next window. ``approved`` are the memories of people's translations, each with the
    number up to which the run sees it. ``known`` returns what a memory has for the sentences of a window's items.
    ``take`` commits a receipt; False says that no window comes of it. ``stopping`` tells whether the run should end.
    """

    look: Look
    first: int
    approved: Sequence[tuple[sqlite3.Connection, int]]
    known: Callable[[list[Item]], Mapping[str, Rendering]]
    take: Callable[[Receipt], bool]
    stopping: Callable[[], bool]


class Workers(Protocol):
    """Whoever does the work of windows in the place of this process."""

    def work(self, job: Job, out: Path, windows: Iterable[list[Item]]) -> None:
        """Have windows worked off and hand each receipt to ``job.take``, in order."""
        ...

"""The paragraphs of an output folder, one at a time, while a run may still add to it: what a review server asks for."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import OrderedDict
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from mtpipe import corpus
from mtpipe.archive.journal import BUSY_SECONDS, FOLDER, STATE, Journal
from mtpipe.archive.output import DATASET
from mtpipe.archive.rewrite import settle
from mtpipe.errors import UsageError
from mtpipe.review import decisions
from mtpipe.review.serve import Text

KEPT: Final = 16
"""Windows whose paragraphs are held in memory: some MB, and reviewers work in neighbouring articles."""

Stamp = tuple[int, int]
Window = dict[str, Text]


class FolderTexts:
    """Reads the shards that the journal tells of. Nothing is locked: shards are replaced, never changed."""

    def __init__(self, out: Path) -> None:
        """Raises ``UsageError`` where the folder holds no run with pages."""
        self._out = out
        self._path = out / FOLDER / STATE
        if not self._path.is_file():
            raise UsageError(f"{out}: is no output folder of mtpipe. Name one that 'mtpipe run' has made.")
        settle(out)
        with closing(Journal(out)) as journal:
            first = journal.first_window()
        shard = corpus.shard_path(out / DATASET, "sentences", 0)
        if not shard.is_file():
            raise UsageError(f"{out}: holds no finished articles yet. Start again once some are there.")
        self.run = decisions.run_id(corpus.signature_of(shard), first)
        self._turn = threading.Lock()
        self._windows: OrderedDict[int, tuple[Stamp, Window]] = OrderedDict()

    def find(self, paragraph: str) -> Text | None:
        """Return a paragraph as the data holds it now, or None."""
        article = paragraph.rpartition("#")[0]
        window = self._ask("SELECT window FROM article WHERE id = ?", article)
        return None if window is None else self._window(int(window)).get(paragraph)

    def paragraphs(self) -> int:
        """Count the paragraphs of all windows."""
        counts = self._ask("SELECT counts FROM window ORDER BY number DESC LIMIT 1")
        return int(json.loads(counts)["paragraphs"]) if counts else 0

    def _ask(self, query: str, *values: str) -> Any:
        # Opened for each question: a run beside us may be writing, and threads ask at once. Not with mode=ro, which
        # could not read on after a run that was killed in the midst of a commit: that must be rolled back first.
        uri = f"{self._path.resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as connection:
            found = connection.execute(query, values).fetchone()
        return found[0] if found else None

    def _window(self, number: int) -> Window:
        path = corpus.shard_path(self._out / DATASET, "paragraphs", number)
        with self._turn:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)  # applying decisions puts another file in its place
            known = self._windows.pop(number, None)
            if known is None or known[0] != stamp:
                known = (stamp, _texts(path))
            self._windows[number] = known
            if len(self._windows) > KEPT:
                self._windows.popitem(last=False)
            return known[1]


def _texts(path: Path) -> Window:
    import pyarrow.parquet as pq

    rows = pq.read_table(path, columns=["id", "translation", "sentences"]).to_pylist()
    return {row["id"]: Text(decisions.base_of_row(row), len(row["translation"]["ar"])) for row in rows}

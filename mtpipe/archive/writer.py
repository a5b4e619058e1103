"""Writing an output folder: a window's files, then its row in the journal, then what is derived from all rows."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mtpipe import corpus, review
from mtpipe.archive import pace
from mtpipe.archive.journal import Entry, Failure, Journal
from mtpipe.archive.output import DATASET, LOGS, REVIEW
from mtpipe.archive.window_files import Look, Made, Written, lines, write_window
from mtpipe.article import Origin, Rendering
from mtpipe.corpus import Counts
from mtpipe.corpus.files import append, write_text
from mtpipe.errors import MtpipeError, UsageError
from mtpipe.review.decisions import run_id
from mtpipe.review.files import NOTHING
from mtpipe.review.shards import Suggestions
from mtpipe.settings import ReviewSettings
from mtpipe.signature import digest
from mtpipe.translate.memory import Memory

FAILED: Final = "failed.jsonl"


class Writer:
    """Writes windows one after another. The same articles in the same windows give the same bytes."""

    def __init__(
        self,
        out: Path,
        journal: Journal,
        *,
        signature: str,
        origin: Origin,
        settings: ReviewSettings,
        notice: str | None = None,
    ) -> None:
        """``signature`` is what rows, card and pages carry."""
        self._out = out
        self._journal = journal
        self.look = Look(signature, origin, settings, notice)
        """What every window is written with."""
        self.turn = threading.Lock()
        """Held while the journal is committed to: who looks up in it meanwhile may be another thread."""

    def commit(
        self,
        run: int,
        entries: Sequence[Entry | Failure],
        articles: Sequence[Made],
        *,
        memory: Memory,
        renderings: Mapping[str, Rendering],
        suggestions: Suggestions = NOTHING,
    ) -> Counts:
        """Write a window and commit it; returns what it adds. ``articles`` are those of its entries, in order.

        Raises ``OSError`` and ``sqlite3.Error``; see ``writing``.
        """
        written = write_window(self._out, self._journal.windows(), articles, self.look, suggestions)
        return self.commit_written(run, entries, written, memory=memory, renderings=renderings)

    def commit_written(
        self,
        run: int,
        entries: Sequence[Entry | Failure],
        written: Written,
        *,
        memory: Memory,
        renderings: Mapping[str, Rendering],
    ) -> Counts:
        """Commit a window whose files are in their places; returns what it adds."""
        number = self._journal.windows()
        content = digest(self._journal.content(), *(path.read_bytes() for path in self._shards(number)))
        known = self._journal.sizes()
        sizes = {name: append(self._out / name, written.logs[name], at=known.get(name, 0)) for name in LOGS}
        with self.turn:
            self._journal.commit(
                number,
                run,
                entries,
                sizes=sizes,
                counts=written.counts,
                content=content,
                memory=memory,
                renderings=renderings,
            )
        self._write_card(self._journal.counts())  # without it load_dataset can't read what a kill leaves
        if self.look.settings.pages:
            review.write_run(self._out / REVIEW, run=self._review_run(), windows=self._journal.windows())
        return written.counts

    def derive(self) -> None:
        """Write what is derived from the journal and the shards."""
        write_text(self._out / FAILED, lines(self._journal.failures()))
        self._write_card(self._journal.counts())
        if self.look.settings.pages:
            rows = (review.IndexRow(**row) for row in self._journal.index_rows())
            review.write_index(
                self._out / REVIEW,
                rows,
                signature=self.look.signature,
                settings=self.look.settings,
                run=self._review_run(),
                windows=self._journal.windows(),
                figures=review.figures_of(corpus.shard_paths(self._out / DATASET, "sentences")),
                notice=self.look.notice,
            )
            pace.write_throughput(self._out)

    def check_counts(self) -> None:
        """Count the rows on the disk. Raises ``MtpipeError`` where they are not as many as the journal says."""
        counts, found = self._journal.counts(), corpus.count(self._out / DATASET)
        if (found["paragraphs"], found["sentences"]) != (counts.paragraphs, counts.sentences):
            raise MtpipeError(
                f"{self._out}/dataset holds {found} rows, the journal counts {counts.paragraphs} paragraphs and "
                f"{counts.sentences} sentences. Files were changed by hand, or this is an error of mtpipe."
            )

    def _shards(self, number: int) -> list[Path]:
        return [corpus.shard_path(self._out / DATASET, config, number) for config in corpus.CONFIGS]

    def _write_card(self, counts: Counts) -> None:
        content = self._journal.content()
        card = corpus.render_card(
            counts, self.look.signature, self.look.notice, content=content, origin=self.look.origin
        )
        write_text(self._out / DATASET / "README.md", card)

    def _review_run(self) -> str:
        first = corpus.shard_path(self._out / DATASET, "sentences", 0)
        # That of the first window: what people approve meanwhile changes the signature of later runs, not the run's id.
        signature = corpus.signature_of(first) if first.is_file() else self.look.signature
        return run_id(signature, self._journal.first_window())


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Tell in one line that an output folder can't be written. Raises ``UsageError``."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise UsageError(
            f"{out}: can't be written ({error}). What was finished is kept; once that is mended, the "
            "same command goes on from there."
        ) from error

"""The runner on one machine: window after window, each written, then committed, or not there at all."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mtpipe.archive import approvals, kept_terms, overlap, pace, rescue, shared, supersede
from mtpipe.archive.approvals import Approvals
from mtpipe.archive.choice import Choice, name
from mtpipe.archive.coverage import Coverage
from mtpipe.archive.entry import content, entry
from mtpipe.archive.fingerprint import EVERYTHING, fingerprint
from mtpipe.archive.job import Job, Workers
from mtpipe.archive.journal import FOLDER, LOCK, Entry, Failure, Journal
from mtpipe.archive.line import Line
from mtpipe.archive.lock import locked
from mtpipe.archive.outcome import Outcome, Progress
from mtpipe.archive.output import RECORD, check_committed, check_folder, remove_uncommitted
from mtpipe.archive.rewrite import carry_out
from mtpipe.archive.scope import absolute
from mtpipe.archive.spool import Receipt
from mtpipe.archive.windows import Item, windows
from mtpipe.archive.writer import Writer, writing
from mtpipe.article import Article, ArticlePair, Rendering
from mtpipe.corpus import Counts
from mtpipe.corpus.files import write_text
from mtpipe.corpus.likeness import Likeness, suggestions
from mtpipe.errors import ArticleError, MtpipeError
from mtpipe.review.charts import Pace
from mtpipe.translate.memory import Memory


def run(
    items: Iterable[Item],
    out: Path,
    pipeline: Line,
    *,
    inputs: Sequence[str | Path] = (),
    choice: Choice = EVERYTHING,
    notice: str | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
    workers: Workers | None = None,
) -> Outcome:
    """Translate articles, or align pairs of them, into an output folder; go on where an earlier start was stopped.

    ``inputs`` are the files, folders and globs that the items come from: failures of other inputs stay on record.
    ``choice`` says which of the items are taken. ``stopping`` is asked before each item: once it says so, the window
    in hand is finished and ``KeyboardInterrupt`` raised. ``workers`` do the windows' work where this process does not.

    Raises ``UsageError`` where the folder is not ours, in use, or was made with other settings; ``ModelError`` where
    the engine fails. Whatever is raised, committed windows stay and the next start goes on after them.
    """
    check_folder(out)
    with locked(out / FOLDER / LOCK, out), closing(Journal(out)) as journal:
        carry_out(out, journal)
        machine = pipeline.origin == "machine"  # what people wrote in both languages is nobody's to replace
        memory = pipeline.settings.translate.memory
        with ExitStack() as stack:
            with writing(out):
                approved = stack.enter_context(approvals.seen(journal, memory)) if machine else Approvals()
            given = absolute(inputs)
            return _Run(out, pipeline, journal, approved, given, choice, notice, progress, stopping, workers).run(items)


class _Run:
    def __init__(
        self,
        out: Path,
        pipeline: Line,
        journal: Journal,
        approved: Approvals,
        inputs: list[str],
        choice: Choice,
        notice: str | None,
        progress: Callable[[Progress], None],
        stopping: Callable[[], bool],
        workers: Workers | None,
    ) -> None:
        self._out = out
        self._pipeline = pipeline
        self._journal = journal
        self._approved = approved
        self._inputs = inputs
        self._choice = choice
        self._notice = notice
        self._progress = progress
        self._stopping = stopping
        self._workers = workers
        self._signature = str(pipeline.signature + approved.signature)
        self._writer = Writer(
            out,
            journal,
            signature=self._signature,
            origin=pipeline.origin,
            settings=pipeline.settings.review,
            notice=notice,
        )
        self._coverage = Coverage(choice.shard, journal) if choice.shard else None
        # The files are opened anew: windows are finished in another thread than the one that looks approvals up.
        paths = (journal.path, pipeline.settings.translate.memory)
        self._likeness = Likeness(
            (path, before) for path, (_, before) in zip(paths, approved.views, strict=False) if path
        )
        self._memory = journal.memory(*pipeline.rendering_signatures)
        self._failed_before = journal.failed_articles()
        self._met: set[str] = set()
        self._seen: set[str] = set()
        self._skipped = self._done = self._translated = self._changed = 0
        self._newest = journal.newest()
        self._present = bytearray(self._newest // 8 + 1)  # a bit for each row of an article that was there before
        self._vanished: tuple[str, ...] = ()
        self._started = datetime.now(UTC)
        self._clock = self._window_began = time.monotonic()
        self._engine_before = pipeline.engine_seconds
        self._engine_elsewhere = 0.0  # of all workers together

    def run(self, items: Iterable[Item]) -> Outcome:
        with shared.opened(self._pipeline.settings.translate.memory, self._journal.path) as others:
            with writing(self._out):
                check_committed(self._out, self._journal)
                self._journal.check_fingerprint(
                    fingerprint(self._pipeline.settings, self._pipeline.signature, self._choice),
                    kept_terms.of(self._pipeline),
                )
                approvals.keep(self._journal, self._approved)
                run, before = self._journal.start(shared.next_run(others) if others else 0, self._inputs)
                remove_uncommitted(self._out, self._journal)
            try:
                self._windows(items, run, others, before)
            except BaseException:
                self._leave_readable()
                raise
        with writing(self._out):
            self._finish_files()
        self._writer.check_counts()
        self._journal.finish(run)
        return Outcome(
            counts=self._journal.counts(),
            skipped=self._skipped,
            translated=self._translated,
            signature=self._signature,
            failed=len(self._met),
            changed=self._changed,
            vanished=self._vanished,
        )

    def _windows(self, items: Iterable[Item], run: int, others: sqlite3.Connection | None, before: int) -> None:
        def recall(sources: list[str]) -> dict[str, Rendering]:
            with self._writer.turn:
                known = self._memory.look_up(sources, before=run)
                approved = self._pipeline.adopt(self._approved.look_up(sources))
            if others:
                scope = Memory(others, *self._pipeline.rendering_signatures)
                known = scope.look_up(sources, before=before) | known
            return known | approved

        def finish(window: list[Item], rescued: rescue.Rescued) -> None:
            self._finish_window(window, rescued, run)

        watched = self._coverage.watch(items) if self._coverage else items
        size = self._pipeline.settings.corpus
        new = windows(self._new(self._choice.of(watched), run), size.window, size.window_characters)
        if self._workers:
            job = Job(
                self._writer.look,
                self._journal.windows(),
                self._approved.views,
                known=lambda window: recall(self._pipeline.sources([a for a in window if isinstance(a, Article)])),
                take=lambda receipt: self._take(receipt, run),
                stopping=self._stopping,
            )
            self._workers.work(job, self._out, new)
        else:
            overlap.work(self._pipeline, new, recall, finish)
        with writing(self._out):
            if self._choice.whole:
                self._journal.forget_failures(met=self._met, seen=self._seen, read=self._inputs)
                known = self._journal.articles_of(self._inputs)
                self._vanished = tuple(name for row, name in known if row <= self._newest and not self._is_present(row))
                if self._coverage:
                    self._coverage.finish(run)
            if others:
                shared.add(self._journal.connection, others)

    def _new(self, items: Iterable[Item], run: int) -> Iterator[Item]:
        """Yield what no window holds yet. What failed before and can be read now is new.

        An article that the engine failed on is tried again in each run, but once: so the windows of a run that was
        stopped are cut as they would have been.
        """
        for item in items:
            if self._stopping():
                raise KeyboardInterrupt
            if name(item) in self._failed_before:
                self._seen.add(name(item))
            with self._writer.turn:
                committed = self._journal.find(name(item))
                if committed and committed[0] <= self._newest:
                    self._present[committed[0] // 8] |= 1 << committed[0] % 8
                if isinstance(item, ArticleError):
                    known = self._failed(item)
                else:
                    known = self._finished(item, committed[1] if committed else None, run)
            if not known:
                yield item
                continue
            self._skipped += 1
            if self._coverage:
                self._coverage.pass_by(item)

    def _failed(self, error: ArticleError) -> bool:
        key = Failure(error).key
        known = key in self._met or self._journal.has_failure(key)
        self._met.add(key)
        return known

    def _finished(self, item: Article | ArticlePair, committed: str | None, run: int) -> bool:
        said = content(item)
        if committed == said:
            return True
        failed = self._journal.failed_in(run, item.id, said)
        if failed:
            self._met.add(failed)
        elif committed:
            self._changed += 1
        return failed is not None

    def _is_present(self, row: int) -> bool:
        return bool(self._present[row // 8] >> row % 8 & 1)

    def _finish_window(self, items: list[Item], rescued: rescue.Rescued, run: int) -> None:
        entries = [entry(item, rescued.made, rescued.failed) for item in items]

        def commit() -> Counts:
            if self._coverage:
                with self._writer.turn:
                    self._coverage.place(items, entries)
            made = [rescued.made[one.id] for one in entries if isinstance(one, Entry)]
            return self._writer.commit(
                run,
                entries,
                made,
                memory=self._memory,
                renderings=rescued.known | rescued.new,
                suggestions=suggestions(made, self._likeness) if self._pipeline.settings.review.pages else {},
            )

        self._settle(entries, len(rescued.new), commit)

    def _take(self, receipt: Receipt, run: int) -> bool:
        def commit() -> Counts:
            receipt.put(self._out, pages=self._pipeline.settings.review.pages)
            return self._writer.commit_written(
                run, receipt.entries, receipt.written, memory=self._memory, renderings=receipt.renderings
            )

        self._engine_elsewhere += receipt.seconds
        return self._settle(receipt.entries, receipt.translated, commit)

    def _settle(self, entries: Sequence[Entry | Failure], translated: int, commit: Callable[[], Counts]) -> bool:
        """Commit a window, unless it only fails again as in an earlier run: then it is none, and False returned."""
        failed = [one.key for one in entries if isinstance(one, Failure)]
        self._met.update(failed)
        is_one = len(failed) < len(entries) or not all(map(self._journal.has_failure, failed))
        if is_one:
            with writing(self._out):
                number = self._journal.windows()
                added = commit()
                began, self._window_began = self._window_began, time.monotonic()
                seconds = round(self._window_began - began, 3)
                pace.note(self._out, Pace(number, added.sentences, added.articles, seconds))
        self._done += len(entries)
        self._translated += translated
        self._progress(Progress(self._skipped + self._done, self._journal.counts(), self._skipped))
        return is_one

    def _leave_readable(self) -> None:
        """Bring the files in line with the journal, as far as that goes, after an error: that one is to be told."""
        with suppress(OSError, sqlite3.Error, MtpipeError):
            remove_uncommitted(self._out, self._journal)
            self._finish_files()

    def _finish_files(self) -> None:
        supersede.drop(
            self._out,
            self._journal,
            signature=self._signature,
            settings=self._pipeline.settings,
            notice=self._notice,
        )
        self._writer.derive()
        record = self._record(self._journal.counts())
        write_text(self._out / RECORD, json.dumps(record, ensure_ascii=False, indent=2) + "\n")

    def _record(self, counts: Counts) -> dict[str, Any]:
        seconds = time.monotonic() - self._clock
        engine = self._pipeline.engine_seconds - self._engine_before + self._engine_elsewhere
        return {
            "started": self._started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 3),
            "engine_seconds": round(engine, 3),  # of wall clock in which a call of the engine was under way
            "engine_share": round(engine / seconds, 3) if seconds else 0.0,
            "device": self._pipeline.device,
            "skipped_articles": self._skipped,
            "translated_sentences": self._translated,
            "changed_articles": self._changed,
            "vanished_articles": list(self._vanished),
            "counts": asdict(counts),
            "windows": [asdict(known) for known in pace.noted(self._out)],
            "signature": self._signature,
            "settings": self._pipeline.settings.model_dump(mode="json"),
        } | _changes(self._out)


def _changes(out: Path) -> dict[str, Any]:
    """Return what commands have done to the folder since it was made, as its record tells."""
    with suppress(OSError, ValueError):
        return {key: value for key, value in json.loads((out / RECORD).read_text("utf-8")).items() if key == "changes"}
    return {}

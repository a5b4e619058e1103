"""The runner on one machine: window after window, each written, then committed, or not there at all."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mtpipe import corpus, review
from mtpipe.archive import overlap, rescue
from mtpipe.archive.journal import FOLDER, LOCK, Entry, Failure, Journal
from mtpipe.archive.line import Line
from mtpipe.archive.lock import locked
from mtpipe.archive.output import DATASET, LOGS, REVIEW, check_committed, check_folder, remove_uncommitted
from mtpipe.archive.scope import absolute
from mtpipe.archive.windows import Item, windows
from mtpipe.article import AlignedArticle, Article, ArticlePair, Rendering, TranslatedArticle, to_json
from mtpipe.corpus import Counts
from mtpipe.corpus.files import append, write_text
from mtpipe.errors import ArticleError, MtpipeError, UsageError
from mtpipe.review.decisions import run_id
from mtpipe.settings import Settings
from mtpipe.signature import Signature, digest
from mtpipe.translate import memory as translation_memory

FAILED: Final = "failed.jsonl"
RECORD: Final = "run.json"
"""What the clock says stands here and nowhere else."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a window's end tells: articles read so far, those of earlier starts among them, and the sums of all."""

    articles: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has made.

    ``skipped`` articles had been finished by an earlier start; ``translated`` counts the sentences that this start
    has put to the engine, each once; ``failed`` what failed of this start's inputs. ``counts`` are those of the folder.
    """

    counts: Counts
    skipped: int
    translated: int
    signature: str
    failed: int = 0


def run(
    items: Iterable[Item],
    out: Path,
    pipeline: Line,
    *,
    inputs: Sequence[str | Path] = (),
    notice: str | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Translate articles, or align pairs of them, into an output folder; go on where an earlier start was stopped.

    ``inputs`` are the files, folders and globs that the items come from: failures of other inputs stay on record.
    Raises ``UsageError`` where the folder is not ours, in use, or was made with other settings; ``ModelError`` where
    the engine fails. Whatever is raised, committed windows stay and the next start goes on after them.
    """
    check_folder(out)
    with locked(out / FOLDER / LOCK, out), closing(Journal(out)) as journal:
        return _Run(out, pipeline, journal, absolute(inputs), notice, progress).run(items)


class _Run:
    def __init__(
        self,
        out: Path,
        pipeline: Line,
        journal: Journal,
        inputs: list[str],
        notice: str | None,
        progress: Callable[[Progress], None],
    ) -> None:
        self._out = out
        self._pipeline = pipeline
        self._journal = journal
        self._inputs = inputs
        self._notice = notice
        self._progress = progress
        self._signature = str(pipeline.signature)
        self._memory = journal.memory(*pipeline.rendering_signatures)
        self._failed_before = journal.failed_articles()
        self._met: set[str] = set()
        self._seen: set[str] = set()
        self._skipped = self._done = self._translated = 0
        self._started = datetime.now(UTC)
        self._state = threading.Lock()  # who commits and who looks up are two threads on one connection
        self._clock = time.monotonic()
        self._engine_before = pipeline.engine_seconds

    def run(self, items: Iterable[Item]) -> Outcome:
        with _shared(self._pipeline.settings.translate.memory, self._journal.path) as shared:
            with self._writing():
                check_committed(self._out, self._journal)
                self._journal.check_fingerprint(fingerprint(self._pipeline.settings, self._pipeline.signature))
                run, before = self._journal.start(_next_run(shared) if shared else 0, self._inputs)
                remove_uncommitted(self._out, self._journal)
            try:
                self._windows(items, run, shared, before)
            except BaseException:
                self._leave_readable()
                raise
        with self._writing():
            self._finish_files()
        self._check_counts()
        self._journal.finish(run)
        return Outcome(self._journal.counts(), self._skipped, self._translated, self._signature, len(self._met))

    def _windows(self, items: Iterable[Item], run: int, shared: sqlite3.Connection | None, before: int) -> None:
        def recall(sources: list[str]) -> dict[str, Rendering]:
            with self._state:
                known = self._memory.look_up(sources, before=run)
            if shared:
                scope = translation_memory.Memory(shared, *self._pipeline.rendering_signatures)
                known = scope.look_up(sources, before=before) | known
            return known

        def finish(window: list[Item], rescued: rescue.Rescued) -> None:
            self._finish_window(window, rescued, run)

        new = windows(self._new(items, run), self._pipeline.settings.corpus.window)
        overlap.work(self._pipeline, new, recall, finish)
        with self._writing():
            self._journal.forget_failures(met=self._met, seen=self._seen, read=self._inputs)
            if shared:
                _share(self._journal.connection, shared)

    def _new(self, items: Iterable[Item], run: int) -> Iterator[Item]:
        """Yield what no window holds yet. What failed before and can be read now is new.

        An article that the engine failed on is tried again in each run, but once: so the windows of a run that was
        stopped are cut as they would have been.
        """
        for item in items:
            article = item.article_id if isinstance(item, ArticleError) else item.id
            if article in self._failed_before:
                self._seen.add(article)
            with self._state:
                known = self._failed(item) if isinstance(item, ArticleError) else self._finished(item, run)
            if known:
                self._skipped += 1
            else:
                yield item

    def _failed(self, error: ArticleError) -> bool:
        key = Failure(error).key
        known = key in self._met or self._journal.has_failure(key)
        self._met.add(key)
        return known

    def _finished(self, item: Article | ArticlePair, run: int) -> bool:
        content = _digest(item)
        committed = self._journal.digest(item.id)
        if committed == content:
            return True
        if committed is not None:
            raise UsageError(
                f"{item.id}: has changed since it was translated into {self._out}. Use a new --out; "
                f"--memory {self._journal.path} saves translating the rest again."
            )
        failed = self._journal.failed_in(run, item.id, content)
        if failed:
            self._met.add(failed)
        return failed is not None

    def _finish_window(self, items: list[Item], rescued: rescue.Rescued, run: int) -> None:
        entries = [_entry(item, rescued) for item in items]
        failed = [entry.key for entry in entries if isinstance(entry, Failure)]
        self._met.update(failed)
        # A window that only fails again as in an earlier run is none.
        if len(failed) < len(entries) or not all(map(self._journal.has_failure, failed)):
            self._commit(entries, rescued, run)
        self._done += len(items)
        self._translated += len(rescued.new)
        self._progress(Progress(self._skipped + self._done, self._journal.counts()))

    def _commit(self, entries: list[Entry | Failure], rescued: rescue.Rescued, run: int) -> None:
        number = self._journal.windows()
        finished = [rescued.made[entry.id] for entry in entries if isinstance(entry, Entry)]
        with self._writing():
            made = corpus.made(finished, self._signature)
            content = self._write(number, made, finished)
            sizes = self._append(made)
            with self._state:
                self._journal.commit(
                    number,
                    run,
                    entries,
                    sizes=sizes,
                    counts=made.counts,
                    content=content,
                    memory=self._memory,
                    renderings=rescued.known | rescued.new,
                )
            self._write_card(self._journal.counts())  # without it load_dataset can't read what a kill leaves
            if self._pipeline.settings.review.pages:
                review.write_run(self._out / REVIEW, run=self._review_run(), windows=self._journal.windows())

    def _write(self, number: int, made: corpus.Made, articles: Sequence[TranslatedArticle | AlignedArticle]) -> str:
        dataset, origin = self._out / DATASET, self._pipeline.origin
        shards = (
            corpus.write_shard(dataset, "paragraphs", number, made.paragraphs, self._signature, origin=origin),
            corpus.write_shard(dataset, "sentences", number, made.sentences, self._signature, origin=origin),
        )
        settings = self._pipeline.settings.review
        if settings.pages:
            review.write_window(
                self._out / REVIEW,
                number,
                articles,
                signature=self._signature,
                settings=settings,
                notice=self._notice,
            )
        return digest(self._journal.content(), *(path.read_bytes() for path in shards))

    def _append(self, made: corpus.Made) -> dict[str, int]:
        rows = {"dataset.jsonl": made.paragraphs, "ledger.jsonl": made.ledger, "set_aside.jsonl": made.set_aside}
        sizes = self._journal.sizes()
        return {name: append(self._out / name, _lines(rows[name]), at=sizes.get(name, 0)) for name in LOGS}

    def _leave_readable(self) -> None:
        """Bring the files in line with the journal, as far as that goes, after an error: that one is to be told."""
        with suppress(OSError, sqlite3.Error, MtpipeError):
            remove_uncommitted(self._out, self._journal)
            self._finish_files()

    def _finish_files(self) -> None:
        """Write what is derived from the journal."""
        counts = self._journal.counts()
        write_text(self._out / FAILED, _lines(self._journal.failures()))
        self._write_card(counts)
        settings = self._pipeline.settings.review
        if settings.pages:
            rows = [review.IndexRow(**row) for row in self._journal.index_rows()]
            review.write_index(
                self._out / REVIEW,
                rows,
                signature=self._signature,
                settings=settings,
                run=self._review_run(),
                windows=self._journal.windows(),
                notice=self._notice,
            )
        write_text(self._out / RECORD, json.dumps(self._record(counts), ensure_ascii=False, indent=2) + "\n")

    def _review_run(self) -> str:
        return run_id(self._signature, self._journal.first_window())

    def _write_card(self, counts: Counts) -> None:
        content = self._journal.content()
        card = corpus.render_card(counts, self._signature, self._notice, content=content, origin=self._pipeline.origin)
        write_text(self._out / DATASET / "README.md", card)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise UsageError(
                f"{self._out}: can't be written ({error}). What was finished is kept; once that is mended, the "
                "same command goes on from there."
            ) from error

    def _record(self, counts: Counts) -> dict[str, Any]:
        seconds = time.monotonic() - self._clock
        engine = self._pipeline.engine_seconds - self._engine_before
        return {
            "started": self._started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 3),
            "engine_seconds": round(engine, 3),  # of wall clock in which a call of the engine was under way
            "engine_share": round(engine / seconds, 3) if seconds else 0.0,
            "device": self._pipeline.device,
            "skipped_articles": self._skipped,
            "translated_sentences": self._translated,
            "counts": asdict(counts),
            "signature": self._signature,
            "settings": self._pipeline.settings.model_dump(mode="json"),
        }

    def _check_counts(self) -> None:
        counts, found = self._journal.counts(), corpus.count(self._out / DATASET)
        if (found["paragraphs"], found["sentences"]) != (counts.paragraphs, counts.sentences):
            raise MtpipeError(
                f"{self._out}/dataset holds {found} rows, the journal counts {counts.paragraphs} paragraphs and "
                f"{counts.sentences} sentences. Files were changed by hand, or this is an error of mtpipe."
            )


def fingerprint(settings: Settings, signature: Signature) -> dict[str, str]:
    """Return what must be the same for every start on one output folder.

    The batch budget and the threads decide near-ties in int8, and so bytes; where the memory lies does not.
    """
    values = dict(signature.parts)
    unused = ("translate", "glossary") if values.get("origin") == "aligned" else ("align",)
    for section, keys in settings.model_dump(mode="json", exclude=set(unused)).items():
        values |= {f"{section}.{key}": json.dumps(value) for key, value in keys.items()}
    for elsewhere in ("translate.memory", "translate.device", "glossary.paths", "translate.command_timeout"):
        values.pop(elsewhere, None)  # their effect is in the signature, or there is none
    return values


@contextmanager
def _shared(path: Path | None, own: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the memory that outputs share, if there is one; the output's own state is looked up anyway."""
    if path is None or path.resolve() == own.resolve():
        yield None
        return
    with closing(translation_memory.connect(path)) as connection:
        yield connection


def _share(own: sqlite3.Connection, shared: sqlite3.Connection) -> None:
    with shared:
        shared.execute("BEGIN IMMEDIATE")  # two runs that end together must not take the same number
        translation_memory.copy_rows(own, shared, run=_next_run(shared))


def _next_run(shared: sqlite3.Connection) -> int:
    """Return a number above all in a memory; in the state of another output, above its runs as well.

    One that was interrupted there must not see rows that came after its first start.
    """
    last = int(shared.execute("SELECT coalesce(max(run), 0) FROM memory").fetchone()[0])
    if shared.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'").fetchone():
        last = max(last, shared.execute("SELECT coalesce(max(number), 0) FROM run").fetchone()[0])
    return last + 1


def _digest(item: Article | ArticlePair) -> str:
    """Hash what an article, or both of a pair, say; where a file lies may be written otherwise at the next start."""
    articles = (item.source, item.target) if isinstance(item, ArticlePair) else (item,)
    return digest(*(to_json(replace(article, meta=replace(article.meta, path=None))) for article in articles))


def _entry(item: Item, rescued: rescue.Rescued) -> Entry | Failure:
    if isinstance(item, ArticleError):
        return Failure(item)
    if item.id in rescued.failed:
        return Failure(rescued.failed[item.id], _digest(item))
    return Entry(item.id, _digest(item), asdict(review.index_row(rescued.made[item.id])))


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

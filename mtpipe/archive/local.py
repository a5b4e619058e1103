"""The runner on one machine: window after window, each written, then committed, or not there at all."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mtpipe import corpus, review
from mtpipe.archive.journal import FOLDER, LOCK, Entry, Journal
from mtpipe.archive.lock import locked
from mtpipe.archive.windows import Item, windows
from mtpipe.article import Article, TranslatedArticle, to_json
from mtpipe.corpus import Counts
from mtpipe.corpus.files import append, write_text
from mtpipe.errors import ArticleError, MtpipeError, UsageError
from mtpipe.pipeline import Pipeline
from mtpipe.settings import Settings
from mtpipe.signature import Signature, digest
from mtpipe.translate import memory as translation_memory

LOGS: Final = ("dataset.jsonl", "ledger.jsonl", "set_aside.jsonl")
"""Files that grow by a window at a time."""

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
    has put to the engine, each once.
    """

    counts: Counts
    skipped: int
    translated: int
    signature: str


def run(
    items: Iterable[Item],
    out: Path,
    pipeline: Pipeline,
    *,
    notice: str | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Translate articles into an output folder; go on where an earlier start was stopped.

    Raises ``UsageError`` where the folder is not ours, in use, or was made with other settings; ``ModelError`` where
    the engine fails. Whatever is raised, committed windows stay and the next start goes on after them.
    """
    _check_folder(out)
    with locked(out / FOLDER / LOCK, out), closing(Journal(out)) as journal:
        return _Run(out, pipeline, journal, notice, progress).run(items)


class _Run:
    def __init__(
        self,
        out: Path,
        pipeline: Pipeline,
        journal: Journal,
        notice: str | None,
        progress: Callable[[Progress], None],
    ) -> None:
        self._out = out
        self._pipeline = pipeline
        self._journal = journal
        self._notice = notice
        self._progress = progress
        self._signature = str(pipeline.signature)
        self._memory = journal.memory(*pipeline.rendering_signatures)
        self._skipped = self._done = self._translated = 0
        self._started = datetime.now(UTC)
        self._clock = time.monotonic()

    def run(self, items: Iterable[Item]) -> Outcome:
        settings = self._pipeline.settings
        self._journal.check_fingerprint(fingerprint(settings, self._pipeline.signature))
        shared_path = settings.translate.memory
        shared = translation_memory.connect(shared_path) if shared_path else None
        try:
            run, before = self._journal.start(_next_run(shared) if shared else 0)
            self._remove_uncommitted()
            for window in windows(self._new(items), settings.corpus.window):
                self._window(window, run, shared, before)
            if shared:
                with shared:
                    translation_memory.copy_rows(self._journal.connection, shared, run=_next_run(shared))
        finally:
            if shared:
                shared.close()
            self._finish_files()
        self._check_counts()
        self._journal.finish(run)
        return Outcome(self._journal.counts(), self._skipped, self._translated, self._signature)

    def _new(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            known = self._journal.digest(_id(item))
            if known is None or (known[1] and isinstance(item, Article)):  # one that failed may have been mended
                yield item
            elif known[0] == _digest(item) or isinstance(item, ArticleError):
                self._skipped += 1
            else:
                raise UsageError(
                    f"{item.id}: has changed since it was translated into {self._out}. Use a new --out; "
                    f"--memory {self._journal.folder / 'state.sqlite'} saves translating the rest again."
                )

    def _window(self, items: list[Item], run: int, shared: sqlite3.Connection | None, before: int) -> None:
        articles = [item for item in items if isinstance(item, Article)]
        sources = self._pipeline.sources(articles)
        known = self._memory.look_up(sources, before=run)
        if shared:
            scope = translation_memory.Memory(shared, *self._pipeline.rendering_signatures)
            known = scope.look_up(sources, before=before) | known
        result = self._pipeline.translate(articles, known)
        number = self._journal.windows()
        counts = self._write(number, result.articles)
        sizes = self._append(result.articles)
        translated = {article.source.id: article for article in result.articles}
        entries = [_entry(item, translated) for item in items]
        self._journal.commit(
            number, run, entries, sizes=sizes, counts=counts, memory=self._memory, renderings=known | result.renderings
        )
        self._done += len(items)
        self._translated += len(result.renderings)
        self._progress(Progress(self._skipped + self._done, self._journal.counts()))

    def _write(self, number: int, articles: list[TranslatedArticle]) -> Counts:
        paragraphs = [row for article in articles for row in corpus.paragraph_rows(article, self._signature)]
        sentences = [row for article in articles for row in corpus.sentence_rows(article, self._signature)]
        dataset = self._out / "dataset"
        corpus.write_shard(dataset, "paragraphs", number, paragraphs, self._signature)
        corpus.write_shard(dataset, "sentences", number, sentences, self._signature)
        settings = self._pipeline.settings.review
        if settings.pages:
            for article in articles:
                review.write_page(
                    self._out / "review", article, signature=self._signature, settings=settings, notice=self._notice
                )
        terms = [term for row in sentences for term in row["terms"]]
        return Counts(
            articles=len(articles),
            paragraphs=len(paragraphs),
            sentences=len(sentences),
            mentions=len(terms),
            flagged_mentions=sum(term["rung"] == "flagged" for term in terms),
            flagged_sentences=sum(
                bool(sentence.rendering.flags)
                for article in articles
                for paragraph in article.paragraphs
                for sentence in paragraph.sentences
            ),
            set_aside=sum(len(article.source.set_aside) for article in articles),
        )

    def _append(self, articles: list[TranslatedArticle]) -> dict[str, int]:
        rows: dict[str, list[dict[str, Any]]] = {
            "dataset.jsonl": [row for article in articles for row in corpus.paragraph_rows(article, self._signature)],
            "ledger.jsonl": [row for article in articles for row in corpus.ledger_rows(article)],
            "set_aside.jsonl": [row for article in articles for row in corpus.set_aside_rows(article)],
        }
        sizes = self._journal.sizes()
        return {name: append(self._out / name, _lines(rows[name]), at=sizes.get(name, 0)) for name in LOGS}

    def _remove_uncommitted(self) -> None:
        committed = self._journal.windows()
        for config in corpus.CONFIGS:
            keep = {corpus.shard_path(self._out / "dataset", config, number).name for number in range(committed)}
            for path in corpus.shard_paths(self._out / "dataset", config):
                if path.name not in keep:
                    path.unlink()
        sizes = self._journal.sizes()
        for name in LOGS:
            append(self._out / name, "", at=sizes.get(name, 0))

    def _finish_files(self) -> None:
        """Write what is derived from the journal: after an error as well, so that what is there can be read."""
        counts = self._journal.counts()
        write_text(self._out / FAILED, _lines(self._journal.failures()))
        write_text(self._out / "dataset" / "README.md", corpus.render_card(counts, self._signature, self._notice))
        settings = self._pipeline.settings.review
        if settings.pages:
            rows = [review.IndexRow(**row) for row in self._journal.index_rows()]
            review.write_index(
                self._out / "review", rows, signature=self._signature, settings=settings, notice=self._notice
            )

        write_text(self._out / RECORD, json.dumps(self._record(counts), ensure_ascii=False, indent=2) + "\n")

    def _record(self, counts: Counts) -> dict[str, Any]:
        return {
            "started": self._started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - self._clock, 3),
            "device": self._pipeline.translator.device,
            "skipped_articles": self._skipped,
            "translated_sentences": self._translated,
            "counts": asdict(counts),
            "signature": self._signature,
            "settings": self._pipeline.settings.model_dump(mode="json"),
        }

    def _check_counts(self) -> None:
        counts, found = self._journal.counts(), corpus.count(self._out / "dataset")
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
    for section, keys in settings.model_dump(mode="json").items():
        values |= {f"{section}.{key}": json.dumps(value) for key, value in keys.items()}
    for elsewhere in ("translate.memory", "translate.device", "glossary.paths", "translate.command_timeout"):
        del values[elsewhere]  # their effect is in the signature, or there is none
    return values


def _check_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file. Name a folder with --out.")
    try:
        foreign = out.is_dir() and any(out.iterdir()) and not (out / FOLDER).is_dir()
    except OSError as error:
        raise UsageError(f"{out}: can't be read ({error.strerror}). Name another folder with --out.") from error
    if foreign:
        raise UsageError(f"{out}: holds files that are not mtpipe's. Name an empty or a new folder with --out.")
    try:
        (out / FOLDER).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out}: can't be written ({error.strerror}). Name another folder with --out.") from error


def _next_run(shared: sqlite3.Connection) -> int:
    return int(shared.execute("SELECT coalesce(max(run), 0) + 1 FROM memory").fetchone()[0])


def _id(item: Item) -> str:
    return item.id if isinstance(item, Article) else item.article_id


def _digest(item: Item) -> str:
    return digest(to_json(item)) if isinstance(item, Article) else digest(item.reason, str(item))


def _entry(item: Item, translated: Mapping[str, TranslatedArticle]) -> Entry:
    if isinstance(item, ArticleError):
        return Entry(_id(item), _digest(item), error=item)
    return Entry(item.id, _digest(item), row=asdict(review.index_row(translated[item.id])))


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

"""What a run would do, and how long it would take: counted, and measured on a sample. Nothing is written."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from heapq import heappushpop
from pathlib import Path
from typing import Final

from mtpipe import segment
from mtpipe.archive.choice import Choice
from mtpipe.archive.entry import content
from mtpipe.archive.journal import FOLDER, STATE
from mtpipe.archive.windows import Item
from mtpipe.article import Article, ArticlePair
from mtpipe.errors import ArticleError, UsageError
from mtpipe.pipeline import Pipeline, sources
from mtpipe.settings import Settings
from mtpipe.signature import digest

SAMPLE: Final = 64
"""Segments that are translated to measure the engine: some batches of each length."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is in the inputs, and what of it is to do.

    ``failed`` counts articles that can't be read, by reason; ``done`` those that the output folder holds as they are.
    ``paragraphs``, ``sentences`` and ``segments`` (different sentences) are of the articles that are left, and so is
    ``seconds``, a guess from ``sample`` segments: memories and a glossary that has to try again are not in it. 0 where
    nothing is left.
    """

    articles: int
    failed: dict[str, int]
    done: int
    paragraphs: int
    sentences: int
    segments: int
    characters: int
    sample: int
    seconds: float
    device: str

    def format(self) -> str:
        """Return a line for each figure."""
        failed = ", ".join(f"{reason} {count}" for reason, count in sorted(self.failed.items()))
        rows = [
            ("articles", f"{self.articles}"),
            ("can't be read", f"{sum(self.failed.values())}{f' ({failed})' if failed else ''}"),
            ("finished before", f"{self.done}"),
            ("paragraphs to do", f"{self.paragraphs}"),
            ("sentences to do", f"{self.sentences}, {self.segments} of them different"),
            ("characters to do", f"{self.characters}"),
        ]
        if self.sample:
            rows.append(("estimated time", f"{told(self.seconds)} on {self.device} (from {self.sample} sentences)"))
        return "\n".join(f"{name:<18}{value}" for name, value in rows)


def estimate(
    items: Iterable[Item],
    out: Path,
    pipeline: Pipeline,
    *,
    choice: Choice,
    progress: Callable[[int], None] = lambda _: None,
) -> Estimate:
    """Read what a run would read, and translate a sample of it. ``progress`` is told articles so far.

    The sample is drawn by a hash, so that it is the same each time. Raises ``UsageError`` where the folder can't be
    looked into, ``ModelError`` where the engine fails.
    """
    counts: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    segments = _Segments()
    with closing(_Folder(out)) as folder:
        for number, item in enumerate(choice.of(items), start=1):
            progress(number)
            if isinstance(item, ArticleError):
                failed[item.reason] += 1
            elif folder.holds(item):
                counts["done"] += 1
            elif isinstance(item, Article):
                counts["articles"] += 1
                segments.add(item, pipeline.settings, counts)
    sample = segments.sample
    if sample:
        pipeline.translator.translate(sample[:2])  # what is loaded at the first call is no part of the rate
    began = time.monotonic()
    if sample:
        pipeline.translator.translate(sample)
    rate = (time.monotonic() - began) / max(1, sum(map(len, sample)))
    return Estimate(
        articles=counts["articles"] + counts["done"],
        failed=dict(failed),
        done=counts["done"],
        paragraphs=counts["paragraphs"],
        sentences=counts["sentences"],
        segments=counts["segments"],
        characters=counts["characters"],
        sample=len(sample),
        seconds=rate * counts["characters"],
        device=pipeline.device,
    )


class _Segments:
    """Different segments, counted by their hashes (60 bytes each), and a sample of them."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._drawn: list[tuple[int, str]] = []  # a heap of negated hashes: the greatest hash comes first, and leaves

    def add(self, article: Article, settings: Settings, counts: Counter[str]) -> None:
        cut = segment.article(article, settings.segment)
        counts["paragraphs"] += len(cut.paragraphs)
        counts["sentences"] += sum(len(paragraph.sentences) for paragraph in cut.paragraphs)
        for text in sources([cut]):
            place = int(digest(text, length=15), 16)
            if place in self._known:
                continue
            self._known.add(place)
            counts["segments"] += 1
            counts["characters"] += len(text)
            if len(self._drawn) < SAMPLE:
                self._drawn.append((-place, text))
                self._drawn.sort()
            else:
                heappushpop(self._drawn, (-place, text))

    @property
    def sample(self) -> list[str]:
        return [text for _, text in sorted(self._drawn)]


class _Folder:
    """What an output folder holds already."""

    def __init__(self, out: Path) -> None:
        path = out / FOLDER / STATE
        self._connection: sqlite3.Connection | None = None
        if path.is_file():
            try:
                # Not mode=ro: that can't read on after a run that was killed in a commit, which must be rolled back.
                self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
                self._connection.execute("SELECT digest FROM article LIMIT 1")
            except sqlite3.Error as error:
                raise UsageError(f"{path}: can't be opened ({error}). Name another folder with --out.") from error

    def holds(self, item: Article | ArticlePair) -> bool:
        if self._connection is None:
            return False
        found = self._connection.execute("SELECT digest FROM article WHERE id = ?", (item.id,)).fetchone()
        return found is not None and found[0] == content(item)

    def close(self) -> None:
        if self._connection:
            self._connection.close()


def told(seconds: float) -> str:
    """Return a time as people say it: two units."""
    parts = list(_parts(round(seconds)))
    return " ".join(parts[:2]) or "less than 1 s"


def _parts(seconds: int) -> Iterator[str]:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            yield f"{count} {unit}"

"""Writing the new state of a finished folder: window after window, those that stay as they are and those made anew."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from mtpipe import corpus, review
from mtpipe.archive.finished import Finished, Window
from mtpipe.archive.output import DATASET, LOGS, RECORD, REVIEW
from mtpipe.archive.rewrite import Staging, carry_out
from mtpipe.archive.window_files import Look, Made, write_window
from mtpipe.article import Origin
from mtpipe.corpus import Counts
from mtpipe.corpus.files import write_text
from mtpipe.review.decisions import run_id
from mtpipe.settings import Settings
from mtpipe.signature import digest

CHUNK: Final = 1 << 20
"""Bytes copied at a time."""


class Renewal:
    """A new state in the making. Windows are to be given in order, each to ``keep`` or ``put``, then ``finish``."""

    def __init__(self, finished: Finished, *, signature: str, settings: Settings, notice: str | None) -> None:
        """Begin. ``signature`` is what the card and the index carry, and the rows that are put without another."""
        self._finished = finished
        self._signature = signature
        self._settings = settings
        self._notice = notice
        self._origin: Origin = "aligned" if finished.aligned else "machine"
        self._content = "0"
        self._counts = Counts()
        self._windows = 0
        self._sentences: list[Path] = []
        self.staging = Staging(finished.out, finished.journal)
        self._logs: dict[str, IO[bytes]] = {name: (self.staging.files / name).open("wb") for name in LOGS}

    def keep(self, window: Window) -> None:
        """Leave a window as it is; where it stands in the logs may change."""
        for name, stream in self._logs.items():
            start, end = window.parts[name]
            with (self._finished.out / name).open("rb") as source:
                source.seek(start)
                _copy(source, stream, end - start)
        self._commit(window, window.counts, self._shards(self._finished.out, window.number))

    def put(self, window: Window, articles: Sequence[Made], *, signature: str = "") -> None:
        """Write a window's articles in their new state, all of them, in order.

        Their rows carry ``signature`` where one is given.
        """
        files = self.staging.files
        look = Look(signature or self._signature, self._origin, self._settings.review, self._notice)
        suggestions = review.suggestions_of(self._finished.out / REVIEW, window.number)
        written = write_window(files, window.number, articles, look, suggestions)
        for name, lines in written.logs.items():
            self._logs[name].write(lines.encode())
        for article, (name, place, content) in zip(articles, self._finished.entries(window.number), strict=True):
            row = json.dumps(asdict(review.index_row(article)), ensure_ascii=False)
            self.staging.put("article", name, window.number, place, content, row)
        self._commit(window, written.counts, self._shards(files, window.number))

    def finish(self, record: Mapping[str, Any]) -> None:
        """Write what is made of all windows, and put the new state in the place of the old. ``record`` says what was
        done, for ``run.json``.
        """
        for stream in self._logs.values():
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
        counts = replace(self._counts, failed=self._finished.journal.counts().failed)
        card = corpus.render_card(counts, self._signature, self._notice, content=self._content, origin=self._origin)
        write_text(self.staging.files / DATASET / "README.md", card)
        self._write_index()
        self._write_record(counts, record)
        self.staging.switch()
        carry_out(self._finished.out, self._finished.journal)

    def drop(self) -> None:
        """Give it up: the old state stays."""
        for stream in self._logs.values():
            stream.close()
        self.staging.drop()

    def _shards(self, root: Path, number: int) -> list[Path]:
        return [corpus.shard_path(root / DATASET, config, number) for config in corpus.CONFIGS]

    def _commit(self, window: Window, counts: Counts, shards: Sequence[Path]) -> None:
        self._counts += counts
        self._content = digest(self._content, *(path.read_bytes() for path in shards))
        sizes = {name: self._logs[name].tell() for name in LOGS}
        row = (json.dumps(sizes), json.dumps(asdict(self._counts)), self._content)
        self.staging.put("window", window.number, window.run, *row)
        self._windows += 1
        self._sentences.append(shards[-1])

    def _write_index(self) -> None:
        if not self._settings.review.pages:
            return
        rows = self._finished.journal.connection.execute(
            "SELECT coalesce(changed.row, article.row) FROM main.article LEFT JOIN new.article AS changed USING (id) "
            "ORDER BY article.window, article.place"
        )
        review.write_index(
            self.staging.files / REVIEW,
            (review.IndexRow(**json.loads(row)) for (row,) in rows),
            signature=self._signature,
            settings=self._settings.review,
            run=run_id(corpus.signature_of(self._sentences[0]), self._finished.journal.first_window()),
            windows=self._windows,
            figures=review.figures_of(self._sentences),
            notice=self._notice,
        )

    def _write_record(self, counts: Counts, record: Mapping[str, Any]) -> None:
        """Bring ``run.json`` up to date, where a run has left one."""
        try:
            known = json.loads((self._finished.out / RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if self._settings.glossary.paths:
            known.setdefault("settings", {})["glossary"] = self._settings.model_dump(mode="json")["glossary"]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        known |= {"counts": asdict(counts), "signature": self._signature}
        known["changes"] = [*known.get("changes", ()), {"time": now, **record}]
        write_text(self.staging.files / RECORD, json.dumps(known, ensure_ascii=False, indent=2) + "\n")


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    while size:
        chunk = source.read(min(size, CHUNK))
        if not chunk:
            raise EOFError("a log is shorter than the journal says")
        target.write(chunk)
        size -= len(chunk)

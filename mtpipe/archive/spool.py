"""Windows for workers elsewhere, and what they hand back: files beside the journal, on a disk that all of them share.

``.mtpipe/spool/000000.json`` is a window's work: its items, and what a memory knows of their sentences. A worker writes
the window's files into a folder of its own, renames it to ``.mtpipe/spool/000012``, by the number that the window is to
have, and is done: the folder is the receipt. Whoever holds the journal moves the files to their places and commits, in
the order of the windows. A receipt names what it was made from, so one that a stopped run has left is used or thrown
away, never mistaken.
"""

from __future__ import annotations

import json
import platform
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from mtpipe.archive import overlap, rescue
from mtpipe.archive.choice import restored, stored
from mtpipe.archive.entry import entry
from mtpipe.archive.journal import FOLDER, Entry, Failure
from mtpipe.archive.line import Line
from mtpipe.archive.output import REVIEW
from mtpipe.archive.rewrite import take_files
from mtpipe.archive.window_files import Look, Written, write_window
from mtpipe.archive.windows import Item
from mtpipe.article import Rendering, from_json, to_json
from mtpipe.corpus import Counts
from mtpipe.corpus.files import make_folder, sync_folder, write_text
from mtpipe.corpus.likeness import Likeness, suggestions
from mtpipe.errors import ArticleError, UsageError
from mtpipe.review.files import write_assets
from mtpipe.review.names import ASSETS
from mtpipe.signature import digest
from mtpipe.translate.memory import LAST

SPOOL: Final = "spool"
RECEIPT: Final = "receipt.json"
FILES: Final = "files"

_LEARNED: Final = "number, key, source, target, approved, reviewer, time, origin"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a worker has made of a window: all that the journal is to hold of it. ``folder`` has the files.

    ``translated`` counts the sentences that were put to the engine, ``seconds`` is the time that it took them.
    """

    entries: Sequence[Entry | Failure]
    renderings: Mapping[str, Rendering]
    translated: int
    seconds: float
    written: Written
    folder: Path

    def put(self, out: Path, *, pages: bool) -> None:
        """Move the files to their places in the output folder."""
        take_files(out, self.folder / FILES)
        if pages:
            write_assets(out / REVIEW)

    def drop(self) -> None:
        """Remove what is left of it, once it is committed or of no use."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Spool:
    """The spool of an output folder, for who fills it and for who works it off."""

    def __init__(self, out: Path, look: Look) -> None:
        """``look`` is what the windows' files are written with."""
        self._folder = out / FOLDER / SPOOL
        self._look = look

    def open(self, first: int, approved: Iterable[tuple[sqlite3.Connection, int]]) -> None:
        """Make the folder, without receipts of windows before the ``first`` that is to be made.

        What is approved, each view up to its number, is copied for workers to suggest from.
        """
        make_folder(self._folder)
        for path in self._folder.iterdir():
            if path.is_dir() and (not path.name.isdigit() or int(path.name) < first):
                shutil.rmtree(path)
        for number, (connection, before) in enumerate(approved):
            path = self._approved(number)
            path.unlink(missing_ok=True)
            rows = connection.execute(f"SELECT {_LEARNED} FROM learned WHERE number < ?", (before,))
            with closing(sqlite3.connect(path)) as copy, copy:
                copy.execute(f"CREATE TABLE learned ({_LEARNED})")
                copy.executemany("INSERT INTO learned VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def put(self, place: int, items: Sequence[Item], known: Mapping[str, Rendering]) -> None:
        """Write a window's work; ``place`` counts from the first window that this start has put."""
        held = {source: to_json(rendering) for source, rendering in known.items()}
        text = json.dumps({"items": [stored(item) for item in items], "known": held}, ensure_ascii=False)
        self._work(place).write_text(text, encoding="utf-8")

    def forget(self, place: int) -> None:
        """Remove a window's work, once it is committed."""
        self._work(place).unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove the spool with all that is in it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def receipt(self, place: int, number: int) -> Receipt | None:
        """Return the receipt of a window that is to have this number; None where there is none of this very work."""
        folder = self._folder / f"{number:06d}"
        try:
            told = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
            files = [folder / FILES / name for name in told["files"]]
            whole = told["key"] == self._key(place, number) and all(path.is_file() for path in files)
        except (OSError, ValueError, KeyError):
            return None
        return _receipt(told, folder) if whole else None

    def work_off(self, line: Line, rows: Sequence[tuple[int, int]]) -> None:
        """Do the work of windows, given by place and number, as the runner on one machine does; the rest is done.

        Raises what ``overlap.work`` raises, and ``UsageError`` where the spool can't be read or written from here.
        """
        likeness = Likeness((path, LAST) for path in map(self._approved, range(2)) if path.is_file())
        todo = [row for row in rows if self.receipt(*row) is None]
        known: dict[str, Rendering] = {}
        waiting = iter(todo)
        before = line.engine_seconds

        def windows() -> Iterator[list[Item]]:
            for place, _ in todo:
                items, found = self._load(place)
                known.clear()
                known.update(found)
                yield items

        def recall(sources: list[str]) -> dict[str, Rendering]:
            return {source: known[source] for source in sources if source in known}

        def finish(items: list[Item], rescued: rescue.Rescued) -> None:
            nonlocal before
            seconds, before = line.engine_seconds - before, line.engine_seconds
            place, number = next(waiting)
            entries = [entry(item, rescued.made, rescued.failed) for item in items]
            made = [rescued.made[one.id] for one in entries if isinstance(one, Entry)]
            like = suggestions(made, likeness) if self._look.settings.pages else {}
            with self._making(number) as folder:
                written = write_window(folder / FILES, number, made, self._look, like)
                shutil.rmtree(folder / FILES / REVIEW / ASSETS, ignore_errors=True)  # the same for all windows
                paths = sorted(path for path in (folder / FILES).rglob("*") if path.is_file())
                told = {
                    "key": self._key(place, number),
                    "files": [path.relative_to(folder / FILES).as_posix() for path in paths],
                    "entries": [_told(one) for one in entries],
                    "renderings": {key: to_json(one) for key, one in (rescued.known | rescued.new).items()},
                    "translated": len(rescued.new),
                    "seconds": seconds,
                    "counts": asdict(written.counts),
                    "logs": dict(written.logs),
                }
                write_text(folder / RECEIPT, json.dumps(told, ensure_ascii=False))

        overlap.work(line, windows(), recall, finish)

    def _making(self, number: int) -> _Making:
        return _Making(self._folder / f"{number:06d}")

    def _load(self, place: int) -> tuple[list[Item], dict[str, Rendering]]:
        try:
            told = json.loads(self._work(place).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise UsageError(
                f"{self._work(place)}: is not there on {platform.node()}. The output folder must lie on a disk that "
                "all machines of the cluster share, under the same path."
            ) from error
        items = [restored(*cells) for cells in told["items"]]
        return items, {source: from_json(Rendering, text) for source, text in told["known"].items()}

    def _key(self, place: int, number: int) -> str:
        look = self._look
        return digest(
            self._work(place).read_bytes(), str(number), look.signature, str(look.settings), look.notice or ""
        )

    def _work(self, place: int) -> Path:
        return self._folder / f"{place:06d}.json"

    def _approved(self, number: int) -> Path:
        return self._folder / f"approved-{number}.sqlite"


class _Making:
    """A folder under a name of its own that takes its name when the block ends well, unless another was faster."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = folder.with_name(f"{folder.name}.{uuid4().hex}")

    def __enter__(self) -> Path:
        make_folder(self._making)
        return self._making

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            shutil.rmtree(self._folder, ignore_errors=True)  # of other work, or torn
            try:
                self._making.rename(self._folder)
            except OSError:  # a worker that was given up for dead has done the same
                if not (self._folder / RECEIPT).is_file():
                    raise
            sync_folder(self._folder.parent)
        shutil.rmtree(self._making, ignore_errors=True)


def _told(one: Entry | Failure) -> list[Any]:
    if isinstance(one, Failure):
        return [one.error.article_id, one.error.reason, str(one.error), one.digest]
    return [one.id, one.digest, dict(one.row)]


def _receipt(told: Mapping[str, Any], folder: Path) -> Receipt:
    entries = [
        Entry(*cells) if len(cells) == 3 else Failure(ArticleError(*cells[:3]), cells[3]) for cells in told["entries"]
    ]
    renderings = {source: from_json(Rendering, text) for source, text in told["renderings"].items()}
    written = Written(Counts(**told["counts"]), told["logs"])
    return Receipt(entries, renderings, told["translated"], told["seconds"], written, folder)

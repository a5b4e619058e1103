"""Shards put together: the output that one run over all of the inputs would have made.

Articles come in the order of the inputs and windows are cut anew, so that ``dataset/``, the logs, the pages and the
journal are those of one run, byte for byte, as far as the engine gave each sentence the same translation whatever stood
beside it (in float32 it does; in int8 one in some dozens may differ in a word, as between any two ways of batching).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from operator import attrgetter
from pathlib import Path
from typing import Final

from mtpipe import review
from mtpipe.archive import parts
from mtpipe.archive.journal import FOLDER, LOCK, Entry, Failure, Journal
from mtpipe.archive.lock import locked
from mtpipe.archive.output import RECORD
from mtpipe.archive.parts import Part, Place
from mtpipe.archive.windows import cut
from mtpipe.archive.writer import Writer, writing
from mtpipe.corpus import Counts
from mtpipe.corpus.files import make_folder, sync_folder, write_text
from mtpipe.corpus.likeness import Suggestion
from mtpipe.errors import MtpipeError, UsageError
from mtpipe.signature import Signature
from mtpipe.translate import notice
from mtpipe.translate.memory import copy_rows

_TABLES: Final = {
    "learned": "key, source, target, approved, reviewer, time, origin",
    "reviewed": "paragraph, base, original",
}
"""What people added to shards, and the columns of it that are taken over."""


def merge(outs: Sequence[Path], out: Path, *, progress: Callable[[int], None] = lambda _: None) -> Counts:
    """Put the shards of a run together in a new folder; returns what it holds. ``progress`` is told articles so far.

    The folder appears when it is whole. A later ``mtpipe run`` over the same inputs finds all of it done. Raises
    ``UsageError`` where the shards are not the whole of a run, or the folder is not new, is in one of them or can't be
    written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: is there already. Name a new folder with --out.")
    whole = out.resolve()  # "." has no name
    making = whole.with_name(f".{whole.name}.merging")
    _check_apart(out, making, outs)
    with parts.opened(outs) as opened, writing(out):
        places = sorted(place for part in opened for place in part.places())
        _check_once(places, opened)
        shutil.rmtree(making, ignore_errors=True)  # of a merge that was stopped
        make_folder(making / FOLDER)
        with locked(making / FOLDER / LOCK, making), closing(Journal(making)) as journal:
            counts = _fill(making, journal, opened, places, progress)
        make_folder(whole.parent)
        making.replace(whole)
        sync_folder(whole.parent)
    return counts


def _check_apart(out: Path, making: Path, outs: Sequence[Path]) -> None:
    for given in outs:
        shard = given.resolve()
        if shard.is_relative_to(making) or making.is_relative_to(shard):
            raise UsageError(f"{out}: would be made in {given}, or over it. Name a folder apart from the shards.")


def _fill(
    out: Path, journal: Journal, opened: Sequence[Part], places: Sequence[Place], progress: Callable[[int], None]
) -> Counts:
    first = opened[0]
    settings = first.finished.settings
    made = next((part for part in opened if part.windows), None)
    if made is None:
        raise UsageError("nothing was translated in any of the shards.")
    inputs = [given for part in opened for row in _inputs(part.journal) for given in row]
    journal.check_fingerprint(first.settings, first.journal.terms)
    run, _ = journal.start(0, list(dict.fromkeys(inputs)))
    writer = Writer(
        out,
        journal,
        signature=made.finished.signature,
        origin="machine",
        settings=settings.review,
        notice=notice(settings.translate),
    )
    memory = journal.memory(Signature(()), Signature(()))
    done = 0
    for window in cut(places, settings.corpus.window, attrgetter("characters"), settings.corpus.window_characters):
        entries: list[Entry | Failure] = []
        articles = []
        suggestions: dict[str, Sequence[Suggestion]] = {}
        for place in window:
            entry = place.entry
            if isinstance(entry, Entry):
                article = opened[place.part].article(place.window, entry.id)
                articles.append(article)
                suggestions |= opened[place.part].suggestions(place.window)
                entry = replace(entry, row=asdict(review.index_row(article)))
            entries.append(entry)
        writer.commit(run, entries, articles, memory=memory, renderings={}, suggestions=suggestions)
        done += len(window)
        progress(done)
    _take_tables(journal, opened, run)
    writer.derive()
    writer.check_counts()
    counts = journal.counts()
    _check_sum(counts, opened)
    record = {
        "merged": [str(part.out) for part in opened],
        "counts": asdict(counts),
        "signature": made.finished.signature,
        "settings": settings.model_dump(mode="json"),
    }
    write_text(out / RECORD, json.dumps(record, ensure_ascii=False, indent=2) + "\n")
    journal.finish(run)
    return counts


def _inputs(journal: Journal) -> list[list[str]]:
    return [json.loads(given) for (given,) in journal.connection.execute("SELECT inputs FROM run ORDER BY number")]


def _check_once(places: Sequence[Place], opened: Sequence[Part]) -> None:
    found: dict[str, Place] = {}
    for place in places:
        if isinstance(place.entry, Entry):
            other = found.setdefault(place.entry.id, place)
            if other is not place:
                both = f"{opened[other.part].out} and {opened[place.part].out}"
                raise UsageError(f"{place.entry.id}: is in {both}. Shards must not have an article in common.")


def _check_sum(counts: Counts, opened: Sequence[Part]) -> None:
    total = Counts()
    for part in opened:
        total += part.journal.counts()
    if counts != total:
        raise MtpipeError(f"the shards hold {total}, put together they are {counts}. This is an error of mtpipe.")


def _take_tables(journal: Journal, opened: Sequence[Part], run: int) -> None:
    with journal.transaction():
        for part in opened:
            source = part.journal.connection
            copy_rows(source, journal.connection, run=run)
            for table, columns in _TABLES.items():
                marks = ",".join("?" * (columns.count(",") + 1))
                rows = source.execute(f"SELECT {columns} FROM {table} ORDER BY rowid")
                journal.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)

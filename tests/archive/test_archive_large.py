"""Large archives: memory that does not grow with them, and a start that finds nearly all of it done."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import endless
import pytest
import stand_in

from mtpipe import archive
from mtpipe.archive import Journal
from mtpipe.archive.entry import content
from mtpipe.article import Article, build
from mtpipe.pipeline import Pipeline
from mtpipe.settings import Settings

PARAGRAPHS, SENTENCES = 10, 4
SEGMENTS = PARAGRAPHS * SENTENCES


def peak(count: int, out: Path) -> int:
    """Run in a process of its own; return its peak memory in KiB."""
    command = [sys.executable, endless.__file__, str(count), str(out)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    assert peak(400, tmp_path / "large") < 1.1 * peak(70, tmp_path / "small")


@pytest.mark.slow
def test_memory_of_a_hundred_thousand_articles(tmp_path: Path) -> None:
    assert peak(100_000, tmp_path / "large") < 1.2 * peak(5_000, tmp_path / "small")


def finished(out: Path, articles: int, settings: Settings) -> Iterator[Article]:
    """Make a folder whose journal has that many articles of forty sentences, and yield them as a reader would."""
    chance = random.Random(1)
    pool = [stand_in.sentence(chance) for _ in range(500)]

    def made() -> Iterator[Article]:
        for number in range(articles):
            picks = [[pool[(7 * number + 4 * p + s) % 500] for s in range(SENTENCES)] for p in range(PARAGRAPHS)]
            yield build(f"{number}.txt", [("text", f"{number} {' '.join(pick)}") for pick in picks])

    archive.run([next(made())], out, Pipeline(settings, endless.Free(), stand_in.GLOSSARY, None))
    with closing(Journal(out)) as journal, journal.transaction():
        (row,) = journal.connection.execute("SELECT row FROM article").fetchone()
        journal.connection.executemany(
            "INSERT OR REPLACE INTO article VALUES (?, 0, ?, ?, ?)",
            ((article.id, place, content(article), row) for place, article in enumerate(made())),
        )
    return made()


def skip(out: Path, articles: int) -> float:
    """Return the seconds of processor time that a start takes which finds all of it done."""
    settings = stand_in.settings(64, review={"pages": False})
    read = list(finished(out, articles, settings))
    line = Pipeline(settings, endless.Free(), stand_in.GLOSSARY, None)
    began = time.process_time()
    outcome = archive.run(read, out, line)
    seconds = time.process_time() - began
    assert (outcome.skipped, outcome.translated) == (articles, 0)
    return seconds


def test_what_is_finished_is_skipped(tmp_path: Path) -> None:
    skip(tmp_path / "out", 200)


@pytest.mark.slow
def test_a_million_finished_segments_are_skipped_in_ten_seconds(tmp_path: Path) -> None:
    """Reading the files is not in it: that is the readers' time, and the same as at the first start."""
    assert skip(tmp_path / "out", 1_000_000 // SEGMENTS) < 10

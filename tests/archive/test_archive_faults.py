"""Disks that can't be written, engines that hang or talk rubbish: what the other fault tests leave open.

Where the rest is: kills at moments, before each change of a file, a full disk (``test_archive_resume``); poisoned
articles, memory short on the device, engines that break (``test_archive_rescue``); signals (``test_archive_command``,
``test_cli_streams``); a second process, lost files (``test_archive_refusals``); kills while changed articles are
replaced (``test_archive_changed``); stopped merges (``test_archive_shards``).
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import stand_in

from mtpipe import archive, corpus, intake
from mtpipe.errors import ModelError, StuckError, UsageError
from mtpipe.pipeline import Pipeline
from mtpipe.translate import Hypotheses, Hypothesis
from mtpipe.translate.guard import Guard

ARTICLES = 5
NOBODY = 65534


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", ARTICLES)


def run(inputs: Path, out: Path, engine: stand_in.Speller) -> archive.Outcome:
    line = Pipeline(stand_in.settings(), engine, stand_in.GLOSSARY, None)
    return archive.run(intake.read([inputs], line.settings.intake), out, line)


@contextmanager
def as_anybody(folder: Path) -> Iterator[None]:
    """Be a user whom permissions bind, to whom the folder belongs: root may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    folder.parent.chmod(0o755)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("what", ["", "dataset", "dataset/sentences", "review", "review/pages", ".mtpipe"])
def test_a_folder_that_can_not_be_written_is_told_and_nothing_is_lost(inputs: Path, tmp_path: Path, what: str) -> None:
    out = tmp_path / "out"
    for folder in (out, tmp_path / "whole"):
        stand_in.run(inputs, folder)
    (inputs / "z.txt").write_text(stand_in.text(50), encoding="utf-8")
    (out / what).chmod(0o555)
    with as_anybody(out), pytest.raises(UsageError, match=r"can't be (written|opened)") as told:
        stand_in.run(inputs, out)
    assert "\n" not in str(told.value)
    (out / what).chmod(0o755)
    stand_in.run(inputs, out)
    stand_in.run(inputs, tmp_path / "whole")
    assert stand_in.tree(out) == stand_in.tree(tmp_path / "whole")


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """Mount a disk of so many bytes in memory; a test that may not is skipped."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("needs the command mount")
    if mounted.returncode:
        pytest.skip(f"a disk can't be mounted here ({mounted.stderr.strip()})")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("room", [100, 190, 320])
def test_a_disk_that_is_full(inputs: Path, tmp_path: Path, room: int) -> None:
    """KiB of a disk of its own: it fills up in the first window, in a later one, and in what is derived of all."""
    disk, whole = tmp_path / "disk", tmp_path / "whole"
    stand_in.run(inputs, whole)
    with small_disk(disk, room << 10):
        out = disk / "out"
        with pytest.raises(UsageError, match=r"out: can't be written|sqlite: can't be opened") as told:
            stand_in.run(inputs, out)
        assert "\n" not in str(told.value)
        subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
        stand_in.run(inputs, out)
        assert stand_in.tree(out) == stand_in.tree(whole)


BLOCKED: dict[str, Callable[[Path], Path]] = {
    "shard": lambda out: out / "dataset" / "sentences" / ".part-000002.parquet.tmp",
    "log": lambda out: out / "ledger.jsonl",
    "card": lambda out: out / "dataset" / ".README.md.tmp",
    "page": lambda out: out / "review" / "data",
}


@pytest.mark.parametrize("what", BLOCKED)
def test_a_file_that_can_not_be_written_is_told_and_nothing_is_lost(inputs: Path, tmp_path: Path, what: str) -> None:
    """A folder, or a file, of that name is in the way: no user, not even root, writes there."""
    out = tmp_path / "out"
    blocked = BLOCKED[what](out)

    class Blocks(stand_in.Speller):
        def translate(self, segments, **options):
            if self.asked and not blocked.is_dir():
                blocked.unlink(missing_ok=True)
                blocked.mkdir(parents=True)
            return super().translate(segments, **options)

    if what == "page":
        blocked.parent.mkdir(parents=True)
        (out / ".mtpipe").mkdir()
        blocked.write_text("in the way")
        with pytest.raises(UsageError, match=r"out: can't be written \(.*\)\. What was finished is kept"):
            run(inputs, out, stand_in.Speller())
        blocked.unlink()
    else:
        with pytest.raises(UsageError, match=r"out: can't be written \(.*\)\. What was finished is kept"):
            run(inputs, out, Blocks())
        blocked.rmdir()
    run(inputs, out, stand_in.Speller())
    run(inputs, tmp_path / "whole", stand_in.Speller())
    assert stand_in.tree(out) == stand_in.tree(tmp_path / "whole")


def test_an_engine_that_is_stuck_ends_the_run_at_once(inputs: Path, tmp_path: Path) -> None:
    """Halves of the window would be as many waits; it is no article's fault."""
    calls = 0

    class Stuck(stand_in.Speller):
        def translate(self, segments, **options):
            nonlocal calls
            calls += 1
            if calls > 5:
                raise StuckError("the engine is stuck.")
            return super().translate(segments, **options)

    with pytest.raises(StuckError):
        run(inputs, tmp_path / "out", Stuck())
    assert calls == 6
    kept = {row["article_id"] for row in corpus.read(tmp_path / "out" / "dataset")}
    assert kept == {"a000.txt", "a001.txt"}
    run(inputs, tmp_path / "out", stand_in.Speller())
    run(inputs, tmp_path / "whole", stand_in.Speller())
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "whole")


RUBBISH = {
    "nothing": "",
    "noise": "\x00\x07\ufffd" * 20,
    "a loop": "la la " * 400,
    "the source": None,
    "a page": "word " * 4_000,
    "lines": "one\ntwo\u2028three\rfour",
}


@pytest.mark.parametrize("answer", RUBBISH.values(), ids=RUBBISH.keys())
def test_rubbish_is_flagged_data_or_a_failure_and_never_the_end(
    inputs: Path, tmp_path: Path, answer: str | None
) -> None:
    class Talks(stand_in.Speller):
        def translate(self, segments, **options):
            return [Hypotheses((Hypothesis(text if answer is None else answer, -1.0),)) for text in segments]

    line = Pipeline(stand_in.settings(), Guard(Talks(), decoding=None), stand_in.GLOSSARY, None)
    outcome = archive.run(intake.read([inputs], line.settings.intake), tmp_path / "out", line)
    rows = list(corpus.read(tmp_path / "out" / "dataset", "sentences"))
    assert outcome.counts.articles + outcome.failed == ARTICLES
    flagged = sum(bool(row["quality"]["flags"]) for row in rows)
    assert answer == RUBBISH["lines"] or flagged > 0.8 * len(rows)
    for name in ("dataset.jsonl", "failed.jsonl", "ledger.jsonl"):
        for text in (tmp_path / "out" / name).read_text(encoding="utf-8").split("\n")[:-1]:
            json.loads(text)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_an_engine_that_miscounts_is_broken(inputs: Path, tmp_path: Path, number: int) -> None:
    class Miscounts(stand_in.Speller):
        def translate(self, segments, **options):
            return super().translate(segments, **options)[: len(segments) - 1] * (number > 0)

    with pytest.raises((ModelError, ValueError, KeyError, StopIteration, IndexError)):
        run(inputs, tmp_path / "out", Miscounts())
    assert not list((tmp_path / "out" / "dataset").glob("*/*.parquet"))


def test_a_journal_that_is_busy_is_waited_for(inputs: Path, tmp_path: Path) -> None:
    """Another process that reads, as a review server does, is no obstacle."""
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    (inputs / "z.txt").write_text(stand_in.text(50), encoding="utf-8")
    reader = sqlite3.connect(out / ".mtpipe" / "state.sqlite")
    reader.execute("SELECT * FROM article").fetchone()
    assert stand_in.run(inputs, out).counts.articles == ARTICLES + 1
    reader.close()

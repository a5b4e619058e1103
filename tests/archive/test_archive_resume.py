"""A run killed at any point and started again ends as one that was left alone, byte for byte."""

from __future__ import annotations

import random
import resource
import shutil
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import killed
import pytest
import stand_in

from mtpipe import corpus
from mtpipe.archive import Journal
from mtpipe.errors import UsageError

ARTICLES = 11
BROKEN = (3, 8)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stand_in.write_articles(tmp_path_factory.mktemp("in") / "articles", ARTICLES, broken=BROKEN)


@pytest.fixture(scope="module")
def whole(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "out"
    stand_in.run(inputs, out)
    return stand_in.tree(out)


def check(out: Path, whole: dict[str, bytes]) -> None:
    found = stand_in.tree(out)
    assert found.keys() == whole.keys()
    assert [name for name in whole if found[name] != whole[name]] == []
    for config in corpus.CONFIGS:
        ids = Counter(row["id"] for row in corpus.read(out / "dataset", config))
        assert set(ids.values()) == {1}


def test_the_whole_run_has_something_in_every_file(whole: dict[str, bytes]) -> None:
    assert all(whole.values())
    assert whole["failed.jsonl"].count(b"\n") == len(BROKEN)
    assert sum(name.startswith("dataset/paragraphs/") for name in whole) == -(-ARTICLES // 2)


@pytest.mark.parametrize("last_change", [2, 13, 22, 44])
def test_killed_before_a_change_of_a_file(
    inputs: Path, whole: dict[str, bytes], tmp_path: Path, last_change: int
) -> None:
    out = tmp_path / "out"
    assert killed.ended(killed.start(inputs, out, last_change=last_change)) == -9
    assert killed.ended(killed.start(inputs, out)) == 0
    check(out, whole)


def test_killed_again_and_again(inputs: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    """Each start comes a little further than the one before."""
    out = tmp_path / "out"
    starts = 0
    while killed.ended(killed.start(inputs, out, last_change=40)) == -9:
        starts += 1
        assert starts < 20
    assert starts > 1
    check(out, whole)


def test_killed_at_any_moment(inputs: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    assert _kills(inputs, whole, tmp_path, wanted=15) == 15


@pytest.mark.slow
def test_killed_at_two_hundred_moments(inputs: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    assert _kills(inputs, whole, tmp_path, wanted=200) == 200


@pytest.mark.slow
def test_killed_before_every_change_of_a_file(inputs: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    for last_change in range(1, 1000):
        out = tmp_path / f"out{last_change}"
        if killed.ended(killed.start(inputs, out, last_change=last_change)) == 0:
            break
        assert killed.ended(killed.start(inputs, out)) == 0
        check(out, whole)
        shutil.rmtree(out)
    assert 50 < last_change < 999


def _kills(inputs: Path, whole: dict[str, bytes], folder: Path, *, wanted: int) -> int:
    """Kill runs at random moments, several times each, until the number is reached; check each when it has ended."""
    seconds = 0.0
    for name in ("first", "timed"):  # the first start waits for the server's imports
        began = time.monotonic()
        assert killed.ended(killed.start(inputs, folder / name)) == 0
        seconds = time.monotonic() - began
    kills = number = 0
    while kills < wanted:
        number += 1
        out = folder / f"out{number}"
        for _ in range(3):
            child = killed.start(inputs, out)
            time.sleep(random.uniform(0, seconds))
            child.kill()
            kills += killed.ended(child) == -9 and kills < wanted
        assert killed.ended(killed.start(inputs, out)) == 0
        check(out, whole)
        shutil.rmtree(out)
    return kills


def test_what_a_kill_can_leave_is_cleaned_away(inputs: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    shard = next((out / "dataset" / "paragraphs").glob("*.parquet")).read_bytes()
    for config in corpus.CONFIGS:
        corpus.shard_path(out / "dataset", config, 6).write_bytes(shard)
        corpus.shard_path(out / "dataset", config, 99).write_bytes(b"half")
        (out / "dataset" / config / ".part-000007.parquet.tmp").write_bytes(b"half")
    for name in (".failed.jsonl.tmp", ".run.json.tmp", "dataset/.README.md.tmp", "review/.index.html.tmp",
                 "review/pages/.a.html.tmp", "review/data/.000000.js.tmp", "review/assets/.base.css.tmp",
                 "review/data/000099.js", "review/data/000099-texts.js"):  # fmt: skip
        (out / name).write_text("half")
    for name in ("dataset.jsonl", "ledger.jsonl", "set_aside.jsonl"):
        with (out / name).open("a") as log:
            log.write('{"id": "hal')
    stand_in.run(inputs, out)
    check(out, whole)


@pytest.mark.parametrize(("room", "some"), [(38_000, False), (95_000, True)])
def test_a_full_disk_is_told_in_one_line_and_nothing_finished_is_lost(
    inputs: Path, whole: dict[str, bytes], tmp_path: Path, room: int, some: bool
) -> None:
    """A limit on the size of files stands for a disk that takes no more."""
    out = tmp_path / "out"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(UsageError, match=r"(sqlite: can't be opened|out: can't be written) \(.*\)\. ") as told:
            stand_in.run(inputs, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(told.value)
    with closing(Journal(out)) as journal:
        windows = journal.windows()
        assert (0 < windows < 6) is some
        assert [len(corpus.shard_paths(out / "dataset", config)) for config in corpus.CONFIGS] == [windows, windows]
    stand_in.run(inputs, out)
    check(out, whole)

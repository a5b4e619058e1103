"""A dry run: counts, an estimate, and nothing written."""

from __future__ import annotations

from pathlib import Path

import killed
import pytest
import stand_in

from mtpipe import archive, intake
from mtpipe.archive import Choice, Estimate, Shard
from mtpipe.archive.estimate import SAMPLE, told


def estimate(inputs: Path, out: Path, line=None, choice: Choice = Choice()) -> Estimate:  # noqa: B008  # frozen
    line = line or stand_in.pipeline()
    return archive.estimate(intake.read([inputs], line.settings.intake), out, line, choice=choice)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", 40, broken=[3, 5])


def test_counts_are_those_of_the_run(inputs: Path, tmp_path: Path) -> None:
    line = stand_in.pipeline()
    found = estimate(inputs, tmp_path / "out", line)
    assert len(line.translator.asked) == SAMPLE + 2
    assert not (tmp_path / "out").exists()
    outcome = stand_in.run(inputs, tmp_path / "out", stand_in.settings(64))
    counts = outcome.counts
    assert (found.articles, found.paragraphs, found.sentences) == (counts.articles, counts.paragraphs, counts.sentences)
    assert found.segments == outcome.translated
    assert found.failed == {"not-arabic": 2}
    assert found.done == 0


def test_what_is_done_is_no_work(inputs: Path, tmp_path: Path) -> None:
    stand_in.run(inputs, tmp_path / "out")
    before = sorted(path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*"))
    (inputs / "a000.txt").write_text(stand_in.text(99), encoding="utf-8")
    found = estimate(inputs, tmp_path / "out")
    assert (found.articles, found.done) == (38, 37)
    assert 0 < found.segments == found.sample < 15
    assert "finished before   37" in found.format()
    assert sorted(path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")) == before
    line = stand_in.pipeline()
    (inputs / "a000.txt").write_text(stand_in.text(0), encoding="utf-8")
    assert "estimated time" not in estimate(inputs, tmp_path / "out", line).format()
    assert line.translator.asked == []


def test_a_run_that_was_killed_in_the_midst_of_a_commit_is_no_obstacle(inputs: Path, tmp_path: Path) -> None:
    stand_in.run(inputs, tmp_path / "out")
    killed.in_a_commit(tmp_path / "out")
    assert estimate(inputs, tmp_path / "out").done == 38


def test_parts_and_limits_are_counted_alone(inputs: Path, tmp_path: Path) -> None:
    parts = [estimate(inputs, tmp_path / "out", choice=Choice(shard=Shard(number, 2))) for number in (1, 2)]
    assert sum(part.articles for part in parts) == 38
    limited = estimate(inputs, tmp_path / "out", choice=Choice(limit=7))
    assert limited.articles + sum(limited.failed.values()) == 7


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "less than 1 s"), (59.6, "1 min"), (61, "1 min 1 s"), (7261, "2 h 1 min"), (200_000, "2 d 7 h")],
)
def test_times(seconds: float, words: str) -> None:
    assert told(seconds) == words

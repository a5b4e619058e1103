"""The archive that runs are tried on: the same each time, and broken in the ways it says."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from mtpipe import intake
from mtpipe.errors import ArticleError
from mtpipe.settings import IntakeSettings


@pytest.fixture
def maker(project: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(project / "benchmarks"))
    import archive_articles  # type: ignore[import-not-found]

    return archive_articles


def test_an_archive_is_the_same_each_time_and_no_article_is_there_twice(maker: Any) -> None:
    made = list(islice(maker.files(10_000), 60))
    assert made == list(maker.files(60))
    assert len({data for _, data in made}) == 60
    assert made != list(maker.files(60, seed=2))


def test_a_hundredth_is_broken_in_ten_ways_and_all_else_is_read(maker: Any, tmp_path: Path) -> None:
    for number, (name, data) in enumerate(maker.files(1_000)):
        if number < 100 or number % 100 == 50:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(data)
    items = list(intake.read([tmp_path], IntakeSettings()))
    failed = [item.reason for item in items if isinstance(item, ArticleError)]
    assert sorted(failed) == sorted(maker.BROKEN)
    assert (len(items), len(failed)) == (109, 10)


@pytest.mark.slow
def test_stopped_or_in_parts_it_ends_as_if_left_alone(project: Path, tmp_path: Path) -> None:
    words = ["benchmarks/archive_faults.py", str(tmp_path / "faults"), "--articles", "200", "--kills", "2"]
    groups = [word for group in ("kill", "interrupt", "shards") for word in ("--only", group)]
    done = subprocess.run([sys.executable, *words, *groups], capture_output=True, text=True, check=True, cwd=project)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()[2:]]
    assert [row[1] for row in rows] == ["4", "-9 -9 4", "130 4", "4 4 4 4"]
    for row in rows:
        assert row[2:5] == rows[0][2:5] and row[3] == "2"  # noqa: PT018
        assert row[6:] == rows[0][6:] and row[-1] == "0"  # noqa: PT018

"""``mtpipe corpus`` on a real output: each command, what it prints and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import stand_in
from conftest import Ended

Command = Callable[..., Ended]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    stand_in.run(stand_in.write_articles(folder / "articles", 6), folder / "out")
    return folder / "out"


def test_filter_then_everything_else(here: Command, out: Path, tmp_path: Path) -> None:
    (tmp_path / "filters.yaml").write_text("filters: [{length: {least: 4}}]\n", encoding="utf-8")
    done = here("corpus", "filter", out, "-o", tmp_path / "kept", "--filters", tmp_path / "filters.yaml")
    assert done.code == 0
    record = json.loads((tmp_path / "kept" / "filter.json").read_text())
    assert f"kept{record['kept']:>22}" in done.out.decode()
    assert 0 < record["kept"] < record["pairs"]

    stats = here("corpus", "stats", tmp_path / "kept", "--json")
    assert json.loads(stats.out)["pairs"] == record["kept"]

    diff = here("corpus", "diff", out, tmp_path / "kept")
    changes = [json.loads(line)["change"] for line in diff.out.decode().splitlines()]
    assert changes == ["removed"] * (record["pairs"] - record["kept"])
    assert f"removed {len(changes)}," in diff.last

    drawn = here("corpus", "sample", out, "-n", "3").out.decode().splitlines()
    assert [len(line.split("\t")) for line in drawn] == [3, 3, 3]
    whole = here("corpus", "sample", out, "-n", "3", "--json").out.decode().splitlines()
    assert [json.loads(line)["id"] for line in whole] == [line.split("\t")[0] for line in drawn]

    split = here("corpus", "split", out, "-o", tmp_path / "split", "--test", "1", "--validation", "1")
    assert split.code == 0
    counts = json.loads((tmp_path / "split" / "split.json").read_text())
    assert sum(counts["pairs"].values()) + counts["leaks"] == record["pairs"]


def test_excluded_test_sets(here: Command, out: Path, tmp_path: Path) -> None:
    stats = json.loads(here("corpus", "stats", out, "--json").out)
    rows = [json.loads(line) for line in here("corpus", "sample", out, "-n", "999", "--json").out.decode().splitlines()]
    long = next(row for row in rows if len(row["translation"]["ar"].split()) >= 4)
    (tmp_path / "test.tsv").write_text(f"1\t{long['translation']['ar']}\tx\n", encoding="utf-8")
    (tmp_path / "filters.yaml").write_text("filters: [empty]\n", encoding="utf-8")
    arguments = ("corpus", "filter", out, "--filters", tmp_path / "filters.yaml", "-q")
    assert here(*arguments, "-o", tmp_path / "kept", "--exclude", tmp_path / "test.tsv").code == 0
    kept = json.loads((tmp_path / "kept" / "filter.json").read_text())
    assert kept["rejected"]["overlap"] >= 1
    assert kept["kept"] + kept["rejected"]["overlap"] == stats["pairs"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stats", "{tmp}/none"], "no such folder"),
        (["stats", "{tmp}"], "holds no mtpipe dataset"),
        (["filter", "{out}", "-o", "{out}"], "is there already"),
        (["filter", "{out}", "-o", "{tmp}/k", "--filters", "{tmp}/none.yaml"], "none.yaml: can't be read"),
        (["filter", "{out}", "-o", "{tmp}/k", "--scores", "{tmp}"], "has no scores of this corpus"),
        (["filter", "{out}", "-o", "{tmp}/k", "--exclude", "{tmp}/none.tsv"], "none.tsv: can't be read"),
        (["filter", "{out}", "-o", "/proc/none/k"], "can't be written"),
        (["split", "{out}", "-o", "{tmp}/k", "--test", "6"], "leave none to train on"),
        (["split", "{out}", "-o", "{tmp}/k", "--test", "nan"], "greater than or equal to 0"),
        (["split", "{out}", "-o", "{tmp}/k", "--validation", "inf"], "a share of them, such as 200 or 0.05"),
    ],
)
def test_what_is_refused(here: Command, out: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    done = here("corpus", *(part.format(out=out, tmp=tmp_path) for part in arguments))
    assert done.code == 2
    assert said in done.last
    assert done.last.startswith("mtpipe: ")
    assert not (tmp_path / "k").exists()

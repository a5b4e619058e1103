"""A shortlist and a measured layout, as users have them: made, used, resumed, refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtpipe.translate import random_model

FAST = ["--set", "translate.beam=1", "--set", "translate.guard=false", "--set", "quality.similarity=false", "--quiet"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small"
    return random_model.build(folder, vocabulary=17_000, width=16, inner=32, heads=2, layers=1)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Converted models go here, not into the user's cache."""
    monkeypatch.setenv("MTPIPE_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text("وصل الوزير إلى مدينة حلب.\n\nزار الرئيس دمشق أمس.\n", encoding="utf-8")
    return path


def test_a_shortlist_is_made_and_used(here, model: Path, article: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    rows = [f"{arabic}\t{english}" for arabic, english in [("زار الوزير حلب", "The minister visited Aleppo")] * 12]
    pairs.write_text("\n".join(["ar\ten", *rows]) + "\n", encoding="utf-8")
    made = tmp_path / "list.txt"
    ended = here("models", "shortlist", pairs, "--model", model, "--common", "5", "-o", made)
    assert ended.code == 0
    assert "100.00% of what stands in the pairs" in ended.last
    named = ["--set", f"translate.shortlist={made}"]
    out = tmp_path / "out"
    for _ in range(2):  # a start anew does nothing, and is not refused
        assert here("run", article, "-o", out, "--model", model, *FAST, *named).code == 0
    assert "shortlist:" in json.loads((out / "run.json").read_text(encoding="utf-8"))["signature"]
    ended = here("run", article, "-o", out, "--model", model, *FAST)
    assert ended.code == 2
    assert "shortlist was" in ended.last
    ended = here("run", article, "-o", tmp_path / "other", "--model", model, "--engine", "torch", *FAST, *named)
    assert (ended.code, "Use --engine ct2" in ended.last) == (2, True)


def test_a_shortlist_that_is_a_folder_is_told_before_the_work(here, tmp_path: Path) -> None:
    ended = here("models", "shortlist", tmp_path / "absent.tsv", "-o", tmp_path)
    assert (ended.code, ended.words) == (2, f"mtpipe: {tmp_path}: is a folder. Name a file.\n")


def test_a_layout_is_measured_once(here, model: Path, article: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["run", article, "-o", out, "--model", model, "--tune", "--set", "translate.threads=1", *FAST[:-1]]
    first, second = here(*command), here(*command)
    assert (first.code, second.code) == (0, 0)
    assert "tuning on cpu" in first.words
    assert "tuning on cpu" not in second.words
    assert f"layout: as {out} was started with" in second.words


@pytest.mark.parametrize("wrong", [["--shard", "3/2"], ["absent.txt"]])
def test_a_mistake_shows_before_the_measuring(
    here, model: Path, article: Path, tmp_path: Path, wrong: list[str]
) -> None:
    ended = here("run", article, *wrong, "-o", tmp_path / "out", "--model", model, "--tune", *FAST[:-1])
    assert ended.code == 2
    assert "tuning on" not in ended.words


def test_ray_has_no_layout_to_measure(here, model: Path, article: Path, tmp_path: Path) -> None:
    ended = here("run", article, "-o", tmp_path / "out", "--model", model, "--tune", "--runner", "ray", *FAST)
    assert ended.code == 2
    assert "--tune measures this machine" in ended.last

"""``mtpipe memory``: a translator's file in, its translations in a run's output, and out again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtpipe import corpus

Command = Callable[..., Any]
SOURCE = "زار الوزير مدينة حلب أمس."
TABLE = f"source,target,state,reviewer\n{SOURCE},The minister was in Aleppo yesterday.,approved,Amal\nباب,door,open,\n"


@pytest.fixture
def known(here: Command, tmp_path: Path) -> Path:
    (tmp_path / "pairs.csv").write_text(TABLE, encoding="utf-8")
    ended = here("memory", "import", tmp_path / "pairs.csv", "-m", tmp_path / "tm.sqlite")
    assert (ended.code, ended.words) == (0, "2 pairs read, 2 learned, 1 of them approved.\n")
    return tmp_path / "tm.sqlite"


def test_a_run_takes_what_was_approved(known: Path, here: Command, no_model: list[str], tmp_path: Path) -> None:
    article, out = tmp_path / "a.txt", tmp_path / "out"
    article.write_text(
        f"عنوان المقال\n\n{SOURCE.replace('الوزير', 'الوزيرُ')} ثم عاد منها في المساء.\n", encoding="utf-8"
    )
    ended = here("run", article, "-o", out, "--memory", known, *no_model)
    assert ended.code == 0
    assert "\n1 sentence as people approved them, not as the model has them.\n" in ended.words
    found = {row["translation"]["en"]: row["state"] for row in corpus.read(out / "dataset", "sentences")}
    assert found["The minister was in Aleppo yesterday."] == "approved"
    assert sorted(found.values()) == ["approved", "open", "open"]
    assert "|approved:" in json.loads((out / "run.json").read_text())["signature"]
    ended = here("export", out, "--approved-only", "--level", "sentences", "-o", tmp_path / "c.tmx")
    assert (ended.code, ended.last) == (0, f"1 pair: {tmp_path / 'c.tmx'}")


def test_looking_up(known: Path, here: Command) -> None:
    found = here("memory", "look-up", "زار الوزير مدينة الرقة أمس", "-m", known)
    assert found.code == 0
    text, english = found.out.decode().strip().split("\n")
    score, state = text.split()[:2]
    assert (70 < float(score) < 100, state) == (True, "approved")
    assert text.endswith(SOURCE)
    assert english.strip() == "The minister was in Aleppo yesterday."
    exact = json.loads(here("memory", "look-up", SOURCE, "-m", known, "--json").out)
    assert (exact["score"], exact["reviewer"]) == (100.0, "Amal")
    ended = here("memory", "look-up", "شيء آخر تماما", "-m", known)
    assert (ended.code, ended.out) == (0, b"")
    assert ended.last == f"{known}: no Arabic there is 70 % like this text or more. --least lowers the bar."


def test_counts_export_and_pruning(known: Path, here: Command, tmp_path: Path) -> None:
    counts = json.loads(here("memory", "stats", "-m", known, "--json").out)
    assert (counts["approved"], counts["suggestions"], counts["reviewers"]) == (1, 1, {"Amal": 1})
    assert b"1 approved pair, 1 suggestion" in here("memory", "stats", "-m", known).out
    assert here("memory", "export", "-m", known, "-o", tmp_path / "c.tmx.gz").code == 0
    again = here("memory", "import", tmp_path / "c.tmx.gz", "-m", tmp_path / "other.sqlite")
    assert again.last == "2 pairs read, 2 learned, 1 of them approved."
    pruned = here("memory", "prune", "-m", known, "--suggestions")
    assert (pruned.code, pruned.last) == (0, f"1 row deleted: {known}")
    assert here("memory", "prune", "-m", known).last.startswith("mtpipe: nothing to prune: name --superseded")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "gone.tmx", "-m", "new.sqlite"], "gone.tmx: can't be read (No such file or directory)"),
        (["stats", "-m", "gone.sqlite"], "memory gone.sqlite: no such file"),
        (["export", "-m", "tm.sqlite", "-o", "pairs.csv"], "pairs.csv: is there already. --force replaces it."),
        (["import", "pairs.csv", "-m", "pairs.csv"], "memory pairs.csv: can't be used"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    arguments: list[str], words: str, known: Path, here: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(known.parent)
    ended = here("memory", *arguments)
    assert (ended.code, words in ended.last, ended.words.count("\n")) == (2, True, 1), ended.words

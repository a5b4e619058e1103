"""``mtpipe export`` as users call it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import stand_in
from datasets import load_dataset

from mtpipe.glossary import files

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    stand_in.run(stand_in.write_articles(folder / "articles", 6), folder / "out")
    return folder / "out"


@pytest.mark.parametrize("name", ["c.jsonl", "c.tsv.gz", "c.ar-en.zst", "c.tmx", "c.xlf", "c.xliff", "c.docx", "c.txt"])
def test_the_ending_tells_the_format(name: str, here: Command, out: Path, tmp_path: Path) -> None:
    ended = here("export", out, "-o", tmp_path / name)
    assert ended.code == 0, ended.words
    assert ended.words.endswith(f" pairs: {tmp_path / name}\n")
    made = {path.name for path in tmp_path.iterdir()}
    assert made == ({name} if "ar-en" not in name else {f"c.ar-en.{side}.zst" for side in ("ar", "en", "ids")})


def test_format_and_level_are_told(here: Command, out: Path, tmp_path: Path) -> None:
    counts = {}
    for level in ("paragraphs", "sentences"):
        path = tmp_path / level
        assert here("export", out / "dataset", "--format", "csv", "--level", level, "-o", path).code == 0
        counts[level] = len(pd.read_csv(path))
    assert counts["sentences"] > counts["paragraphs"] > 0


def test_a_folder_for_datasets(here: Command, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "hf"
    assert here("export", out, "--format", "hf", "-o", folder).code == 0
    rows = load_dataset(str(folder), "sentences", split="train", cache_dir=str(tmp_path / "cache"))
    assert type(rows.features["translation"]).__name__ == "Translation"
    assert len(rows) == len(pd.read_parquet(out / "dataset" / "sentences"))
    again = here("export", out, "--format", "hf", "-o", folder)
    assert (again.code, again.last) == (2, f"mtpipe: {folder}: is there already. --force replaces it.")
    assert here("export", out, "--format", "hf", "--level", "sentences", "-o", folder, "--force").code == 0
    assert [path.name for path in folder.iterdir() if path.is_dir()] == ["sentences"]
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("cache", "hf")] == []


def test_another_folder_is_not_replaced(here: Command, out: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "README.md").write_text("my own")
    ended = here("export", out, "--format", "hf", "-o", tmp_path / "mine", "--force")
    assert (ended.code, "no export of mtpipe" in ended.last) == (2, True)
    assert (tmp_path / "mine" / "README.md").read_text() == "my own"


def test_the_terms_of_a_corpus(here: Command, out: Path, tmp_path: Path) -> None:
    assert here("export", out, "-o", tmp_path / "terms.tbx").code == 0
    found = {entry.source: entry for entry in files.read(tmp_path / "terms.tbx")}
    assert found.keys() <= {entry.source for entry in stand_in.GLOSSARY.entries}
    assert found["حلب"].target == "Aleppo"
    assert "mention" in found["حلب"].note


def test_splits(here: Command, out: Path, tmp_path: Path) -> None:
    split = tmp_path / "split"
    assert here("corpus", "split", out, "-o", split, "--test", "2", "--validation", "1").code == 0
    ended = here("export", split, "-o", tmp_path / "c.tmx")
    assert (ended.code, "Name one with --split" in ended.last) == (2, True)
    assert here("export", split, "--split", "test", "-o", tmp_path / "test.csv").code == 0
    held = set(pd.read_csv(tmp_path / "test.csv")["article_id"])
    ended = here("export", split, "--format", "hf", "--split", "test", "-o", tmp_path / "hf")
    assert (ended.code, "holds every split" in ended.last, (tmp_path / "hf").exists()) == (2, True, False)
    assert here("export", split, "--format", "hf", "-o", tmp_path / "hf").code == 0
    rows = load_dataset(str(tmp_path / "hf"), cache_dir=str(tmp_path / "cache"))
    assert set(rows) == {"train", "validation", "test"}
    assert set(rows["test"]["article_id"]) == held
    assert not held & set(rows["train"]["article_id"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "c.xyz"], "'.xyz' tells no format"),
        (["-o", "c.tmx", "--format", "tmz"], "'tmz' is no format"),
        (["-o", "c.tmx", "--approved-only"], "no pair to write"),
        (["-o", "c.tmx", "--split", "dev"], "has no split 'dev', only train"),
        (["-o", "."], "tells no format"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    arguments: list[str], words: str, here: Command, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = here("export", out, *arguments)
    assert (ended.code, words in ended.last, ended.words.count("\n")) == (2, True, 1), ended.words
    assert not list(tmp_path.iterdir())


def test_what_is_no_output(here: Command, tmp_path: Path) -> None:
    ended = here("export", tmp_path, "-o", tmp_path / "c.tmx")
    assert (ended.code, "holds no dataset of mtpipe" in ended.last) == (2, True)

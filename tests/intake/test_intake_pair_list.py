"""Lists of pairs: what each line becomes, and what is said of those that can't be used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mtpipe import intake
from mtpipe.article import ArticlePair
from mtpipe.errors import ArticleError, UsageError
from mtpipe.settings import IntakeSettings

SETTINGS = IntakeSettings()
ARABIC = "خبر عاجل من الساحل\n\nوصلت السفينة صباحاً.\n\nشارك هذا المقال\n"
ENGLISH = "Breaking news from the coast\n\nThe ship came in the morning.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("ar/a.txt", ARABIC), ("ar/b.txt", ARABIC), ("en/a.txt", ENGLISH), ("en/b.txt", ENGLISH)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "ar" / "many.jsonl").write_text(
        '{"text": "خبر أول طويل"}\n{"text": "خبر ثان طويل"}\n', encoding="utf-8"
    )
    (tmp_path / "ar" / "odd.xyz").write_text(ARABIC, encoding="utf-8")
    return tmp_path


def read(folder: Path, text: str) -> list[ArticlePair | ArticleError]:
    (folder / "pairs.tsv").write_text(text, encoding="utf-8")
    return list(intake.read_pairs(folder / "pairs.tsv", SETTINGS))


@pytest.mark.parametrize(
    "text",
    ["ar/a.txt\ten/a.txt\n", "ar\ten\r\nar/a.txt\ten/a.txt\r\n", "\ufeffSource\tTarget\n\n ar/a.txt \t en/a.txt"],
)
def test_paths_are_relative_to_the_list_and_are_the_ids(folder: Path, text: str) -> None:
    (pair,) = read(folder, text)
    assert isinstance(pair, ArticlePair)
    assert (pair.id, pair.source.id, pair.target.id, pair.paired_by) == ("ar/a.txt", "ar/a.txt", "en/a.txt", "list")
    assert [paragraph.id for paragraph in pair.source.paragraphs] == ["ar/a.txt#p1", "ar/a.txt#p2"]
    assert [paragraph.text for paragraph in pair.target.paragraphs] == ENGLISH.strip().split("\n\n")
    assert [(piece.id, piece.reason) for piece in pair.source.set_aside] == [("ar/a.txt#a1", "share-bar")]
    assert pair.source.meta.path == "ar/a.txt"


@pytest.mark.parametrize(
    ("line", "reason", "said"),
    [
        ("ar/a.txt", "bad-row", "not two paths with a tab between"),
        ("ar/a.txt\ten/a.txt\tx", "bad-row", "not two paths"),
        ("ar/a.txt\t", "bad-row", "not two paths"),
        ("ar/none.txt\ten/a.txt", "missing-file", "ar/none.txt: there is no such file"),
        ("ar/a.txt\ten/none.txt", "missing-file", "en/none.txt: there is no such file"),
        (f"{'كلام لا مسار ' * 40}\ten/a.txt", "missing-file", "there is no such file"),
        ("ar/a\0.txt\ten/a.txt", "bad-row", "not two paths"),
        ("ar\ten/a.txt", "bad-row", "is a folder"),
        ("pipe.txt\ten/a.txt", "not-a-file", "pipe.txt is a pipe or a device"),
        ("ar/b.txt\ten/a.txt", "duplicate", "ar/b.txt is in line 1 already"),
        ("ar/../ar/b.txt\ten/a.txt", "duplicate", "is in line 1 already"),
        ("ar/a.txt\ten/b.txt", "duplicate", "en/b.txt is in line 1 already"),
        ("ar/many.jsonl\ten/a.txt", "bad-row", "holds several articles"),
        ("ar/odd.xyz\ten/a.txt", "unreadable", "cannot read .xyz"),
        ("en/a.txt\tar/a.txt", "not-arabic", "0% of the letters are Arabic"),
        ("ar/a.txt\tar/many.jsonl", "bad-row", "several articles|no article"),
        ("ar/a.txt\tar/a.txt", "not-english", "no English"),
    ],
)
def test_a_bad_line_costs_itself_and_is_named(folder: Path, line: str, reason: str, said: str) -> None:
    os.mkfifo(folder / "pipe.txt")
    good, bad = read(folder, f"ar/b.txt\ten/b.txt\n{line}\n")
    assert isinstance(good, ArticlePair)
    assert isinstance(bad, ArticleError)
    assert bad.reason == reason
    assert "pairs.tsv line 2: " in str(bad)
    assert said.partition("|")[0] in str(bad) or said.partition("|")[2] in str(bad)


@pytest.mark.parametrize("text", ["", "\n\n", "ar\ten\n"])
def test_a_list_of_nothing(folder: Path, text: str) -> None:
    with pytest.raises(UsageError, match="names no pairs"):
        read(folder, text)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        intake.read_pairs(tmp_path / "pairs.tsv", SETTINGS)
    (tmp_path / "pairs.tsv").write_bytes(b"\xff\xfea")
    with pytest.raises(UsageError, match="is not UTF-8"):
        intake.read_pairs(tmp_path / "pairs.tsv", SETTINGS)

"""English articles, the other half of a pair: the same readers, another check of the language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtpipe import intake
from mtpipe.article import Article
from mtpipe.errors import ArticleError
from mtpipe.settings import IntakeSettings

TEXT = "Café reopens\n\nThe café’s owner said: “We waited nine years.”\n\nمقهى means café.\n"


def read(path: Path, **settings: object) -> Article | ArticleError:
    (found,) = intake.read([path], IntakeSettings.model_validate(settings), language="en")
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding=encoding)
    article = read(tmp_path / "a.txt")
    assert isinstance(article, Article)
    assert [paragraph.text for paragraph in article.paragraphs] == TEXT.strip().split("\n\n")
    assert [paragraph.role for paragraph in article.paragraphs] == ["title", "text", "text"]


def test_the_encoding_of_english_editors(tmp_path: Path) -> None:
    western = TEXT.rpartition("مقهى")[0]
    (tmp_path / "a.txt").write_bytes(western.encode("windows-1252"))
    article = read(tmp_path / "a.txt")
    assert isinstance(article, Article)
    assert article.text == western.strip()
    assert article.meta.encoding == "windows-1252"


def test_rows_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "7", "title": "Café", "text": TEXT}), encoding="utf-8")
    article = read(tmp_path / "a.jsonl")
    assert isinstance(article, Article)
    assert (article.id, article.paragraphs[0].text, article.paragraphs[0].role) == ("7", "Café", "title")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("خبر من الساحل\n\nوصلت السفينة صباحاً.\n", "not-english"),
        ("Новости с побережья\n", "not-english"),
        ("", "empty-file"),
    ],
)
def test_what_is_not_english(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    found = read(tmp_path / "a.txt")
    assert isinstance(found, ArticleError)
    assert found.reason == reason


def test_lines_that_come_again_are_set_aside(tmp_path: Path) -> None:
    line = "All rights belong to those who wrote the article and no others."
    (tmp_path / "a.txt").write_text(f"{TEXT}\n{line}\n\nThe end came.\n\n{line}\n", encoding="utf-8")
    article = read(tmp_path / "a.txt")
    assert isinstance(article, Article)
    assert [(piece.text, piece.reason) for piece in article.set_aside] == [(line, "repeated-paragraph")]

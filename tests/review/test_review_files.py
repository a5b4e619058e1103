from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_sample import SIGNATURE, tie

from mtpipe import review
from mtpipe.article import TranslatedArticle
from mtpipe.settings import ReviewSettings

SETTINGS = ReviewSettings()
AWKWARD = ["", ".", "..", "../../etc/passwd", "a/b", "a\\b", "a b", "a-b", "A-B", "مقال", "مقالة", "x" * 5000, "\udcff",
           "con", "index", "a?b#c", "a\0b", "\u202etxt.html"]  # fmt: skip


@pytest.mark.parametrize("article_id", AWKWARD)
def test_page_name_is_safe_on_any_file_system(article_id: str) -> None:
    name = review.page_name(article_id)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*\.html", name)
    assert len(name) <= 100
    assert name != review.INDEX_NAME


def test_page_names_differ_even_without_case() -> None:
    assert len({review.page_name(article_id).lower() for article_id in AWKWARD}) == len(AWKWARD)


@given(st.text(), st.text())
def test_page_name_tells_ids_apart(one: str, other: str) -> None:
    assert (review.page_name(one) == review.page_name(other)) is (one == other)


@pytest.mark.parametrize("article_id", AWKWARD)
def test_page_is_written_where_its_name_says(tmp_path: Path, article_id: str) -> None:
    article = tie(article_id, [("text", [("نص.", "Text.")])])
    path = review.write_page(tmp_path / "review", article, signature=SIGNATURE, settings=SETTINGS)
    assert path == tmp_path / "review" / "pages" / review.page_name(article_id)
    assert path.read_bytes() == review.page(article, signature=SIGNATURE, settings=SETTINGS).encode()
    assert list(path.parent.iterdir()) == [path]


def test_index_is_written(tmp_path: Path, article: TranslatedArticle) -> None:
    rows = [review.index_row(article)]
    made = {"signature": SIGNATURE, "settings": SETTINGS, "notice": "small"}
    path = review.write_index(tmp_path, rows, run="r", windows=1, **made)
    assert path == tmp_path / "index.html"
    assert path.read_bytes() == review.index(rows, **made).encode()


def test_page_replaces_an_older_one_and_what_a_killed_run_left(tmp_path: Path, article: TranslatedArticle) -> None:
    name = review.page_name(article.source.id)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / name).write_text("old")
    (tmp_path / "pages" / f".{name}.tmp").write_text("half")
    path = review.write_page(tmp_path, article, signature=SIGNATURE, settings=SETTINGS)
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [entry.name for entry in path.parent.iterdir()] == [name]


def test_failed_write_leaves_the_older_page(tmp_path: Path, article: TranslatedArticle) -> None:
    target = tmp_path / "pages" / review.page_name(article.source.id)
    target.mkdir(parents=True)  # a folder can't be replaced by a file
    with pytest.raises(OSError, match=re.escape(target.name)):
        review.write_page(tmp_path, article, signature=SIGNATURE, settings=SETTINGS)
    assert list(target.parent.iterdir()) == [target]

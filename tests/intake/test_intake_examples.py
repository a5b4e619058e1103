"""The folder of examples read whole, as a run reads it: three kinds of file, two encodings, remnants and a frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtpipe.article import Article, from_json, to_json
from mtpipe.intake import normalise, read
from mtpipe.settings import IntakeSettings

NAMES = ["culture.txt", "economy.txt", "health.txt", "politics.txt", "science.html", "speech.txt", "sport.txt"]


@pytest.fixture(scope="module")
def articles(project: Path) -> dict[str, Article]:
    """The articles by id, in the order in which they were read; anything else that was read fails."""
    results = list(read([project / "examples" / "articles"], IntakeSettings()))
    assert [item for item in results if not isinstance(item, Article)] == []
    return {item.id: item for item in results if isinstance(item, Article)}


def test_every_file_is_an_article(articles: dict[str, Article]) -> None:
    assert list(articles) == NAMES
    for name, article in articles.items():
        assert [p.role for p in article.paragraphs] == ["title"] + ["text"] * (len(article.paragraphs) - 1)
        assert article.meta.title == article.paragraphs[0].text
        assert article.meta.path == name
        assert [p.id for p in article.paragraphs] == [f"{name}#p{n}" for n in range(1, len(article.paragraphs) + 1)]
        assert all(article.text[p.start : p.end] == p.text and normalise(p.text) for p in article.paragraphs)
        assert from_json(Article, to_json(article)) == article


def test_encodings_are_told_by_the_bytes(articles: dict[str, Article], project: Path) -> None:
    expected = dict.fromkeys(NAMES, "utf-8") | {"culture.txt": "windows-1256"}
    assert {name: article.meta.encoding for name, article in articles.items()} == expected
    written = (project / "examples" / "articles" / "culture.txt").read_bytes().decode("windows-1256")
    assert articles["culture.txt"].text.split() == written.split()


def test_the_page_tells_author_date_and_address(articles: dict[str, Article]) -> None:
    page = articles["science.html"]
    assert (page.meta.author, page.meta.date, page.meta.publisher) == ("لمى الزعبي", "2025-05-19", "مرصد العلوم")
    assert page.meta.url == "https://science.example.org/2025/05/groundwater-map/"
    frame = ("شارك", "الوسوم", "تعليقاً", "ملفات تعريف الارتباط", "محفوظة", "لماذا ننام")
    assert [words for words in frame if words in page.text] == []


def test_what_is_set_aside(articles: dict[str, Article]) -> None:
    health = articles["health.txt"]
    assert [(aside.reason, aside.after) for aside in health.set_aside] == [
        (reason, len(health.paragraphs)) for reason in ("read-also", "share-bar", "comment-form")
    ]
    assert health.set_aside[0].text == "اقرأ أيضاً: كيف تحمي أطفالك من الغبار؟ خمس نصائح من الأطباء"
    others = [article for name, article in articles.items() if name != "health.txt"]
    # The page has its title in the head and in the text; nothing else of the examples is left out.
    assert {(article.id, aside.text) for article in others for aside in article.set_aside} <= {
        ("science.html", articles["science.html"].meta.title)
    }

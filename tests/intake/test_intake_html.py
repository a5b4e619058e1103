"""Web pages: the article without its frame, its title once, what the page says about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtpipe.article import Article
from mtpipe.errors import ArticleError
from mtpipe.intake import read
from mtpipe.settings import IntakeSettings

PARAGRAPHS = [
    "أعلنت بلدية طرابلس افتتاح مكتبة عامة في وسط المدينة تضم ثلاثين ألف كتاب في الآداب والعلوم والفنون.",
    "وقال رئيس البلدية إن «القراءة حق للجميع»، مضيفاً أن المكتبة ستفتح أبوابها كل يوم من الصباح حتى المساء.",
    "وستنظم مديرة المشروع هدى الطرابلسي أمسيات شعرية ولقاءات مع كتّاب من المدينة في كل أسبوع من أسابيع الصيف.",
]
TITLE = "افتتاح مكتبة جديدة في طرابلس"
PAGE = """{declaration}<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="{charset}">
<title>{title} - صحيفة المثال</title><link rel="canonical" href="https://example.org/2017/library">
<meta property="og:title" content="{title}"><meta property="og:site_name" content="صحيفة المثال">
<meta name="author" content="سامر حداد"><meta property="article:published_time" content="2017-06-06T10:00:00+03:00">
<script>var x = "<p>" + 1;</script></head><body>
<nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/w">العالم</a></li></ul></nav>
<article><h1>{title}</h1>{body}<p>اقرأ أيضاً: مهرجان الشعر يعود</p></article>
<footer><p>جميع الحقوق محفوظة 2017</p></footer></body></html>"""


def page(body: list[str], charset: str = "utf-8", declaration: str = "") -> str:
    blocks = "".join(f"<p>{text}</p>\n" for text in body)
    return PAGE.format(title=TITLE, body=blocks, charset=charset, declaration=declaration)


def read_one(folder: Path, content: str, encoding: str = "utf-8", name: str = "a.html") -> Article | ArticleError:
    (folder / name).write_bytes(content.encode(encoding))
    (article,) = read([folder / name], IntakeSettings())
    return article


def test_article_of_a_page(tmp_path: Path) -> None:
    article = read_one(tmp_path, page(PARAGRAPHS))
    assert isinstance(article, Article)
    assert [(p.role, p.text) for p in article.paragraphs] == [
        ("title", TITLE),
        *(("text", text) for text in PARAGRAPHS),
    ]
    meta = article.meta
    assert (meta.title, meta.author, meta.date) == (TITLE, "سامر حداد", "2017-06-06")
    assert (meta.url, meta.publisher) == ("https://example.org/2017/library", "صحيفة المثال")
    assert (meta.path, meta.encoding) == ("a.html", "utf-8")
    assert "read-also" in {aside.reason for aside in article.set_aside}


def test_duplicate_paragraphs_are_caught(tmp_path: Path) -> None:
    article = read_one(tmp_path, page([*PARAGRAPHS, PARAGRAPHS[0], PARAGRAPHS[1]]))
    assert isinstance(article, Article)
    texts = [p.text for p in article.paragraphs]
    assert texts == [TITLE, *PARAGRAPHS]


@pytest.mark.parametrize(
    ("encoding", "charset", "declaration"),
    [
        ("windows-1256", "windows-1256", '<?xml version="1.0" encoding="windows-1256"?>'),
        ("windows-1256", "utf-8", ""),  # pages that lie about it
        ("utf-8", "windows-1256", ""),
        ("utf-16", "utf-16", ""),
    ],
)
def test_encodings_of_pages(tmp_path: Path, encoding: str, charset: str, declaration: str) -> None:
    article = read_one(tmp_path, page(PARAGRAPHS, charset, declaration), encoding, "b.htm")
    assert isinstance(article, Article)
    assert [p.text for p in article.paragraphs] == [TITLE, *PARAGRAPHS]
    assert article.meta.encoding == encoding


def test_line_breaks_and_entities_inside_a_paragraph(tmp_path: Path) -> None:
    body = [PARAGRAPHS[0].replace(" في وسط", "&nbsp;في\n   وسط"), *PARAGRAPHS[1:]]
    article = read_one(tmp_path, page(body))
    assert isinstance(article, Article)
    assert article.paragraphs[1].text == PARAGRAPHS[0]


@pytest.mark.parametrize(
    "content",
    ["<html><head><title></title></head><body></body></html>", "<html><body><script>1</script></body></html>"],
)
def test_a_page_without_an_article(tmp_path: Path, content: str) -> None:
    article = read_one(tmp_path, content)
    assert isinstance(article, ArticleError)
    assert article.reason == "no-text"

from __future__ import annotations

from dataclasses import replace

import lxml.html
import pytest
from review_sample import SIGNATURE, tie

from mtpipe.article import TranslatedArticle
from mtpipe.review import IndexRow, index, index_row, page_name
from mtpipe.settings import ReviewSettings


def parsed(rows: list[IndexRow], **more: str) -> lxml.html.HtmlElement:
    text = index(rows, signature=SIGNATURE, settings=ReviewSettings(), **more)
    assert text == index(rows, signature=SIGNATURE, settings=ReviewSettings(), **more)
    return lxml.html.document_fromstring(text.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))


def test_row_counts_what_the_article_holds(article: TranslatedArticle) -> None:
    row = index_row(article)
    sentences = [sentence for paragraph in article.paragraphs for sentence in paragraph.sentences]
    measured = [paragraph.quality for paragraph in article.paragraphs if paragraph.quality]
    near = [quality.similarity for quality in measured if quality.similarity is not None]
    assert row == IndexRow(
        article_id=article.source.id,
        title=article.paragraphs[0].source.text,
        file_name=page_name(article.source.id),
        paragraphs=len(article.paragraphs),
        sentences=len(sentences),
        mentions=sum(len(sentence.rendering.mentions) for sentence in sentences),
        flagged_mentions=1,
        guard_flags=2,
        number_mismatches=2,
        similarity=pytest.approx(sum(near) / len(near)),
        target_title=article.paragraphs[0].target,
    )


def test_row_of_an_article_without_measures_or_title() -> None:
    row = index_row(tie("a b", [("text", [("نص.", "Text.")])]))
    assert (row.title, row.target_title, row.similarity) == ("a b", "", None)
    assert index_row(tie("empty", [])).paragraphs == 0


def test_table_is_whole_and_links_the_pages(article: TranslatedArticle) -> None:
    first = index_row(article)
    hostile = replace(
        first, article_id="<b>\u202e", title="<script>alert(1)</script>", file_name=page_name("x"), similarity=None
    )
    tree = parsed([first, hostile], notice="small")
    rows = tree.xpath("//tbody/tr")
    assert [row.xpath(".//a/@href") for row in rows] == [[f"pages/{first.file_name}"], [f"pages/{hostile.file_name}"]]
    assert [row.xpath(".//a")[0].text_content() for row in rows] == [first.title, hostile.title]
    assert [[cell.text_content().strip() for cell in row.xpath("./td")] for row in rows] == [
        ["10", "16", "10", "1", "2", "2", "0.71"],
        ["10", "16", "10", "1", "2", "2", "–"],
    ]
    assert not tree.xpath("//script[text()]")
    assert not tree.xpath("//b")
    assert SIGNATURE in tree.xpath("//header")[0].text_content()
    assert tree.xpath("//*[contains(@class, 'notice')]")[0].text_content().strip() == "small"


def test_one_of_each_is_told_as_one() -> None:
    one = replace(index_row(tie("a b", [("text", [("نص.", "Text.")])])), mentions=1)
    [told] = parsed([one]).find_class("totals")
    assert told.text_content() == "1 article · 1 paragraph · 1 sentence · 1 term, 0 flagged"


def test_empty_index() -> None:
    assert parsed([]).xpath("//tbody/tr") == []

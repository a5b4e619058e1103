"""The page of a pair: every sentence of both sides in its row, hostile text harmless, what is wrong pointed at."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from aligned_sample import HOSTILE, OVER, SIGNATURE, reviewed, train

from mtpipe.article import AlignedArticle, AlignedBead, Article, ArticlePair, Mention
from mtpipe.review import index_row, write_index, write_page
from mtpipe.review.beads import page, rows
from mtpipe.review.shards import rows_script, texts_script
from mtpipe.settings import ReviewSettings

SETTINGS = ReviewSettings()


@pytest.fixture(scope="module")
def pair() -> AlignedArticle:
    return train()


@pytest.fixture(scope="module")
def tree(pair: AlignedArticle) -> lxml.html.HtmlElement:
    return parsed(page(pair, signature=SIGNATURE, settings=SETTINGS))


def parsed(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))


def with_class(tree: lxml.html.HtmlElement, name: str) -> list[lxml.html.HtmlElement]:
    return tree.xpath(f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")


def sentences(article: Article) -> list[str]:
    return [sentence.text.strip() for paragraph in article.paragraphs for sentence in paragraph.sentences]


def test_every_sentence_stands_once_on_its_side(pair: AlignedArticle, tree: lxml.html.HtmlElement) -> None:
    for side, article in (("ar", pair.pair.source), ("en", pair.pair.target)):
        shown = [span.text_content() for cell in with_class(tree, side) for span in cell if span.get("class") == "s"]
        assert sorted(shown) == sorted(sentences(article))
    assert [cell.text_content() for row in with_class(tree, "bead") for cell in row if cell.get("class") == "ar"] == [
        bead.source_text for bead in pair.sentences if bead.source
    ]


def test_both_sides_of_a_bead_are_linked(tree: lxml.html.HtmlElement) -> None:
    for row in with_class(tree, "bead"):
        assert {span.get("data-s") for span in with_class(row, "s") if span in row.iter()} >= {row.get("id")}
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(link[1:] in ids for link in tree.xpath("//a/@href[starts-with(., '#')]"))


def test_what_is_alone_rejected_or_moved_is_pointed_at(tree: lxml.html.HtmlElement) -> None:
    by_class = {name: [row.get("id") for row in with_class(tree, name)] for name in ("unmatched", "rejected")}
    assert by_class == {"unmatched": ["sb3", "sb6", "sb7", "sb8"], "rejected": ["sb5"]}
    words = {row.get("id"): " ".join(row.text_content().split()) for row in with_class(tree, "bead")}
    assert "Only in the Arabic" in words["sb3"]
    assert "Only in the English" in words["sb6"]
    assert "Rejected: probably wrong" in words["sb5"]
    assert "Check: low-similarity" in words["sb5"]
    assert "Moved: English paragraph 2" in words["sb9"]
    assert "Numbers only in the Arabic: 300" in words["sb2"]
    assert "2–1" in words["sb2"]
    assert [cell.get("aria-label") for cell in with_class(tree, "none")] == ["No English", *["No Arabic"] * 3]


def test_the_bar_is_the_probability(pair: AlignedArticle, tree: lxml.html.HtmlElement) -> None:
    bars = tree.xpath("//*[contains(@class, 'bead')]//*[@class='fill']/@width")
    assert list(map(int, bars)) == [round(100 * bead.probability) for bead in pair.sentences if bead.matched]


def test_the_head_tells_what_became_of_the_pair(tree: lxml.html.HtmlElement) -> None:
    head = " ".join(tree.xpath("//header")[0].text_content().split())
    for words in (
        "5 beads kept",
        "1 rejected",
        "1 Arabic and 3 English sentences without counterpart",
        "1 moved",
        "paired by what they say",
        "travel/قطار.txt",
        "travel/train.html",
        SIGNATURE,
    ):
        assert words in head
    assert tree.xpath("//header//a[starts-with(@href, 'https://example.org')]")


def test_hostile_text_stays_text(tree: lxml.html.HtmlElement, pair: AlignedArticle) -> None:
    assert HOSTILE.replace("\r", "\n") in "".join(cell.text_content() for cell in with_class(tree, "en"))
    assert not tree.xpath("//main//script | //b | //img | //a[starts-with(@href, 'javascript:')]")
    assert {control.get("data-code") for control in with_class(tree, "control")} == {"U+202E", "U+2067", "U+0007"}
    assert not tree.xpath("//script[text()] | //style | //@style")


def test_remnants_of_both_sides_are_there(tree: lxml.html.HtmlElement) -> None:
    told = [(item.get("lang"), item.text_content()) for aside in with_class(tree, "aside") for item in aside.iter("p")]
    assert told == [("ar", "شارك هذا المقال"), ("en", HOSTILE)]


def test_what_was_applied_is_on_the_page_and_in_what_the_scripts_load(pair: AlignedArticle) -> None:
    decided = reviewed(pair)
    tree = parsed(page(decided, signature=SIGNATURE, settings=SETTINGS))
    told = {
        row.get("id"): [row.get(f"data-{key}") for key in ("state", "comment", "translated")]
        for row in with_class(tree, "bead")
    }
    assert {name: values for name, values in told.items() if any(values)} == {
        "sb2": ["approved", 'so "it" is', pair.sentences[1].own_text],
        "sb9": ["rejected", None, None],
    }
    texts = texts_script(0, [decided])
    assert f'[0,{json.dumps("Words.")},"approved","so \\"it\\" is"]' in texts
    assert '"rejected",""' in texts
    for shown, states in (
        (decided, '{"approved":["pb2"],"rejected":["pb5"]}'),
        (pair, '{"approved":[],"rejected":[]}'),
    ):
        script = rows_script(0, [shown])
        assert f'"decided":{states}' in script
        assert '"rejected":1,' in script, "the beads that were not kept"


def test_what_reaches_over_two_paragraphs_does_not_keep_them_from_being_approved() -> None:
    over = train(OVER)
    tree = parsed(page(over, signature=SIGNATURE, settings=SETTINGS))
    placed = {row.get("id"): (row.get("data-unit"), row.get("data-tie")) for row in with_class(tree, "bead")}
    assert (placed["sb2"], placed["sb3"], placed["sb4"]) == (("pb2", "0"), (None, None), ("pb3", "1"))
    assert '[83,"","approved",""]' in texts_script(0, [over])


def test_terms_of_beads_are_counted_for_the_filters_of_the_index(pair: AlignedArticle) -> None:
    mentions = (Mention("وادي", "Valley", 0, 4, 0, 6, "present"), Mention("قطار", "train", 0, 4, -1, -1, "flagged"))
    sentences = (replace(pair.sentences[0], mentions=mentions), *pair.sentences[1:])
    row = index_row(replace(pair, sentences=sentences))
    assert (row.mentions, row.flagged_mentions) == (2, 1)


def test_an_article_without_title_and_one_without_anything_in_common(pair: AlignedArticle) -> None:
    untitled = [replace(bead, source=(), reason="unmatched", quality=None) for bead in pair.sentences if bead.target]
    alone = [replace(bead, target=(), reason="unmatched", quality=None) for bead in pair.sentences if bead.source]
    apart = (
        *(
            AlignedBead(f"x#pb{at}", (one,), (), 0.0, reason="unmatched")
            for at, one in enumerate(pair.pair.source.paragraphs)
        ),
        *(
            AlignedBead(f"x#pb9{at}", (), (one,), 0.0, reason="unmatched")
            for at, one in enumerate(pair.pair.target.paragraphs)
        ),
    )
    made = AlignedArticle(pair.pair, apart, (*untitled, *alone))
    text = parsed(page(made, signature=SIGNATURE, settings=SETTINGS))
    assert len(with_class(text, "unmatched")) == len(untitled) + len(alone)
    assert len(text.xpath("//h1")) == 1
    empty = AlignedArticle(ArticlePair(Article("a", ()), Article("b", ())), (), ())
    assert not rows(empty)
    assert "Arabic" in page(empty, signature=SIGNATURE, settings=SETTINGS)


def test_files_and_index(pair: AlignedArticle, tmp_path: Path) -> None:
    path = write_page(tmp_path, pair, signature=SIGNATURE, settings=SETTINGS)
    assert path.read_text(encoding="utf-8") == page(pair, signature=SIGNATURE, settings=SETTINGS)
    row = index_row(pair)
    assert (row.file_name, row.paragraphs, row.sentences, row.rejected, row.unmatched) == (path.name, 5, 6, 1, 4)
    assert row.target_title == "The train returns to the Valley of Olives"
    index = write_index(tmp_path, [row], signature=SIGNATURE, settings=SETTINGS, run="r", windows=1).read_text(
        encoding="utf-8"
    )
    assert re.search(rf'href="pages/{re.escape(path.name)}"', index)
    words = " ".join(parsed(index).text_content().split())
    assert "1 pair of articles · 5 beads of paragraphs · 6 beads of sentences, 1 rejected · 4 sentences" in words
    heads = parsed(index).xpath("//thead//th/text()")
    cells = [cell.text_content().strip() for cell in parsed(index).xpath("//tbody//td")]
    assert (heads[3:5], cells[2:4]) == (["Rejected", "No counterpart"], ["1", "4"])
    assert len(heads) == len(cells) + 1

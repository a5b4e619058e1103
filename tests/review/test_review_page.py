from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from review_sample import HOSTILE, SIGNATURE, tie

from mtpipe import review
from mtpipe.article import Mention, Meta, TranslatedArticle
from mtpipe.review import page
from mtpipe.settings import ReviewSettings

PACKAGE = Path(review.__file__).parent
SETTINGS = ReviewSettings()
UNTIMED = settings(deadline=None)  # the first example loads the templates


def made(article: TranslatedArticle, **more: str) -> str:
    return page(article, signature=SIGNATURE, settings=SETTINGS, **more)


def parsed(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))


def cells(tree: lxml.html.HtmlElement, side: str) -> list[str]:
    found = tree.xpath(f"//*[contains(concat(' ', @class, ' '), ' row ') and @id]/*[@class='{side}']")
    return [cell.text_content() for cell in found]


# Markup, quotes, Arabic with vowel signs, decomposed hamza, joiners, controls, line ends, an emoji of several points.
ALPHABET = "<>&\"'/=;-! \t\n\rabZ1٣،؟بتلاةأ\u0654\u0651\u064e\u0301\u200c\u200d\u202e\u2066\u2069\x07\x85👩\u200d🚀{}%#"
LETTERS = st.sampled_from(ALPHABET) | st.characters(exclude_categories=("Cs",), exclude_characters="\0")
TEXTS = st.text(LETTERS, max_size=20)
SENTENCES = st.text(LETTERS, min_size=1, max_size=20)


@st.composite
def articles(draw: st.DrawFn) -> TranslatedArticle:
    blocks = draw(
        st.lists(
            st.tuples(st.sampled_from(["title", "text"]), st.lists(st.tuples(SENTENCES, TEXTS), max_size=3)), max_size=4
        )
    )
    mentions = {}
    for number, (_, pairs) in enumerate(blocks, start=1):
        for count, (source, target) in enumerate(pairs, start=1):
            group = []
            for _ in range(draw(st.integers(0, 3))):
                spans = []
                for text in (source, target):
                    start = draw(st.integers(0, len(text)))
                    spans += [start, draw(st.integers(start, len(text)))]
                if draw(st.booleans()):
                    spans[2:] = [-1, -1]
                rung = "flagged" if spans[2] < 0 else "repaired"
                words = (draw(TEXTS), draw(TEXTS))
                group.append(Mention(*words, *spans, rung, draw(TEXTS), draw(TEXTS), draw(TEXTS)))
            mentions[number, count] = group
    aside = draw(st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 6)), max_size=2))
    return tie(draw(TEXTS), blocks, mentions=mentions, meta=Meta(*[draw(TEXTS) for _ in range(5)]), set_aside=aside)


@UNTIMED
@given(articles())
def test_cells_hold_the_very_paragraphs(article: TranslatedArticle) -> None:
    tree = parsed(made(article))
    assert cells(tree, "ar") == [paragraph.source.text for paragraph in article.paragraphs]
    assert cells(tree, "en") == [paragraph.target for paragraph in article.paragraphs]


@UNTIMED
@given(articles())
def test_every_mention_is_marked_once_on_each_side_that_has_it(article: TranslatedArticle) -> None:
    tree = parsed(made(article))
    for side in ("ar", "en"):
        wanted: dict[str, str] = {}
        for paragraph in article.paragraphs:
            for sentence in paragraph.sentences:
                whole = sentence.source.text if side == "ar" else sentence.target
                body = whole.rstrip() or whole
                for number, item in enumerate(sentence.rendering.mentions, start=1):
                    source, target = (item.source_start, item.source_end), (item.target_start, item.target_end)
                    start, end = source if side == "ar" else target
                    if 0 <= start < min(end, len(body)):
                        wanted[f"{sentence.source.id.rpartition('#')[2]}m{number}"] = body[start:end]
        marks = tree.xpath(f"//*[@class='{side}']//mark")
        keys = Counter(key for mark in marks for key in mark.get("data-m").split(" "))
        assert keys == Counter(wanted.keys())
        for mark in marks:
            assert all(wanted[key] in mark.text_content() for key in mark.get("data-m").split(" "))


@UNTIMED
@given(articles())
def test_marks_cut_no_grapheme_cluster(article: TranslatedArticle) -> None:
    for sentence in parsed(made(article)).xpath("//*[@class='s']"):
        text = sentence.text_content()
        edges = {match.start() for match in regex.finditer(r"\X", text)} | {len(text)}
        for mark in sentence.xpath("./mark"):
            before = "".join(mark.xpath("./preceding-sibling::node()/descendant-or-self::text()"))
            assert {len(before), len(before) + len(mark.text_content())} <= edges


@UNTIMED
@given(articles())
def test_input_makes_no_element_and_no_attribute(article: TranslatedArticle) -> None:
    tree = parsed(made(article))
    assert all(re.fullmatch(r"\.\./(assets|data)/[a-z]+\.js", source) for source in tree.xpath("//@src"))
    assert all(script.get("src") and not script.text for script in tree.xpath("//script"))
    assert not tree.xpath("//style | //img | //b | //iframe | //object | //@onerror | //@onclick | //@style")
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_what_pages_tell_scripts_and_styles_is_read(article: TranslatedArticle) -> None:
    assets = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "assets").iterdir())
    sources = [*(PACKAGE / "templates").iterdir(), PACKAGE / "document.py"]
    told = {name for path in sources for name in re.findall(r" data-([a-z]+)", path.read_text(encoding="utf-8"))}
    read = set(re.findall(r'(?:\[data-|attr\(data-|ttribute(?:\("|: ")data-|dataset\.)([a-z]+)', assets))
    for taken in re.findall(r"dataset: \{(.*?)\}", assets):
        read |= set(re.findall(r"(\w+)(?::| =)", taken))
    assert "unit" in told
    assert told <= read
    assert not parsed(made(article)).xpath("//*[@data-tie]")  # of beads alone


def test_hostile_paragraph_is_shown_as_it_is(article: TranslatedArticle) -> None:
    tree = parsed(made(article))
    assert HOSTILE[1][0][0] in cells(tree, "ar")
    assert HOSTILE[1][0][1] in cells(tree, "en")
    labels = [(mark.get("data-code"), mark.text_content()) for mark in tree.xpath("//*[@id='p6']//*[@class='control']")]
    assert labels == [("U+202E", "\u202e"), ("U+202E", "\u202e"), ("U+2067", "\u2067"), ("U+0007", "\x07")]


def test_controls_never_reach_an_attribute_or_the_window_title() -> None:
    bad = Mention("أ\u202eب", "x\u202e", 0, 1, 0, 1, "present", "b\u202e", "a", "r\u2067")
    article = tie("i\u202e", [("title", [("أ\u202eب", "x\u202e")])], mentions={(1, 1): [bad]})
    tree = parsed(made(article))
    values = [*tree.xpath("//@*"), tree.findtext(".//title")]
    assert not [value for value in values if re.search("[\u202a-\u202e\u2066\u2067]", value)]
    assert "[U+202E]" in tree.findtext(".//title")


def test_what_html_cannot_write_is_replaced() -> None:
    tree = parsed(made(tie("\udcff", [("text", [("أ\0ب\ud800", "a")])])))
    assert cells(tree, "ar") == ["أ\ufffdب\ufffd"]


def test_policy_allows_files_of_the_page_and_nothing_inline(article: TranslatedArticle) -> None:
    tree = parsed(made(article))
    policy = dict(rule.strip().split(" ", 1) for rule in tree.xpath("//meta[@http-equiv]/@content")[0].split(";"))
    assert policy.pop("default-src") == policy.pop("base-uri") == policy.pop("form-action") == "'none'"
    assert policy.pop("style-src") == policy.pop("script-src") == "'self' file:"
    assert policy.pop("connect-src") == "'self'"
    assert not policy


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://example.org/a?b=1&c=<2>", "https://example.org/a?b=1&c=<2>"),
        ("HTTP://EXAMPLE.org/", "HTTP://EXAMPLE.org/"),
        ("javascript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("data:text/html,<script>", None),
        ("file:///etc/passwd", None),
        ("//example.org", None),
        ("http://[", None),
        ("http:", None),
    ],
)
def test_only_web_addresses_are_links(url: str, href: str | None) -> None:
    tree = parsed(made(tie("a", [], meta=Meta(url=url))))
    facts = tree.xpath("//*[contains(@class, 'facts')]")[0]
    assert facts.xpath(".//a/@href") == ([href] if href else [])
    assert url in facts.text_content()


def test_header_tells_title_facts_signature_and_notice(article: TranslatedArticle) -> None:
    tree = parsed(made(article, notice="small <model>"))
    header = tree.xpath("//header")[0]
    assert [heading.get("lang") for heading in header.xpath(".//h1")] == ["ar", "en"]
    text = header.text_content()
    for fact in (article.paragraphs[0].source.text, article.paragraphs[0].target, SIGNATURE, "small <model>"):
        assert fact in text
    for fact in ("2024-05-11", "سلمى حداد", article.source.id):
        assert fact in [bdi.text_content() for bdi in header.xpath(".//bdi")]
    assert not parsed(made(article)).xpath("//*[contains(@class, 'notice')]")


@pytest.mark.parametrize(("meta", "heading"), [(Meta(title="عنوان"), "عنوان"), (Meta(), "an id")])
def test_article_without_title_paragraph(meta: Meta, heading: str) -> None:
    tree = parsed(made(tie("an id", [("text", [("نص.", "Text.")])], meta=meta)))
    assert [h1.text_content() for h1 in tree.xpath("//h1")] == [heading]


def test_cells_tell_language_and_direction(article: TranslatedArticle) -> None:
    tree = parsed(made(article))
    assert tree.get("lang") == "en"
    rows = tree.xpath("//*[contains(concat(' ', @class, ' '), ' row ') and @id]")
    assert [row.get("id") for row in rows] == [f"p{number}" for number in range(1, len(article.paragraphs) + 1)]
    for row in rows:
        assert [(cell.get("lang"), cell.get("dir")) for cell in row.xpath("./*[@lang]")] == [
            ("ar", "rtl"),
            ("en", "ltr"),
        ]


def test_sentences_point_at_their_counterparts(article: TranslatedArticle) -> None:
    tree = parsed(made(article))
    for paragraph in article.paragraphs:
        for sentence in paragraph.sentences:
            name = sentence.source.id.rpartition("#")[2]
            source, target = tree.get_element_by_id(f"{name}-ar"), tree.get_element_by_id(f"{name}-en")
            assert source.text_content() == sentence.source.text.rstrip()
            assert target.text_content() == sentence.target
            assert source.get("aria-describedby") == target.get("id")
            assert target.get("aria-describedby") == source.get("id")
            assert (target.get("tabindex") == "0") is bool(sentence.target)


def test_alarms_are_told_in_words(article: TranslatedArticle) -> None:
    tree = parsed(made(article))
    told = {
        row.get("id"): [" ".join(alarm.text_content().split()) for alarm in row.xpath(".//*[@class='alarm']")]
        for row in tree.xpath("//*[contains(concat(' ', @class, ' '), ' row ') and @id]")
    }
    assert {name: alarms for name, alarms in told.items() if alarms} == {
        "p4": ["Term flagged: جمعية الصيادين · Fishers' Association · no-alignment", "Numbers only in the Arabic: 5"],
        "p5": ["No English", "Check: looping", "Numbers only in the English: 3"],
        "p7": ["No English", "Check: empty-output"],
    }
    assert all(alarm.xpath("./*[local-name()='svg']") for alarm in tree.xpath("//*[@class='alarm']"))
    names = set(tree.xpath("//@id"))
    assert all(href.removeprefix("#") in names for href in tree.xpath("//@href") if href.startswith("#"))


def test_ledger_stands_in_the_row(article: TranslatedArticle) -> None:
    row = parsed(made(article)).get_element_by_id("p2")
    lines = [[cell.text_content().strip() for cell in line] for line in row.xpath(".//table[1]/tbody/tr")][:2]
    assert lines == [
        ["p2s1", "البندقية", "Venice", "repaired in the English", "Al-Bundukiya", "Venice", ""],
        ["p2s1", "مورانو", "Murano", "written into the Arabic source", "Morano", "Murano", ""],
    ]
    assert {"Al-Bundukiya", "Venice"} <= set(re.findall("\u2068(.+?)\u2069", row.xpath(".//mark/@title")[0]))


def test_set_aside_stands_at_its_place(article: TranslatedArticle) -> None:
    tree = parsed(made(article))
    order = [
        node.get("id") or node.findtext("p")
        for node in tree.xpath(
            "//*[@id and contains(concat(' ', @class, ' '), ' row ')] | //*[starts-with(@class, 'aside')]"
        )
    ]
    first, second, third, _ = [aside.text for aside in article.source.set_aside]
    assert order == ["p1", first, "p2", "p3", "p4", second, "p5", "p6", "p7", "p8", "p9", "p10", third]
    text = " ".join(aside.text_content() for aside in tree.xpath("//*[starts-with(@class, 'aside')]"))
    assert all(aside.text in text and aside.reason in text for aside in article.source.set_aside)


def test_article_without_any_english(article: TranslatedArticle) -> None:
    mute = replace(
        article,
        paragraphs=tuple(
            replace(
                paragraph,
                quality=None,
                sentences=tuple(
                    replace(tied, quality=None, rendering=replace(tied.rendering, text="", mentions=(), flags=()))
                    for tied in paragraph.sentences
                ),
            )
            for paragraph in article.paragraphs
        ),
    )
    tree = parsed(made(mute))
    assert cells(tree, "en") == [""] * len(article.paragraphs)
    assert cells(tree, "ar") == [paragraph.source.text for paragraph in article.paragraphs]
    assert len(tree.xpath("//*[@class='alarm']")) == len(article.paragraphs)


def test_article_without_paragraphs_has_a_page() -> None:
    assert cells(parsed(made(tie("a", []))), "ar") == []


def test_direction_is_told_to_the_style(article: TranslatedArticle) -> None:
    left = page(article, signature=SIGNATURE, settings=ReviewSettings(direction="arabic-left"))
    assert parsed(left).find("body").get("class") == "arabic-left"
    assert parsed(made(article)).find("body").get("class") == "arabic-right"


def test_same_article_same_page_in_another_process(article: TranslatedArticle) -> None:
    code = (
        "import sys; from review_sample import SIGNATURE, boats; from mtpipe.review import page; "
        "from mtpipe.settings import ReviewSettings; "
        "sys.stdout.buffer.write(page(boats(), signature=SIGNATURE, settings=ReviewSettings()).encode())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parent), "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    assert done.stdout == made(article).encode()

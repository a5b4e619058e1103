"""What a memory has for a sentence, on the page of its article: found, read and used by keys alone."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_site import build, opened, page_of, records
from playwright.sync_api import Browser, Page, expect

from mtpipe.article import TranslatedArticle

pytestmark = pytest.mark.browser

sample = runpy.run_path(str(Path(__file__).parents[1] / "review" / "review_sample.py"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, boats: TranslatedArticle) -> Path:
    plain = sample["tie"]("more/2", [("text", [("زار الوفد البندقية.", "They saw Venice.")])])
    return build(tmp_path_factory.mktemp("memory"), [boats, plain], window=2, suggestions=sample["remembered"]())


@pytest.fixture
def page(browser: Browser, index: Path, boats: TranslatedArticle) -> Iterator[Page]:
    with opened(browser, page_of(index, boats)) as found:
        found.page.get_by_role("button", name="Memory 100 %").wait_for()
        yield found.page
        assert found.complaints == []


def test_keys_find_and_use_a_suggestion(page: Page, boats: TranslatedArticle) -> None:
    machine = boats.paragraphs[1].sentences[0].target
    page.locator("#p2s1-en").focus()
    page.keyboard.press("u")
    shown = page.get_by_role("list", name="From the memory, for p2")
    assert [one.split(",")[0] for one in shown.locator("li > p:first-child").all_inner_texts()] == [
        "100 % alike", "81 % alike", "77 % alike",
    ]  # fmt: skip
    assert "approved by سلمى" in shown.inner_text()
    assert shown.locator("li").nth(1).locator("del").all_text_contents() == ["القاهرة"]
    assert shown.locator("li").nth(1).locator("ins").all_text_contents() == ["البندقية"]
    assert shown.locator("b").count() == 0
    assert page.evaluate("document.activeElement.ariaLabel").startswith("Use this English, sentence 1: A colleague's")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "p2s1-en"
    (held,) = records(page).values()
    assert [(one["text"], one["state"]) for one in held["ties"]] == [
        ("<b>Cairo</b> and \u202eits boats.", "open"), (boats.paragraphs[1].sentences[1].target, "open"),
    ]  # fmt: skip
    assert shown.locator("li").count() == 2, "what is used is not offered"
    page.keyboard.press("z")
    assert records(page) == {}
    assert page.locator("#p2s1-en").inner_text() == machine
    assert shown.locator("li").count() == 3


def test_it_is_closed_again_and_says_where_there_is_none(page: Page) -> None:
    page.locator("#p2s2-en").focus()
    page.keyboard.press("u")
    assert page.evaluate("document.activeElement.ariaLabel").endswith("For the second sentence.")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "p2s2-en"
    assert page.locator(".remembered").count() == 0
    page.get_by_role("button", name="Memory 100 %").click()
    page.get_by_role("button", name="Use this English, sentence 2").click()
    page.locator("#p2s2-en", has_text="For the second sentence.").wait_for()
    page.locator("#p3s1-en").focus()
    page.keyboard.press("u")
    expect(page.get_by_role("status").first).to_contain_text("no sentence like this one")
    assert page.get_by_role("button", name="Memory").count() == 1


def test_sentences_that_are_merged_or_cut_have_none(page: Page) -> None:
    page.locator("#p2s1-en").focus()
    page.keyboard.press("m")
    assert page.get_by_role("button", name="Memory").count() == 0
    page.keyboard.press("z")
    assert page.get_by_role("button", name="Memory").count() == 1


def test_an_article_without_any_asks_for_none(browser: Browser, index: Path) -> None:
    plain = sample["tie"]("more/2", [("text", [("زار الوفد البندقية.", "They saw Venice.")])])
    with opened(browser, page_of(index, plain)) as found:
        assert not [url for url in found.requests if url.endswith("-memory.js")]
        assert found.complaints == []

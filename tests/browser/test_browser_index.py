"""The index in a real browser: searched, sorted and filtered, of ten thousand articles as of four."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from browser_site import RUN, SIGNATURE, build, opened, ready
from playwright.sync_api import Browser, Page

from mtpipe import review
from mtpipe.article import TranslatedArticle
from mtpipe.review import IndexRow
from mtpipe.review.shards import rows_name
from mtpipe.settings import ReviewSettings

pytestmark = pytest.mark.browser

MANY = 10_000
WINDOW = 64


def write(folder: Path, rows: list[IndexRow], *, window: int) -> Path:
    """Write an index over pages that are not there."""
    for number, start in enumerate(range(0, len(rows), window)):
        part = [
            {**asdict(row), "flags": ["looping"] if row.guard_flags else [], "terms": [f"Term {row.mentions} · مصطلح"],
             "decided": {"approved": [], "rejected": []}}
            for row in rows[start : start + window]
        ]  # fmt: skip
        script = f"mtpipe.add({json.dumps({'window': number, 'articles': part})});"
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / rows_name(number)).write_text(script, encoding="utf-8")
    made = {"signature": SIGNATURE, "settings": ReviewSettings()}
    return review.write_index(folder, rows, run=RUN, windows=-(-len(rows) // window), **made)


@pytest.fixture(scope="module")
def first(boats: TranslatedArticle) -> IndexRow:
    return review.index_row(boats)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory, first: IndexRow) -> Path:
    rows = [
        first,
        replace(first, article_id="sport/1", title="المنتخبُ يفوز بثلاثيّة", target_title="A win by three", mentions=2),
        replace(first, article_id="econ/10", title="أسعار القمح", target_title="Wheat", mentions=30, similarity=None),
        replace(first, article_id="econ/9", title="جامعة", target_title="University", mentions=4, similarity=0.9),
    ]
    return write(tmp_path_factory.mktemp("few"), rows, window=3)


@pytest.fixture(scope="module")
def listing(browser: Browser, few: Path) -> Iterator[Page]:
    with opened(browser, few) as found:
        yield found.page
        assert found.complaints == []


def shown(page: Page) -> list[str]:
    return page.locator("tbody tr .id").all_text_contents()


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", ["culture/قوارب البندقية", "sport/1", "econ/10", "econ/9"]),
        ("WHEAT", ["econ/10"]),
        ("econ", ["econ/10", "econ/9"]),
        ("بثلاثيه", ["sport/1"]),  # ta marbuta as heh, no shadda
        ("اسعار", ["econ/10"]),  # no hamza
        ("القمح wheat", ["econ/10"]),
        ("nothing such", []),
    ],
)
def test_search(listing: Page, typed: str, ids: list[str]) -> None:
    listing.get_by_label("Search titles and ids").fill(typed)
    assert shown(listing) == ids
    assert listing.locator("output").inner_text() == f"{len(ids)} of 4"


@pytest.mark.parametrize(
    ("label", "choice", "ids"),
    [
        ("Warning", "looping", ["culture/قوارب البندقية", "sport/1", "econ/10", "econ/9"]),
        ("Similarity", "up to 0.8", ["culture/قوارب البندقية", "sport/1"]),
        ("Review", "approved", []),
    ],
)
def test_choices(browser: Browser, few: Path, label: str, choice: str, ids: list[str]) -> None:
    with opened(browser, few) as found:
        found.page.get_by_label(label).select_option(label=choice)
        assert shown(found.page) == ids


def test_filter_by_term_and_what_is_chosen_is_in_the_address(browser: Browser, few: Path) -> None:
    with opened(browser, few) as found:
        found.page.get_by_label("Term").fill("term 30")
        assert shown(found.page) == ["econ/10"]
        found.page.reload()
        ready(found.page)
        assert shown(found.page) == ["econ/10"]
        assert found.page.get_by_label("Term").input_value() == "term 30"


def test_sort_by_any_column(browser: Browser, few: Path) -> None:
    with opened(browser, few) as found:
        page = found.page
        head = page.get_by_role("columnheader", name="Terms", exact=True)
        head.get_by_role("button").click()
        assert shown(page) == ["econ/10", "culture/قوارب البندقية", "econ/9", "sport/1"]
        assert head.get_attribute("aria-sort") == "descending"
        head.get_by_role("button").press("Enter")
        assert shown(page) == ["sport/1", "econ/9", "culture/قوارب البندقية", "econ/10"]
        assert head.get_attribute("aria-sort") == "ascending"
        for _ in range(2):  # what was not measured stands last in both orders
            page.get_by_role("columnheader", name="Similarity").get_by_role("button").click()
            assert shown(page)[-1] == "econ/10"
        page.get_by_role("button", name="Title").click()
        assert shown(page)[0] == "econ/10"
        assert found.complaints == []


def test_index_reads_without_script(browser: Browser, few: Path) -> None:
    with opened(browser, few, java_script_enabled=False) as found:
        assert len(shown(found.page)) == 4
        assert found.page.locator("form").count() == 0
        assert found.page.locator("tbody a").first.get_attribute("href")


LINES = """title => {
    const range = document.createRange();
    range.selectNodeContents(title);
    return [...range.getClientRects()].map(line => Math.round(line.right));
}"""


def test_lines_of_an_arabic_title_begin_at_the_right(browser: Browser, first: IndexRow, tmp_path: Path) -> None:
    index = write(tmp_path, [replace(first, title="مدينة على الماء " * 10)], window=1)
    with opened(browser, index) as found:
        ends = found.page.locator("tbody bdi[lang=ar]").evaluate(LINES)
        assert len(ends) > 1
        assert len(set(ends)) == 1


def test_titles_have_room_on_paper(browser: Browser, few: Path) -> None:
    with opened(browser, few, viewport={"width": 690, "height": 900}) as found:  # what A4 leaves
        found.page.emulate_media(media="print")
        title, table = (found.page.locator(name).first.bounding_box() for name in ("tbody th", ".list table"))
        assert title is not None
        assert table is not None
        assert table["width"] <= 690, "a browser would make all of the page smaller"
        assert title["width"] >= 0.35 * table["width"]


def test_ten_thousand_articles(browser: Browser, first: IndexRow, tmp_path: Path) -> None:
    rows = [
        replace(
            first, article_id=f"news/{number}", title=f"خبر {number}", target_title="", guard_flags=number % 100 == 7
        )
        for number in range(MANY)
    ]
    index = write(tmp_path, rows, window=WINDOW)
    assert index.stat().st_size < 1_000_000
    with opened(browser, index) as found:
        page = found.page
        assert page.locator("output").inner_text() == "10,000 of 10,000"
        assert len(shown(page)) == 100
        page.get_by_role("button", name="Next").click()
        assert shown(page)[0] == "news/100"
        page.get_by_label("Warning").select_option(label="looping")
        assert page.locator("output").inner_text() == "100 of 10,000"
        page.get_by_label("Search titles and ids").fill("خبر 9907")
        assert shown(page) == ["news/9907"]
        assert found.complaints == []
    with opened(browser, index, java_script_enabled=False) as found:
        assert len(shown(found.page)) == 500
        assert "first 500 of 10000" in found.page.locator("main").inner_text()


def test_a_missing_shard_is_told_and_the_first_rows_stay(browser: Browser, first: IndexRow, tmp_path: Path) -> None:
    index = write(tmp_path, [first, replace(first, article_id="b")], window=1)
    (tmp_path / "data" / rows_name(1)).unlink()
    context = browser.new_context()
    page = context.new_page()
    page.goto(index.as_uri())
    assert "000001.js can't be read" in page.get_by_role("alert").inner_text()
    assert len(shown(page)) == 2
    context.close()


def test_what_is_decided_is_counted(browser: Browser, boats: TranslatedArticle, tmp_path: Path) -> None:
    index = build(tmp_path, [boats])
    with opened(browser, index) as found:
        page = found.page
        assert page.locator(".reviewed").inner_text() == "–"
        page.locator("tbody a").click()
        page.locator("#p3s1-en").focus()
        page.keyboard.press("A")
        page.keyboard.press("g")
        ready(page)
        assert page.locator(".reviewed").inner_text() == "1 of 10"
        page.get_by_label("Review").select_option(label="begun")
        assert len(shown(page)) == 1

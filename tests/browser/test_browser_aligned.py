"""The page of an aligned pair in a real browser: quiet, harmless, linked, and no wider than a phone."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_site import PHONE, build, opened, page_of, ready, records
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sample = runpy.run_path(str(Path(__file__).parents[1] / "review" / "aligned_sample.py"))
    folder = tmp_path_factory.mktemp("aligned")
    pair = sample["train"]()
    return page_of(build(folder, [pair]), pair)


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sample = runpy.run_path(str(Path(__file__).parents[1] / "review" / "aligned_sample.py"))
    pair = sample["reviewed"](sample["train"]())
    return page_of(build(tmp_path_factory.mktemp("applied"), [pair]), pair)


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    with opened(browser, site) as found:
        yield found.page
        assert found.complaints == []


def test_hostile_text_has_done_nothing(page: Page) -> None:
    assert page.title() == "عودة القطار إلى وادي الزيتون · The train returns to the Valley of Olives"


def test_the_sides_of_a_bead_light_up_together(page: Page) -> None:
    page.locator("#sb2 .ar .s").first.hover()
    assert page.locator(".lit").evaluate_all("all => all.map(one => one.dataset.s)") == ["sb2"] * 3
    page.locator("#sb3 .ar .s").hover()
    assert (
        page.locator(".lit").evaluate_all("all => all.map(one => one.dataset.s)") == ["sb3"] * 2
    )  # its English is empty


def test_empty_sides_are_seen(page: Page) -> None:
    boxes = page.locator(".none").evaluate_all(
        "all => all.map(one => [one.offsetHeight > 20, getComputedStyle(one).borderTopStyle])"
    )
    assert boxes == [[True, "dashed"]] * 4


def test_unmatched_text_is_as_large_as_the_rest(page: Page) -> None:
    sizes = page.locator(".bead:not(.heading) > .en:not(.none)").evaluate_all(
        "all => all.map(one => getComputedStyle(one).fontSize)"
    )
    assert len(set(sizes)) == 1


@pytest.mark.parametrize("name", ["page", "index.html"])
def test_nothing_is_wider_than_a_phone(browser: Browser, site: Path, name: str) -> None:
    path = site if name == "page" else site.parents[1] / name
    with opened(browser, path, viewport=PHONE, color_scheme="dark") as found:
        assert found.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_beads_are_decided_on_and_edited_not_split(page: Page) -> None:
    page.locator("#sb2 .en .s").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" They were glad.")
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    page.locator("#sb3 .en .s").focus()
    page.keyboard.press("s")
    assert "not split" in page.get_by_role("status").inner_text()
    page.keyboard.press("Enter")
    page.keyboard.type("The school's band played.")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    (record,) = records(page).values()
    assert record["paragraph"] == "travel/قطار.txt#pb2"
    assert [(tie["source_start"], tie["source_end"], tie["state"]) for tie in record["ties"]] == [
        (0, 83, "approved"),
        (83, 102, "rejected"),
    ]
    assert record["ties"][0]["text"].endswith("some 350 people clapped. They were glad.")
    assert record["ties"][1]["text"] == ""
    page.reload()
    ready(page)
    assert page.locator("#sb2").get_attribute("data-state") == "approved"
    assert page.locator("#sb2 .en").text_content().endswith("They were glad.")


def test_what_was_applied_stays_decided_when_somebody_goes_on(browser: Browser, applied: Path) -> None:
    with opened(browser, applied) as found:
        page = found.page
        assert page.locator("#sb2 .en .s").get_attribute("aria-description") == "approved, edited, commented"
        assert page.locator("#sb9").get_attribute("data-state") == "rejected"
        page.locator("#sb2 .en .s").focus()
        page.keyboard.press("d")
        assert "The first train" in page.locator("#sb2 del").first.text_content()
        page.locator("#sb3 .en .s").focus()
        page.keyboard.press("x")
        (record,) = records(page).values()
        assert [(tie["text"], tie["state"], tie["comment"]) for tie in record["ties"]] == [
            ("Words.", "approved", 'so "it" is'),
            ("", "rejected", ""),
        ]
        assert found.complaints == []


def test_the_index_counts_what_was_applied(browser: Browser, applied: Path) -> None:
    with opened(browser, applied.parents[1] / "index.html") as found:
        assert found.page.locator("tbody .reviewed").inner_text() == "1 of 5, 1 rejected"
        assert found.page.locator("tbody td").nth(2).inner_text().strip() == "1", "the beads that were not kept"
        found.page.get_by_label("Warning").select_option("rejected beads")
        assert found.page.locator("tbody tr").count() == 1


def test_a_paragraph_is_approved_when_all_that_can_be_is(browser: Browser, tmp_path: Path) -> None:
    sample = runpy.run_path(str(Path(__file__).parents[1] / "review" / "aligned_sample.py"))
    pair = sample["train"](sample["OVER"])
    with opened(browser, page_of(build(tmp_path, [pair]), pair)) as found:
        found.page.locator("#sb2 .en .s").focus()
        found.page.keyboard.press("a")
        assert "1 of 5 paragraphs approved" in found.page.locator(".far").inner_text()
        assert found.complaints == []

"""The page of an aligned pair in a real browser: quiet, harmless, linked, and no wider than a phone."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from mtpipe import review
from mtpipe.settings import ReviewSettings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sample = runpy.run_path(str(Path(__file__).parents[1] / "review" / "aligned_sample.py"))
    folder = tmp_path_factory.mktemp("aligned")
    pair, wanted = sample["train"](), ReviewSettings()
    path = review.write_page(folder, pair, signature="a:b|c:d", settings=wanted)
    review.write_index(folder, [review.index_row(pair)], signature="a:b|c:d", settings=wanted)
    return path


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(site.as_uri())
    yield opened
    assert complaints == []
    context.close()


def test_hostile_text_has_done_nothing(page: Page) -> None:
    assert page.title() == "عودة القطار إلى وادي الزيتون · The train returns to the Valley of Olives"


def test_the_sides_of_a_bead_light_up_together(page: Page) -> None:
    page.locator("#sb2 .ar .s").first.hover()
    assert page.locator(".lit").evaluate_all("all => all.map(one => one.dataset.s)") == ["sb2"] * 3
    page.locator("#sb3 .ar .s").hover()
    assert page.locator(".lit").evaluate_all("all => all.map(one => one.dataset.s)") == ["sb3"]


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
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    opened = context.new_page()
    opened.goto((site if name == "page" else site.parent / name).as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()

"""What axe-core, which many auditors use, finds on the pages: nothing serious, in both colour schemes."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_site import PHONE, WIDE, build, opened, page_of
from playwright.sync_api import Browser, Page

from mtpipe.article import TranslatedArticle

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[1] / "review"


def at_work(page: Page) -> None:
    """A page in the middle of work: sentences edited, judged and commented on, changes and tables open."""
    page.locator("#p3s1-en").click()
    page.keyboard.type("Yesterday ")
    page.keyboard.press("Enter")
    page.keyboard.press("d")
    page.keyboard.press("c")
    page.keyboard.type("why?")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("A")
    page.keyboard.press("x")
    page.keyboard.press("l")
    page.keyboard.press("c")


def splitting(page: Page) -> None:
    page.locator("#p2s1-en").focus()
    page.keyboard.press("s")


def editing(page: Page) -> None:
    page.locator("#p2s1-en").focus()
    page.keyboard.press("Enter")


def remembering(page: Page) -> None:
    page.get_by_role("button", name="Memory").first.wait_for()
    page.locator("#p2s1-en").focus()
    page.keyboard.press("u")
    page.locator("#p2 .remembered").wait_for()


def keys(page: Page) -> None:
    page.keyboard.press("?")


def name(page: Page) -> None:
    page.locator("#p2s1-ar mark").first.hover()
    page.keyboard.press("n")
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Wrong English").fill("Murano")
    sheet.get_by_role("button", name="Show what would change").click()
    sheet.locator(".places li").first.wait_for()


def nothing(page: Page) -> None:
    page.locator("summary").evaluate_all("all => all.forEach(summary => summary.click())")


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory, boats: TranslatedArticle) -> Path:
    suggestions = runpy.run_path(str(SAMPLES / "review_sample.py"))["remembered"]()
    return page_of(build(tmp_path_factory.mktemp("article"), [boats], suggestions=suggestions), boats)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    train = runpy.run_path(str(SAMPLES / "aligned_sample.py"))["train"]()
    return page_of(build(tmp_path_factory.mktemp("pair"), [train]), train)


def serious(page: Page) -> list[str]:
    """What is serious of all in the light scheme, and of colours in the dark one."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = []
    for scheme, rules in (("light", []), ("dark", ["color-contrast"])):
        page.emulate_media(color_scheme=scheme)
        options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
        for rule in page.evaluate("options => axe.run(options)", options)["violations"]:
            if rule["impact"] in ("serious", "critical"):
                found += [f"{scheme} {rule['id']}: {one['target']} {one['failureSummary']}" for one in rule["nodes"]]
    return found


def test_article(browser: Browser, article: Path) -> None:
    with opened(browser, article, viewport=WIDE, reduced_motion="reduce") as found:
        nothing(found.page)
        assert serious(found.page) == []
        for act in (at_work, keys):
            act(found.page)
            assert serious(found.page) == [], act.__name__
            found.page.keyboard.press("Escape")


@pytest.mark.parametrize("act", [splitting, editing, name, remembering])
def test_article_while(browser: Browser, article: Path, act: Callable[[Page], None]) -> None:
    with opened(browser, article, viewport=PHONE, reduced_motion="reduce") as found:
        act(found.page)
        assert serious(found.page) == []
        assert found.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_pair_and_index(browser: Browser, pair: Path) -> None:
    for path in (pair, pair.parents[1] / "index.html"):
        with opened(browser, path, reduced_motion="reduce") as found:
            nothing(found.page)
            assert serious(found.page) == []

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_site import PHONE, Watched, build, opened, page_of
from playwright.sync_api import Browser, Locator, Page

from mtpipe.article import TranslatedArticle
from mtpipe.settings import ReviewSettings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, boats: TranslatedArticle) -> Path:
    return build(tmp_path_factory.mktemp("site"), [boats])


@pytest.fixture(scope="module")
def path(site: Path, boats: TranslatedArticle) -> Path:
    return page_of(site, boats)


@pytest.fixture(scope="module")
def watched(browser: Browser, path: Path) -> Iterator[Watched]:
    with opened(browser, path) as found:
        yield found


@pytest.fixture
def page(watched: Watched) -> Page:
    """The article's page with nothing pointed at."""
    watched.page.mouse.move(0, 0)
    watched.page.evaluate("document.activeElement.blur()")
    return watched.page


def lit(page: Page) -> set[str]:
    return set(page.locator(".lit").evaluate_all("found => found.map(element => element.id)"))


def box(found: Locator) -> dict[str, float]:
    rectangle = found.bounding_box()
    assert rectangle is not None
    return dict(rectangle)


def test_text_content_is_the_article(page: Page, boats: TranslatedArticle) -> None:
    for side, texts in (
        ("ar", [paragraph.source.text for paragraph in boats.paragraphs]),
        ("en", [paragraph.target for paragraph in boats.paragraphs]),
    ):
        found = page.locator(f".row[id] > .{side}").evaluate_all("cells => cells.map(cell => cell.textContent)")
        assert found == texts


@pytest.mark.parametrize("name", ["p2s2-ar", "p2s2-en"])
def test_pointing_at_a_sentence_marks_its_counterpart(page: Page, name: str) -> None:
    page.locator(f"#{name}").hover()
    assert lit(page) == {"p2s2-ar", "p2s2-en"}
    grounds = page.locator(".lit").evaluate_all(
        "async found => { await Promise.all(document.getAnimations().map(a => a.finished));"
        " return found.map(element => getComputedStyle(element).backgroundColor); }"
    )
    plain = page.locator("#p2s1-ar").evaluate("element => getComputedStyle(element).backgroundColor")
    assert len(set(grounds)) == 1
    assert plain not in grounds
    page.mouse.move(0, 0)
    assert lit(page) == set()


def test_tab_walks_through_the_sentences_and_out(page: Page) -> None:
    page.locator("#p3s1-ar").focus()
    seen = []
    for _ in range(5):
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        assert lit(page) == ({f"{seen[-1][:4]}-ar", f"{seen[-1][:4]}-en"} if seen[-1].startswith("p") else set())
        page.keyboard.press("Tab")
    assert seen == ["p3s1-ar", "p3s2-ar", "p3s1-en", "p3s2-en", "BUTTON"]


def test_tab_reaches_the_end_of_the_page_from_its_start(page: Page) -> None:
    stops = page.locator("a[href], summary, [tabindex='0'], button:enabled, input").evaluate_all(
        "found => found.filter(element => element.checkVisibility()).length"
    )
    page.evaluate("scrollTo(0, 0)")
    page.locator(".skip").focus()
    for _ in range(stops - 1):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === [...document.querySelectorAll('summary')].at(-1)")


def test_escape_unmarks(page: Page) -> None:
    page.locator("#p2s1-en").focus()
    assert lit(page) == {"p2s1-ar", "p2s1-en"}
    page.keyboard.press("Escape")
    assert lit(page) == set()


def test_tap_marks_until_the_next_tap(browser: Browser, path: Path) -> None:
    with opened(browser, path, viewport=PHONE, has_touch=True, is_mobile=True) as found:
        found.page.locator("#p3s1-en").tap()
        assert lit(found.page) == {"p3s1-ar", "p3s1-en"}
        found.page.locator("#p3s2-ar").tap()
        assert lit(found.page) == {"p3s2-ar", "p3s2-en"}


def test_pointing_at_a_term_marks_its_rendering(page: Page) -> None:
    page.locator("#p2s1-ar mark").last.hover()
    assert page.locator("mark.met").all_text_contents() == ["مورانو", "Murano"]


def test_alarm_points_at_its_sentence(page: Page) -> None:
    page.locator("#p5 a.alarm", has_text="looping").hover()
    assert lit(page) == {"p5s3-ar", "p5s3-en"}


def test_ledger_opens_by_keyboard(page: Page) -> None:
    table = page.locator("#p2 table").first
    assert not table.is_visible()
    page.locator("#p2 summary").focus()
    page.keyboard.press("Enter")
    assert table.is_visible()
    assert "Al-Bundukiya" in table.inner_text()


@pytest.mark.parametrize(("direction", "side"), [("arabic-right", 1), ("arabic-left", -1)])
def test_columns(browser: Browser, boats: TranslatedArticle, tmp_path: Path, direction: str, side: int) -> None:
    settings = ReviewSettings.model_validate({"direction": direction})
    index = build(tmp_path, [boats], settings=settings)
    with opened(browser, page_of(index, boats)) as found:
        for row in found.page.locator(".row[id]").all():
            arabic, english = box(row.locator(".ar")), box(row.locator(".en"))
            first, second = (english, arabic) if side == 1 else (arabic, english)
            assert first["x"] + first["width"] <= second["x"]


def test_arabic_is_larger_and_airier(page: Page) -> None:
    size, height = page.locator("#p2 .ar").evaluate(
        "cell => ['fontSize', 'lineHeight'].map(name => parseFloat(getComputedStyle(cell)[name]))"
    )
    english = page.locator("#p2 .en").evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    assert size / english == pytest.approx(1.15)
    assert height / size >= 1.8


@pytest.mark.parametrize("name", ["#p2s1-ar mark", "#p4 mark.flagged", "#p4 .num"])
def test_the_ground_of_a_word_covers_nothing_beside_it(page: Page, name: str) -> None:
    """Neither inset nor spread to the sides: a full stop that touches a name would lose half of itself."""
    shadows = page.locator(name).first.evaluate("word => getComputedStyle(word).boxShadow")
    lengths = re.findall(r"(-?[\d.]+)px (-?[\d.]+)px (-?[\d.]+)px (-?[\d.]+)px", shadows)
    assert len(lengths) == 2
    assert {(across, blur, spread) for across, _, blur, spread in lengths} == {("0", "0", "0")}


def test_override_is_kept_inside_its_box(page: Page) -> None:
    """The words after an override stand left to right, as the same words without it would."""
    cell = page.locator("#p6 .en")
    xs = cell.evaluate("""cell => {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf('reversed');
        if (at < 0) continue;
        return [0, 3, 7].map(step => {
          const range = document.createRange();
          range.setStart(walker.currentNode, at + step);
          range.setEnd(walker.currentNode, at + step + 1);
          return range.getBoundingClientRect().x;
        });
      }
    }""")
    assert xs == sorted(xs)
    assert len(set(xs)) == 3


@pytest.mark.parametrize("name", ["page", "index"])
def test_page_is_quiet_and_loads_nothing_from_elsewhere(browser: Browser, site: Path, path: Path, name: str) -> None:
    with opened(browser, path if name == "page" else site) as found:
        found.page.locator("summary").evaluate_all("all => all.forEach(summary => summary.click())")
        found.page.wait_for_timeout(200)
        assert found.complaints == []
        assert found.failures == {}
        assert all(request.startswith(site.parent.as_uri()) for request in found.requests)
        assert found.page.title() not in ("owned", "")


def test_policy_stops_what_is_not_the_pages_own(browser: Browser, boats: TranslatedArticle, tmp_path: Path) -> None:
    """If escaping failed one day, the policy would still hold."""
    path = page_of(build(tmp_path, [boats]), boats)
    text = path.read_text(encoding="utf-8")
    bad = "<script>document.title='owned'</script><img src='https://example.org/x.png' onerror='document.title=1'>"
    path.write_text(text.replace('<main id="text">', f'<main id="text">{bad}'), encoding="utf-8")
    with opened(browser, path) as found:
        found.page.locator("#p2s1-ar").hover()
        assert lit(found.page) == {"p2s1-ar", "p2s1-en"}
        assert re.search("Venice", found.page.title())
        assert found.failures == {"https://example.org/x.png": "csp"}
        assert any("Content Security Policy" in complaint for complaint in found.complaints)


@pytest.mark.parametrize("name", ["page", "index"])
def test_phone_stacks_without_sideways_scrolling(browser: Browser, site: Path, path: Path, name: str) -> None:
    with opened(browser, path if name == "page" else site, viewport=PHONE) as found:
        assert found.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        for row in found.page.locator(".row[id]").all():
            assert box(row.locator(".ar"))["y"] < box(row.locator(".en"))["y"]


def ground(page: Page) -> int:
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(number) for number in re.findall(r"\d+", colour)[:3])


def test_dark_light_and_print(browser: Browser, path: Path) -> None:
    with opened(browser, path, color_scheme="light") as found:
        assert ground(found.page) > 700
    with opened(browser, path, color_scheme="dark") as found:
        assert ground(found.page) < 120
        found.page.emulate_media(media="print")
        assert ground(found.page) == 765
        breaks = found.page.locator("#p2").evaluate("row => getComputedStyle(row).breakInside")
        assert breaks == "avoid"
        assert found.page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_motion_only_for_those_who_like_it(browser: Browser, path: Path, wish: str, moves: bool) -> None:
    with opened(browser, path, reduced_motion=wish) as found:
        times = found.page.locator("#p2s1-ar").evaluate("element => getComputedStyle(element).transitionDuration")
        assert any(float(time.strip().removesuffix("s")) > 0 for time in times.split(",")) is moves


def test_page_reads_without_script(browser: Browser, path: Path, boats: TranslatedArticle) -> None:
    with opened(browser, path, java_script_enabled=False) as found:
        assert found.page.locator(".row[id] > .ar").all_text_contents() == [
            paragraph.source.text for paragraph in boats.paragraphs
        ]
        found.page.locator("#p4 a.alarm").click()
        assert found.page.url.endswith("#p4s1-ar")


def test_sentence_has_no_gap_between_its_lines(page: Page) -> None:
    """Sliding down through a sentence of several lines never lets go of it."""
    cell = page.locator("#p10 .ar")
    cell.scroll_into_view_if_needed()
    area = box(cell)
    x = area["x"] + area["width"] - 20
    for y in range(int(area["y"]) + 8, int(area["y"] + area["height"]) - 8, 3):
        page.mouse.move(x, y)
        assert len(lit(page)) == 2

"""An editor at work on a page from disk: what is done is on the page, kept, in the file, and can be undone."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import RUN, build, opened, page_of, ready, records
from playwright.sync_api import Browser, Page

from mtpipe.article import TranslatedArticle
from mtpipe.review import decisions
from mtpipe.review.rows import base

pytestmark = pytest.mark.browser

tie = runpy.run_path(str(Path(__file__).parents[1] / "review" / "review_sample.py"))["tie"]

ASTRAL = [
    ("قال 😀 الرجل 𝔸 إنّ العددَ صحيح، ", "The man 😀 said that 𝔸 is right. "),
    ("ثم مضى.", "Then he left."),
]
LONG = "كلمة " * 20_000  # 100,000 characters in one line


@pytest.fixture(scope="module")
def other() -> TranslatedArticle:
    """A second article, of the same names as the first."""
    made: TranslatedArticle = tie(
        "more/2",
        [
            ("text", [(source, target.strip()) for source, target in ASTRAL]),
            ("text", [("زار الوفد البندقية.", "The delegation visited Al-Bundukiya.")]),
            ("text", [("البُنْدُقِيّة والبندقية.", "Al-Bundukiya, and Venice.")]),
            ("text", [("صنع بندقيّة.", "He made Al-Bundukiya, a rifle.")]),
            ("text", [(LONG, "word " * 20_000)]),
        ],
    )
    return made


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, boats: TranslatedArticle, other: TranslatedArticle) -> Path:
    return build(tmp_path_factory.mktemp("edit"), [boats, other], window=1)


@pytest.fixture
def page(browser: Browser, index: Path, boats: TranslatedArticle) -> Iterator[Page]:
    with opened(browser, page_of(index, boats)) as found:
        yield found.page
        assert found.complaints == []


@pytest.fixture
def astral(browser: Browser, index: Path, other: TranslatedArticle) -> Iterator[Page]:
    with opened(browser, page_of(index, other)) as found:
        yield found.page
        assert found.complaints == []


def record(page: Page, number: int, article: str = "culture/قوارب البندقية") -> Any:
    return records(page).get(f"{article}#p{number}")


def texts(page: Page, number: int, article: str = "culture/قوارب البندقية") -> list[str]:
    return [item["text"] for item in record(page, number, article)["ties"]]


def download(page: Page, folder: Path) -> Path:
    with page.expect_download() as started:
        page.keyboard.press("Control+s")
    path = folder / "decisions.json"
    started.value.save_as(path)
    return path


def load(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Load…").click()
    chooser.value.set_files(path)


def news(page: Page) -> str:
    return page.get_by_role("status").first.inner_text()


def test_edit_reload_download_load(
    page: Page, browser: Browser, index: Path, boats: TranslatedArticle, tmp_path: Path
) -> None:
    page.get_by_label("Your name").fill("سلمى")
    page.get_by_label("Your name").press("Tab")
    page.locator("#p3s2-en").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Quiet, too.")
    page.keyboard.press("Enter")
    page.keyboard.press("c")
    page.keyboard.type("see the ministry's page")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("a")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.reload()
    ready(page)
    assert page.locator("#p3s2-en").text_content().endswith("nothing but steam. Quiet, too.")
    assert page.get_by_label("Your name").input_value() == "سلمى"
    path = download(page, tmp_path)
    found = decisions.read(path)
    assert found.run == RUN
    (kept,) = found.paragraphs
    assert kept.paragraph == boats.paragraphs[2].source.id
    assert kept.base == base(boats.paragraphs[2])
    assert kept.reviewer == "سلمى"
    assert kept.source_end == len(boats.paragraphs[2].source.text)
    assert [item.state for item in kept.ties] == ["open", "approved"]
    assert [item.source_start for item in kept.ties] == [one.source.start for one in boats.paragraphs[2].sentences]
    assert kept.ties[0].text == boats.paragraphs[2].sentences[0].target
    with opened(browser, page_of(index, boats)) as fresh:
        assert fresh.page.locator("#p3s2-en").text_content().endswith("nothing but steam.")
        load(fresh.page, path)
        fresh.page.locator("#p3s2-en", has_text="Quiet, too.").wait_for()
        assert "1 paragraph loaded" in news(fresh.page)
        load(fresh.page, path)
        fresh.page.get_by_text("stay").wait_for()
        value = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**value, "run": "another"}), encoding="utf-8")
        load(fresh.page, path)
        fresh.page.get_by_text("belongs to another run").wait_for()
        for damage, said in (
            ({"terms": [None]}, "one of its names is damaged"),
            ({"paragraphs": [None]}, "is damaged"),
        ):
            path.write_text(json.dumps({**value, **damage}), encoding="utf-8")
            load(fresh.page, path)
            fresh.page.get_by_text(said).wait_for()
        assert fresh.complaints == []


def test_undo_goes_back_step_by_step_and_redo_forth(page: Page, boats: TranslatedArticle) -> None:
    before = page.locator("#p2").inner_html()
    page.locator("#p2s1-en").focus()
    page.keyboard.press("m")
    assert len(record(page, 2)["ties"]) == 1
    page.keyboard.press("A")
    page.keyboard.press("z")
    page.keyboard.press("Control+z")
    assert record(page, 2) is None
    assert page.locator("#p2 > .en").inner_text() == boats.paragraphs[1].target
    page.keyboard.press("Z")
    page.keyboard.press("Control+Shift+z")
    assert [(item["state"], item["text"]) for item in record(page, 2)["ties"]] == [
        ("approved", boats.paragraphs[1].target)
    ]
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_role("button", name="Undo").is_disabled()
    assert page.locator("#p2 mark").count() == before.count("<mark")


def test_escape_gives_up_what_was_typed(page: Page, boats: TranslatedArticle) -> None:
    page.locator("#p2s1-en").click()
    page.keyboard.type("nonsense")
    page.keyboard.press("Escape")
    assert records(page) == {}
    assert page.locator("#p2 > .en").text_content() == boats.paragraphs[1].target


def test_leaving_the_page_in_the_middle_of_a_sentence_loses_nothing(page: Page) -> None:
    page.locator("#p9s1-en").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" soon")
    page.reload()
    ready(page)
    assert page.locator("#p9s1-en").text_content() == "Plans to come soon"


def test_what_is_pasted_is_text_in_one_line(page: Page) -> None:
    page.locator("#p9s1-en").click()
    page.keyboard.press("Control+a")
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.setData("text/plain", "one\\n<b>two</b>\\tthree");
      data.setData("text/html", "<b onclick=alert(1)>bold</b>");
      const how = { clipboardData: data, bubbles: true, cancelable: true };
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
    }""")
    page.keyboard.press("Enter")
    assert texts(page, 9) == ["one <b>two</b> three"]
    assert page.locator("#p9 b").count() == 0


def test_offsets_of_a_split_count_code_points(astral: Page, other: TranslatedArticle) -> None:
    source = other.paragraphs[0].source.text
    astral.locator("#p1s1-en").focus()
    astral.keyboard.press("s")
    cut = astral.get_by_role("slider", name="Cut in the Arabic")
    while "إنّ" not in (cut.get_attribute("aria-valuetext") or ""):
        astral.keyboard.press(
            "ArrowLeft" if "العدد" not in (cut.get_attribute("aria-valuetext") or "") else "ArrowRight"
        )
    astral.keyboard.press("Tab")
    english = astral.get_by_role("slider", name="Cut in the English")
    while english.get_attribute("aria-valuetext") != "before 𝔸 is right.":
        astral.keyboard.press("ArrowRight")
    astral.keyboard.press("Enter")
    place = source.index("إنّ")
    assert [(one["source_start"], one["source_end"], one["text"]) for one in record(astral, 1, "more/2")["ties"]] == [
        (0, place, "The man 😀 said that"),
        (place, len(ASTRAL[0][0]), "𝔸 is right."),
        (len(ASTRAL[0][0]), len(source), "Then he left."),
    ]
    assert astral.locator("#p1 > .ar").text_content() == source
    assert astral.locator("#p1 > .ar > .s").evaluate_all("all => all.map(one => one.id)") == [
        "p1s1-ar", "p1s1b-ar", "p1s2-ar",
    ]  # fmt: skip
    assert astral.locator("#p1s1b-ar").text_content() == source[place : len(ASTRAL[0][0])].rstrip()


def test_splitting_and_merging_while_editing(page: Page, boats: TranslatedArticle) -> None:
    first, second = (one.target for one in boats.paragraphs[2].sentences)
    page.locator("#p3s2-en").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Backspace")
    assert texts(page, 3) == [f"{first} {second}"]
    assert page.evaluate("getSelection().anchorOffset") == len(first) + 1
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Enter")
    assert record(page, 3) is None, "as it was: nothing is decided"
    assert page.locator("#p3 > .en > .s").all_text_contents() == [first, second]


def test_a_keyboard_is_enough(page: Page, tmp_path: Path) -> None:
    """From the top of the page to a file, no mouse: read, edit, approve, reject, comment, see changes, keep."""
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "p1s1-en"
    page.keyboard.press("A")
    assert page.evaluate("document.activeElement.id") == "p2s1-en"
    page.keyboard.press("e")
    page.keyboard.press("Control+Home")
    page.keyboard.type("Yesterday ")
    page.keyboard.press("Enter")
    page.keyboard.press("d")
    assert page.locator("#p2 ins").all_text_contents() == ["Yesterday "]
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("c")
    page.keyboard.type("who says so?")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("w")
    assert page.evaluate("document.activeElement.id") == "p4s1-en"
    page.keyboard.press("l")
    assert page.locator("#p4 table").first.is_visible()
    page.keyboard.press("A")
    page.keyboard.press("W")
    page.keyboard.press("J")
    page.keyboard.press("K")
    found = decisions.read(download(page, tmp_path))
    assert [(one.paragraph[-2:], one.state) for one in found.paragraphs] == [
        ("p1", "approved"), ("p2", "rejected"), ("p4", "approved"),
    ]  # fmt: skip
    assert found.paragraphs[1].ties[1].comment == "who says so?"
    assert page.evaluate("document.activeElement.matches('.s:focus-visible')")
    page.keyboard.press("]")
    page.wait_for_url("**/more-2-*.html")


def test_the_sheet_of_keys_opens_at_its_top(page: Page) -> None:
    """On a screen that is lower than the sheet: its first keys are seen, and Tab goes to what can be switched."""
    page.set_viewport_size({"width": 1280, "height": 400})
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    assert sheet.evaluate("sheet => [sheet.scrollHeight > sheet.clientHeight, sheet.scrollTop]") == [True, 0]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "single-keys"


def test_the_buttons_of_the_sentence_that_a_key_goes_to_are_in_sight(page: Page) -> None:
    page.locator("#p2s1-en").focus()
    page.keyboard.press("K")
    low = page.locator("#p2s1-en").evaluate("sentence => sentence.getBoundingClientRect().bottom")
    page.set_viewport_size({"width": 1280, "height": round(low) + 4})
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "p2s1-en"
    button = page.locator("#p2").get_by_role("button", name="Approve").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= page.evaluate("innerHeight")


def test_a_warning_is_open_until_all_of_its_paragraph_is_decided(page: Page) -> None:
    page.locator("#p5s1-en").focus()
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.id") == "p5s2-en"
    page.keyboard.press("W")
    assert page.evaluate("document.activeElement.id") == "p5s1-en"
    page.keyboard.press("A")
    page.keyboard.press("W")
    assert page.evaluate("document.activeElement.id") == "p4s1-en"
    assert page.locator("#p5").get_by_role("button", name="Original").count() == 0, "no word is another"


def test_a_name_is_fixed_everywhere_after_a_look(page: Page, browser: Browser, index: Path) -> None:
    page.locator("#p2s1-ar mark").first.hover()
    page.keyboard.press("n")
    sheet = page.get_by_role("dialog", name="Fix a name everywhere")
    assert sheet.get_by_label("Arabic name").input_value() == "البندقية"
    assert sheet.get_by_label("Right English").input_value() == "Venice"
    sheet.get_by_label("Right English").fill("فينيسيا")
    sheet.get_by_role("button", name="Keep the name").click()
    assert sheet.is_visible(), "no glossary takes Arabic for the English"
    sheet.get_by_label("Right English").fill("Venice")
    sheet.get_by_label("Wrong English").fill("Al-Bundukiya")
    sheet.get_by_role("button", name="Show what would change").click()
    sheet.get_by_text("2 paragraphs would change").wait_for()
    assert records(page) == {}
    assert sheet.locator(".places del").all_text_contents() == ["Al-Bundukiya", "Al-Bundukiya"]
    sheet.get_by_role("checkbox").nth(1).uncheck()
    sheet.get_by_role("button", name="Keep the name, change 1 paragraph").click()
    sheet.wait_for(state="hidden")
    assert {name: [item["text"] for item in one["ties"]] for name, one in records(page).items()} == {
        "more/2#p2": ["The delegation visited Venice."]
    }
    (term,) = page.evaluate(f"JSON.parse(localStorage['mtpipe:{RUN}:terms'])")
    assert (term["source"], term["target"], term["type"]) == ("البندقية", "Venice", "")
    decisions.term(term)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("Object.keys(localStorage).every(key => !key.includes(':p:'))")
    page.wait_for_function(f"localStorage['mtpipe:{RUN}:terms'] === '[]'")
    page.get_by_role("button", name="Redo").click()
    page.wait_for_function(f"localStorage['mtpipe:{RUN}:terms'].includes('Venice')")


def test_a_name_is_offered_with_its_arabic_after_an_edit_too(page: Page) -> None:
    page.locator("#p2s1-en").focus()
    page.keyboard.press("e")
    page.keyboard.press("Control+Home")
    page.keyboard.type("Yesterday ")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    sheet = page.get_by_role("dialog", name="Fix a name everywhere")
    assert [sheet.get_by_label(name).input_value() for name in ("Arabic name", "Right English")] == [
        "البندقية",
        "Venice",
    ]


def test_a_name_changes_nothing_that_was_written_after_the_look(
    page: Page, index: Path, other: TranslatedArticle
) -> None:
    page.keyboard.press("n")
    sheet = page.get_by_role("dialog", name="Fix a name everywhere")
    sheet.get_by_label("Arabic name").fill("البندقية")
    sheet.get_by_label("Right English").fill("Venice")
    sheet.get_by_label("Wrong English").fill("Al-Bundukiya")
    sheet.get_by_role("button", name="Show what would change").click()
    sheet.get_by_text("2 paragraphs would change").wait_for()
    second = page.context.new_page()
    second.goto(page_of(index, other).as_uri())
    ready(second)
    second.locator("#p2s1-en").click()
    second.keyboard.press("Control+End")
    second.keyboard.type(" Late.")
    second.keyboard.press("Enter")
    page.wait_for_function("mtpipe.store.get('more/2#p2') !== null")
    sheet.get_by_role("button", name="Keep the name, change 2 paragraphs").click()
    sheet.get_by_text("changed meanwhile").wait_for()
    assert texts(page, 2, "more/2") == ["The delegation visited Al-Bundukiya. Late."]
    sheet.get_by_role("button", name="Keep the name, change 2 paragraphs").click()
    sheet.wait_for(state="hidden")
    assert texts(page, 2, "more/2") == ["The delegation visited Venice. Late."]


def test_two_pages_at_once_show_their_conflict(page: Page, index: Path, boats: TranslatedArticle) -> None:
    second = page.context.new_page()
    second.goto(page_of(index, boats).as_uri())
    ready(second)
    page.locator("#p9s1-en").click()
    page.keyboard.type("X")
    second.locator("#p9s1-en").click()
    second.keyboard.press("Control+End")
    second.keyboard.type(" and gone")
    second.keyboard.press("Enter")
    page.wait_for_function("Object.keys(localStorage).some(key => key.endsWith('#p9'))")
    page.keyboard.press("Enter")
    shown = page.locator("#p9 .conflict")
    assert "Plans to come and gone" in shown.inner_text()
    assert texts(page, 9) == ["Plans to come and gone"]
    shown.get_by_role("button", name="Save mine instead").click()
    assert "X" in texts(page, 9)[0]
    second.close()


def test_where_nothing_can_be_kept_it_is_said(browser: Browser, index: Path, boats: TranslatedArticle) -> None:
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    page = context.new_page()
    page.goto(page_of(index, boats).as_uri())
    ready(page)
    assert "Download your decisions before you leave" in page.locator(".saved").inner_text()
    page.locator("#p2s1-en").focus()
    page.keyboard.press("a")
    assert page.locator("#p2s1-en").get_attribute("aria-description") == "approved"
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    context.close()


def test_hostile_text_is_edited_as_text(page: Page, boats: TranslatedArticle) -> None:
    wanted = boats.paragraphs[5].target
    page.locator("#p6s1-en").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+End")
    page.keyboard.type("<img src=x onerror=document.title='owned'>")
    page.keyboard.press("Enter")
    page.keyboard.press("d")
    # A person edits in one line: the carriage return of this text has become a space.
    assert texts(page, 6) == [f"{wanted}<img src=x onerror=document.title='owned'>".replace("\r", " ")]
    assert page.locator("#p6 img, #p6 b").count() == 0
    assert "owned" not in page.title()
    labels = page.locator("#p6 > .en .control").evaluate_all("all => all.map(one => one.dataset.code)")
    assert labels == ["U+202E", "U+2067", "U+0007"]


def test_a_line_of_a_hundred_thousand_characters_is_edited(astral: Page) -> None:
    astral.locator("#p5s1-en").focus()
    astral.keyboard.press("Enter")
    astral.keyboard.press("Control+Home")
    astral.keyboard.type("The first ")
    astral.keyboard.press("Enter")
    astral.keyboard.press("d")
    assert texts(astral, 5, "more/2")[0].startswith("The first word word")
    assert astral.locator("#p5 ins").all_text_contents() == ["The first "]

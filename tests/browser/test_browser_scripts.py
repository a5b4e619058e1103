"""The lists and texts that the page's scripts work on, by their properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser_site import build, opened, page_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from mtpipe.article import TranslatedArticle
from mtpipe.review import decisions

pytestmark = pytest.mark.browser

# The page is only asked to compute; it is the same for all examples.
ASKED = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.lists(
    st.sampled_from(["the", "an", " ", " ", ".", "don't", "😀", "𝔸", "كلمة", "e\u0301", "-"]), max_size=30
).map("".join)
STEPS = st.lists(
    st.tuples(st.sampled_from(["split", "merge", "edit", "judge"]), st.integers(0, 9), st.integers(0, 9)), max_size=12
)


@pytest.fixture(scope="module")
def page(browser: Browser, boats: TranslatedArticle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with opened(browser, page_of(build(tmp_path_factory.mktemp("scripts"), [boats]), boats)) as found:
        yield found.page


@ASKED
@given(pairs=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=20))
def test_a_diff_holds_both_texts_and_marks_only_what_differs(page: Page, pairs: list[tuple[str, str]]) -> None:
    found = page.evaluate("pairs => pairs.map(([one, other]) => mtpipe.diff.words(one, other))", pairs)
    for (before, after), runs in zip(pairs, found, strict=True):
        assert "".join(run["text"] for run in runs if run["kind"] != "in") == before
        assert "".join(run["text"] for run in runs if run["kind"] != "out") == after
        assert all(run["text"] for run in runs)
        if before == after:
            assert {run["kind"] for run in runs} <= {"same"}


@pytest.mark.parametrize(
    ("before", "after", "out", "new"),
    [
        ("The old man.", "The young man.", ["old"], ["young"]),
        ("He left.", "He left early.", [], [" early"]),
        ("Al-Asad said", "al-Assad said", ["Al", "Asad"], ["al", "Assad"]),
        ("it's", "its", ["it's"], ["its"]),
        ("see the old man", "see a young one", ["the old man"], ["a young one"]),
        ("it left", "it has now left", [], ["has now "]),
    ],
)
def test_words_are_what_is_compared(page: Page, before: str, after: str, out: list[str], new: list[str]) -> None:
    runs = page.evaluate("([one, other]) => mtpipe.diff.words(one, other)", [before, after])
    assert [run["text"] for run in runs if run["kind"] == "out"] == out
    assert [run["text"] for run in runs if run["kind"] == "in"] == new


@ASKED
@given(text=TEXTS)
def test_code_points_and_units_lead_to_each_other(page: Page, text: str) -> None:
    units, points = page.evaluate(
        """text => {
          const places = Array.from({ length: mtpipe.points.length(text) + 1 }, (_, at) => at);
          const units = places.map(at => mtpipe.points.toUnits(text, at));
          return [units, units.map(at => mtpipe.points.toPoints(text, at))];
        }""",
        text,
    )
    assert points == list(range(len(text) + 1))
    assert units == [len(text[:place].encode("utf-16-le")) // 2 for place in points]


WORK = """([length, steps]) => {
  let ties = [mtpipe.ties.open(0, length, 'one two three four')];
  for (const [step, first, second] of steps) {
    const at = first % ties.length;
    const tie = ties[at];
    const inside = tie.source_end - tie.source_start;
    if (step === 'split' && inside > 1) {
      const cut = tie.source_start + 1 + second % (inside - 1);
      ties = mtpipe.ties.split(ties, at, cut, Math.min(second, tie.text.length));
    }
    if (step === 'merge' && at + 1 < ties.length) ties = mtpipe.ties.merged(ties, at);
    if (step === 'edit') ties = mtpipe.ties.edited(ties, at, 'x'.repeat(second));
    const state = ['approved', 'rejected', 'open'][second % 3];
    if (step === 'judge') ties = mtpipe.ties.judged(ties, second % 2 ? at : null, state);
  }
  return [ties, mtpipe.ties.state(ties), mtpipe.ties.english(ties)];
}"""


@ASKED
@given(length=st.integers(1, 40), steps=STEPS)
def test_whatever_is_done_to_ties_makes_a_record(page: Page, length: int, steps: list[tuple[str, int, int]]) -> None:
    ties, state, english = page.evaluate(WORK, [length, steps])
    value: dict[str, Any] = {
        "paragraph": "a#p1",
        "base": "0" * 16,
        "ties": ties,
        "reviewer": "",
        "time": decisions.now(),
    }
    made = decisions.record(value)
    assert made.source_end == length
    assert made.state == state
    assert english == " ".join(tie["text"] for tie in ties if tie["text"])


@pytest.mark.parametrize(
    ("text", "name", "there"),
    [
        ("وصل إلى الرقة", "الرقّة", True),
        ("وبالرقة مساءً", "الرقة", True),
        ("وبالرقة مساءً", "رقة", True),
        ("للأمم المتحدة", "أمم المتحدة", True),
        ("للأمم المتحدة", "الأمم المتحدة", True),
        ("قال لافروف: نعم", "لافروف", True),
        ("سلوك الناس", "سلو", False),
        ("الأُمَمُ المُتَّحِدَة", "الامم المتحده", True),
        ("أي شيء", "", False),
    ],
)
def test_arabic_names_are_found_however_spelled(page: Page, text: str, name: str, there: bool) -> None:
    assert page.evaluate("([text, name]) => mtpipe.find.hasArabic(text, name)", [text, name]) is there


def test_letters_of_split_sentences_are_those_of_the_contract(page: Page) -> None:
    made = page.evaluate(
        """() => mtpipe.ties.anchors(Array.from({ length: 30 }, (_, at) => mtpipe.ties.open(at, at + 1, '')),
          [{ start: 0, anchor: 'p1s1' }, { start: 28, anchor: 'p1s2' }])"""
    )
    assert made[:3] == ["p1s1", "p1s1b", "p1s1c"]
    assert made[25:28] == ["p1s1z", "p1s1ba", "p1s1bb"]
    assert made[28:] == ["p1s2", "p1s2b"]
    assert len(set(made)) == len(made)

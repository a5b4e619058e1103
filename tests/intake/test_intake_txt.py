"""Plain text: what a paragraph is, and that nothing is lost between the file and the article."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.article import Article
from mtpipe.intake import clean, normalise, read
from mtpipe.intake.txt import looks_like_title, paragraphs
from mtpipe.settings import IntakeSettings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("أ\n\nب", ["أ", "ب"]),
        ("أ\r\n\r\nب\r\n", ["أ", "ب"]),
        ("أ\r\rب", ["أ", "ب"]),
        ("أ\nتتمة\n\nب", ["أ\nتتمة", "ب"]),  # a single line break is white space
        ("أ\nب\nج", ["أ", "ب", "ج"]),  # unless there is no blank line at all
        ("\n\nأ\nب\n\n", ["أ", "ب"]),  # blank lines around the text separate nothing
        ("أ\n \t\nب", ["أ", "ب"]),
        ("أ\n\n\n\nب", ["أ", "ب"]),
        ("أ\u2029ب\fج", ["أ", "ب", "ج"]),
        ("أ\u2028ب", ["أ", "ب"]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_paragraphs(text: str, expected: list[str]) -> None:
    assert list(paragraphs(text)) == expected


@pytest.mark.parametrize(
    ("first", "others", "expected"),
    [
        ("لافروف يلتقي دي ميستورا في موسكو", 3, True),
        ("غاتيلوف: دي ميستورا في موسكو", 3, True),
        ("لافروف يلتقي دي ميستورا في موسكو.", 3, False),
        ("هل يلتقي لافروف دي ميستورا؟", 3, False),
        ("قال لافروف «لن نلتقي.»", 3, False),
        ("وقال لافروف:", 3, False),
        ("لافروف يلتقي دي ميستورا في موسكو", 0, False),
        (" ".join(["كلمة"] * 21), 3, False),
    ],
)
def test_titles(first: str, others: int, expected: bool) -> None:
    assert looks_like_title(first, others) is expected


words = st.text(alphabet="ابتثجحخدذرزسشصطعغفقكلمنهويىةأإ\u064e\u0651", min_size=1, max_size=8)
lines = st.one_of(
    st.lists(words, min_size=1, max_size=12).map(" ".join),
    st.sampled_from(
        ["شارك", "إعلان", "اترك تعليقاً", "المصدر: سانا", "***", "زر الذهاب إلى الأعلى", "\u200f", "سطر\nآخر\u00a0"]
    ),
)


@given(st.lists(lines, min_size=2, max_size=12), st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_conservation(blocks: list[str], remnants: bool, encoding: str) -> None:
    """Kept and set aside, in order, are the cleaned paragraphs of the file."""
    file = io.BytesIO("\n\n".join(blocks).encode(encoding))
    (article,) = read(["-"], IntakeSettings(remnants=remnants), stdin=file)
    expected = [clean(block) for block in blocks if normalise(block)]
    if not isinstance(article, Article):
        assert article.reason in {"no-text", "empty-file", "not-arabic"}
        return
    rebuilt: list[str] = []
    aside = list(article.set_aside)
    kept = [paragraph.text for paragraph in article.paragraphs]
    for number in range(len(kept) + 1):
        while aside and aside[0].after == number:
            rebuilt.append(aside.pop(0).text)
        rebuilt += kept[number : number + 1]
    assert rebuilt == expected
    assert remnants or kept == expected
    assert article.text == "\n\n".join(kept)


def test_the_seed_article(shared: Path) -> None:
    (article,) = read([shared / "data/articles/seed.ar.txt"], IntakeSettings())
    assert isinstance(article, Article)
    assert article.id == "seed.ar.txt"
    assert [paragraph.role for paragraph in article.paragraphs] == ["title"] + 23 * ["text"]
    assert [(aside.reason, aside.after) for aside in article.set_aside] == [("comment-form", 24), ("back-to-top", 24)]
    assert all(article.text[p.start : p.end] == p.text for p in article.paragraphs)

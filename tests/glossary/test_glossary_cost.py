"""What matching costs, counted in calls rather than seconds: neither terms nor text may multiply it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtpipe import intake
from mtpipe.glossary import Entry, Glossary, Matcher
from mtpipe.intake import normalise
from mtpipe.settings import IntakeSettings

LETTERS = "بتجدرسفقكلمنهي"


def calls(work: Callable[[], object]) -> int:
    """Count the function calls, Python's own included, that ``work`` makes; what it caches is cached before."""
    work()
    count = 0

    def tell(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tell)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def names(number: int) -> tuple[Entry, ...]:
    """Make entries of one to three words, which share first words as names do."""

    def word(index: int) -> str:
        return "".join(LETTERS[index // len(LETTERS) ** place % len(LETTERS)] for place in range(5))

    return tuple(
        Entry(" ".join((word(index), word(index // 7), word(index // 3))[: 1 + index % 3]), f"Name {index}")
        for index in range(number)
    )


@pytest.fixture(scope="module")
def text(project: Path) -> str:
    articles = intake.read([str(project / "examples" / "articles")], IntakeSettings())
    return " ".join(normalise(article.text) for article in articles if not isinstance(article, Exception))


def distinct(entries: tuple[Entry, ...]) -> Glossary:
    return Glossary(tuple({entry.source: entry for entry in entries}.values()))


def test_ten_thousand_terms_cost_what_ten_cost(text: str) -> None:
    few, many = Matcher(distinct(names(10))), Matcher(distinct(names(10_000)))
    assert calls(lambda: many.find(text)) < 1.5 * calls(lambda: few.find(text))


def test_all_of_them_are_found() -> None:
    glossary = distinct(names(10_000))
    found = Matcher(glossary).find(" ، ".join(entry.source for entry in glossary.entries))
    assert [match.entry for match in found] == list(glossary.entries)


@pytest.mark.parametrize(
    "piece",
    [
        "قال لافروف إن الوفد وصل إلى طلال سلو وبالرقة ",
        "علي ",  # a term that is many times the beginning of another one
        "وووووووو ",
        "ء ، ً ",
    ],
)
def test_twice_the_text_costs_twice(piece: str) -> None:
    terms = [("علي " * length).strip() for length in range(1, 12)]
    entries = tuple(Entry(term, "X") for term in ("لافروف", "طلال سلو", "سلو", "الرقة", *terms))
    matcher = Matcher(Glossary(entries))
    short, long = piece * 500, piece * 1000
    assert calls(lambda: matcher.find(long)) < 2.2 * calls(lambda: matcher.find(short))

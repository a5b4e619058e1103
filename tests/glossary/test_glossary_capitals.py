"""Which English words are part of a name: small words inside it, words that never are, headlines, initials."""

from __future__ import annotations

import pytest

from mtpipe.glossary.capitals import Capitals, runs, spans

INNER = "of for the de del di da du la von van bin ibn el al"
OPENING = "von van de di al el bin ibn"
PARTING = "and in at to on by with from her"


def names(text: str, *archive: str) -> list[str]:
    read = Capitals([text, *archive]).read(text)
    return [text[read[run[0]].start : read[run[-1]].end] for run in runs(text, read)]


@pytest.mark.parametrize("inner", INNER.split())
def test_a_small_word_stands_inside_a_name(inner: str) -> None:
    assert names(f"he saw Karam {inner} Basil there") == [f"Karam {inner} Basil"]
    assert names(f"he saw Karam {inner} there") == ["Karam"]


@pytest.mark.parametrize("word", PARTING.split())
def test_another_small_word_parts_two_names(word: str) -> None:
    assert names(f"he saw Karam {word} Basil there") == ["Karam", "Basil"]


@pytest.mark.parametrize(
    ("word", "begins"),
    [(word, word in OPENING.split()) for word in INNER.split()],
)
def test_what_a_name_may_begin_with(word: str, begins: bool) -> None:
    assert names(f"he saw {word} Basil there") == [f"{word} Basil" if begins else "Basil"]


@pytest.mark.parametrize("word", ["The", "Monday", "May", "Sheikh", "President", "I'm", "I’m"])
def test_a_capital_that_is_no_name(word: str) -> None:
    assert names(f"he saw {word} Basil there") == ["Basil"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("he saw Karam, Basil", ["Karam", "Basil"]),
        ("he saw Karam  Basil", ["Karam  Basil"]),
        ("he saw Karam-Basil", ["Karam-Basil"]),
        ("the U.S. and the E.U. met", ["U.S.", "E.U."]),
        ("the U. met", ["U"]),
        ("he saw iPhones", ["iPhones"]),
        ("van, Basil", ["Basil"]),
        ("saw Karam and the", ["Karam"]),
        ("", []),
    ],
)
def test_runs(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_spans_of_initials_are_one_and_in_order() -> None:
    text = "Karam of the U.S.A. saw K.B. today"
    assert [text[start:end] for start, end in spans(text)] == ["Karam", "of", "the", "U.S.A.", "saw", "K.B.", "today"]


@pytest.mark.parametrize(
    ("text", "archive", "expected"),
    [
        # at the start of a sentence the rest of the archive decides
        ("Harvest is near", ["a harvest"], []),
        ("Harvest is near", [], ["Harvest"]),
        ("Harvest is near", ["a harvest", "at Harvest"], []),
        ("Harvest is near", ["a harvest", "at Harvest", "in Harvest"], ["Harvest"]),
        ("Harvest is near", ["a harvest", "at Harvest", "He said. Harvest"], []),  # that one tells nothing
        # and inside one a capital is a name
        ("at Harvest", ["a harvest", "the harvest"], ["Harvest"]),
        # seven of ten longer words with a capital are a headline
        ("the Water Talks Begin near Aqaba again", ["the water talks begin"], ["Water Talks Begin", "Aqaba"]),
        ("the Water Talks Begin Near Aqaba again", ["the water talks begin near it"], ["Aqaba"]),
        ("the Harvest Ends on it by us or at it", ["the harvest ends"], []),
        ("in Harvest", ["a harvest"], ["Harvest"]),  # one word is no headline
        ("Aqaba Harvest", ["a harvest"], ["Aqaba"]),  # two are
    ],
)  # fmt: skip
def test_the_archive_decides(text: str, archive: list[str], expected: list[str]) -> None:
    assert names(text, *archive) == expected


@pytest.mark.parametrize(
    ("texts", "common"),
    [
        ([], False),
        (["the harvest"], True),
        (["the harvest", "in Harvest"], True),
        (["the harvest", "in Harvest", "at Harvest"], False),
        (["the harvest", "Harvest", "Harvest"], True),
        (["in Harvest"], False),
    ],
)
def test_common(texts: list[str], common: bool) -> None:
    assert Capitals(texts).common("Harvest") is common

"""The ways to read a word that something may stick to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.glossary.proclitics import Reading, listed, readings


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("موسكو", ["موسكو"]),
        ("و", ["و"]),
        ("بك", ["بك", "ب+ك"]),
        ("فك", ["فك", "ف+ك"]),
        ("وبك", ["وبك", "و+بك", "وب+ك"]),
        ("كبل", ["كبل", "ك+بل"]),  # one preposition
        ("فوزي", ["فوزي", "ف+وزي"]),  # one conjunction
        ("وسيزور", ["وسيزور", "و+سيزور", "وس+يزور"]),
        ("ابراج", ["ابراج"]),
        ("ال", ["ال"]),
        ("الا", ["الا", "(ال)ا"]),
        ("الرقة", ["الرقة", "(ال)رقة"]),
        ("وبالرقة", ["وبالرقة", "و+بالرقة", "وب+الرقة", "وب+(ال)رقة"]),
        ("للرقة", ["للرقة", "ل+لرقة", "ل+الرقة", "ل+اللرقة", "ل+(ال)رقة"]),
        ("فللا", ["فللا", "ف+للا", "فل+لا", "فل+الا", "فل+اللا", "فل+(ال)ا"]),
        ("لل", ["لل", "ل+ل"]),
        ("بلرقة", ["بلرقة", "ب+لرقة"]),
    ],
)
def test_readings(word: str, expected: list[str]) -> None:
    found = readings(word)
    shown = [f"{''.join(way.clitics)}{'+' * bool(way.clitics)}{'(ال)' * way.bare}{way.core}" for way in found]
    assert shown == expected
    assert all(way.peeled == len(way.clitics) for way in found)


@pytest.mark.parametrize(
    ("word", "known", "cores"),
    [
        ("وبالرقة", {"الرقة"}, ["الرقة"]),
        ("وبالرقة", {"رقة", "بالرقة"}, ["بالرقة", "رقة"]),
        ("موسكو", {"موسكو"}, ["موسكو"]),
        ("موسكو", {"وسكو"}, []),
        ("وبالرقة", set(), []),
    ],
)
def test_readings_that_are_known(word: str, known: set[str], cores: list[str]) -> None:
    table = dict.fromkeys(known, 0)
    assert [way.core for way in readings(word, table.get)] == cores


@given(st.text("وفبلكسار", min_size=1, max_size=6), st.data())
def test_a_word_is_listed_where_it_has_a_reading(word: str, data: st.DataObject) -> None:
    cores = st.sampled_from([reading.core for reading in readings(word)])
    table = dict.fromkeys(data.draw(st.sets(cores | st.text("وفبلكسار", max_size=3), max_size=2)), ())
    assert listed(word, table.get) == bool(readings(word, table.get))


@pytest.mark.parametrize(
    ("clitics", "core", "bare", "doubtful"),
    [
        (("و",), "فتح", False, True),
        (("و", "ب"), "قطر", False, True),
        (("ب",), "حماس", False, True),
        (("ب",), "مالي", False, True),
        (("ب",), "شيخه", False, True),
        (("ب",), "توغو", False, True),
        (("و",), "دمشق", False, False),  # four consonants
        (("و",), "دمش", False, True),
        (("و",), "بيروت", False, False),
        (("و",), "الرب", False, False),  # an article
        (("و",), "فتح", True, False),
        ((), "فتح", False, False),
    ],
)
def test_doubtful(clitics: tuple[str, ...], core: str, bare: bool, doubtful: bool) -> None:
    assert Reading(clitics, len(clitics), core, bare).doubtful is doubtful

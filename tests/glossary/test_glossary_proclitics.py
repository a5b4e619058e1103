"""The ways to read a word that something may stick to."""

from __future__ import annotations

import pytest

from mtpipe.glossary.proclitics import Reading, readings


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

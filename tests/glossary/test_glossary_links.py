"""Arabic words and the English ones that they are linked to: by sound, by company, by what stands beside."""

from __future__ import annotations

import pytest

from mtpipe.glossary.links import ArabicWord, Companions, arabic_words, heard, link
from mtpipe.glossary.names import covered


def ways(text: str) -> list[list[str]]:
    return [[way.text for way in word if way.text] for word in arabic_words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("لافروف", [["لافروف", "افروف"]]),
        ("موسكو", [["موسكو"]]),
        ("وبموسكو", [["وبموسكو", "بموسكو", "موسكو"]]),
        ("الرقة", [["الرقة"]]),
        ("للرقة", [["للرقة", "لرقة", "الرقة"]]),
        ("للاذقية", [["للاذقية", "لاذقية", "الاذقية"]]),
        ("ألمانيا", [["ألمانيا"]]),  # no article
        ("لألمانيا", [["لألمانيا", "ألمانيا"]]),
        ("آل", [["آل"]]),
        ("ول", [["ول"]]),
        ("على", [[]]),
        ("الخميس", [[]]),
        ("كانون", [[]]),
        ("Moscow 80", [[], []]),
        ("", []),
    ],
)
def test_arabic_words(text: str, expected: list[list[str]]) -> None:
    found = ways(text)
    assert [sorted(word) for word in found] == [sorted(word) for word in expected]
    for word in arabic_words(text):
        for way in word:
            assert text[: way.end].endswith(way.text.removeprefix("ال")) or not way.text


PARTICLES = [
    *((arabic, english) for arabic in ("أبو", "أبا", "أبي") for english in ("Abu", "Abou")),
    *((arabic, english) for arabic in ("بن", "ابن") for english in ("bin", "ibn", "Ben")),
    ("أم", "Umm"), ("أم", "Um"), ("آل", "Al"), ("آل", "Aal"), ("عبد", "Abd"), ("عبد", "Abdel"), ("عبد", "Abdul"),
    *((arabic, english) for arabic in ("دي", "دو") for english in ("de", "di", "du")),
    ("فان", "van"), ("فون", "von"),
]  # fmt: skip


def linked(text: str, english: str, *sentences: tuple[str, str]) -> list[tuple[str, str]]:
    target = english.split()
    companions = Companions((set(one.split()), set(other.split())) for one, other in sentences)
    found = link(arabic_words(text), list(enumerate(target)), companions)
    return [(one.reading.text, target[one.english]) for one in found]


@pytest.mark.parametrize(("arabic", "english"), PARTICLES)
def test_particles_of_names_are_known(arabic: str, english: str) -> None:
    assert linked(f"{arabic} لافروف", f"{english} Lavrov") == [(arabic, english), ("لافروف", "Lavrov")]
    particle, _ = link(arabic_words(f"{arabic} لافروف"), [(0, english), (1, "Lavrov")], Companions([]))
    assert particle.strength == 1.0


@pytest.mark.parametrize(
    ("text", "english", "expected"),
    [
        ("التقى لافروف بوغدانوف", "Bogdanov Lavrov", [("لافروف", "Lavrov"), ("بوغدانوف", "Bogdanov")]),
        ("لافروف ولافروف", "Lavrov Lavrov", [("لافروف", "Lavrov"), ("لافروف", "Lavrov")]),
        ("لافروف", "Lavrov Lavrov", [("لافروف", "Lavrov")]),
        ("لافروف لافروف", "Lavrov", [("لافروف", "Lavrov")]),
        ("وبموسكو", "Moscow", [("موسكو", "Moscow")]),
        # the surest first, then what stands as far along
        ("بوغدانوف بوجدانوف", "Bogdanov", [("بوغدانوف", "Bogdanov")]),
        ("بوجدانوف بوغدانوف", "Bogdanov", [("بوغدانوف", "Bogdanov")]),
        ("بوغدانوف", "Bojdanov Bogdanov", [("بوغدانوف", "Bogdanov")]),
        # short words: where there is no choice, or beside one that is linked already
        ("سلمى", "Salma", [("سلمى", "Salma")]),
        ("سام", "Sam", [("سام", "Sam")]),
        ("سام سام", "Sam", []),
        ("سام", "Sam Sam", []),
        ("لي", "Li", []),  # one consonant
        ("لي لافروف", "Li Lavrov", [("لي", "Li"), ("لافروف", "Lavrov")]),
        ("سام لافروف", "Sam Lavrov", [("سام", "Sam"), ("لافروف", "Lavrov")]),
        ("لافروف سام", "Lavrov Sam", [("لافروف", "Lavrov"), ("سام", "Sam")]),
        ("لي أمس لافروف", "Li met Lavrov", [("لافروف", "Lavrov")]),
        ("لي لافروف", "Li here Lavrov", [("لافروف", "Lavrov")]),
        ("", "Lavrov", []),
        ("لافروف", "", []),
    ],
)
def test_names_are_linked_by_sound(text: str, english: str, expected: list[tuple[str, str]]) -> None:
    assert linked(text, english) == expected


@pytest.mark.parametrize(
    ("sentences", "dice"),
    [
        ([("الحزب", "Party")] * 3, 1.0),
        ([("الحزب", "Party")] * 2, 0.0),  # too few
        ([("الحزب", "Party")] * 3 + [("الحزب", "")], 6 / 7),
        ([("الحزب", "Party")] * 3 + [("", "Party")] * 2, 6 / 8),
        ([("الحزب", "Party")] * 3 + [("الحزب", "")] * 9, 6 / 15),
        ([("الحزب", ""), ("", "Party")] * 3, 0.0),
        ([], 0.0),
    ],
)
def test_company(sentences: list[tuple[str, str]], dice: float) -> None:
    companions = Companions((set(one.split()), set(other.split())) for one, other in sentences)
    assert companions.dice("الحزب", "Party") == pytest.approx(dice)
    assert companions.dice("الحزب", "Union") == companions.dice("الاتحاد", "Party") == 0.0


def test_one_that_is_translated_is_linked_by_company() -> None:
    met = [("الأخضر الحزب", "green party")] * 4
    assert linked("الحزب", "Party", *met, ("الحزب", "")) == [("الحزب", "Party")]
    assert linked("الحزب", "Party", *met[:3], *[("الحزب", "")] * 5) == []  # six of eleven are too few


@pytest.mark.parametrize(
    ("arabic", "english", "alike"),
    [("لافروف", "Lavrov", True), ("لافروف", "Lavrovgradskaya", False), ("", "Lavrov", False), ("او", "au", False)],
)
def test_heard(arabic: str, english: str, alike: bool) -> None:
    assert (heard(arabic, english) > 0.5) is alike


@pytest.mark.parametrize(
    ("span", "shared"),
    [((0, 2), False), ((0, 3), True), ((3, 4), True), ((4, 6), True), ((5, 6), False), ((5, 8), False), ((0, 9), True)],
)
def test_covered(span: tuple[int, int], shared: bool) -> None:
    assert covered(span, [(2, 5)]) is shared
    assert not covered(span, [])


def test_words_know_where_they_stand() -> None:
    assert arabic_words("في موسكو")[1] == (ArabicWord("موسكو", 3, 8),)

"""How good each place of a sentence is for a cut, and which of them are taken."""

from __future__ import annotations

import pytest

from mtpipe.segment import cut
from mtpipe.segment.cut import COSTS, places

GRADES = ("STRONG", "QUOTATION", "CLAUSE", "CONNECTED", "COMMA", "JOINED", "SPACE", "WEAK", "LAST")


def grades(text: str) -> list[str]:
    return [GRADES[COSTS.index(cost)] for _, cost in places(text)]


def graded(text: str) -> str:
    """Write the grade of each place and a ``|`` into a text."""
    for place, cost in reversed(list(places(text))):
        text = f"{text[:place]}{GRADES[COSTS.index(cost)]}|{text[place:]}"
    return text


def plain(text: str) -> str:
    for grade in GRADES:
        text = text.replace(f"{grade}|", "")
    return text


def sizes(text: str, limit: int) -> list[int]:
    """Return the words of each piece."""
    return [len(text[start:end].split()) for start, end in cut(text, limit, lambda piece: len(piece.split()))]


@pytest.mark.parametrize(
    "marked",
    [
        "عبر WEAK|النهر؛ STRONG|الجيش",
        "عبر WEAK|النهر! STRONG|الجيش",
        "عبر WEAK|النهر. STRONG|الجيش",
        "عبر SPACE|و. LAST|الجيش",
        "قال: QUOTATION|الجيش",
        "عبر SPACE|نهر CLAUSE|- WEAK|جيش",
        "عبر SPACE|نهر CLAUSE|-جيش",
        "عبر CLAUSE|– WEAK|جيش",
        "نصف- WEAK|جيش",
        "عبر SPACE|نهر، COMMA|الجيش",
        "عبر SPACE|نهر، CLAUSE|يصلون",
        "عبر SPACE|نهر، CLAUSE|وعادوا",
        "عبر SPACE|نهر، COMMA|وهو",
        "عبر SPACE|نهر، COMMA|والجيش",
        "عبر SPACE|نهر، CLAUSE|قالت",
        "عبر SPACE|نهر, COMMA|جيش",
        "عبر SPACE|نهر، CLAUSE|بينما",
        "عبر SPACE|نهر CONNECTED|بينما",
        "عبر SPACE|نهر CONNECTED|على LAST|أن",
        "عبر SPACE|نهر WEAK|علي LAST|أن",
        "أكد WEAK|على LAST|أن",
        "وأكد WEAK|على LAST|أن",
        "أكد SPACE|رجل WEAK|على LAST|أن",
        "أكد SPACE|رجل SPACE|كبير CONNECTED|على LAST|أن",
        "حذر LAST|من LAST|أن",
        "بالنسبة LAST|إلى WEAK|نهر",
        "غير LAST|أنه",
        "12 WEAK|من LAST|أن",
        "عبد LAST|الله",
        "كتب SPACE|Boris LAST|Johnson",
        "كتب SPACE|Boris SPACE|johnson",
        "كتب SPACE|ABC LAST|Johnson",
        "he SPACE|left CONNECTED|because SPACE|rain",
        "في WEAK|نهر",
        "وعندما WEAK|نهر",
        "وأن WEAK|نهر",
        "بلغ WEAK|80 WEAK|كيلو",
        "بلغ WEAK|10 LAST|000",
        "بلغ SPACE|كيلو WEAK|80",
        "عبر SPACE|نهر JOINED|من",
        "عبر SPACE|نهر JOINED|وجيش",
        "عبر SPACE|نهر SPACE|وب",
        "عبر SPACE|نهر JOINED|سيعبر",
        "عبر SPACE|نهر WEAK|النهر",
        "عبر SPACE|نهر SPACE|كبير",
        "وقال SPACE|«قوات LAST|سوريا» SPACE|ثم",
        "وقال SPACE|(قوات LAST|سوريا) SPACE|ثم",
        "وقال QUOTATION|(قوات SPACE|سوريا JOINED|في WEAK|شمال WEAK|البلاد SPACE|كلها) QUOTATION|ثم",
        "وقال QUOTATION|((قوات LAST|سوريا LAST|في LAST|شمال WEAK|البلاد SPACE|كلها)) QUOTATION|ثم",
        'وقال SPACE|"قوات SPACE|بلا',
        "وقال SPACE|«قوات LAST|كبيرة LAST|بلا LAST|جيش",
        "عبر\nSTRONG|نهر",
        "عبر SPACE|هو. STRONG|جيش",
        " عبر SPACE|نهر ",
    ],
)
def test_grades(marked: str) -> None:
    assert graded(plain(marked)) == marked


@pytest.mark.parametrize(("extra", "is_name"), [(-1, True), (1, False)])
@pytest.mark.parametrize(("opening", "closing"), [("«", "»"), ("(", ")")])
def test_a_name_in_quotes_or_brackets(opening: str, closing: str, extra: int, is_name: bool) -> None:
    text = f"عبر {opening}{'نهر كبير'.ljust(24 + extra, 'ب')}{closing} ثم"
    edge, inside = ("SPACE", "LAST") if is_name else ("QUOTATION", "SPACE" if opening == "(" else "LAST")
    assert grades(text) == [edge, inside, edge]


def test_the_first_words_of_a_quotation() -> None:
    text = "عبر «" + "نهر " * 9 + "نهر»"
    opening, rest = ["LAST"] * 3, ["SPACE"] * 6
    assert grades(text) == ["QUOTATION", *opening, *rest]
    assert grades(text.replace("«", "« ")) == ["QUOTATION", "LAST", *opening, *rest]  # its own space ends no word


@pytest.mark.parametrize(
    ("words", "limit", "expected"),
    [
        (9, 5, [4, 5]),
        (12, 7, [6, 6]),
        (20, 6, [5, 5, 5, 5]),
        (30, 10, [9, 7, 7, 7]),  # a third piece of ten would have no room to spare
        (31, 10, [7, 8, 8, 8]),
        (60, 10, [9, 9, 10, 8, 8, 8, 8]),
        (100, 9, [8, 8, 9, 8, 8, 9, 8, 8, 9, 8, 8, 9]),
    ],
)
def test_pieces_are_even(words: int, limit: int, expected: list[int]) -> None:
    assert sizes("نهر " * words, limit) == expected


@pytest.mark.parametrize(
    ("sign", "place", "expected"),
    [
        ("،", 5, [7, 7]),
        ("،", 6, [6, 8]),  # a comma is worth a word off the middle
        ("،", 8, [8, 6]),
        ("،", 9, [7, 7]),
        ("؛", 3, [7, 7]),
        ("؛", 4, [4, 5, 5]),  # a semicolon three, and a piece more
        ("؛", 5, [5, 9]),
        ("؛", 9, [9, 5]),
        ("؛", 10, [5, 5, 4]),
        (" بينما", 6, [6, 9]),
        (" بينما", 9, [9, 6]),
    ],
)
def test_what_a_place_is_worth(sign: str, place: int, expected: list[int]) -> None:
    assert sizes("نهر " * (place - 1) + f"نهر{sign} " + "نهر " * (14 - place), 9) == expected


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("abcdef", 3, ["abc", "def"]),
        ("a", 1, ["a"]),
        ("ab", 1, ["a", "b"]),
        ("كَكَكَ", 1, ["كَ", "كَ", "كَ"]),
        ("12345abc", 6, ["12345", "abc"]),
        ("ab1234cd", 5, ["ab", "1234", "cd"]),
        ("ab " + "x" * 100, 30, ["ab ", *["x" * 25] * 4]),  # no place near the middle
    ],
)
def test_a_word_over_the_limit(text: str, limit: int, pieces: list[str]) -> None:
    assert [text[start:end] for start, end in cut(text, limit, len)] == pieces


@pytest.mark.parametrize(("limit", "times"), [(7, 3), (8, 1), (9, 1)])
def test_a_text_within_its_limit_is_measured_once(limit: int, times: int) -> None:
    measured: list[str] = []

    def length(piece: str) -> int:
        measured.append(piece)
        return len(piece)

    assert len(cut("نهر كبير", limit, length)) == (times + 1) // 2
    assert len(measured) == times
    assert cut("", limit, length) == []


@pytest.mark.parametrize(
    ("place", "expected"),
    [(44, [9, 9, 9, 9, 8, 8, 8]), (48, [8, 8, 8, 8, 8, 8, 6, 6]), (52, [8, 8, 8, 8, 6, 5, 9, 8])],
)
def test_a_long_text_is_halved_near_its_middle(place: int, expected: list[int]) -> None:
    assert sizes("نهر " * (place - 1) + "نهر؛ " + "نهر " * (60 - place), 10) == expected


def test_a_quotation_at_the_very_beginning() -> None:
    assert graded("«قوات سوريا» ثم") == "«قوات LAST|سوريا» SPACE|ثم"
    assert grades("«نحن هنا مع جيشنا كله من غير شك» ثم")[-1] == "QUOTATION"
    assert graded("“قوات” نهر كبير") == "“قوات” SPACE|نهر SPACE|كبير"
    assert grades("(قوات سوريا في شمال البلاد كلها) «قوات سوريا» ثم")[-2:] == ["LAST", "SPACE"]

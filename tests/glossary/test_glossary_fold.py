"""What folding takes away, and what it leaves."""

from __future__ import annotations

from string import ascii_letters, digits, punctuation

import pytest

from mtpipe.glossary.fold import HAMZA, TANWIN, alternatives, fold, folded_words, offset

ALL = ascii_letters + digits + punctuation


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("أإآٱا", "ااااا"), ("ؤو", "وو"), ("ئىیېي", "ييييي"), ("ةۀہھەه", "هههههه"), ("کك", "كك"), ("ءـ", ""),
        ("بتثجحخدذرزسشصضطظعغفقلمن", "بتثجحخدذرزسشصضطظعغفقلمن"), ("گڨڭپڤچژ", "گڨڭپڤچژ"),
        ("بَُِّْٰ", "ب"), ("\u200cب\u200d\u200e\u200f\xad", "ب"), ("\u0610\u061a\u06d6\u06ed\u0653\u0654\u0655", ""),
        ("٣٫٥ ،؛؟", "٣٫٥ ،؛؟"), (ALL, ALL.lower()), ("É", "é"), ("", ""),
    ],
)  # fmt: skip
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("في موسكو، أمس", ["في", "موسكو", "امس"]),
        ("إف-16 F16", ["اف", "16", "f16"]),
        ("ء", []),
        ("\u06e5", []),
        ("snake_case", ["snake", "case"]),
        ("الرَّقّة", ["الرقه"]),
        ("وفاء", [f"وفا{HAMZA}"]),
        ("شاطئ شاطيء", [f"شاطي{HAMZA}"] * 2),
        ("قراءة", ["قراه"]),
        ("سورياً سوريًا", [f"سوريا{TANWIN}"] * 2),
        ("جداً", ["جدا"]),
        ("", []),
    ],
)
def test_folded_words(text: str, words: list[str]) -> None:
    found = list(folded_words(text))
    assert [word.folded for word in found] == words
    assert all(fold(text[word.start : word.end]) == word.folded.rstrip(HAMZA + TANWIN) for word in found)


@pytest.mark.parametrize(
    ("written", "letters", "place"),
    [("وَبالرقة", 0, 0), ("وَبالرقة", 1, 2), ("وَبالرقة", 2, 3), ("وب", 2, 2), ("وب", 9, 2), ("ـب", 0, 1), ("", 0, 0)],
)
def test_offset(written: str, letters: int, place: int) -> None:
    assert offset(written, letters) == place


@pytest.mark.parametrize(
    ("folded", "spellings"),
    [
        ("موسكو", ["موسكو"]), ("گ", ["گ", "ك", "ج", "غ", "ق"]), ("ڨ", ["ڨ", "ك", "ج", "غ", "ق"]),
        ("ڭ", ["ڭ", "ك", "ج", "غ", "ق"]), ("پ", ["پ", "ب"]), ("ڤ", ["ڤ", "ف"]), ("چ", ["چ", "ج", "تش"]),
        ("ژ", ["ژ", "ج", "ز"]), ("پاڤ", ["پاڤ", "پاف", "باڤ", "باف"]),
    ],
)  # fmt: skip
def test_alternatives(folded: str, spellings: list[str]) -> None:
    assert list(alternatives(folded)) == spellings


def test_alternatives_of_a_word_are_64_at_most() -> None:
    assert len(alternatives("پ" * 6)) == 64
    assert alternatives("پ" * 7) == ("پ" * 7,)

"""Cleaning: what readers see keeps its letters and can be written anywhere."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.intake import clean, normalise

# XML 1.0, fifth edition, production 2
LEGAL = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
tricky = st.text(
    alphabet="ابىةأ\u064b\ufd3c\u064e\u0651\u0654ـ\u200b\u200c\u200d\u200e\u202a\u202e\u202c\u2066\u2069\ufeff\u00ad "
    "\n\r\t\u00a0\u2028\x00\x0b\x1f\x85\ufffe\uffff\ud800\ufdf2\ufdfa\ufefb\ufc60٣٫«»e\u0301\U0001f468\ufe0f"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("التسوية السياسيّة أنّ مُحَمَّدٌ", "التسوية السياسيّة أنّ مُحَمَّدٌ"),
        ("كتــاب ٣٫٥٪", "كتــاب ٣٫٥٪"),
        ("نقطة الزگاف «داعش»", "نقطة الزگاف «داعش»"),
        ("سطر\nآخر\r\n\tثالث\u00a0رابع", "سطر آخر ثالث رابع"),
        ("\u202eتنكّر\u202c \u2067عزل\u2069 \u202aلات\u202c", "تنكّر عزل لات"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\ufeffال\u00adرقة\u200b", "الرقة"),
        ("\ufee3\ufea4\ufee4\ufeaa \ufefb \ufdf2 \ufdfa", "محمد لا الله \ufdfa"),
        ("ا\u0654حمد", "أحمد"),
        ("مح\ufc60مد", "مح\u064e\u0651مد"),  # NFC puts the fatha (class 30) before the shadda (33)
        ("a\x00b\x07\ud800\uffff", "ab"),
        ("\n \u200b", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.one_of(tricky, st.text()))
def test_clean_text_is_fit_to_be_shown(text: str) -> None:
    shown = clean(text)
    assert clean(shown) == shown
    assert LEGAL.fullmatch(shown)
    assert not re.search(r"[\n\r\t\u202a-\u202e\u2066-\u2069\ufeff\u00ad]|  ", shown)
    assert unicodedata.is_normalized("NFC", shown)


@given(st.one_of(tricky, st.text()))
def test_cleaning_changes_nothing_for_the_model(text: str) -> None:
    assert normalise(clean(text)) == normalise(text)

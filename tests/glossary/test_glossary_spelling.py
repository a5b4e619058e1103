"""How alike names sound across the scripts: the letters of both, what spellings exchange, and what each costs."""

from __future__ import annotations

import pytest

from mtpipe.glossary.spelling import alikeness, arabic_alikeness, arabic_sounds, consonants, english_alikeness

SAME = 0.9
"""Names of three consonants that differ in a short vowel are above it, those of which one consonant is near, below."""
NEAR = 0.85
"""And those of which one consonant is another, far below."""


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("بسام", "Basam"), ("تامر", "Tamir"), ("طارق", "Tariq"), ("ثابت", "Thabit"), ("جمال", "Jamal"),
        ("حاتم", "Hatim"), ("خالد", "Khalid"), ("شيخ", "Sheikh"), ("خامنئي", "Khamenei"), ("دانيال", "Danial"),
        ("ضياء", "Dia"), ("ذبيان", "Dhibian"), ("رامي", "Rami"), ("زاهر", "Zahir"), ("ظافر", "Dhafir"),
        ("سامي", "Sami"), ("صابر", "Sabir"), ("شاكر", "Shakir"), ("غسان", "Ghasan"), ("فارس", "Faris"),
        ("قاسم", "Qasim"), ("كامل", "Kamil"), ("ليلى", "Laili"), ("مالك", "Malik"), ("نادر", "Nadir"),
        ("هاشم", "Hashim"), ("گاگا", "Gaga"), ("ڨابس", "Gabis"), ("ڭادير", "Gadir"), ("پاريس", "Paris"),
        ("ڤارنا", "Varna"), ("چاد", "Chad"), ("ژانا", "Zana"), ("کريم", "Karim"), ("علي", "Ali"), ("نور", "Nur"),
        ("غادة", "Ghada"), ("مكسيم", "Maxim"),
    ],
)  # fmt: skip
def test_each_letter_has_its_sound(arabic: str, english: str) -> None:
    assert alikeness(arabic, english) >= SAME


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("سامي", "Sami"), ("نور", "Nur"), ("علي", "Ali"), ("دانيال", "Danial"), ("شيخ", "Sheikh"),
        ("غادة", "Ghada"),  # what ends in ة ends in a vowel
        ("القادر", "قادر"), ("الخان", "الخان"),
        ("الخالدي", "khaldi"), ("الشام", "Sham"),  # the article is not heard
        ("القادر الشام", "Qadr al-Sham"),  # in each word
    ],
)  # fmt: skip
def test_what_sounds_quite_the_same(arabic: str, english: str) -> None:
    assert (arabic_alikeness if not english.isascii() else alikeness)(arabic, english) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tchad", "Chad"), ("Schwartz", "Shwartz"), ("Joseph", "Josef"), ("Frederick", "Frederik"),
        ("Quito", "Kito"), ("Maxim", "Maksim"), ("Celine", "Seline"), ("Cilicia", "Silisia"), ("Carim", "Karim"),
        ("Dawud", "Daud"), ("Yasin", "Iasin"), ("Selim", "Silim"), ("Omar", "Umar"),
        ("Hassan", "Hasan"), ("Abdullah", "Abdulla"), ("O'Neill", "Oneil"),
        ("al-Khalid", "Khalid"), ("el-Khalid", "Khalid"), ("ad-Dar", "Dar"), ("an-Nur", "Nur"), ("ar-Rafi", "Rafi"),
        ("as-Sami", "Sami"), ("at-Tamr", "Tamr"), ("az-Zahr", "Zahr"), ("ash-Sham", "Sham"),
        ("Abd ar-Rahim", "Abd Rahim"),
    ],
)  # fmt: skip
def test_two_ways_to_write_the_same_sounds(one: str, other: str) -> None:
    assert english_alikeness(one, other) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [("Abu-Khalid", "Khalid"), ("Rahmat", "Ramat"), ("Alkhalid", "Khalid"), ("Shahr", "Shar"), ("Basil", "Bashil")],
)
def test_what_is_written_differently_and_sounds_so(one: str, other: str) -> None:
    assert english_alikeness(one, other) < 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kadir", "Qadir"), ("Gabas", "Qabas"), ("Gamal", "Kamal"), ("Gamal", "Jamal"), ("Jalal", "Chalal"),
        ("Chalal", "Shalal"), ("Khasan", "Kasan"), ("Khasan", "Hasan"), ("Basha", "Pasha"), ("Faris", "Varis"),
        ("Basil", "Vasil"), ("Navaf", "Nawaf"), ("Samir", "Zamir"), ("Salim", "Shalim"), ("Tabit", "Thabit"),
        ("Thabit", "Sabit"), ("Dakir", "Dhakir"), ("Dhakir", "Zakir"), ("Shamil", "Jamil"), ("Jamil", "Zamil"),
        ("Gasan", "Khasan"), ("Damir", "Tamir"),
    ],
)  # fmt: skip
def test_sounds_that_spellings_exchange_cost_little(one: str, other: str) -> None:
    assert NEAR <= english_alikeness(one, other) == english_alikeness(other, one) < SAME


@pytest.mark.parametrize(
    ("one", "other", "cost"),
    [
        ("salim", "salam", 0.1),  # one vowel for another
        ("salim", "salm", 0.2),  # one that is not written
        ("kamal", "qamal", 0.35),
        ("salim", "ralim", 1.0),
        ("salim", "slm", 0.4),
        ("kamal", "amal", 1.0),
        ("amal", "kamal", 1.0),
        ("kamal", "qamar", 1.35),
    ],
)
def test_what_a_difference_costs(one: str, other: str, cost: float) -> None:
    weight = max(consonants(one) + 0.2 * (len(one) - consonants(one)), consonants(other) + 0.4)
    assert english_alikeness(one, other) == pytest.approx(1 - cost / weight)


@pytest.mark.parametrize(
    ("one", "other"), [("", ""), ("", "Salim"), ("Salim", ""), ("123", "Salim"), ("bdr", "slm"), ("a", "kdbrm")]
)
def test_what_has_nothing_in_common(one: str, other: str) -> None:
    assert english_alikeness(one, other) == 0.0


@pytest.mark.parametrize(
    ("spelling", "sounds"),
    [
        ("الرقة", "rqa"),  # the article is left out, but of words as short as the next
        ("الحب", "alhb"),
        ("القدس", "qds"),
        ("محمد الحسن", "mhmdhsn"),
        ("ألبرتو", "albrtu"),  # no article
        ("إلياس", "alias"),
        ("اللّه", "alh"),
        ("هـــادي", "hadi"),
        ("سلمى", "slmi"),
        ("إف-16", "af"),
        ("", ""),
    ],
)
def test_sounds_of_arabic(spelling: str, sounds: str) -> None:
    assert arabic_sounds(spelling) == sounds

from __future__ import annotations

import pytest

from mtpipe.glossary import Entry
from mtpipe.glossary.edits import rewrite
from mtpipe.glossary.english import begins_with_vowel, form_at, places, starts_sentence, words
from mtpipe.glossary.repair import related
from mtpipe.glossary.spelling import alikeness, english_alikeness

RAQQA = Entry("الرقة", "Raqqa", variants=("Ar-Raqqah", "Rakka"))
CEASEFIRE = Entry("هدنة", "ceasefire", case="sentence", variants=("truce",))
QAEDA = Entry("القاعدة", "al-Qaeda", case="sentence")
ANY = Entry("برلمان", "parliament", case="any")
HAGUE = Entry("لاهاي", "The Hague")
UN = Entry("الأمم المتحدة", "UN")
DEIR = Entry("دير الزور", "Deir ez-Zor")
SANAA = Entry("صنعاء", "Sana'a")
SANA = Entry("سانا", "Sana")


@pytest.mark.parametrize(
    ("text", "entry", "expected"),
    [
        ("in Raqqa.", RAQQA, [("Raqqa", True)]),
        ("Raqqa and Raqqa's \"Raqqa\" (Raqqa)", RAQQA, [("Raqqa", True)] * 4),
        ("a Raqqa-based, pro-Raqqa group", RAQQA, [("Raqqa", True)] * 2),
        ("Raqqan, Raqqas, uRaqqa, Raqqa2", RAQQA, []),
        ("RAQQA", RAQQA, [("RAQQA", False)]),
        ("raqqa", RAQQA, []),  # as common is no Common: in doubt it is not the name
        ("Ar-Raqqah and Rakka", RAQQA, [("Ar-Raqqah", False), ("Rakka", False)]),
        ("in al-Raqqa and Ar-Raqqa", RAQQA, [("al-Raqqa", False), ("Ar-Raqqa", False)]),
        ("a ceasefire. Ceasefire now", CEASEFIRE, [("ceasefire", True), ("Ceasefire", True)]),
        ("the Ceasefire", CEASEFIRE, [("Ceasefire", False)]),
        ('he said: "Ceasefire"', CEASEFIRE, [("Ceasefire", True)]),
        ("a truce", CEASEFIRE, [("truce", False)]),
        ("Al-Qaeda and al-Qaeda and Al-Qaeda", QAEDA, [("Al-Qaeda", True), ("al-Qaeda", True), ("Al-Qaeda", False)]),
        ("al Qaeda", QAEDA, [("al Qaeda", False)]),
        ("Parliament, parliament, PARLIAMENT", ANY, [("Parliament", True), ("parliament", True), ("PARLIAMENT", True)]),
        ("to the Hague", HAGUE, [("the Hague", False)]),
        ("tell us about the UN", UN, [("UN", True)]),
        ("un peu", UN, []),
        ("Deir ez Zor, Deir Ez-Zor, Deir  ez-Zor", DEIR, [("Deir ez Zor", False), ("Deir Ez-Zor", False),
         ("Deir  ez-Zor", False)]),
        ("Sana’a and Sanaa and Sana'a", SANAA, [("Sana’a", False), ("Sanaa", False), ("Sana'a", True)]),
        ("Sana'a", SANA, []),
        ("Sana's", SANA, [("Sana", True)]),
        ("O'Raqqa", RAQQA, []),
        ("", RAQQA, []),
    ],
)  # fmt: skip
def test_places(text: str, entry: Entry, expected: list[tuple[str, bool]]) -> None:
    assert [(text[place.start : place.end], place.exact) for place in places(text, entry)] == expected


@pytest.mark.parametrize(
    ("form", "vowel"),
    [
        ("Aleppo", True), ("Idlib", True), ("Raqqa", False), ("European", False), ("United Nations", False),
        ("UN", False), ("US", False), ("FBI", True), ("UAE", False), ("ISIS", True), ("NATO", False), ("SDF", True),
        ("hour", True), ("Homs", False), ("university", False), ("unimportant", True), ("Umm Qasr", True),
        ("Ukrainian", False), ("Uganda", False), ("umbrella", True), ("one", False), ("al-Qaeda", True), ("8", False),
        ("U.N. envoy", False), ("U.S. president", False), ("F.B.I.", True), ("S-400", True), ("F-16", True),
        ("UNESCO", False), ("UNHCR", False), ("UNRWA", True), ("UEFA", False), ("unescorted", True), ("Uyghur", False),
        ("Uzbek", True), ("Ouagadougou", False), ("Oujda", True), ("L'Oréal", False), ("O'Neill", True),
        ("T-72", False), ("Egyptian", True), ("oil", True), ("Umm", True), ("heir", True), ("honor", True),
        ("honest", True), ("Hama", False), ("'Aleppo'", True), ("“Raqqa", False), ("(Idlib", True), ("...", False),
        ("", False),
    ],
)  # fmt: skip
def test_a_or_an(form: str, vowel: bool) -> None:
    assert begins_with_vowel(form) is vowel


@pytest.mark.parametrize(
    ("text", "at", "start"),
    [
        ("Raqqa", 0, True), ("“Raqqa", 1, True), ("Done. Raqqa", 6, True), ("Done.” Raqqa", 7, True),
        ("in Raqqa", 3, False), ("3.5 Raqqa", 4, False), ("Who? (Raqqa", 6, True), ("he said: Raqqa", 9, False),
        ("the U.S. president", 9, False), ("Gen. “Haftar”", 6, False), ("in St. Petersburg", 7, False),
        ("He saw us. Raqqa", 11, True),
    ],
)  # fmt: skip
def test_starts_sentence(text: str, at: int, start: bool) -> None:
    assert starts_sentence(text, at) is start


def test_form_at_follows_the_case_rule() -> None:
    assert form_at("truce holds", 0, CEASEFIRE) == "Ceasefire"
    assert form_at("a truce", 2, CEASEFIRE) == "ceasefire"
    assert form_at("qaeda", 0, Entry("القاعدة", "al-Qaeda", case="exact")) == "al-Qaeda"


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("in Rakka now", "Rakka", "Raqqa", "in Raqqa now"),
        ("Rakka's walls", "Rakka", "Raqqa", "Raqqa's walls"),
        ("the Rakkas' walls", "Rakkas", "Raqqa", "the Raqqa's walls"),
        ("Hims' walls", "Hims", "Homs", "Homs' walls"),
        ("the name 'Rakkas' is", "Rakkas", "Raqqa", "the name 'Raqqa' is"),
        ("a Daesh fighter", "Daesh", "ISIS", "an ISIS fighter"),
        ("A Daesh fighter", "Daesh", "ISIS", "An ISIS fighter"),
        ("an ISIS fighter", "ISIS", "Daesh", "a Daesh fighter"),
        ("a UN envoy", "UN", "U.N.", "a U.N. envoy"),
        ("a “Daesh” fighter", "Daesh", "ISIS", "an “ISIS” fighter"),
        ("a Halab man", "Halab", "Aleppo", "an Aleppo man"),
        ("Vitamin A Halab", "Halab", "Aleppo", "Vitamin A Aleppo"),
        ("data Halab", "Halab", "Aleppo", "data Aleppo"),
        ("an Uman street", "Uman", "Oman", "an Oman street"),
        ("Rakka", "Rakka", "Raqqa", "Raqqa"),
    ],
)
def test_rewrite(text: str, old: str, new: str, expected: str) -> None:
    start = text.index(old)
    got, (span,) = rewrite(text, [(start, start + len(old))], {0: new})
    assert got == expected
    assert span is not None
    assert got[span[0] : span[1]] == new


def test_rewrite_moves_all_spans() -> None:
    text = "a Daesh man, Raqqa, Halab"
    spans = [(2, 7), None, (13, 18), (20, 25)]
    got, moved = rewrite(text, spans, {0: "Islamic State", 3: "Aleppo"})
    assert got == "an Islamic State man, Raqqa, Aleppo"
    assert [got[span[0] : span[1]] if span else None for span in moved] == ["Islamic State", None, "Raqqa", "Aleppo"]


def test_words_leave_out_possessives() -> None:
    text = "Sana'a's al-Zgaf, Deir ez-Zor’s 3 O'Neill"
    assert [text[start:end] for start, end in words(text)] == ["Sana'a", "al-Zgaf", "Deir", "ez-Zor", "O'Neill"]


@pytest.mark.parametrize(
    ("spelling", "english", "alike"),
    [
        ("لافروف", "Lavrov", True), ("لافروف", "Lafrouf", True), ("لافروف", "Lebanon", False),
        ("لافروف", "Lawrence", False), ("غاتيلوف", "Ghatilouf", True), ("غاتيلوف", "Government", False),
        ("بوغدانوف", "Bogdanoff", True), ("بوغدانوف", "Boston", False), ("إنترفاكس", "Interfacs", True),
        ("تدمر", "Tadmur", True), ("تدمر", "Today", False), ("واشنطن", "Uashinton", True), ("واشنطن", "Wales", False),
        ("حلب", "Halab", True), ("القاهرة", "Kahira", True), ("القاهرة", "Korea", False), ("رويترز", "Roiters", True),
        ("رويترز", "Russia", False), ("شريف", "Cherif", True), ("", "Sharif", False), ("شريف", "", False),
    ],
)  # fmt: skip
def test_alikeness(spelling: str, english: str, alike: bool) -> None:
    assert (alikeness(spelling, english) >= 0.8) is alike


def test_english_alikeness_is_symmetric() -> None:
    assert english_alikeness("Mohammed", "Muhamad") == english_alikeness("Muhamad", "Mohammed") > 0.9
    assert english_alikeness("Mohammed", "Mahmoud") < english_alikeness("Mohammed", "Mohamad")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Syrian", "Syria", True), ("Syria", "Syrian", True), ("Turkish", "Turkey", True), ("Iraqi", "Iraq", True),
        ("ceasefires", "ceasefire", True), ("Rakka", "Raqqa", False), ("Deir Ezzor", "Deir ez-Zor", False),
        ("Lavrof", "Lavrov", False), ("Russian", "Rosian", False),
    ],
)  # fmt: skip
def test_related(one: str, other: str, expected: bool) -> None:
    assert related(one, other) is expected

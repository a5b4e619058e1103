from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.glossary import Entry, Glossary, Matcher
from mtpipe.glossary.fold import Word, alternatives, fold, folded_words, is_plain, offset
from mtpipe.glossary.starts import EDGES
from mtpipe.intake.normalise import normalise

E = Entry


def matcher(*entries: Entry | tuple[str, str]) -> Matcher:
    return Matcher(Glossary(tuple(item if isinstance(item, Entry) else Entry(*item) for item in entries)))


@pytest.mark.parametrize(
    ("text", "term", "span", "core"),
    [
        # whole words
        ("وصل إلى الرقة", "الرقة", "الرقة", "الرقة"),
        ("الرقة", "الرقة", "الرقة", "الرقة"),
        ("«الرقة»", "الرقة", "الرقة", "الرقة"),
        ("(الرقة)، أمس", "الرقة", "الرقة", "الرقة"),
        ("الرقة.", "الرقة", "الرقة", "الرقة"),
        ("الرقة-حلب", "حلب", "حلب", "حلب"),
        # a name inside a word is no match
        ("سلوك الناس", "سلو", None, None),
        ("وصل عليه", "علي", None, None),
        ("الرقية", "الرقة", None, None),
        ("استرقة", "الرقة", None, None),
        ("سوريالية", "سوريا", None, None),
        ("حلبة", "حلب", None, None),
        # proclitics and their chains
        ("وبالرقة مساء", "الرقة", "وبالرقة", "الرقة"),
        ("والرقة", "الرقة", "والرقة", "الرقة"),
        ("فالرقة", "الرقة", "فالرقة", "الرقة"),
        ("بالرقة", "الرقة", "بالرقة", "الرقة"),
        ("كالقاهرة", "القاهرة", "كالقاهرة", "القاهرة"),
        ("وكالقاهرة", "القاهرة", "وكالقاهرة", "القاهرة"),
        ("لموسكو", "موسكو", "لموسكو", "موسكو"),
        ("فلموسكو", "موسكو", "فلموسكو", "موسكو"),
        ("وبحلب", "حلب", "وبحلب", "حلب"),
        ("بحلب", "حلب", "بحلب", "حلب"),
        ("ولكن", "كن", None, None),
        # the alef that is lost in لل
        ("للرقة", "الرقة", "للرقة", "لرقة"),
        ("وللرقة", "الرقة", "وللرقة", "لرقة"),
        ("فللقاهرة", "القاهرة", "فللقاهرة", "لقاهرة"),
        ("للأمم المتحدة", "الأمم المتحدة", "للأمم المتحدة", "لأمم المتحدة"),
        ("للاذقية", "اللاذقية", "للاذقية", "لاذقية"),
        ("للميادين", "الميادين", "للميادين", "لميادين"),
        ("لليبيا", "ليبيا", "لليبيا", "ليبيا"),
        # an article that the entry has does not come off the text
        ("في رقة", "الرقة", None, None),
        # the first letter belongs to the name
        ("وائل", "ائل", "وائل", "ائل"),  # only if somebody lists it
        ("وائل", "وائل", "وائل", "وائل"),
        ("ووائل", "وائل", "ووائل", "وائل"),
        ("بيروت", "بيروت", "بيروت", "بيروت"),
        ("ببيروت", "بيروت", "ببيروت", "بيروت"),
        ("كمال", "كمال", "كمال", "كمال"),
        ("لكمال", "كمال", "لكمال", "كمال"),
        ("وفادي", "فادي", "وفادي", "فادي"),
        ("سوريا", "وريا", None, None),
        ("سمير", "مير", None, None),  # س sticks to verbs only
        # spelling
        ("اسطنبول", "إسطنبول", "اسطنبول", "اسطنبول"),
        ("إسطنبول", "اسطنبول", "إسطنبول", "إسطنبول"),
        ("الي احمد", "أحمد", "احمد", "احمد"),
        ("مصطفي", "مصطفى", "مصطفي", "مصطفي"),
        ("مصطفى", "مصطفي", "مصطفى", "مصطفى"),
        ("الرقه", "الرقة", "الرقه", "الرقه"),
        ("مسئول", "مسؤول", None, None),  # another seat after another vowel is another letter
        ("آمنة", "امنة", "آمنة", "آمنة"),
        # the hamza that ends a word belongs to it
        ("علاء", "علا", None, None),
        ("علاء", "علاء", "علاء", "علاء"),
        ("وفاء", "وفا", None, None),
        ("وفاء", "وفاء", "وفاء", "وفاء"),
        ("وَفاءُ", "وفاء", "وَفاءُ", "وَفاءُ"),
        ("وفاءً", "وفاء", "وفاءً", "وفاءً"),
        ("وفا", "وفاء", None, None),
        ("ابن سيناء", "ابن سينا", None, None),
        ("بسيناء", "سيناء", "بسيناء", "سيناء"),
        ("شيء", "شي", None, None),  # "thing" is not Xi
        ("قال شي جين بينغ", "شي", "شي", "شي"),
        ("بدء", "بد", None, None),
        ("اسماء", "أسماء", "اسماء", "اسماء"),
        ("أسماء", "اسماء", "أسماء", "أسماء"),
        ("أسما", "أسماء", None, None),
        ("شاطيء", "شاطئ", "شاطيء", "شاطيء"),
        ("الشاطىء", "الشاطئ", "الشاطىء", "الشاطىء"),
        ("قاري", "قارئ", None, None),
        ("شئ", "شيء", "شئ", "شئ"),
        ("هيئة", "هيأة", None, None),
        ("مساءلة", "مسالة", "مساءلة", "مساءلة"),  # inside a word it is dropped as before
        ("کرمان", "كرمان", "کرمان", "کرمان"),
        ("هاشمی", "هاشمي", "هاشمی", "هاشمی"),
        ("الرّقّة", "الرقة", "الرّقّة", "الرّقّة"),
        ("وَبِالرَّقة", "الرقة", "وَبِالرَّقة", "الرَّقة"),
        ("الرقـــة", "الرقة", "الرقـــة", "الرقـــة"),
        # letters that Arabic has not
        ("الزقاف", "الزگاف", "الزقاف", "الزقاف"),
        ("بالزكاف", "الزگاف", "بالزكاف", "الزكاف"),
        ("الزجاف", "الزگاف", "الزجاف", "الزجاف"),
        ("الزغاف", "الزگاف", "الزغاف", "الزغاف"),
        ("والزگاف", "الزگاف", "والزگاف", "الزگاف"),
        ("الزگاف", "الزقاف", None, None),  # the text is left as it is
        ("باريس", "پاريس", "باريس", "باريس"),
        ("فولفو", "ڤولڤو", "فولفو", "فولفو"),
        ("تشيلي", "چيلي", "تشيلي", "تشيلي"),
        ("جيلي", "چيلي", "جيلي", "جيلي"),
        ("زان", "ژان", "زان", "زان"),
        # several words
        ("قال دي ميستورا أمس", "دي ميستورا", "دي ميستورا", "دي ميستورا"),
        ("ودي ميستورا", "دي ميستورا", "ودي ميستورا", "دي ميستورا"),
        ("وبدير الزور", "دير الزور", "وبدير الزور", "دير الزور"),
        ("دير  الزور", "دير الزور", "دير  الزور", "دير  الزور"),
        ("دير، الزور", "دير الزور", None, None),
        ("دير «الزور»", "دير الزور", None, None),
        ("دير والزور", "دير الزور", None, None),
        ("دير", "دير الزور", None, None),
        ("مصر والسودان", "مصر والسودان", "مصر والسودان", "مصر والسودان"),
        ("وكالة «سبوتنيك» قالت", "وكالة «سبوتنيك»", "وكالة «سبوتنيك", "وكالة «سبوتنيك"),
        ("وكالة سبوتنيك قالت", "وكالة «سبوتنيك»", None, None),
        ("عبر أ.ف.ب أمس", "أ.ف.ب.", "أ.ف.ب", "أ.ف.ب"),
        ("طائرة إف-16 جديدة", "إف-16", "إف-16", "إف-16"),
        # case that shows
        ("رأى أبا القاسم", "أبو القاسم", "أبا القاسم", "أبا القاسم"),
        ("لأبي القاسم", "أبو القاسم", "لأبي القاسم", "أبي القاسم"),
        ("جامع أبي بكر", "جامع أبو بكر", "جامع أبي بكر", "جامع أبي بكر"),
        ("أبي", "أبو", None, None),
        ("الإخوان المسلمين", "الإخوان المسلمون", "الإخوان المسلمين", "الإخوان المسلمين"),
        ("بالحوثيين", "الحوثيون", "بالحوثيين", "الحوثيين"),
        ("ماكرين", "ماكرون", None, None),
        # function words
        ("جلس على الأرض", "علي", None, None),
        ("وعلى", "علي", None, None),
        ("قال علي", "علي", "علي", "علي"),
        ("وعلي", "علي", "وعلي", "علي"),
        ("لأن الوقت", "آن", None, None),
        ("قال أن", "آن", None, None),
        ("قالت آن", "آن", "آن", "آن"),
    ],
)  # fmt: skip
def test_match(text: str, term: str, span: str | None, core: str | None) -> None:
    found = matcher((normalise(term), "X")).find(text)
    assert [text[match.start : match.end] for match in found] == ([span] if span else [])
    assert [text[match.core_start : match.end] for match in found] == ([core] if core else [])


@pytest.mark.parametrize(
    ("text", "clitics"),
    [("وبالرقة", ("و", "ب")), ("للرقة", ("ل",)), ("الرقة", ()), ("فكالرقة", ("ف", "ك")), ("والرقة", ("و",))],
)
def test_clitics(text: str, clitics: tuple[str, ...]) -> None:
    (found,) = matcher(("الرقة", "Raqqa")).find(text)
    assert found.clitics == clitics


@pytest.mark.parametrize(
    ("text", "entries", "expected"),
    [
        ("طلال سلو", [("سلو", "Silo"), ("طلال سلو", "Talal Silo")], ["Talal Silo"]),
        ("قوات سورية", [("سورية", "Syria"), ("قوات سورية الديمقراطية", "SDF")], ["Syria"]),
        ("قوات سورية الديمقراطية", [("سورية", "Syria"), ("قوات سورية الديمقراطية", "SDF")], ["SDF"]),
        # the longer of two that overlap, though the other begins before it
        ("مجلس الأمن القومي الأعلى", [("مجلس الأمن", "SC"), ("الأمن القومي الأعلى", "SNSC")], ["SNSC"]),
        # more words before more letters
        ("آل بن سام الإسكندراني", [("آل بن سام", "Bin Sam"), ("سام الإسكندراني", "Sam of A.")], ["Bin Sam"]),
        # a word between is none of the term's, though what stands before it is one
        ("دير الزور الجديد", [("دير الزور", "Deir ez-Zor"), ("دير الجديد", "New Deir")], ["Deir ez-Zor"]),
        # the leftmost of two that are as long
        ("علي رشد بكر", [("علي رشد", "AAAA"), ("رشد بكر", "BBBB")], ["AAAA"]),
        # the whole word before a peeled one
        ("وائل", [("ائل", "X"), ("وائل", "Wael")], ["Wael"]),
        ("كمال", [("مال", "money"), ("كمال", "Kamal")], ["Kamal"]),
        ("الرقة", [("رقة", "tenderness"), ("الرقة", "Raqqa")], ["Raqqa"]),
        ("للرقة", [("رقة", "tenderness"), ("الرقة", "Raqqa")], ["Raqqa"]),
        ("الرقة والرقة وبالرقة", [("الرقة", "Raqqa")], ["Raqqa"] * 3),
        ("أبو علي وأبو علي", [("علي", "Ali"), ("أبو علي", "Abu Ali")], ["Abu Ali"] * 2),
        # what is listed keeps its entry, whatever another entry's spelling could stand for
        ("الزقاف", [("الزگاف", "Zgaf"), ("الزقاف", "Zqaf")], ["Zqaf"]),
        # a name keeps the article that it has or has not
        ("المفاوضات السورية", [E("سورية", "Syria", "place")], []),
        ("في سورية", [E("سورية", "Syria", "place")], ["Syria"]),
        ("الحسن", [E("حسن", "Hasan", "person")], []),
        ("المغرب", [E("مغرب", "Morocco", "place")], []),
        ("المغرب", [E("المغرب", "Morocco", "place")], ["Morocco"]),
        # s before verbs only
        ("سيزور", [E("يزور", "visit", "verb")], ["visit"]),
        ("وسيزور", [E("يزور", "visit", "verb")], ["visit"]),
        # variants are spellings too
        ("في سوريا", [E("سورية", "Syria", variants=("سوريا", "Syrie"))], ["Syria"]),
    ],
)
def test_which_term(text: str, entries: list[Entry | tuple[str, str]], expected: list[str]) -> None:
    assert [match.entry.target for match in matcher(*entries).find(text)] == expected
    assert [match.entry.target for match in matcher(*reversed(entries)).find(text)] == expected


@pytest.mark.parametrize(
    ("text", "entry", "core"),
    [
        # common nouns may be definite or not
        ("عقدت الهدنة", E("هدنة", "ceasefire", case="sentence"), "الهدنة"),
        ("وبالهدنة", E("هدنة", "ceasefire", case="any"), "الهدنة"),
        ("للهدنة", E("هدنة", "ceasefire", "term"), "لهدنة"),
        ("الهدنة", E("هدنة", "Truce", "noun"), "الهدنة"),
        ("والروسية", E("روسية", "Russian", "adjective"), "الروسية"),
        # names are as listed, and what says nothing of itself is a name
        ("الدعم المالي", E("مالي", "Mali"), None),
        ("الدعم المالي", E("مالي", "Mali", "place"), None),
        ("الدعم المالي", E("مالي", "Mali", "country", case="any"), None),
        ("بالمالي", E("مالي", "Mali", "place"), None),
        ("للمالي", E("مالي", "Mali", "place"), None),
        ("باماكو عاصمة مالي", E("مالي", "Mali", "place"), "مالي"),
        ("لمالي", E("مالي", "Mali", "place"), "مالي"),
        ("القطر", E("قطر", "Qatar", "place"), None),
        ("الهيلدن", E("هيلدن", "van Helden", "person", case="sentence"), None),
        ("القطيف", E("القطيف", "Qatif", "place"), "القطيف"),
        ("للقطيف", E("القطيف", "Qatif", "place"), "لقطيف"),
    ],
)  # fmt: skip
def test_an_article_that_is_not_listed(text: str, entry: Entry, core: str | None) -> None:
    assert [text[match.core_start : match.end] for match in matcher(entry).find(text)] == ([core] if core else [])


@pytest.mark.parametrize(
    ("text", "entry", "doubtful"),
    [
        ("بحماس", "حماس", True),
        ("وفتح الباب", "فتح", True),
        ("بقطر", "قطر", True),
        ("وبقطر", "قطر", True),
        ("ودمشق", "دمشق", False),  # four consonants are no common word
        ("وهدنة", "هدنة", True),
        ("وفا", "فا", True),
        ("في قطر", "قطر", False),  # nothing was peeled
        ("بالعراق", "العراق", False),
        ("للعراق", "العراق", False),
        ("ببغداد", "بغداد", False),
        ("وحركة حماس", "حركة حماس", False),
        ("والهدنة", "هدنة", False),  # its article says that it is a noun
    ],
)
def test_doubtful(text: str, entry: str, doubtful: bool) -> None:
    (found,) = matcher(E(entry, "x", "noun")).find(text)
    assert found.doubtful is doubtful


AMMAN, OMAN = E("عمّان", "Amman", "place"), E("عُمان", "Oman", "place")


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("في عمان", ["Amman", "Oman"]),
        ("وبعمان", ["Amman", "Oman"]),
        ("سلطنة عمان", ["Sultanate of Oman"]),
        ("الزقاف", ["Zgaf", "Zqaf"]),  # spellings derived from two entries
        ("الزغاف", ["Zqaf"]),  # what is listed is no derived spelling's rival
    ],
)
def test_rivals(text: str, candidates: list[str]) -> None:
    others = (E("سلطنة عُمان", "Sultanate of Oman"), E("الزگاف", "Zgaf"), E("الزڨاف", "Zqaf", variants=("الزغاف",)))
    (found,) = matcher(AMMAN, OMAN, *others).find(text)
    assert [entry.target for entry in found.candidates] == candidates


@pytest.mark.parametrize("places", [(AMMAN, OMAN), (OMAN, AMMAN)])
def test_rivals_are_in_the_order_of_the_glossary(places: tuple[Entry, Entry]) -> None:
    (found,) = matcher(*places).find("عمان")
    assert found.candidates == places


ARABIC = st.text(st.sampled_from("ابتةكلموفسأإآىيءؤئ  ،«»َّـABab1"), max_size=40)
TERMS = ["الرقة", "كمال", "مال", "أبو ليلى", "لا", "بابل", "و", "سلا", "تل أبيض"]


@given(ARABIC, st.lists(st.sampled_from(TERMS), max_size=4))
def test_matches_are_in_order_and_in_words(filler: str, terms: list[str]) -> None:
    text = filler.join([" ", *terms, " "])
    edges = {edge for word in folded_words(text) for edge in (word.start, word.end)}
    found = matcher(*((term, term) for term in TERMS)).find(text)
    for match in found:
        assert match.start in edges
        assert match.end in edges
        assert match.start <= match.core_start < match.end
        assert fold(text[match.start : match.core_start]) == fold("".join(match.clitics))
    assert all(before.end <= after.start for before, after in pairwise(found))


@given(
    st.sampled_from([term for term in TERMS if len(term) > 2]),
    st.sampled_from(["", "و", "ف"]),
    st.sampled_from(["", "ب", "ل", "ك"]),
)
def test_every_chain_finds_its_term(term: str, conjunction: str, preposition: str) -> None:
    word = conjunction + preposition + term
    if preposition == "ل" and term.startswith("ال"):
        word = conjunction + "ل" + term[1:]
    (found,) = matcher((term, "X")).find(f"ثم {word} ثم")
    assert found.end - found.start == len(word)


@given(ARABIC)
def test_fold_is_idempotent_and_normalisation_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert [word.folded for word in folded_words(normalise(text))] == [word.folded for word in folded_words(text)]


@given(ARABIC, st.integers(0, 40))
def test_offset_cuts_the_fold(text: str, letters: int) -> None:
    cut = offset(text, letters)
    assert fold(text[cut:]) == fold(text)[letters:]


def test_alternatives_are_bounded() -> None:
    assert len(alternatives("گگ")) == 25
    assert alternatives("گگگگگگگگ") == ("گگگگگگگگ",)


def test_what_is_forgotten_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = (("الرقة", "Raqqa"), ("حلب", "Aleppo"), ("أبو القاسم", "Abu al-Qasim"))
    ends = ("حلب", "أبو القاسم", "عاد")
    texts = [f"{before} الرقة ثم {after}" for before in ("من", "زار", "وبحلب") for after in ends]
    large = matcher(*terms)
    expected = [large.find(text) for text in texts]
    monkeypatch.setattr("mtpipe.glossary.starts.MOST_CHUNKS", 2)
    small = matcher(*terms)
    assert [small.find(text) for text in texts * 3] == expected * 3
    assert len(small._starts) <= 2


@given(st.text(EDGES + "اكـءئ\u064e\u06e5\u200d_1a", min_size=1, max_size=6))
def test_a_word_between_edges_is_the_one_word_of_its_chunk(chunk: str) -> None:
    inner = chunk.strip(EDGES)
    if is_plain(inner):
        begin = chunk.index(inner)
        assert list(folded_words(chunk)) == [Word(fold(inner), begin, begin + len(inner))]

"""Common nouns and adjectives bend, names do not; optional parts and titles; what English makes of a plural."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wordwise import Wordwise

from mtpipe.errors import UsageError
from mtpipe.glossary import Enforcer, Entry, Glossary, Matcher
from mtpipe.glossary.entries import read
from mtpipe.glossary.plural import plural, singular
from mtpipe.settings import GlossarySettings

E = Entry


def spans(text: str, *entries: Entry) -> list[str]:
    return [text[match.start : match.end] for match in Matcher(Glossary(entries)).find(text)]


@pytest.mark.parametrize(
    ("term", "text", "number", "enclitic"),
    [
        # pronouns
        ("عاصمة", "عاصمته", "", "ه"),
        ("عاصمة", "عاصمتها", "", "ها"),
        ("عاصمة", "وبعاصمتهم", "", "هم"),
        ("عاصمة", "لعاصمتنا", "", "نا"),
        ("عاصمة", "عاصمتي", "", "ي"),
        ("هدنة", "هدنتهما", "", "هما"),
        ("اتفاق", "اتفاقه", "", "ه"),
        ("اتفاق", "باتفاقكم", "", "كم"),
        ("مستشفى", "مستشفاها", "", "ها"),
        ("رؤساء", "رؤسائهم", "", "هم"),
        ("رؤساء", "رؤساؤها", "", "ها"),
        ("رؤساء", "رؤساءه", "", "ه"),
        ("مياه", "مياهها", "", "ها"),
        ("التزام", "التزامها", "", "ها"),
        # case
        ("اتفاق", "اتفاقاً", "", ""),
        ("اتفاق", "اتفاقا", "", ""),
        ("مهندسون", "مهندسين", "", ""),
        ("مهندسون", "مهندسوها", "", "ها"),
        ("دولتان", "دولتين", "", ""),
        # dual
        ("قرية", "القريتان", "dual", ""),
        ("قرية", "قريتين", "dual", ""),
        ("قرية", "قريتاهما", "dual", "هما"),
        ("صاروخ", "صاروخان", "dual", ""),
        ("صاروخ", "بصاروخين", "dual", ""),
        # sound plurals
        ("شركة", "الشركات", "plural", ""),
        ("شركة", "شركاتها", "plural", "ها"),
        ("قوة", "للقوات", "plural", ""),
        ("مطار", "مطارات", "plural", ""),
        ("مهندس", "المهندسون", "plural", ""),
        ("مهندس", "مهندسوه", "plural", "ه"),
    ],
)
def test_a_noun_bends(term: str, text: str, number: str, enclitic: str) -> None:
    (found,) = Matcher(Glossary((E(term, "x", "noun"),))).find(f"ثم {text} أمس")
    assert (found.start, found.end, found.number, found.enclitic) == (3, 3 + len(text), number, enclitic)


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        # the ن is dropped before a genitive only
        ("مهندس", "مهندسو الشركة", ["مهندسو"]),
        ("مهندس", "مهندسي الشركة", ["مهندسي"]),
        ("مهندس", "هندسي مهندسي", []),
        ("مهندس", "مهندسو، الشركة", []),
        ("مهندسون", "مهندسو الشركة", ["مهندسو"]),
        ("دولة", "دولتا الجوار", ["دولتا"]),
        ("دولة", "دولتي الجوار", ["دولتي"]),
        # with the article there is neither a genitive nor a pronoun
        ("مهندس", "المهندسي الشركة", []),
        # several words: the first may be dual or plural, the last may have a pronoun
        ("محطة تحلية", "محطات تحلية", ["محطات تحلية"]),
        ("محطة تحلية", "محطتا تحلية", ["محطتا تحلية"]),
        ("محطة تحلية", "وبمحطات تحليتها", ["وبمحطات تحليتها"]),
        ("محطة تحلية", "محطة تحليتهم", ["محطة تحليتهم"]),
        ("محطة التحلية", "محطات التحلية", ["محطات التحلية"]),
        ("محطة تحلية", "محطتها تحلية", []),
        ("محطة التحلية", "محطة التحليتها", []),
        # nor has what is listed with it
        ("الشركة", "الشركات والشركتان", ["الشركات", "والشركتان"]),
        ("الروس", "الطاقة الروسية", []),
        ("العرب", "العربة", []),
        ("العرب", "الوطن العربي الكبير", []),
        ("إلغاء", "إلغائها", ["إلغائها"]),
        # ة is no pronoun, and takes no alef
        ("طريق", "طريقة وبطريقةٍ", []),
        ("طريق", "طريقه", ["طريقه"]),
        ("قانون", "قانونية", []),
        ("وزارة كتاب", "وزارة كتابة", []),
        ("وزارة كتاب", "وزارة كتابه", ["وزارة كتابه"]),
        ("عملة", "عملها", []),
        ("توجيه", "توجيهاً", ["توجيهاً"]),
        # an alef with a hamza is no article
        ("غاز", "ألغاز", []),
        ("غاز", "الغاز", ["الغاز"]),
        ("التزام", "والتزاماتهم", ["والتزاماتهم"]),
        # one word for another
        ("زيت", "زيتون", []),
        ("مال", "مالك", []),
        ("مال", "مالي", []),
        ("روسيا", "روسي", []),
    ],
)
def test_what_follows_decides(term: str, text: str, found: list[str]) -> None:
    assert spans(text, E(term, "x", "noun")) == found


@pytest.mark.parametrize(
    ("entry", "text", "targets"),
    [
        (E("العرب", "Arabs", "term"), "العربات", []),
        (E("الكورد", "Kurds", "term"), "الكوردون", []),
        (E("قوة", "forces", "noun"), "القوات", ["forces"]),
        (E("قوة", "force", "noun"), "القوات", ["forces"]),
        (E("سويسري", "Swiss", "nationality"), "السويسريون", ["Swiss"]),
    ],
)
def test_a_plural_has_no_plural(entry: Entry, text: str, targets: list[str]) -> None:
    assert [match.entry.target for match in Matcher(Glossary((entry,))).find(text)] == targets


@pytest.mark.parametrize("kind", ["", "person", "place", "organisation", "verb"])
@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("سلو", "سلوك"), ("علي", "عليه"), ("علي", "عليها"), ("علي", "عليهم"), ("حلب", "حلبي"), ("حلب", "حلبات"),
        ("حسن", "حسنين"), ("حسن", "حسنات"), ("زيد", "زيدان"), ("زيد", "زيدون"), ("سورية", "سوريتها"),
        ("قطر", "قطره"), ("قطر", "قطرات"), ("مصر", "مصرين"), ("عمر", "عمرها"), ("بحر", "بحرين"), ("سعد", "سعدون"),
        ("الرقة", "الرقتان"), ("فتح", "فتحات"), ("أمل", "أملنا"), ("نور", "نورا"), ("يحيى", "يحياها"),
    ],
)  # fmt: skip
def test_a_name_never_bends(term: str, text: str, kind: str) -> None:
    assert spans(f"ثم {text} و{text} الأمس", E(term, "X", kind)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("روسي", True), ("الروسي", True), ("روسية", True), ("الروسيّة", True), ("والروسيين", True),
        ("الروسيون", True), ("للروسيات", True), ("روسياً", True), ("الروسيان", True), ("الروسيتان", True),
        ("روسيا", False), ("روسيا الاتحادية", False), ("بروسيا", False), ("روس", False),
        ("روسيته", False),  # "his Russianness" is a form of روسية, which is listed nowhere
    ],
)  # fmt: skip
def test_a_nationality(text: str, found: bool) -> None:
    entry = E("روسي", "Russian", "nationality")
    matches = Matcher(Glossary((entry,))).find(f"وفد {text} كبير")
    assert [match.entry.target for match in matches] == (["Russian"] if found else [])


def test_a_country_is_no_nationality_where_both_are_listed() -> None:
    entries = (E("سورية", "Syria", "country", variants=("سوريا",)), E("سوري", "Syrian", "nationality"))
    matcher = Matcher(Glossary(entries))
    text = "في سورية قوات سوريا السورية وضابط سوري وآخر سورياً والسوريون"
    assert [match.entry.target for match in matcher.find(text)] == ["Syria", "Syria"] + ["Syrian"] * 4


def test_what_is_listed_comes_before_what_bends() -> None:
    entries = (E("مال", "money", "noun"), E("مالك", "Malik", "person"), E("ماله", "Malh", "person"))
    text = "مالك وماله ومالهم"
    assert [match.entry.target for match in Matcher(Glossary(entries)).find(text)] == ["Malik", "Malh", "money"]


@pytest.mark.parametrize(
    ("text", "doubtful"), [("حقها", []), ("اتفاقها", [False]), ("حق", [False]), ("جيشان", [True]), ("جيش", [False])]
)
def test_a_short_noun_that_bends_is_doubtful(text: str, doubtful: list[bool]) -> None:
    entries = (E("حق", "right", "noun"), E("جيش", "army", "noun"), E("اتفاق", "agreement", "noun"))
    assert [match.doubtful for match in Matcher(Glossary(entries)).find(text)] == doubtful


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("غينادي [ميخائيلوفيتش] غاتيلوف", "غينادي غاتيلوف", True),
        ("غينادي [ميخائيلوفيتش] غاتيلوف", "وغينادي ميخائيلوفيتش غاتيلوف", True),
        ("غينادي [ميخائيلوفيتش] غاتيلوف", "غينادي نيكولايفيتش غاتيلوف", False),
        ("[الشيخ] تميم بن حمد [بن خليفة] آل ثاني", "تميم بن حمد آل ثاني", True),
        ("[الشيخ] تميم بن حمد [بن خليفة] آل ثاني", "للشيخ تميم بن حمد بن خليفة آل ثاني", True),
        ("[ال]حديدة", "الحديدة", True),
        ("[ال]حديدة", "بحديدة", True),
        ("[أبو] بكر البغدادي", "أبي بكر البغدادي", True),
        # one title between the words of a person's name
        ("طلال سلو", "طلال العميد سلو", True),
        ("طلال سلو", "طلال الجديد سلو", False),
        ("طلال سلو", "طلال، العميد سلو", False),
        ("طلال سلو", "طلال العميد الدكتور سلو", False),
        ("طلال سلو", "طلال العميد", False),
    ],
)
def test_optional_parts_and_titles(source: str, text: str, found: bool) -> None:
    assert spans(f"قال {text} أمس", E(source, "X", "person")) == ([text] if found else [])


def test_only_people_have_titles() -> None:
    assert spans("دير الشيخ الزور", E("دير الزور", "Deir ez-Zor", "place")) == []


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("village", "villages"), ("embassy", "embassies"), ("day", "days"), ("church", "churches"), ("man", "men"),
        ("policeman", "policemen"), ("German", "Germans"), ("member of parliament", "members of parliament"),
        ("desalination plant", "desalination plants"), ("veto", "vetoes"), ("aircraft", "aircraft"),
        ("Chinese", "Chinese"), ("French", "French"), ("Iraqi", "Iraqis"), ("Swiss", "Swiss"), ("box", "boxes"),
        ("crisis", "crises"), ("chief of staff", "chiefs of staff"), ("address", "addresses"), ("boss", "bosses"),
        ("abyss", "abysses"), ("dish", "dishes"), ("cheese", "cheeses"), ("British", "British"), ("Czech", "Czechs"),
        ("Ottoman", "Ottomans"), ("Roman", "Romans"), ("woman", "women"), ("patriarch", "patriarchs"),
        ("house", "houses"), ("case", "cases"), ("prize", "prizes"), ("virus", "viruses"), ("gas", "gases"),
    ],
)  # fmt: skip
def test_plural(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one


IRREGULAR = (
    "person people child children analysis analyses basis bases hypothesis hypotheses leaf leaves life lives wife "
    "wives half halves thief thieves shelf shelves knife knives loaf loaves datum data medium media phenomenon "
    "phenomena criterion criteria foot feet tooth teeth hero heroes embargo embargoes potato potatoes tomato "
    "tomatoes echo echoes torpedo torpedoes spacecraft spacecraft series series monarch monarchs stomach stomachs "
    "epoch epochs species species headquarters headquarters sheep sheep fish fish police police quiz quizzes "
    "human humans Norman Normans shaman shamans talisman talismans Turkoman Turkomans Dutch Dutch Welsh Welsh "
    "Scotch Scotch fax faxes waltz waltzes key keys joy joys guy guys tray trays Foot Feet"
)
WORDS = IRREGULAR.split()


@pytest.mark.parametrize(("one", "many"), list(zip(WORDS[::2], WORDS[1::2], strict=True)))
def test_plurals_that_no_rule_makes(one: str, many: str) -> None:
    assert (plural(one), singular(many)) == (many, one)


@pytest.mark.parametrize("word", ["of", "for", "to", "in", "on", "at", "with", "from", "against", "between"])
def test_the_noun_before_a_preposition_takes_the_plural(word: str) -> None:
    assert plural(f"member {word} parliament") == f"members {word} parliament"
    assert singular(f"members {word} parliament") == f"member {word} parliament"


@pytest.mark.parametrize(("one", "many"), [("car bomb.", "car bombs."), ("G20", "G20"), ("y", "ys")])
def test_plurals_of_odd_terms(one: str, many: str) -> None:
    assert plural(one) == many


@given(st.text(st.sampled_from("abceinsuyzx hofAB-'"), max_size=15))
def test_singular_undoes_plural_or_says_that_it_cannot(term: str) -> None:
    assert plural(singular(plural(term))) in (plural(term), plural(plural(term)))


@pytest.mark.parametrize(
    ("arabic", "english", "rung", "written"),
    [
        ("قرى", "villages", "present", "villages"),
        ("قريتان", "two villages", "present", "villages"),
        ("50 قرية", "50 villages", "present", "villages"),
        ("قريتها", "its village", "present", "village"),
    ],
)
def test_english_in_the_other_number_is_right(arabic: str, english: str, rung: str, written: str) -> None:
    glossary = Glossary((E("قرية", "village", "noun", case="any", variants=("قرى",)),))
    (rendering,) = Enforcer(glossary, Wordwise(script={arabic: [english]}), GlossarySettings()).render([arabic])
    (mention,) = rendering.mentions
    assert (mention.rung, mention.after, rendering.text) == (rung, written, english)


def test_what_the_ending_says_is_not_lost_to_an_injection() -> None:
    glossary = Glossary((E("هدنة", "ceasefire", "noun", case="any"),))
    engine = Wordwise({"هدنتها": "their calm", "هدنة": "calm"})
    kept, written_in = Enforcer(glossary, engine, GlossarySettings(place=False)).render(["هدنتها", "هدنة"])
    assert (kept.text, kept.mentions[0].rung) == ("their calm", "flagged")
    assert (written_in.text, written_in.mentions[0].rung) == ("Ceasefire", "injected")


@pytest.mark.parametrize("source", ["طلال [سلو", "طلال] سلو", "[طلال [سلو]]", "[طلال سلو]"])
def test_brackets_that_do_not_pair(tmp_path: Path, source: str) -> None:
    path = tmp_path / "names.csv"
    path.write_text(f"source,target\n{source},X\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"names\.csv line 2: .*(brackets|optional)"):
        list(read(path))

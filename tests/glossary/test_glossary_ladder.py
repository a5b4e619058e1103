from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from wordwise import Wordwise

from mtpipe.article import Mention, Rendering
from mtpipe.glossary import REASONS, Enforcer, Entry, Glossary
from mtpipe.glossary.inject import PROBES
from mtpipe.settings import GlossarySettings
from mtpipe.translate import Decoding

RAQQA = Entry("الرقة", "Raqqa", variants=("Ar-Raqqah",))
ALEPPO = Entry("حلب", "Aleppo")
LAVROV = Entry("لافروف", "Lavrov")
GATILOV = Entry("غاتيلوف", "Gatilov")
SYRIA = Entry("سورية", "Syria", "place")
SILO = Entry("سلو", "Silo")
TALAL = Entry("طلال سلو", "Talal Silo")
ISIS = Entry("داعش", "ISIS", variants=("Daesh",))
TRUCE = Entry("هدنة", "ceasefire", case="sentence", variants=("truce",))
QATIF = Entry("القطيف", "Qatif")
UN = Entry("الأمم المتحدة", "UN", variants=("U.N.",))
GLOSSARY = Glossary((UN, RAQQA, QATIF, ALEPPO, LAVROV, GATILOV, SYRIA, SILO, TALAL, ISIS, TRUCE))


def enforce(
    segment: str, *translations: str, words: dict[str, str] | None = None, attends: bool = True, **settings: object
) -> Rendering:
    """Render one segment whose n-best list is ``translations`` (none: word by word)."""
    script = {segment: translations} if translations else {}
    engine = Wordwise(words, script, attends=attends)
    enforcer = Enforcer(GLOSSARY, engine, GlossarySettings.model_validate({"place": False} | settings))
    (rendering,) = enforcer.render([segment])
    for mention in rendering.mentions:
        assert_valid(mention, segment, rendering)
    return rendering


def assert_valid(mention: Mention, segment: str, rendering: Rendering) -> None:
    assert segment[mention.source_start : mention.source_end]
    if mention.rung == "flagged":
        assert (mention.target_start, mention.target_end, mention.after) == (-1, -1, "")
        assert mention.reason in REASONS
    else:
        assert rendering.text[mention.target_start : mention.target_end] == mention.after
        assert mention.after.casefold() == mention.target.casefold()
        assert mention.reason == ""


def unprobed(engine: Wordwise) -> list[tuple[str, ...]]:
    """Return the calls, but for the one that finds out whether the engine copies."""
    return [call for call in engine.calls if call != tuple(sentence for sentence, _ in PROBES)]


def rungs(rendering: Rendering) -> list[str]:
    return [mention.rung for mention in rendering.mentions]


PLAIN = {"inject": False, "n_best": 1}


@pytest.mark.parametrize(
    ("segment", "translation", "expected", "text"),
    [
        # present
        ("وصل إلى الرقة", "He came to Raqqa.", ["present"], None),
        ("وصل إلى الرقة وحلب", "He came to Aleppo and Raqqa.", ["present"] * 2, None),
        ("الرقة الرقة", "Raqqa, Raqqa.", ["present"] * 2, None),
        ("الرقة", "Raqqa's walls", ["present"], None),
        ("طلال سلو قال سلو", "Talal Silo said Silo.", ["present"] * 2, None),
        ("هدنة في حلب", "Ceasefire in Aleppo", ["present"] * 2, None),
        ("هدنة في حلب", "A ceasefire in Aleppo", ["present"] * 2, None),
        # an accepted variant, or the same name written otherwise
        ("وصل إلى الرقة", "He came to Ar-Raqqah.", ["repaired"], "He came to Raqqa."),
        ("وصل إلى الرقة", "He came to al-Raqqa.", ["repaired"], "He came to Raqqa."),
        ("وصل إلى الرقة", "HE CAME TO RAQQA", ["repaired"], "HE CAME TO Raqqa"),
        ("مقاتل داعش", "a Daesh fighter", ["repaired"], "an ISIS fighter"),
        ("هدنة", "Truce holds.", ["repaired"], "Ceasefire holds."),
        ("هدنة", "The truce holds.", ["repaired"], "The ceasefire holds."),
        ("هدنة", "The Ceasefire holds.", ["repaired"], "The ceasefire holds."),
        ("هدنة الأمم المتحدة", "the U.N. truce", ["repaired"] * 2, "the UN ceasefire"),
        ("هدنة الأمم المتحدة", "The U.N. Ceasefire", ["repaired"] * 2, "The UN ceasefire"),
        # what sounds like it
        ("التقى لافروف", "He met Lafrouf.", ["repaired"], "He met Lavrov."),
        ("التقى لافروف", "He met Lafrouf's delegation.", ["repaired"], "He met Lavrov's delegation."),
        ("غاتيلوف التقى لافروف", "Ghatilouf met Lafrouf.", ["repaired"] * 2, "Gatilov met Lavrov."),
        ("لافروف التقى غاتيلوف", "Ghatilouf met Lafrouf.", ["repaired"] * 2, "Gatilov met Lavrov."),
        ("لافروف ثم لافروف", "Lafrouf and then Lafrof.", ["repaired"] * 2, "Lavrov and then Lavrov."),
        ("وصل إلى القطيف", "He came to Al Kateef.", ["repaired"], "He came to Qatif."),
        ("لافروف والرقة", "Lavrov and Ar-Raqqah", ["present", "repaired"], "Lavrov and Raqqa"),
        # flagged: a doubtful place is left alone
        ("وصل إلى الرقة", "He came to town.", ["flagged"], None),
        ("المفاوضات في سورية", "The Syrian talks", ["flagged"], None),
        ("لافروف محمود", "Lebanon", ["flagged"], None),
        ("التقى سلو", "He met Seoul.", ["flagged"], None),  # two consonants are chance
        ("وصل إلى حلب", "It was a lower-case halab.", ["flagged"], None),
        ("لافروف", "Lafrouf and Lafrov", ["flagged"], None),  # which of them?
        # a second mention that English may have made a pronoun
        ("الرقة والرقة", "Raqqa and its people", ["present", "flagged"], None),
        ("لافروف ولافروف", "Lafrouf and his people", ["repaired", "flagged"], "Lavrov and his people"),
        ("طلال سلو قال سلو", "Talal Silo said.", ["present", "flagged"], None),
        # the guard's verdict stands
        ("لافروف", "Lafrouf Lafrouf Lafrouf Lafrouf Lafrouf", ["flagged"], None),
        ("لافروف", "", ["flagged"], None),
    ],
)  # fmt: skip
def test_plain_rungs(segment: str, translation: str, expected: list[str], text: str | None) -> None:
    rendering = enforce(segment, translation, attends=False, **PLAIN)
    assert rungs(rendering) == expected
    assert rendering.text == (translation if text is None else text)
    assert rendering.machine == translation


@pytest.mark.parametrize(
    ("segment", "translation", "reason"),
    [
        ("وصل إلى الرقة", "He came to town.", "no-aligned-span"),
        ("وصل إلى سورية", "He came to Soria.", "weak-alignment"),  # two consonants
        ("لافروف", "Lafrouf and Lafrov", "ambiguous"),
        ("الرقة والرقة", "Raqqa and its people", "fewer-in-target"),
        ("الرقة", "Rocca", "weak-alignment"),
        ("لافروف", "Lafrouf Lafrouf Lafrouf Lafrouf Lafrouf", "bad-translation"),
        ("لافروف", "", "empty-translation"),
        ("غاتيلوف غاتيلووف", "Ghatiluuf came", "ambiguous"),  # another word of the source sounds like it as well
    ],
)
def test_reasons(segment: str, translation: str, reason: str) -> None:
    assert enforce(segment, translation, attends=False, **PLAIN).mentions[-1].reason == reason


def test_the_guide_explains_every_reason(project: Path) -> None:
    guide = (project / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f"`{reason}`" not in guide] == []


def test_before_is_what_the_engine_wrote() -> None:
    rendering = enforce("لافروف والرقة", "Lafrouf and Raqqa", **PLAIN)
    assert [mention.before for mention in rendering.mentions] == ["Lafrouf", "Raqqa"]
    assert [mention.entry for mention in rendering.mentions] == ["لافروف", "الرقة"]


@pytest.mark.parametrize(("attends", "expected"), [(True, ["repaired"]), (False, ["flagged"])])
def test_attention_supports_a_likeness_that_is_not_enough(attends: bool, expected: list[str]) -> None:
    # Word by word: Rocca is aligned with the term. Alike enough only with that support.
    rendering = enforce("وصل الوزير إلى الرقة", words={"الرقة": "Rocca"}, attends=attends, **PLAIN)
    assert rungs(rendering) == expected


def test_attention_alone_repairs_nothing() -> None:
    rendering = enforce("وصل الوزير إلى الرقة", words={"الرقة": "Jerusalem"}, **PLAIN)
    assert (rungs(rendering), rendering.mentions[0].reason) == (["flagged"], "weak-alignment")


def test_another_terms_name_is_never_overwritten() -> None:
    glossary = Glossary((LAVROV, Entry("لافرون", "Lavron")))
    engine = Wordwise(script={"التقى لافروف": ["He met Lavron."]})
    (rendering,) = Enforcer(glossary, engine, GlossarySettings(inject=False, place=False)).render(["التقى لافروف"])
    assert rendering.text == "He met Lavron."


def test_injected() -> None:
    rendering = enforce("وصل الوزير إلى الرقة أمس", words={"الرقة": "the wind"})
    assert rendering.machine == "arrived the-minister to the wind yesterday"
    assert rendering.text == "arrived the-minister to Raqqa yesterday"
    assert rungs(rendering) == ["injected"]


def test_injected_keeps_proclitics_as_words() -> None:
    rendering = enforce("وصل الوزير وبالرقة وفد", words={"وبالرقة": "windy"})
    assert rendering.text == "arrived the-minister and in Raqqa a delegation"


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        ("هدنة في الرقة", "Ceasefire in Raqqa"),  # written in as listed, and then it begins the sentence
        ("وصل. هدنة في الرقة", "arrived. Ceasefire in Raqqa"),
        ("في الرقة هدنة", "in Raqqa ceasefire"),
    ],
)
def test_injected_begins_a_sentence_with_a_capital(segment: str, text: str) -> None:
    rendering = enforce(segment, words={"الرقة": "the wind", "هدنة": "pause"})
    assert rendering.text == text
    assert rungs(rendering) == ["injected", "injected"]


def test_injected_only_for_what_is_missing() -> None:
    rendering = enforce("التقى لافروف وفد في الرقة", words={"لافروف": "Lavrov", "الرقة": "the wind"})
    assert rendering.text == "met Lavrov a delegation in Raqqa"
    assert rungs(rendering) == ["present", "injected"]


@pytest.mark.parametrize(
    "injected",
    [
        "arrived to wind yesterday",  # the term did not come through
        "Raqqa Raqqa Raqqa Raqqa Raqqa Raqqa",  # a loop
        "Raqqa",  # the rest is lost
        "arrived to Raqqa and Raqqa, then to Raqqa and to other places",  # more often than the source names it
        "arrived to Raqqa in الرقة",  # Arabic left over
        "arrived in Raqqa yesterday",  # the figure is lost
    ],
)
def test_injected_is_refused_where_anything_is_worse(injected: str) -> None:
    segment = "وصل 80 إلى الرقة أمس"
    engine = Wordwise(script={segment: ["arrived 80 to the wind"], "وصل 80 إلى Raqqa أمس": [injected]})
    (rendering,) = Enforcer(GLOSSARY, engine, GlossarySettings(place=False)).render([segment])
    assert rendering.text == "arrived 80 to the wind"
    assert rungs(rendering) == ["flagged"]


def test_injected_mends_a_bad_translation() -> None:
    rendering = enforce("وصل الوزير إلى الرقة أمس", "wind wind wind wind wind wind")
    assert rendering.text == "arrived the-minister to Raqqa yesterday"
    assert rendering.flags == ()
    assert rendering.machine == "wind wind wind wind wind wind"


def test_n_best() -> None:
    rendering = enforce("التقى لافروف", "He met him.", "Lafrouf met.", "He met Lavrov.", "Lavrov!", inject=False)
    assert rendering.text == "He met Lavrov."
    assert rendering.score == pytest.approx(-0.2)
    assert rungs(rendering) == ["n-best"]


@pytest.mark.parametrize("worse", ["Lavrov Lavrov Lavrov Lavrov Lavrov", "Lavrov met Lavrov.", "Lavrov"])
def test_n_best_is_refused_where_it_is_worse(worse: str) -> None:
    rendering = enforce("التقى لافروف", "He met him again today.", worse, inject=False)
    assert rungs(rendering) == ["flagged"]


def test_n_best_must_have_all_mentions() -> None:
    rendering = enforce("التقى لافروف غاتيلوف", "He met.", "Lavrov met.", "Gatilov met.", inject=False)
    assert rungs(rendering) == ["flagged", "flagged"]
    assert rendering.text == "He met."


def test_what_changes_least_comes_first() -> None:
    segment = "التقى لافروف"
    translations = ("He met Lafrouf.", "He met Lavrov.")
    assert rungs(enforce(segment, *translations, place=True)) == ["n-best"]
    assert rungs(enforce(segment, *translations, place=True, n_best=1)) == ["repaired"]
    assert rungs(enforce(segment, *translations, n_best=1, repair=False)) == ["injected"]
    assert rungs(enforce(segment, *translations, n_best=1, repair=False, inject=False)) == ["flagged"]
    assert rungs(enforce(segment, *translations, n_best=1, repair=False, inject=False, place=True)) == ["placed"]


def test_without_repair_a_variant_is_not_rewritten() -> None:
    rendering = enforce("وصل إلى الرقة", "He came to Ar-Raqqah.", inject=False, repair=False)
    assert rendering.text == "He came to Ar-Raqqah."
    assert rendering.mentions[0].reason == "repair-off"
    assert rungs(enforce("وصل إلى الرقة", "He came to Ar-Raqqah.", repair=False)) == ["injected"]


def test_two_entries_with_one_english_form_want_two_places() -> None:
    glossary = Glossary((Entry("أمريكا", "United States"), Entry("الولايات المتحدة", "United States")))
    segment = "أمريكا والولايات المتحدة"
    engine = Wordwise(script={segment: ["The United States."]})
    (rendering,) = Enforcer(glossary, engine, GlossarySettings(inject=False, place=False)).render([segment])
    assert rungs(rendering) == ["present", "flagged"]
    engine = Wordwise(script={segment: ["The United States, the United States."]})
    (rendering,) = Enforcer(glossary, engine, GlossarySettings(inject=False, place=False)).render([segment])
    assert [mention.entry for mention in rendering.mentions] == ["أمريكا", "الولايات المتحدة"]


AMMAN, OMAN = Entry("عمّان", "Amman", variants=("Ammaan",)), Entry("عُمان", "Oman")


@pytest.mark.parametrize(
    ("segment", "translation", "expected", "text"),
    [
        ("وصل إلى عمان", "He came to Amman.", [("عمّان", "Amman", "present")], None),
        ("وصل إلى عمان", "He came to Oman.", [("عُمان", "Oman", "present")], None),
        ("وصل إلى عمان", "He came to Ammaan.", [("عمّان", "Amman", "repaired")], "He came to Amman."),
        ("وصل إلى عمان", "He came to OMAN.", [("عُمان", "Oman", "repaired")], "He came to Oman."),
        ("وصل إلى عمان", "He came to Omman.", [("عمّان | عُمان", "Amman | Oman", "flagged")], None),
        ("وصل إلى عمان", "He came to town.", [("عمّان | عُمان", "Amman | Oman", "flagged")], None),
        (
            "من عمان إلى عمان",
            "From Oman to Amman.",
            [("عُمان", "Oman", "present"), ("عمّان", "Amman", "present")],
            None,
        ),
        (
            "من عمان إلى عمان",
            "From Oman to there.",
            [("عُمان", "Oman", "present"), ("عمّان | عُمان", "Amman | Oman", "flagged")],
            None,
        ),
        # another mention's repair goes on beside it
        (
            "وصل لافروف إلى عمان",
            "Lafrouf came to town.",
            [("لافروف", "Lavrov", "repaired"), ("عمّان | عُمان", "Amman | Oman", "flagged")],
            "Lavrov came to town.",
        ),
    ],
)
def test_homographs(segment: str, translation: str, expected: list[tuple[str, str, str]], text: str | None) -> None:
    engine = Wordwise(script={segment: [translation]})
    enforcer = Enforcer(Glossary((AMMAN, OMAN, LAVROV)), engine, GlossarySettings(inject=False, place=False))
    (rendering,) = enforcer.render([segment])
    assert [(item.entry, item.target, item.rung) for item in rendering.mentions] == expected
    assert rendering.text == (text or translation)
    assert {item.reason for item in rendering.mentions} <= {"", "ambiguous"}


def test_homographs_are_never_written_in() -> None:
    glossary = Glossary((AMMAN, OMAN, LAVROV))
    engine = Wordwise({"عمان": "town", "لافروف": "him"})
    only, both = "وصل إلى عمان", "وصل لافروف إلى عمان"
    renderings = Enforcer(glossary, engine, GlossarySettings(place=False)).render([only, both])
    assert unprobed(engine)[1:] == [("وصل Lavrov إلى عمان",)]
    assert [rungs(rendering) for rendering in renderings] == [["flagged"], ["injected", "flagged"]]
    assert renderings[1].text == "arrived Lavrov to town"


@pytest.mark.parametrize("other", ["Lavrov arrived in Amman.", "Lavrov arrived in town."])
def test_another_translation_may_not_change_a_homograph(other: str) -> None:
    segment = "وصل لافروف إلى عمان"
    script = {segment: ["He arrived in Oman."], "وصل Lavrov إلى عمان": [other]}
    (rendering,) = Enforcer(
        Glossary((AMMAN, OMAN, LAVROV)), Wordwise(script=script), GlossarySettings(place=False)
    ).render([segment])
    assert rendering.text == "He arrived in Oman."
    assert rungs(rendering) == ["flagged", "present"]


QATAR, HAMAS, FATAH = Entry("قطر", "Qatar"), Entry("حماس", "Hamas"), Entry("فتح", "Fatah", variants=("Fateh",))


@pytest.mark.parametrize(
    ("segment", "translation", "rung", "text"),
    [
        # no name: the translation says so by silence
        ("استقبلوه بحماس", "They met him with enthusiasm.", "flagged", None),
        ("دخل وفتح الباب", "He came in and opened the door.", "flagged", None),
        ("دائرة بقطر خمسة أمتار", "A circle five metres across.", "flagged", None),
        # a name: the translation has it, or an accepted variant, or something that sounds like it
        ("المونديال بقطر", "The World Cup in Qatar.", "present", None),
        ("حماس وفتح", "Hamas and Fateh.", "repaired", "Hamas and Fatah."),
        ("التقى بحماس", "He met Hammaas.", "repaired", "He met Hamas."),
        ("التقى بحماس", "He met her masses.", "flagged", None),
        ("أقيم بقطر", "It was held in Katar.", "repaired", "It was held in Qatar."),
    ],
)
def test_doubtful(segment: str, translation: str, rung: str, text: str | None) -> None:
    # The next best hypothesis has the name, and is not asked for it where the best one has nothing like it.
    better = [f"{translation.removesuffix('.')} {name}." for name in ("Qatar", "Hamas", "Fatah") if rung == "flagged"]
    engine = Wordwise(script={segment: [translation, *better]})
    (rendering,) = Enforcer(
        Glossary((QATAR, HAMAS, FATAH)), engine, GlossarySettings(inject=False, place=False)
    ).render([segment])
    assert rendering.mentions[-1].rung == rung
    assert rendering.mentions[-1].reason == ("homograph" if rung == "flagged" else "")
    assert rendering.text == (text or translation)


def test_doubtful_mentions_are_written_in_only_where_the_translation_speaks_for_them() -> None:
    segments = ["أقيم بقطر", "دائرة بقطر خمسة", "أقيم في قطر"]
    engine = Wordwise({"أقيم": "held", "دائرة": "circle", "قطر": "diameter"}, script={segments[0]: ["held in Katar"]})
    enforcer = Enforcer(Glossary((QATAR,)), engine, GlossarySettings(repair=False, n_best=1, place=False))
    renderings = enforcer.render(segments)
    assert unprobed(engine)[1:] == [("أقيم ب Qatar", "أقيم في Qatar")]
    assert [rungs(rendering) for rendering in renderings] == [["injected"], ["flagged"], ["injected"]]


def test_what_is_present_is_not_translated_again() -> None:
    engine = Wordwise({"الرقة": "Raqqa", "لافروف": "Lavrov", "حلب": "Halab", "داعش": "Daesh", "سلو": "him"})
    segments = ["وصل إلى الرقة", "التقى لافروف أمس", "زار داعش", "التقى سلو في الرقة", "وصل أمس"]
    renderings = Enforcer(GLOSSARY, engine, GlossarySettings(place=False)).render(segments)
    assert unprobed(engine) == [(segments[4],), tuple(segments[:4]), ("التقى Silo في الرقة",)]
    # Only where a term was found is more than a translation asked for.
    assert engine.asked == [(1, False), (4, True), (1, False), (1, False)]
    assert [rungs(rendering) for rendering in renderings] == [
        ["present"], ["present"], ["repaired"], ["injected", "present"], [],
    ]  # fmt: skip


def test_without_repair_no_attention_is_asked_for() -> None:
    engine = Wordwise({"الرقة": "Raqqa"})
    Enforcer(GLOSSARY, engine, GlossarySettings(repair=False, n_best=1, place=False)).render(["وصل إلى الرقة"])
    assert engine.asked == [(1, False)]


@pytest.mark.parametrize(("beam", "again"), [(4, 2), (2, 2), (1, 1)])
def test_the_second_translation_searches_less(beam: int, again: int) -> None:
    engine = Wordwise({"الرقة": "wind"})
    own = Decoding(beam, length_penalty=1.2, no_repeat_ngram=3)
    Enforcer(GLOSSARY, engine, GlossarySettings(place=False), own).render(["وصل إلى الرقة"])
    assert engine.searches == [None, None, replace(own, beam=again)]  # the plain one, the probes, the second


def test_three_calls_at_most_and_each_segment_once() -> None:
    engine = Wordwise({"الرقة": "wind"})
    enforcer = Enforcer(GLOSSARY, engine, GlossarySettings(place=False))
    segments = ["وصل إلى الرقة", "وصل أمس", "زار الرقة", "وصل إلى الرقة", "", "قال لافروف"]
    renderings = enforcer.render(segments)
    assert [len(call) for call in unprobed(engine)] == [2, 3, 3]
    assert renderings[0] == renderings[3]
    assert [len(rendering.mentions) for rendering in renderings] == [1, 0, 1, 1, 0, 1]
    assert enforcer.render([]) == []


def test_signature_says_what_can_change_a_rendering() -> None:
    def signature(glossary: Glossary, **settings: object) -> str:
        return str(Enforcer(glossary, Wordwise(), GlossarySettings.model_validate(settings)).signature)

    base = signature(GLOSSARY)
    others = [
        signature(Glossary((RAQQA,))),
        signature(GLOSSARY, inject=False),
        signature(GLOSSARY, repair=False),
        signature(GLOSSARY, n_best=2),
    ]
    assert len({base, *others}) == 5
    assert base == signature(GLOSSARY)

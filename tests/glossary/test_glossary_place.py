"""Terms that the translation has under no spelling: where they are placed, what English wants there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordwise import WORDS, Wordwise

from mtpipe.article import Rendering
from mtpipe.glossary import Enforcer, Entry, Glossary
from mtpipe.glossary.inject import PROBES, copies
from mtpipe.glossary.place import family
from mtpipe.settings import GlossarySettings
from mtpipe.signature import Signature
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis, Token

RAQQA = Entry("الرقة", "Raqqa", "city")
LAVROV = Entry("لافروف", "Lavrov", "person")
STATES = Entry("الولايات المتحدة", "United States", "country")
SENATE = Entry("مجلس الشيوخ", "Senate", "organisation")
TRUCE = Entry("هدنة", "ceasefire", "noun", case="sentence")
UNION = Entry("الاتحاد", "EU", "organisation")
GLOSSARY = Glossary((RAQQA, LAVROV, STATES, SENATE, TRUCE, UNION))
PLACING = GlossarySettings(inject=False, repair=False)


class Aligned:
    """Answers each source with one English text, whose words look at the source words with the numbers given."""

    def __init__(self, answers: dict[str, tuple[str, list[int]]], *, strength: float = 0.9) -> None:
        self.answers = answers
        self.strength = strength

    signature = Signature((("engine", "aligned"),))
    device = "cpu"

    def translate(
        self, segments: list[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        return [self._one(segment) for segment in segments]

    def _one(self, segment: str) -> Hypotheses:
        source = [*tokens(segment), Token("</s>", len(segment), len(segment))]
        text, looks = self.answers.get(segment, ("x", [0]))
        target = tokens(text)
        table = np.full((len(target), len(source)), (1 - self.strength) / len(source), np.float32)
        table[range(len(target)), looks] += self.strength
        return Hypotheses((Hypothesis(text, -0.5, tuple(target), table),), tuple(source))


def tokens(text: str) -> list[Token]:
    found = []
    cursor = 0
    for word in text.split():
        start = text.index(word, cursor)
        cursor = start + len(word)
        found.append(Token(word, start, cursor))
    return found


def placed(source: str, text: str, looks: list[int], *, strength: float = 0.9) -> Rendering:
    engine = Aligned({source: (text, looks)}, strength=strength)
    (rendering,) = Enforcer(GLOSSARY, engine, PLACING).render([source])
    for mention in rendering.mentions:
        assert rendering.text[max(0, mention.target_start) : max(0, mention.target_end)] == mention.after
    return rendering


@pytest.mark.parametrize(
    ("source", "text", "looks", "expected"),
    [
        ("وصل إلى الرقة", "He came to town.", [0, 0, 1, 2], "He came to Raqqa."),
        # a name that is no thing has no article, but for one that belongs to a noun behind
        ("وصل إلى الرقة", "He came to the wind.", [0, 0, 1, 1, 2], "He came to Raqqa."),
        ("وصل إلى الرقة", "The wind was strong.", [2, 2, 0, 0], "Raqqa was strong."),
        ("مطار الرقة", "the wind airport", [1, 1, 0], "the Raqqa airport"),
        ("أعلن مجلس الشيوخ", "The house said it.", [1, 2, 0, 0], "The Senate said it."),
        ("زار الولايات المتحدة", "He saw the land.", [0, 0, 1, 1], "He saw the United States."),
        # a and an agree
        ("وفد الاتحاد وصل", "a land delegation came", [1, 1, 0, 2], "an EU delegation came"),
        # a possessive goes with the name
        ("وفد لافروف", "the wind's delegation", [1, 1, 0], "Lavrov's delegation"),
        # a sentence begins with a capital
        ("هدنة في الرقة", "Silence in town.", [0, 1, 2], "Ceasefire in Raqqa."),
        # two words, when both look there
        ("التقى لافروف أمس", "He met big winds yesterday.", [0, 0, 1, 1, 2], "He met Lavrov yesterday."),
        ("التقى لافروف أمس", "He met, winds yesterday.", [0, 0, 1, 2], "He met, Lavrov yesterday."),
        # he stands for the name that stands nowhere else
        ("قال لافروف", "He said so.", [1, 0, 0], "Lavrov said so."),
    ],
)
def test_placed(source: str, text: str, looks: list[int], expected: str) -> None:
    rendering = placed(source, text, looks)
    assert rendering.text == expected
    assert rendering.machine == text
    assert {mention.rung for mention in rendering.mentions} == {"placed"}


@pytest.mark.parametrize(
    ("source", "text", "looks"),
    [
        ("المفاوضات في الرقة", "of the in", [0, 1, 2]),  # nothing but grammar
        ("الرقة والرقة", "Raqqa and its people", [0, 1, 1, 1]),  # a pronoun is the second mention
        ("لافروف 1917 لافروف", "1917", [0]),
    ],
)  # fmt: skip
def test_not_placed(source: str, text: str, looks: list[int]) -> None:
    rendering = placed(source, text, looks)
    assert rendering.text == text
    assert rendering.mentions[-1].rung == "flagged"


WITH_ARTICLE = "United Republic Kingdom Emirates Union Islands Sea Ocean River Gulf Strait Desert"
PRONOUNS = "it its he his him she her hers they their them there who which"


@pytest.mark.parametrize(("word", "rung"), [*((word, "flagged") for word in PRONOUNS.split()), ("cold", "placed")])
def test_a_pronoun_may_be_the_second_mention(word: str, rung: str) -> None:
    rendering = placed("الرقة والرقة", f"Raqqa and {word} people", [0, 1, 1, 1])
    assert [mention.rung for mention in rendering.mentions] == ["present", rung]


@pytest.mark.parametrize(
    ("entry", "article"),
    [
        *((Entry("العين", "Ain", kind), False) for kind in ("person", "place", "city", "country")),
        *((Entry("العين", "Ain", kind), True) for kind in ("organisation", "organization", "agency", "river", "noun")),
        *((Entry("العين", f"Ain {kind}", "place"), True) for kind in WITH_ARTICLE.split()),
        (Entry("العين", "Ain Castle", "place"), False),
        (Entry("العين", "Bay of Ain", "place"), True),
        (Entry("العين", "AIN", "place"), True),
        (Entry("العين", "ain", "place"), True),
        (Entry("العين", "Maldives", "country"), True),
        (Entry("العين", "Honduras", "country"), False),
        (Entry("العين", "Tunis", "city"), False),
        (Entry("العين", "Damascus", "city"), False),
        # of no type, but spelled over; and what is translated
        (Entry("لافروف", "Lavrov"), False),
        (Entry("الدوري", "League"), True),
    ],
)
def test_names_that_have_an_article_in_english(entry: Entry, article: bool) -> None:
    source = f"وصل {entry.source} أمس"
    engine = Aligned({source: ("then the wind.", [0, 1, 1])})
    (rendering,) = Enforcer(Glossary((entry,)), engine, PLACING).render([source])
    assert rendering.text == f"then {'the ' if article else ''}{entry.target}."


@pytest.mark.parametrize(
    ("text", "looks", "expected"),
    [
        ("big winds came", [0, 0, 1], "Lavrov came"),
        ("cold big winds came", [1, 0, 0, 1], "cold Lavrov came"),
        ("cold big winds came", [0, 0, 0, 1], "cold Lavrov came"),  # a word more than the name, and no further
        ("then came big winds", [1, 1, 0, 0], "then came Lavrov"),
    ],
)
def test_how_many_words_are_written_over(text: str, looks: list[int], expected: str) -> None:
    assert placed("لافروف وصل", text, looks).text == expected


def test_an_adjective_of_the_name_is_left_alone() -> None:
    engine = Aligned({"المفاوضات في سورية": ("The Syrian talks", [2, 2, 0])})
    (rendering,) = Enforcer(Glossary((Entry("سورية", "Syria", "country"),)), engine, PLACING).render(
        ["المفاوضات في سورية"]
    )
    assert (rendering.text, rendering.mentions[0].rung) == ("The Syrian talks", "flagged")
    assert rendering.mentions[0].reason == "derived-form"


@pytest.mark.parametrize(
    ("entry", "source", "text"),
    [
        (Entry("اليهود", "Jews", "term"), "المستوطنون اليهود", "The Jewish settlers"),
        (Entry("البولنديون", "Poles", "term"), "اللاعبون البولنديون", "The Polish players"),
    ],
)
def test_the_adjective_of_a_people_is_left_alone(entry: Entry, source: str, text: str) -> None:
    engine = Aligned({source: (text, [1, 1, 0])})
    (rendering,) = Enforcer(Glossary((entry,)), engine, PLACING).render([source])
    assert (rendering.text, rendering.mentions[0].reason) == (text, "derived-form")


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("the Syrian talks", "Syria", True),
        ("the syrian talks", "Syria", True),
        ("Talks with Syrians.", "Syria", True),
        ("Talks with the Syrian.", "Syria", False),  # its own misspelling, perhaps
        ("the Syrian and others", "Syria", False),
        ("Talks in Syros", "Syria", False),
        ("the Chinese talks", "China", True),
        ("the Sycian talks", "Syria", False),  # four letters must be alike
        ("the Jewish quarter", "Jews", True),
        ("the Jemish quarter", "Jews", False),
        ("the Polish quarter", "Poles", True),
        ("the Jewish quarter", "Jewara", False),
        ("the Jordanian talks", "Jordan Valley", False),  # of one word only
        ("the Iraqi talks", "Iraqi", False),  # that one derives itself
        ("", "Syria", False),
    ],
)
def test_family(text: str, target: str, expected: bool) -> None:
    assert family(text, target) is expected


def test_what_no_noun_follows_is_no_adjective() -> None:
    source = "المفاوضات مع سورية"
    engine = Aligned({source: ("Talks with the Syrianic, today", [0, 1, 2, 2, 0])})
    (rendering,) = Enforcer(Glossary((Entry("سورية", "Syria", "country"),)), engine, PLACING).render([source])
    assert (rendering.text, rendering.mentions[0].rung) == ("Talks with Syria, today", "placed")


class Several(Aligned):
    """Has a second hypothesis for each source."""

    def __init__(self, first: dict[str, tuple[str, list[int]]], second: dict[str, tuple[str, list[int]]]) -> None:
        super().__init__(first)
        self.second = Aligned(second)

    def translate(
        self, segments: list[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        made = zip(super().translate(segments), self.second.translate(segments), strict=True)
        return [Hypotheses((one.best, other.best), one.source) for one, other in made]


def test_another_hypothesis_has_room_for_more() -> None:
    source = "التقى لافروف وفد الرقة"
    engine = Several({source: ("to winds", [0, 1])}, {source: ("to winds from towns", [0, 1, 2, 3])})
    (rendering,) = Enforcer(GLOSSARY, engine, PLACING).render([source])
    assert (rendering.text, rendering.machine) == ("to Lavrov from Raqqa", "to winds")
    assert [mention.rung for mention in rendering.mentions] == ["placed", "placed"]
    engine = Several({source: ("to winds", [0, 1])}, {source: ("to winds from", [0, 1, 2])})
    (rendering,) = Enforcer(GLOSSARY, engine, PLACING).render([source])
    assert (rendering.text, rendering.mentions[1].reason) == ("to Lavrov", "no-aligned-span")


def test_where_attention_says_nothing_the_order_decides() -> None:
    rendering = placed("وصل لافروف أمس إلى مدينة الرقة", "Cold winds blow over small towns", [0] * 6, strength=0.0)
    assert rendering.text == "Cold Lavrov blow over small Raqqa"


def test_an_engine_without_attention_places_nothing() -> None:
    engine = Wordwise({"الرقة": "the wind"}, attends=False)
    (rendering,) = Enforcer(GLOSSARY, engine, PLACING).render(["وصل الوزير إلى الرقة"])
    assert (rendering.text, rendering.mentions[0].rung) == ("arrived the-minister to the wind", "flagged")


def test_what_is_surely_placed_is_not_injected() -> None:
    sure = Aligned({"وصل إلى الرقة": ("He came to town.", [0, 0, 1, 2])})
    (rendering,) = Enforcer(GLOSSARY, sure, GlossarySettings(repair=False)).render(["وصل إلى الرقة"])
    assert rendering.mentions[0].rung == "placed"


def test_an_engine_that_does_not_copy_is_not_asked_twice() -> None:
    engine = Wordwise({name: "" for _, name in PROBES} | {"الرقة": "the wind"}, attends=False)
    assert copies(engine)
    silent = Aligned({"وصل إلى الرقة": ("He came to town.", [0, 0, 1, 2])}, strength=0.0)
    assert not copies(silent)


@pytest.mark.parametrize(("through", "enough"), [(0, False), (6, False), (7, True), (8, True)])
def test_an_engine_copies_that_has_nearly_all_names(through: int, enough: bool) -> None:
    script = {source: [name if number < through else "Nobody"] for number, (source, name) in enumerate(PROBES)}
    assert copies(Wordwise(script=script)) is enough


@pytest.mark.parametrize(("sentence", "name"), PROBES)
def test_a_probe_is_an_arabic_sentence_with_a_name_that_could_not_come_by_chance(sentence: str, name: str) -> None:
    assert f" {name} " in f" {sentence} "
    assert name.isascii()
    assert name.istitle()
    assert not sentence.replace(name, "").isascii()


ENGLISH = ["he", "met", "a", "the", "cold", "wind", "River's", "said.", "Lafrouf", "town", "1917,", "its", "Syrian"]
SOURCES = [*WORDS, "الرقة", "وبالرقة", "لافروف", "هدنة", "الولايات المتحدة", "،", "80"]


@settings(deadline=None)  # a glossary's index is made for each
@given(
    st.lists(st.sampled_from(SOURCES), min_size=1, max_size=8).map(" ".join),
    st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=12),
    st.data(),
)
def test_nothing_changes_outside_the_spans(source: str, english: list[str], data: st.DataObject) -> None:
    """Undo what was written, and the engine's text stands there, but for articles and possessives that agree."""
    looks = data.draw(st.lists(st.integers(0, len(source.split()) - 1), min_size=len(english), max_size=len(english)))
    text = " ".join(english)
    rendering = placed(source, text, looks)
    undone = rendering.text
    for mention in sorted(rendering.mentions, key=lambda item: -item.target_start):
        if mention.rung != "flagged":
            undone = undone[: mention.target_start] + mention.before + undone[mention.target_end :]
    assert [word for word in undone.split() if word not in ("a", "an")] == [word for word in english if word != "a"]


def crowded(count: int) -> tuple[Glossary, str, str]:
    """Return a sentence of that many names: a third as listed, a third misspelt, a third under something else."""
    arabic, latin = "بتجدرسفقكلمنهي", "btgdrsfqklmnhy"
    names = [[index // 14**place % 14 for place in range(4)] for index in range(count)]
    entries = [
        Entry("ابا" + "".join(arabic[n] for n in name), "Aba" + "".join(latin[n] for n in name) + "o") for name in names
    ]
    forms = [(entry.target, entry.target.replace("o", "uo"), "wind")[index % 3] for index, entry in enumerate(entries)]
    return Glossary(tuple(entries)), " قال ".join(entry.source for entry in entries), " said ".join(forms)


@pytest.mark.slow
def test_two_thousand_mentions_in_one_sentence() -> None:
    glossary, source, english = crowded(2000)
    engine = Aligned({source: (english, list(range(3999)))})
    (rendering,) = Enforcer(glossary, engine, GlossarySettings(inject=False)).render([source])
    assert len(rendering.mentions) == 2000
    for mention in rendering.mentions:
        assert rendering.text[mention.target_start : mention.target_end] == mention.after == mention.target

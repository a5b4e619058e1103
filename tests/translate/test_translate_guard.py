"""The guard: what it calls bad, what it must not, and how it tries again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from mtpipe.signature import Signature
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis, Token
from mtpipe.translate.guard import Guard, flags, looping

GOOD = [
    ("نعم", "Yes, indeed."),
    ("لا", "No"),
    ("لا أعرف", "I don't know"),
    ("2019", "2019"),
    ("3-2", "3-2"),
    ("الجمعة", "On Friday"),
    ("«رويترز»", "Reuters"),
    ("كان الأمر صعباً جداً جداً.", "It was very, very hard."),
    ("انتظرنا طويلاً طويلاً طويلاً.", "We waited a long, long, long time."),
    ("لا، لا، لا، لن نقبل بذلك!", "No, no, no, we will not accept that!"),
    ("حرية حرية حرية حرية", "Freedom, freedom, freedom, freedom"),
    ("هتف الحشد: ارحل، ارحل، ارحل، ارحل!", "The crowd chanted: Leave, leave, leave, leave!"),
    ("الأرقام الفائزة: 4، 8، 15، 16، 23، 42.", "The winning numbers: 4, 8, 15, 16, 23, 42."),
    ("النتائج: 6-3، 6-3، 6-3 لمصلحة نادال.", "The results: 6-3, 6-3, 6-3 for Nadal."),
    ("انتهت المباريات الأربع 1-1، 1-1، 1-1، 1-1.", "The four matches ended 1-1, 1-1, 1-1, 1-1."),
    ("وسجّل اللاعبون 10 و10 و10 و10 نقاط.", "The players scored 10, 10, 10 and 10 points."),
    ("رقم الهاتف هو 0000 0000 0000 0000.", "The phone number is 0000 0000 0000 0000."),
    ("بلغ الدين تريليون دولار.", "The debt reached $1,000,000,000,000."),
    ("فاز الفريق 85-80 و90-88 و77-70.", "The team won 85-80, 90-88 and 77-70."),
    ("العنوان 192.168.168.168", "The address is 192.168.168.168"),
    ("من عام 2010 إلى عام 2010", "From 2010 to 2010"),
    ("يوماً بعد يوم، وعاماً بعد عام، وجيلاً بعد جيل", "Day after day, year after year, generation after generation"),
    ("كتاباً كتاباً وصفحة صفحة", "book by book and page by page"),
    ("دوران دوران: فرقة من برمنغهام.", "Duran Duran: a band from Birmingham."),
    ("بوتروس بطرس غالي", "Boutros Boutros-Ghali"),
    ("التقى محمد محمد محمد محمود", "He met Mohamed Mohamed Mohamed Mahmoud"),
    ("قال لافروف إن لافروف لن يذهب إلى جنيف.", "Lavrov said that Lavrov would not go to Geneva."),
    ("ما كان كان، وما سيكون سيكون.", "What had been had been, and what will be will be."),
    (
        "سنقاتل على الشواطئ، وسنقاتل في المطارات، وسنقاتل في الحقول والشوارع، وسنقاتل على التلال، ولن نستسلم أبداً.",
        "We shall fight on the beaches, we shall fight on the landing grounds, we shall fight in the fields and in the "
        "streets, we shall fight in the hills; we shall never surrender.",
    ),
    ("لدي حلم أن يأتي يوم تنهض فيه هذه الأمة.", "I have a dream that one day this nation will rise up."),
    (
        "وزارة الخارجية ووزارة الداخلية ووزارة المالية",
        "the Foreign Ministry, the Interior Ministry and the Finance Ministry",
    ),
    ("خرج من الأمم المتحدة إلى مقر الأمم المتحدة.", "He left the United Nations for the United Nations headquarters."),
    ("تقع المدينة في شمال شمال شرق سوريا.", "The city lies in the north-northeast of Syria."),
    ("زار https://example.org أمس.", "He visited https://example.org yesterday."),
    ("كلمة «سلام» تعني السلام", 'The word "سلام" means peace'),
    ("أغنية «بلادي بلادي» هي النشيد الوطني", 'The song "Bilady, Bilady" (بلادي) is the national anthem'),
    ("NATO", "NATO"),
    ("Brexit means Brexit", "Brexit means Brexit"),
    ("...", ""),
    ("***", "* * *"),
    ("؟!", "?!"),
    ("—", ""),
    ("", ""),
    ("٪ ،", "%,"),
    ("خسر الحرف \ufffd في الملف", "It lost the letter \ufffd in the file"),
    ("قالت الأم للطفل: نم نم نم نم نم.", "The mother told the child: sleep, sleep, sleep, sleep, sleep."),
]
BAD = [
    ("زار الوزير مدينة الرقة", "", ("empty",)),
    ("زار الوزير مدينة الرقة", "...", ("empty",)),
    ("زار الوزير مدينة الرقة", '" "', ("empty",)),
    ("5", "", ("empty",)),
    ("زار الوزير مدينة الرقة", "زار الوزير مدينة الرقة", ("copied",)),
    ("زار الوزير مدينة الرقة", "The minister زار الوزير مدينة", ("copied",)),
    ("الرقة", "الرقة", ("copied",)),
    ("زار الوزير مدينة الرقة", "The the the the minister", ("looping",)),
    ("زار الوزير مدينة الرقة", "the city of the city of the city of the city of", ("looping",)),
    ("زار الوزير مدينة الرقة", "The minister, minister, minister, MINISTER went", ("looping",)),
    ("زار الوزير", "He went to the city. He went to the city. He went to the city. He went to the city.", ("looping",)),
    ("بلغ العدد 25 شخصاً", "25 25 25 25", ("looping",)),
    ("زار الوزير مدينة الرقة أمس", "1,000 1,000 1,000 1,000", ("looping",)),
    (
        "قال الوزير إن الحكومة ستعمل على حل المشكلة في أقرب وقت ممكن",
        "The minister said that the government and the minister said that the government or the minister said that the "
        "government will work",
        ("looping",),
    ),
    ("زار الوزير مدينة الرقة السورية أمس والتقى عدداً من المسؤولين", "He went.", ("short",)),
    ("زار الوزير مدينة الرقة السورية أمس", "Visit", ("short",)),
    (
        "زار الوزير مدينة الرقة",
        "Yesterday a minister of whom nobody had heard before went, with eleven others, from here to some place that "
        "this sentence does not name",
        ("long",),
    ),
    ("في مقهى المدينة", "In the caf\ufffd of the city", ("garbled",)),
]


@pytest.mark.parametrize(("source", "target"), GOOD)
def test_good_translations_have_no_flags(source: str, target: str) -> None:
    assert flags(source, Hypothesis(target, -1.0)) == ()


@pytest.mark.parametrize(("source", "target", "expected"), BAD)
def test_bad_translations_have_their_flags(source: str, target: str, expected: tuple[str, ...]) -> None:
    assert flags(source, Hypothesis(target, -1.0)) == expected


def test_flags_add_up() -> None:
    cut = Hypothesis("the city " * 40, -1.0, ended=False)
    assert flags("زار الوزير مدينة الرقة", cut) == ("looping", "truncated", "long")
    assert flags("...", cut) == ()


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("we saw ", ""), ("", " there"), ("we saw ", " and that was it")]
)
def test_four_times_in_a_row_is_a_loop(size: int, before: str, after: str) -> None:
    phrase = ["alpha", "beta", "gamma", "delta"][:size]
    assert looping(before + " ".join(phrase * 4) + after)
    if size < 3:  # three times a phrase of three words is most of a text
        assert not looping(before + " ".join(phrase * 3) + after)


SENTENCE = "وصل الوفد الروسي إلى مدينة الرقة أمس"
OTHER = "غادر السفير بيروت"
FINE = "The delegation arrived yesterday"


@dataclass
class Scripted:
    """A translator that answers by a script; keeps its calls."""

    script: Callable[[str, Decoding | None], str]
    calls: list[tuple[list[str], int, bool, Decoding | None]] = field(default_factory=list)
    signature = Signature((("model", "scripted"),))
    device = "cpu"

    def translate(
        self,
        segments: Sequence[str],
        *,
        n_best: int = 1,
        attention: bool = False,
        decoding: Decoding | None = None,
    ) -> list[Hypotheses]:
        self.calls.append((list(segments), n_best, attention, decoding))
        return [self._answer(segment, n_best, attention, decoding) for segment in segments]

    def _answer(self, segment: str, n_best: int, attention: bool, decoding: Decoding | None) -> Hypotheses:
        source = (Token(segment, 0, len(segment)), Token("</s>", len(segment), len(segment)))
        items = []
        for rank in range(n_best):
            text = self.script(segment, decoding) + f" ({rank})" * bool(rank)
            tokens = (Token(text, 0, len(text)),) if text else ()
            rows = np.full((len(tokens), len(source)), 0.5, np.float32) if attention and tokens else None
            items.append(Hypothesis(text, -float(rank), tokens, rows))
        return Hypotheses(tuple(items), source)


PLAIN = Decoding(beam=4)
RUNGS = [
    # what the translator does well, the calls that it takes
    ("first", 1),
    ("beam", 2),
    ("ngram", 3),
    ("halves", 4),
    ("never", 4),
]


def script(good_at: str) -> Callable[[str, Decoding | None], str]:
    def answer(segment: str, decoding: Decoding | None) -> str:
        if segment == OTHER:
            return "The ambassador left Beirut"
        search = decoding or PLAIN
        well = {
            "first": True,
            "beam": search.beam != PLAIN.beam,
            "ngram": search.no_repeat_ngram > 0,
            "halves": segment != SENTENCE,
            "never": False,
        }[good_at]
        return FINE if well else "the the the the"

    return answer


@pytest.mark.parametrize(("good_at", "calls"), RUNGS)
def test_the_ladder(good_at: str, calls: int) -> None:
    engine = Scripted(script(good_at))
    bad, good = Guard(engine, decoding=PLAIN).translate([SENTENCE, OTHER])
    assert (good.best.text, good.flags) == ("The ambassador left Beirut", ())
    assert len(engine.calls) == calls
    assert all(OTHER not in segments for segments, *_ in engine.calls[1:])  # what is good is not asked again
    if good_at == "never":
        assert (bad.best.text, bad.flags) == ("the the the the", ("looping",))
    else:
        assert bad.flags == ()
        assert set(bad.best.text.split(f"{FINE}")) <= {"", " "}


def test_the_rungs_are_other_searches_and_then_parts_that_cover_the_segment() -> None:
    engine = Scripted(script("never"))
    Guard(engine, decoding=Decoding(beam=4, length_penalty=0.6)).translate([SENTENCE])
    asked = [(segments, decoding) for segments, _, _, decoding in engine.calls]
    assert asked[:3] == [
        ([SENTENCE], None),
        ([SENTENCE], Decoding(8, 0.6, 0)),
        ([SENTENCE], Decoding(4, 0.6, 3)),
    ]
    parts, decoding = asked[3]
    assert decoding == Decoding(4, 0.6, 3)
    assert len(parts) == 2
    assert " ".join(parts) == SENTENCE


@pytest.mark.parametrize("beam", [1, 4, 8, 16])
def test_the_other_beam_is_another(beam: int) -> None:
    engine = Scripted(script("never"))
    Guard(engine, decoding=PLAIN).translate([SENTENCE], decoding=Decoding(beam=beam))
    assert engine.calls[0][3] == Decoding(beam=beam)
    assert engine.calls[1][3] not in (None, Decoding(beam=beam))


def test_the_least_bad_is_kept() -> None:
    def worse_later(segment: str, decoding: Decoding | None) -> str:
        if decoding is None:
            return "the the the the delegation"
        return "the " * 90 if decoding.no_repeat_ngram else "وصل " * 5

    (found,) = Guard(Scripted(worse_later), decoding=PLAIN).translate([SENTENCE])
    assert (found.best.text, found.flags) == ("the the the the delegation", ("looping",))

    def better_later(segment: str, decoding: Decoding | None) -> str:
        return "the " * 90 if decoding is None else "the the the the delegation"

    (found,) = Guard(Scripted(better_later), decoding=PLAIN).translate([SENTENCE])
    assert (found.best.text, found.flags) == ("the the the the delegation", ("looping",))


@pytest.mark.parametrize("good_at", ["first", "beam", "ngram", "halves"])
def test_n_best_and_attention_are_asked_for_on_every_rung(good_at: str) -> None:
    engine = Scripted(script(good_at))
    found, _ = Guard(engine, decoding=PLAIN).translate([SENTENCE, OTHER], n_best=3, attention=True)
    assert {(n_best, attention) for _, n_best, attention, _ in engine.calls} == {(3, True)}
    assert len(found.items) == 3
    assert [item.score for item in found.items] == [0.0, -1.0, -2.0]
    for item in found.items:
        assert item.attention is not None
        assert item.attention.shape == (len(item.tokens), len(found.source))
        np.testing.assert_allclose(item.attention.sum(axis=1), 1.0)
        assert "".join(item.text[token.start : token.end] for token in item.tokens).replace(" ", "") == (
            item.text.replace(" ", "")
        )
    assert all(item.attention is None for item in Guard(engine, decoding=PLAIN).translate([SENTENCE])[0].items)


def test_order_is_kept_among_many() -> None:
    segments = [SENTENCE if number % 3 else f"{OTHER} {number}" for number in range(30)]

    def numbered(segment: str, decoding: Decoding | None) -> str:
        return (
            "a a a a"
            if segment == SENTENCE and not decoding
            else f"answer to {segment.split()[-1]}".replace("أمس", "x")
        )

    found = Guard(Scripted(numbered), decoding=PLAIN).translate(segments)
    expected = ["answer to x" if segment == SENTENCE else f"answer to {segment.split()[-1]}" for segment in segments]
    assert [item.best.text for item in found] == expected


def test_nothing_in_nothing_out() -> None:
    engine = Scripted(script("never"))
    assert Guard(engine, decoding=PLAIN).translate([]) == []


def test_the_guard_is_in_the_signature() -> None:
    engine = Scripted(script("first"))
    guard = Guard(engine, decoding=PLAIN)
    assert guard.signature.parts[:1] == engine.signature.parts
    assert guard.signature != engine.signature
    assert guard.device == "cpu"

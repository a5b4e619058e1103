"""What holds for any text: spans that touch and cover it, whole letters, and an end for every input."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.article import build
from mtpipe.segment import Language, article, split
from mtpipe.segment.sentences import LONGEST
from mtpipe.settings import SegmentSettings

LANGUAGES: list[Language] = ["ar", "en"]
PIECES = (
    'وقال الوزير د. أ.ف.ب. هـ. إلخ. Mr. U.S. John A. 3.5 1. 2. « » " “ ” ( ) (( )) [1] [ ] . .. ... … ! ؟ ?! ۔ ، ؛ : '
    "نَعَمْ \u200f \u202b \u202c \u200d \u0651 \u0301 https://a.b/c a@b.org 😀 👩\u200d👧 \u0600 قال كما The he"
)
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from([*PIECES.split(), " ", " ", " ", "\n", "\n\n", "\u00a0", "\r\n"]), max_size=60).map(
        "".join
    ),
)

NASTY_WORDS = (
    """. ؟ ! … ... .. « » " ( ) (( )) (. .) ." «. أ. 1. 9 9.9 ، [1] .[1] ¹ .:1 A. Mr. U.S. \u0301 \u200f .\u200f"""
)
NASTY_LINES = """ |\n|\n\n|\r\n|. |. \n|" |أ. |1. |A. |U.S. |« . |( . |؟» قال |x?" A |? !|\n \t|كلمة. |The end. """
NASTY = [*NASTY_WORDS.split(" "), *NASTY_LINES.split("|")]


@given(texts, st.sampled_from(LANGUAGES), st.booleans())
def test_spans_touch_and_cover(text: str, language: Language, semicolon: bool) -> None:
    spans = split(text, language, SegmentSettings(semicolon=semicolon))
    assert "".join(text[start:end] for start, end in spans) == text
    assert [0, *(end for _, end in spans)] == [*(start for start, _ in spans), len(text)]
    assert all(start < end for start, end in spans)


@given(texts, st.sampled_from(LANGUAGES))
def test_letters_keep_their_marks(text: str, language: Language) -> None:
    clusters = {0, *(cluster.end() for cluster in regex.finditer(r"\X", text))}
    assert {end for _, end in split(text, language)} <= clusters


@given(texts, st.sampled_from(LANGUAGES))
def test_white_space_belongs_to_the_sentence_before(text: str, language: Language) -> None:
    assert not any(text[start].isspace() for start, _ in split(text, language)[1:])


@given(texts)
def test_article_rejoins(text: str) -> None:
    whole = build("a", [("title", "عنوان. آخر"), ("text", text)])
    cut = article(whole)
    assert cut.text == whole.text
    for before, after in zip(whole.paragraphs, cut.paragraphs, strict=True):
        assert "".join(sentence.text for sentence in after.sentences) == before.text
    assert [sentence.id for sentence in cut.paragraphs[0].sentences] == ["a#p1s1", "a#p1s2"]


def test_article_obeys_the_semicolon_setting() -> None:
    whole = build("a", [("text", "غادر الوفد؛ ووصل آخر.")])
    assert len(article(whole).paragraphs[0].sentences) == 1
    assert len(article(whole, SegmentSettings(semicolon=True)).paragraphs[0].sentences) == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", NASTY)
def test_long_monotonous_texts_come_to_an_end(unit: str, language: Language) -> None:
    """5,000 characters of each, which a rule that backtracks exponentially or by the cube would not survive."""
    text = unit * (5_000 // len(unit))
    spans = split(text, language)
    assert spans[-1][1] == len(text)


@pytest.mark.parametrize(("opening", "closing"), ["«»", "()", "[]", "“”", '""'])
def test_an_unclosed_quotation_swallows_nothing(opening: str, closing: str) -> None:
    sentence = "هذه جملة طويلة من كلمات كثيرة لا معنى لها."
    assert len(split(f"قال {opening}" + " ".join([sentence] * 50), "ar")) == 50
    assert len(split(f"قال {opening}" + " ".join([sentence] * 50) + closing + " وغادر.", "ar")) >= 50


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", ["وصل الوزير إلى عمان، ", "حلب والرقة ", "كلمة", "«و» ", "1", "نَعَمْ"])
def test_no_sentence_is_longer_than_what_can_be_worked_on(unit: str, language: Language) -> None:
    text = ("قبل ذلك. " + unit * 10_000)[:20_000]
    spans = split(text, language)
    assert [0, *(end for _, end in spans)] == [*(start for start, _ in spans), len(text)]
    assert max(end - start for start, end in spans) <= LONGEST
    assert len(spans) < 4 * len(text) / LONGEST


def test_a_long_sentence_is_cut_where_its_clauses_meet() -> None:
    clause = "وصل الوزير إلى عمان، "
    text = clause * 200
    assert all(text[:end].endswith(clause) for _, end in split(text, "ar"))

"""Quality of sentences and paragraphs: what is measured, what is flagged, and that neighbours do not matter."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtpipe import quality
from mtpipe.align import Usem3
from mtpipe.align.embed import BatchedUsem3
from mtpipe.article import (
    Rendering,
    TranslatedArticle,
    TranslatedParagraph,
    TranslatedSentence,
    build,
    with_sentences,
)
from mtpipe.quality.score import BANDS, DIGITS, mean_score

Sentences = list[tuple[str, str, float, tuple[str, ...]]]  # Arabic, English, model score, guard's flags

GOOD: Sentences = [
    ("وصل الوزير إلى القاهرة صباح الأحد. ", "The minister arrived in Cairo on Sunday morning.", -0.5, ()),
    ("وقال إن 25 دولة وافقت على القرار 2254.", "He said that 25 countries had agreed to Resolution 2254.", -1.0, ()),
]
OTHER: Sentences = [("فاز الفريق بالمباراة بثلاثة أهداف", "The team won the match with three goals", -0.25, ())]


@pytest.fixture(scope="module")
def embedder() -> Usem3:
    return Usem3()


def translated(*paragraphs: Sentences, name: str = "a") -> TranslatedArticle:
    source = build(name, [("text", "".join(arabic for arabic, *_ in sentences)) for sentences in paragraphs])
    found = []
    for paragraph, sentences in zip(source.paragraphs, paragraphs, strict=True):
        edges = [0, *accumulate(len(arabic) for arabic, *_ in sentences)]
        tied = with_sentences(paragraph, list(pairwise(edges)))
        found.append(
            TranslatedParagraph(
                tied,
                tuple(
                    TranslatedSentence(sentence, Rendering(english, english, score, flags))
                    for sentence, (_, english, score, flags) in zip(tied.sentences, sentences, strict=True)
                ),
            )
        )
    return TranslatedArticle(replace(source, paragraphs=tuple(item.source for item in found)), tuple(found))


def one(arabic: str, english: str, flags: tuple[str, ...] = ()) -> TranslatedArticle:
    return translated([(arabic, english, -1.0, flags)])


def test_good_pairs_have_no_flags(embedder: Usem3) -> None:
    (paragraph,) = quality.article(translated(GOOD), embedder).paragraphs
    for item in (paragraph, *paragraph.sentences):
        assert item.quality is not None
        assert item.quality.similarity is not None
        assert item.quality.similarity > 0.5
        assert item.quality.flags == ()
        assert item.quality.missing_numbers == item.quality.extra_numbers == ()


def test_everything_else_is_kept(embedder: Usem3) -> None:
    before = translated(GOOD, OTHER)
    after = quality.article(before, embedder)
    bare = replace(
        after,
        paragraphs=tuple(
            replace(item, quality=None, sentences=tuple(replace(one, quality=None) for one in item.sentences))
            for item in after.paragraphs
        ),
    )
    assert bare == before


@pytest.mark.parametrize(
    ("arabic", "english", "flag"),
    [
        ("وصل الوزير إلى القاهرة يوم الأحد وعقد لقاءً", "Oil became dearer in Asia last week", "low-similarity"),
        ("وصل الوزير إلى القاهرة صباح الأحد وعقد اجتماعاً مع نظيره", "The minister.", "length-ratio"),
        ("وصل الوزير إلى القاهرة", "The minister arrived in Cairo, and then he arrived in Cairo again", "length-ratio"),
        ("وافقت 25 دولة على القرار", "52 countries agreed to the resolution", "numbers"),
        ("وصل الوزير إلى القاهرة صباح الأحد", "وصل الوزير إلى القاهرة صباح الأحد", None),
    ],
)  # fmt: skip
def test_flags(embedder: Usem3, arabic: str, english: str, flag: str | None) -> None:
    (paragraph,) = quality.article(one(arabic, english), embedder).paragraphs
    assert paragraph.quality is not None
    assert paragraph.sentences[0].quality is not None
    assert (flag in paragraph.quality.flags) if flag else not paragraph.quality.flags
    assert paragraph.sentences[0].quality == paragraph.quality  # a paragraph of one sentence


def test_flags_of_the_guard_come_first_and_reach_the_paragraph(embedder: Usem3) -> None:
    looping = ("وافقت 25 دولة", "25 25 25 26", -3.0, ("looping", "numbers"))
    (paragraph,) = quality.article(translated([*GOOD, looping]), embedder).paragraphs
    assert paragraph.quality is not None
    assert paragraph.quality.flags[:2] == ("looping", "numbers")
    assert len(set(paragraph.quality.flags)) == len(paragraph.quality.flags)
    good = paragraph.sentences[0].quality
    assert good is not None
    assert good.flags == ()


def test_numbers_of_a_paragraph_may_change_sentences(embedder: Usem3) -> None:
    moved: Sentences = [
        ("وافقت 25 دولة. ", "Countries agreed.", -1.0, ()),
        ("وكان ذلك في القاهرة.", "There were 25 of them in Cairo.", -1.0, ()),
    ]
    (paragraph,) = quality.article(translated(moved), embedder).paragraphs
    first, second = (sentence.quality for sentence in paragraph.sentences)
    assert first is not None
    assert second is not None
    assert paragraph.quality is not None
    assert (first.missing_numbers, second.extra_numbers) == (("25",), ("25",))
    assert (paragraph.quality.missing_numbers, paragraph.quality.extra_numbers) == ((), ())


def test_without_embedder() -> None:
    (paragraph,) = quality.article(translated(GOOD), None).paragraphs
    assert paragraph.quality is not None
    assert paragraph.quality.similarity is None
    assert paragraph.quality.flags == ()
    assert "usem3" not in str(quality.signature(None))


def test_vowel_signs_and_tatweel_change_nothing(embedder: Usem3) -> None:
    plain = quality.article(one("وصل الوزير إلى القاهرة", "The minister arrived in Cairo"), embedder)
    vowelled = quality.article(one("وَصَلَ الوزيرُ إلى القـاهرة", "The minister arrived in Cairo"), embedder)
    assert plain.paragraphs[0].quality == vowelled.paragraphs[0].quality


@pytest.mark.parametrize(("arabic", "english"), [("***", "* * *"), ("…", "")])
def test_pairs_without_words_are_not_flagged(embedder: Usem3, arabic: str, english: str) -> None:
    (paragraph,) = quality.article(one(arabic, english), embedder).paragraphs
    assert paragraph.quality is not None
    assert paragraph.quality.flags == ()


def test_nothing_translated(embedder: Usem3) -> None:
    (paragraph,) = quality.article(one("وصل الوزير إلى القاهرة", "", ("empty",)), embedder).paragraphs
    assert paragraph.quality is not None
    assert paragraph.quality.similarity == 0
    assert paragraph.quality.flags == ("empty", "low-similarity", "length-ratio")


def test_articles_do_not_depend_on_their_window(embedder: Usem3) -> None:
    window = [
        translated(GOOD, name="a"),
        translated(OTHER, GOOD, name="b"),
        translated(name="empty"),
        translated(OTHER, name="d"),
    ]
    batched = BatchedUsem3()
    one_after_another = [quality.article(item, batched) for item in window]
    assert one_after_another == [quality.article(item, batched) for item in reversed(window)][::-1]
    ahead = {item.source.id: quality.source_vectors(item.source, batched) for item in window}
    assert one_after_another == [quality.article(item, batched, ahead[item.source.id]) for item in window]


def test_batches_move_no_more_than_the_last_digit(embedder: Usem3) -> None:
    for item in (translated(GOOD, OTHER), translated(OTHER, GOOD, GOOD)):
        for found, alone in zip(
            quality.article(item, BatchedUsem3()).paragraphs, quality.article(item, embedder).paragraphs, strict=True
        ):
            assert found.quality.similarity == pytest.approx(alone.quality.similarity, abs=1.5 * 10**-DIGITS)


def test_a_paragraph_is_the_mean_of_its_sentences(embedder: Usem3) -> None:
    """Weighted by length; one of a single sentence is that sentence."""
    (alone,) = quality.article(translated(GOOD[:1]), embedder).paragraphs
    assert alone.quality.similarity == alone.sentences[0].quality.similarity
    short, long = ("نعم. ", "Yes.", -0.5, ()), (GOOD[0][0], "Tomorrow it will rain in Paris, they say.", -0.5, ())
    (both,) = quality.article(translated([short, long]), embedder).paragraphs
    first, second = (sentence.quality.similarity for sentence in both.sentences)
    assert abs(both.quality.similarity - second) < abs(both.quality.similarity - first)


@settings(deadline=None)  # the first example builds tables, on a machine that may be busy
@given(st.lists(st.tuples(st.text(alphabet="ab ", max_size=9), st.floats(-20, 0)), max_size=6))
def test_mean_score_lies_between_the_scores(sentences: list[tuple[str, float]]) -> None:
    article = translated([("جملة ", english, score, ()) for english, score in sentences])
    mean = mean_score(article.paragraphs[0].sentences)
    weights = [len(english) for english, _ in sentences]
    if sum(weights):
        assert math.isclose(mean, float(np.average([score for _, score in sentences], weights=weights)), abs_tol=1e-9)
    elif sentences:
        assert math.isclose(mean, float(np.mean([score for _, score in sentences])), abs_tol=1e-9)
    else:
        assert mean == 0


def test_bands_cover_all_lengths_and_grow_stricter() -> None:
    assert BANDS[-1].below == math.inf
    for shorter, longer in pairwise(BANDS):
        assert shorter.below < longer.below
        assert shorter.similarity <= longer.similarity
        assert shorter.longest > longer.longest


def test_few_human_translations_are_flagged(shared: Path, embedder: Usem3) -> None:
    rows = (shared / "data" / "dev" / "ntrex_dev.tsv").read_text(encoding="utf-8").split("\n")[:80]
    pairs = [tuple(row.split("\t")[1:3]) for row in rows]
    found = [quality.article(one(arabic, english), embedder) for arabic, english in pairs]
    flagged = [item for item in found if item.paragraphs[0].quality and item.paragraphs[0].quality.flags]
    assert len(flagged) <= 0.05 * len(found)
    shifted = [quality.article(one(pairs[at][0], pairs[at - 1][1]), embedder) for at in range(len(pairs))]
    flagged = [item for item in shifted if item.paragraphs[0].quality and item.paragraphs[0].quality.flags]
    assert len(flagged) >= 0.9 * len(shifted)

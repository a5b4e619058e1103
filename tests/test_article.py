from __future__ import annotations

import dataclasses
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe import article as nouns
from mtpipe.article import (
    PARAGRAPH_BREAK,
    Article,
    Mention,
    Meta,
    Paragraph,
    Quality,
    Rendering,
    Sentence,
    SetAside,
    TranslatedArticle,
    TranslatedParagraph,
    TranslatedSentence,
    build,
    from_json,
    paragraph_id,
    to_json,
    with_sentences,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
counts = st.integers(-1, 1000)
shares = st.floats(allow_nan=False, allow_infinity=False)
codes = st.lists(texts, max_size=2).map(tuple)
metas = st.builds(Meta, *[st.none() | texts for _ in dataclasses.fields(Meta)])
mentions = st.builds(
    Mention,
    texts,
    texts,
    counts,
    counts,
    counts,
    counts,
    st.sampled_from(["present", "injected", "n-best", "repaired", "flagged"]),
    texts,
    texts,
    texts,
)
renderings = st.builds(Rendering, texts, texts, shares, codes, st.lists(mentions, max_size=2).map(tuple))
qualities = st.none() | st.builds(Quality, st.none() | shares, shares, shares, codes, codes, codes)
roled_texts = st.lists(st.tuples(st.sampled_from(["title", "text"]), texts), max_size=4)
asides = st.lists(st.tuples(texts, texts, st.integers(0, 4)), max_size=3)


@st.composite
def spans(draw: st.DrawFn, length: int) -> list[tuple[int, int]]:
    """Ways to cut a text of that length into touching, filled spans."""
    inner = draw(st.sets(st.integers(1, length - 1))) if length > 1 else set()
    edges = [0, *sorted(inner), length] if length else [0]
    return list(pairwise(edges))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    article = build(draw(texts), draw(roled_texts), meta=draw(metas), set_aside=draw(asides))
    cut = tuple(with_sentences(paragraph, draw(spans(len(paragraph.text)))) for paragraph in article.paragraphs)
    return dataclasses.replace(article, paragraphs=cut)


@st.composite
def translated_articles(draw: st.DrawFn) -> TranslatedArticle:
    source = draw(articles())
    return TranslatedArticle(
        source,
        tuple(
            TranslatedParagraph(
                paragraph,
                tuple(TranslatedSentence(each, draw(renderings), draw(qualities)) for each in paragraph.sentences),
                draw(qualities),
            )
            for paragraph in source.paragraphs
        ),
    )


@given(st.one_of(articles(), translated_articles(), renderings, mentions, metas))
def test_json_round_trip(noun: Any) -> None:
    line = to_json(noun)
    assert "\n" not in line
    json.loads(line)
    assert from_json(type(noun), line) == noun
    assert from_json(type(noun), line.encode()) == noun


def test_json_keeps_arabic_readable() -> None:
    assert "مرحبا" in to_json(build("a", [("text", "مرحبا")]))


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (Article, ""),
        (Article, "[]"),
        (Article, '{"id": "a"}'),
        (Sentence, '{"id": "a", "text": "b", "start": "first", "end": 1}'),
        (Paragraph, '{"id": "a", "text": "b", "start": 0, "end": 1, "role": "caption"}'),
    ],
)
def test_json_of_another_kind_is_refused(kind: type, line: str) -> None:
    with pytest.raises(ValueError, match=kind.__name__):
        from_json(kind, line)


@given(texts, roled_texts, asides)
def test_build_numbers_and_places_paragraphs(
    article_id: str, given_texts: list[tuple[Any, str]], set_aside: list[tuple[str, str, int]]
) -> None:
    article = build(article_id, given_texts, set_aside=set_aside)
    assert [(paragraph.role, paragraph.text) for paragraph in article.paragraphs] == given_texts
    assert article.text == PARAGRAPH_BREAK.join(text for _, text in given_texts)
    for number, paragraph in enumerate(article.paragraphs, start=1):
        assert paragraph.id == f"{article_id}#p{number}" == paragraph_id(article_id, number)
        assert article.text[paragraph.start : paragraph.end] == paragraph.text
    assert [(piece.text, piece.reason, piece.after) for piece in article.set_aside] == set_aside
    assert [piece.id for piece in article.set_aside] == [f"{article_id}#a{n}" for n in range(1, len(set_aside) + 1)]


@given(articles())
def test_sentences_rejoin_and_are_numbered(article: Article) -> None:
    for paragraph in article.paragraphs:
        assert "".join(sentence.text for sentence in paragraph.sentences) == paragraph.text
        for number, sentence in enumerate(paragraph.sentences, start=1):
            assert sentence.id == f"{paragraph.id}s{number}"
            assert paragraph.text[sentence.start : sentence.end] == sentence.text


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [(0, 3)],
        [(1, 5)],
        [(0, 2), (3, 5)],  # a gap
        [(0, 3), (2, 5)],  # an overlap
        [(0, 6)],
        [(3, 5), (0, 3)],
        [(0, 5), (5, 3), (3, 5)],  # touching, but there and back
        [(0, 0), (0, 5)],
        [(0, 5), (5, 5)],
    ],
)
def test_spans_that_do_not_cover_are_refused(wrong: list[tuple[int, int]]) -> None:
    paragraph = build("a", [("text", "abcde")]).paragraphs[0]
    with pytest.raises(ValueError, match=r"do not cover a#p1 \(0 to 5\)"):
        with_sentences(paragraph, wrong)


def test_an_empty_paragraph_has_no_sentences() -> None:
    assert with_sentences(build("a", [("text", "")]).paragraphs[0], []).sentences == ()


@pytest.mark.parametrize(
    ("targets", "whole", "expected"),
    [
        ([], "", []),
        (["One."], "One.", [(0, 4)]),
        (["One.", "Two."], "One. Two.", [(0, 4), (5, 9)]),
        (["", "Two."], "Two.", [(0, 0), (0, 4)]),
        (["One.", "", "Two."], "One. Two.", [(0, 4), (4, 4), (5, 9)]),
        (["One.", ""], "One.", [(0, 4), (4, 4)]),
        (["", ""], "", [(0, 0), (0, 0)]),
    ],
)
def test_target_spans(targets: list[str], whole: str, expected: list[tuple[int, int]]) -> None:
    paragraph = _translated(targets)
    assert paragraph.target == whole
    assert list(paragraph.target_spans) == expected


@given(st.lists(texts, max_size=5))
def test_target_spans_point_at_the_sentences(targets: list[str]) -> None:
    paragraph = _translated(targets)
    assert [paragraph.target[start:end] for start, end in paragraph.target_spans] == targets


def _translated(targets: list[str]) -> TranslatedParagraph:
    source = with_sentences(
        build("a", [("text", "x" * len(targets))]).paragraphs[0], [(n, n + 1) for n in range(len(targets))]
    )
    sentences = zip(source.sentences, targets, strict=True)
    return TranslatedParagraph(
        source, tuple(TranslatedSentence(sentence, Rendering(target, target, 0.0)) for sentence, target in sentences)
    )


NOUNS = [kind for kind in vars(nouns).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)]


def test_all_nouns_are_seen() -> None:
    assert {Article, Sentence, SetAside, TranslatedArticle} < set(NOUNS)


@pytest.mark.parametrize("kind", NOUNS, ids=lambda kind: kind.__name__)
def test_nouns_are_frozen_and_slotted(kind: type) -> None:
    fields = dataclasses.fields(kind)
    noun = kind(*[None] * len(fields))
    assert not hasattr(noun, "__dict__")
    for field in fields:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(noun, field.name, "other")

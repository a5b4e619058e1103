"""The line as a whole: conservation, each sentence once, nothing that depends on its neighbours."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import stand_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtpipe.article import PARAGRAPH_BREAK, Article, Rendering, build
from mtpipe.errors import ModelError, UsageError
from mtpipe.glossary import Glossary
from mtpipe.intake import normalise
from mtpipe.pipeline import Pipeline
from mtpipe.settings import Settings

slow_machine = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
semicolons = st.booleans().map(lambda on: stand_in.settings(segment={"semicolon": on}))


@slow_machine
@given(stand_in.many_articles, semicolons)
def test_articles_paragraphs_and_sentences_come_out_as_they_went_in(
    given_articles: tuple[Article, ...], wanted: Settings
) -> None:
    made = stand_in.pipeline(wanted).translate(given_articles).articles
    assert [article.source.id for article in made] == [article.id for article in given_articles]
    for before, after in zip(given_articles, made, strict=True):
        assert [paragraph.source.text for paragraph in after.paragraphs] == [p.text for p in before.paragraphs]
        assert PARAGRAPH_BREAK.join(paragraph.source.text for paragraph in after.paragraphs) == before.text
        assert after.source.set_aside == before.set_aside
        assert after.source.meta == before.meta
        for paragraph in after.paragraphs:
            assert "".join(sentence.source.text for sentence in paragraph.sentences) == paragraph.source.text
            assert all(one.source.end == other.source.start for one, other in pairwise(paragraph.sentences))
            spans = paragraph.target_spans
            assert [paragraph.target[start:end] for start, end in spans] == [s.target for s in paragraph.sentences]
            for number, sentence in enumerate(paragraph.sentences, start=1):
                assert sentence.source.id == f"{paragraph.source.id}s{number}"
                assert sentence.quality is not None
                assert (sentence.target == "") >= (normalise(sentence.source.text) == "")


@slow_machine
@given(stand_in.many_articles)
def test_mentions_point_into_the_text_that_readers_see(given_articles: tuple[Article, ...]) -> None:
    """The glossary sees the normalised sentence; vowel signs and tatweel shift the places."""
    for article in stand_in.pipeline().translate(given_articles).articles:
        for sentence in (sentence for paragraph in article.paragraphs for sentence in paragraph.sentences):
            for mention in sentence.rendering.mentions:
                written = sentence.source.text[mention.source_start : mention.source_end]
                assert normalise(mention.entry) in normalise(written)
                if mention.rung != "flagged":
                    shown = sentence.target[mention.target_start : mention.target_end]
                    assert shown == mention.after
                    assert shown.casefold() == mention.target.casefold()


@slow_machine
@given(stand_in.many_articles, st.randoms())
def test_an_article_is_translated_the_same_in_any_company(given_articles: tuple[Article, ...], chance) -> None:
    together = {article.source.id: article for article in stand_in.pipeline().translate(given_articles).articles}
    shuffled = list(given_articles)
    chance.shuffle(shuffled)
    for article in shuffled:
        assert stand_in.pipeline().translate([article]).articles == [together[article.id]]


@slow_machine
@given(stand_in.many_articles, st.data())
def test_what_is_known_is_not_translated_and_changes_nothing(
    given_articles: tuple[Article, ...], data: st.DataObject
) -> None:
    first = stand_in.pipeline()
    whole = first.translate(given_articles)
    assert list(whole.renderings) == first.sources(given_articles)
    known = data.draw(st.sets(st.sampled_from(list(whole.renderings) or [""])))
    line = stand_in.pipeline()
    again = line.translate(given_articles, {text: whole.renderings[text] for text in known if text})
    assert again.articles == whole.articles
    assert list(again.renderings) == [text for text in whole.renderings if text not in known]
    assert known.isdisjoint(line.translator.asked)


def test_equal_sentences_are_put_to_the_engine_once() -> None:
    line = stand_in.pipeline(glossary=Glossary(()))
    texts = ["وصل الوزير. وصل الوزير.", "وَصَلَ الوزيرُ.", "وصــل الوزير."]  # the same to a model: vowel signs, tatweel
    made = line.translate([build("a", [("text", text) for text in texts])])
    assert line.translator.asked == ["وصل الوزير."]
    assert len({sentence.target for p in made.articles[0].paragraphs for sentence in p.sentences}) == 1


def test_a_sentence_without_letters_has_no_english_and_is_not_asked() -> None:
    line = stand_in.pipeline()
    made = line.translate([build("a", [("text", "\u200f")])])
    assert line.translator.asked == []
    (sentence,) = made.articles[0].paragraphs[0].sentences
    assert sentence.rendering == Rendering("", "", 0.0)


def test_no_articles_are_no_work() -> None:
    line = stand_in.pipeline()
    assert line.translate([]).articles == []
    assert line.translator.asked == []


def test_the_signature_tells_what_shapes_the_data(tmp_path: Path) -> None:
    plain = str(stand_in.pipeline().signature)
    others = [
        stand_in.pipeline(stand_in.settings(segment={"semicolon": True})),
        stand_in.pipeline(glossary=Glossary(())),
        stand_in.pipeline(stand_in.settings(glossary={"repair": False})),
    ]
    assert len({plain, *(str(line.signature) for line in others)}) == 4
    same = stand_in.pipeline(stand_in.settings(9, memory=tmp_path / "memory", review={"pages": False}))
    assert str(same.signature) == plain


@pytest.mark.parametrize(
    ("sections", "error", "said"),
    [
        ({"glossary": {"paths": ["missing.csv"]}, "translate": {"model": "missing"}}, UsageError, r"missing\.csv"),
        ({"translate": {"engine": "command"}}, UsageError, r"translate\.command"),
        ({"translate": {"engine": "command", "command": ["no-such-program"]}}, ModelError, "no-such-program"),
    ],
)
def test_what_is_wrong_is_told_when_the_line_is_opened(
    sections: dict[str, dict[str, object]], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as told:
        Pipeline.open(Settings.model_validate(sections))
    assert "\n" not in str(told.value)

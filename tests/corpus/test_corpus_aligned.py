"""Nothing is lost in an alignment: every sentence of both sides is in one row or set aside, and spans point at text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import stand_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtpipe import corpus, quality, segment
from mtpipe.article import AlignedArticle, AlignedBead, Article, ArticlePair, Paragraph, Sentence, build
from mtpipe.corpus import aligned
from mtpipe.corpus.aligned import ALIGNED_SCHEMAS
from mtpipe.corpus.rows import SCHEMAS
from mtpipe.corpus.shards import arrow_schema

slow_machine = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])

WORDS = st.sampled_from(["The", "Minister", "came", "to", "Aleppo", "40", "3.5", "rain", "U.N.", "<b>", "&", "it's"])
ENGLISH = st.lists(
    st.lists(WORDS, min_size=1, max_size=5).map(lambda words: " ".join(words) + ". "), min_size=1, max_size=3
).map(lambda parts: "".join(parts).strip())


@st.composite
def english_articles(draw: st.DrawFn) -> Article:
    texts = draw(st.lists(ENGLISH, min_size=1, max_size=4))
    aside = [("Sign up", "share-bar", 1)] if draw(st.booleans()) else []
    return build("b.txt", [("text", text) for text in texts], set_aside=aside)


@st.composite
def beads(draw: st.DrawFn, prefix: str, source: Sequence[Any], target: Sequence[Any]) -> list[AlignedBead[Any]]:
    """Cut both sides into neighbours at random and put the pieces together at random, some with nobody."""

    def pieces(units: Sequence[Any]) -> list[tuple[Any, ...]]:
        cuts = sorted(draw(st.sets(st.integers(1, max(1, len(units) - 1)), max_size=len(units))))
        edges = [0, *(cut for cut in cuts if cut < len(units)), len(units)]
        return [tuple(units[a:b]) for a, b in pairwise(edges) if a < b]

    left, right = pieces(source), pieces(target)
    order = draw(st.permutations(right))
    both = min(len(left), len(right), draw(st.integers(0, 4)))
    pairs = [*zip(left, order[:both], strict=False)]
    pairs += [((unit,), ()) for piece in left[both:] for unit in piece]
    pairs += [((), (unit,)) for piece in order[both:] for unit in piece]
    made = []
    for number, (one, other) in enumerate(pairs, start=1):
        name = f"{prefix}{number}"
        if not (one and other):
            made.append(AlignedBead(name, one, other, 0.0, reason="unmatched"))
            continue
        chance = draw(st.sampled_from([0.2, 0.9]))
        bead = AlignedBead(name, one, other, chance, draw(st.booleans()), "" if chance > 0.5 else "low-probability")
        made.append(bead)
    return made


@st.composite
def alignments(draw: st.DrawFn) -> AlignedArticle:
    source = segment.article(draw(stand_in.articles()))
    target = segment.article(draw(english_articles()), None, "en")
    sentences = [[s for p in article.paragraphs for s in p.sentences] for article in (source, target)]
    return AlignedArticle(
        ArticlePair(source, target, "content", 0.5),
        tuple(draw(beads("a#pb", source.paragraphs, target.paragraphs))),
        tuple(draw(beads("a#sb", *sentences))),
    )


@slow_machine
@given(alignments())
def test_every_sentence_is_in_one_row_or_set_aside(article: AlignedArticle) -> None:
    rows = aligned.sentence_rows(article, "signature")
    aside = aligned.set_aside_rows(article)
    for side, whole in (("source", article.pair.source), ("target", article.pair.target)):
        found = Counter(unit["id"] for row in rows for unit in row[f"{side}_units"])
        found.update(row["id"] for row in aside if row["side"] == side and row["reason"] == "unmatched")
        assert found == Counter(s.id for p in whole.paragraphs for s in p.sentences)
        remnants = [row["text"] for row in aside if row["side"] == side and row["reason"] != "unmatched"]
        assert remnants == [piece.text for piece in whole.set_aside]


@slow_machine
@given(alignments())
def test_units_point_into_their_articles(article: AlignedArticle) -> None:
    texts = {"source": article.pair.source.text, "target": article.pair.target.text}
    for rows in (aligned.sentence_rows(article, "x"), aligned.paragraph_rows(article, "x")):
        for row in rows:
            for side, language in (("source", "ar"), ("target", "en")):
                parts = [texts[side][unit["start"] : unit["end"]].strip() for unit in row[f"{side}_units"]]
                assert row["translation"][language].split() == " ".join(parts).split()


@slow_machine
@given(alignments())
def test_paragraph_rows_are_the_articles_text_and_their_sentences_point_into_it(article: AlignedArticle) -> None:
    sentences = {row["id"]: row for row in aligned.sentence_rows(article, "x")}
    for row in aligned.paragraph_rows(article, "x"):
        for side, language in (("source", "ar"), ("target", "en")):
            whole = article.pair.source.text if side == "source" else article.pair.target.text
            assert whole[row[f"{side}_start"] : row[f"{side}_end"]] == row["translation"][language]
            for span in row["sentences"]:
                text = row["translation"][language][span[f"{side}_start"] : span[f"{side}_end"]]
                assert text.split() == sentences[span["id"]]["translation"][language].split()
        for span in row["sentences"]:
            assert {name: sentences[span["id"]][name] for name in span} == span
            assert sentences[span["id"]]["paragraph_id"] == row["id"]


@slow_machine
@given(alignments())
def test_beads_in_no_one_row_of_paragraphs_say_so(article: AlignedArticle) -> None:
    told = {span["id"] for row in aligned.paragraph_rows(article, "x") for span in row["sentences"]}
    for row in aligned.sentence_rows(article, "x"):
        assert (row["paragraph_id"] is not None) == (row["id"] in told) == (row["source_start"] >= 0)


@slow_machine
@given(alignments())
def test_counts_are_those_of_the_rows(article: AlignedArticle) -> None:
    made = corpus.made([article, article], "x")
    assert (made.counts.paragraphs, made.counts.sentences) == (len(made.paragraphs), len(made.sentences))
    assert made.counts.rejected == sum(not row["accepted"] for row in made.sentences)
    assert made.counts.unmatched + made.counts.set_aside == len(made.set_aside)
    assert made.ledger == []


@slow_machine
@given(alignments())
def test_rows_have_the_columns_of_the_schema(article: AlignedArticle) -> None:
    import pyarrow as pa

    rows: dict[Any, list[dict[str, Any]]] = {
        "paragraphs": aligned.paragraph_rows(article, "x"),
        "sentences": aligned.sentence_rows(article, "x"),
    }
    for config, found in rows.items():
        assert all(
            list(row) == list(ALIGNED_SCHEMAS[config]) or set(row) == set(ALIGNED_SCHEMAS[config]) for row in found
        )
        schema = arrow_schema(config, "aligned")
        assert pa.Table.from_pylist(found, schema=schema).to_pylist() == found


def test_the_columns_of_a_translated_corpus_are_all_there() -> None:
    for config, columns in SCHEMAS.items():
        assert list(ALIGNED_SCHEMAS[config])[: len(columns)] == list(columns)


def test_a_measured_bead() -> None:
    source = segment.article(build("a", [("text", "زار 12 وفداً حلب.")]))
    target = segment.article(build("b", [("text", "13 delegations visited Aleppo.")]), None, "en")
    units: list[tuple[Paragraph | Sentence, Paragraph | Sentence]] = [
        (source.paragraphs[0], target.paragraphs[0]),
        (source.paragraphs[0].sentences[0], target.paragraphs[0].sentences[0]),
    ]
    paragraph, sentence = (
        AlignedBead(f"a#{number}", (one,), (other,), 0.9, quality=quality.human(one.text, other.text, 0.75))
        for number, (one, other) in enumerate(units)
    )
    (row,) = aligned.sentence_rows(AlignedArticle(ArticlePair(source, target), (paragraph,), (sentence,)), "x")
    assert row["quality"]["similarity"] == 0.75
    assert row["quality"]["score"] is None
    assert (row["quality"]["missing_numbers"], row["quality"]["extra_numbers"]) == (["12"], ["13"])
    assert "numbers" in row["quality"]["flags"]
    assert (row["accepted"], row["reason"], row["origin"]) == (True, "", "aligned")

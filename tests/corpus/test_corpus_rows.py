"""Conservation: what goes in comes out, in order, and every span points at the text that it names."""

from __future__ import annotations

from itertools import pairwise

import stand_in
from hypothesis import HealthCheck, given, settings

from mtpipe import corpus, review
from mtpipe.article import Article, TranslatedArticle
from mtpipe.corpus.rows import SCHEMAS

slow_machine = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])


def translated(article: Article) -> TranslatedArticle:
    (made,) = stand_in.pipeline().translate([article]).articles
    return made


@slow_machine
@given(stand_in.articles())
def test_paragraphs_in_are_paragraphs_out(article: Article) -> None:
    rows = corpus.paragraph_rows(translated(article), "signature")
    assert [row["translation"]["ar"] for row in rows] == [paragraph.text for paragraph in article.paragraphs]
    assert [row["id"] for row in rows] == [paragraph.id for paragraph in article.paragraphs]
    assert [row["role"] for row in rows] == [paragraph.role for paragraph in article.paragraphs]
    for row in rows:
        assert article.text[row["source_start"] : row["source_end"]] == row["translation"]["ar"]


@slow_machine
@given(stand_in.articles())
def test_sentences_rejoin_to_the_paragraph_and_tie_both_sides(article: Article) -> None:
    made = translated(article)
    sentences = {row["id"]: row for row in corpus.sentence_rows(made, "signature")}
    told = [span["id"] for row in corpus.paragraph_rows(made, "signature") for span in row["sentences"]]
    assert told == list(sentences)
    for row in corpus.paragraph_rows(made, "signature"):
        source, target = row["translation"]["ar"], row["translation"]["en"]
        spans = row["sentences"]
        assert "".join(source[span["source_start"] : span["source_end"]] for span in spans) == source
        ends = [0, *(span["target_end"] for span in spans)]
        assert [target[end : span["target_start"]].strip(" ") for end, span in zip(ends[:-1], spans, strict=True)] == [
            ""
        ] * len(spans)
        assert ends[-1] == len(target)
        for span in spans:
            sentence = sentences[span["id"]]
            assert {name: sentence[name] for name in span} == span
            assert sentence["paragraph_id"] == row["id"]
            assert sentence["translation"]["ar"] == source[span["source_start"] : span["source_end"]].strip()
            assert sentence["translation"]["en"] == target[span["target_start"] : span["target_end"]]


@slow_machine
@given(stand_in.articles())
def test_terms_point_at_the_same_words_in_both_configurations(article: Article) -> None:
    made = translated(article)
    paragraphs = corpus.paragraph_rows(made, "signature")
    sentences = corpus.sentence_rows(made, "signature")
    ledger = corpus.ledger_rows(made)

    def shown(rows: list[dict[str, object]]) -> list[tuple[object, ...]]:
        return [
            (
                term["entry"],
                row["translation"]["ar"][term["source_start"] : term["source_end"]],
                row["translation"]["en"][term["target_start"] : term["target_end"]]
                if term["target_end"] > -1
                else None,
                term["rung"],
                term["reason"],
            )
            for row in rows
            for term in row["terms"]
        ]

    assert shown(paragraphs) == shown(sentences)
    assert shown(sentences) == [
        (
            line["entry"],
            line["written"],
            None if line["rung"] == "flagged" else line["after"],
            line["rung"],
            line["reason"],
        )
        for line in ledger
    ]
    for line in ledger:
        assert (line["rung"] == "flagged") is (line["target_start"] == line["target_end"] == -1)
        assert line["written"].strip() == line["written"] != ""


@slow_machine
@given(stand_in.articles())
def test_rows_have_the_columns_of_the_schema_in_order_and_the_signature(article: Article) -> None:
    made = translated(article)
    for config, rows in (
        ("paragraphs", corpus.paragraph_rows(made, "signature")),
        ("sentences", corpus.sentence_rows(made, "signature")),
    ):
        for row in rows:
            assert list(row) == list(SCHEMAS[config])
            assert row["signature"] == "signature"
            assert row["article_id"] == article.id


@slow_machine
@given(stand_in.articles())
def test_what_was_set_aside_is_kept_with_its_reason_and_place(article: Article) -> None:
    rows = corpus.set_aside_rows(translated(article))
    assert [(row["id"], row["text"], row["reason"], row["after"]) for row in rows] == [
        (piece.id, piece.text, piece.reason, piece.after) for piece in article.set_aside
    ]


@slow_machine
@given(stand_in.articles())
def test_index_counts_what_the_rows_hold(article: Article) -> None:
    made = translated(article)
    row = review.index_row(made)
    sentences = corpus.sentence_rows(made, "signature")
    assert row.paragraphs == len(corpus.paragraph_rows(made, "signature"))
    assert row.sentences == len(sentences)
    assert row.mentions == sum(len(sentence["terms"]) for sentence in sentences)


def test_the_stand_in_meets_terms_that_are_rendered_and_terms_that_are_not() -> None:
    """The properties above say nothing unless both kinds occur."""
    article = stand_in.build("a", [("text", "زار حلب ثم الرقة. وَحَلَبُ بعيدة.")])
    assert {line["rung"] for line in corpus.ledger_rows(translated(article))} == {"injected", "flagged"}


def test_neighbouring_sentences_touch() -> None:
    article = stand_in.build("a", [("text", "وصل الوزير. قال: زار حلب؟ نعم.")])
    (row,) = corpus.paragraph_rows(translated(article), "signature")
    assert len(row["sentences"]) > 1
    assert all(one["source_end"] == other["source_start"] for one, other in pairwise(row["sentences"]))

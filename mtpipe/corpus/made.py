"""All rows of a window of articles, be they translated or aligned, and what there is to count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mtpipe.article import AlignedArticle, Review, TranslatedArticle
from mtpipe.corpus import aligned, rows
from mtpipe.corpus.card import Counts

Row = dict[str, Any]


@dataclass(slots=True)
class Made:
    """Rows by the file that they go to, in the order of the articles."""

    paragraphs: list[Row] = field(default_factory=list)
    sentences: list[Row] = field(default_factory=list)
    ledger: list[Row] = field(default_factory=list)
    set_aside: list[Row] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


def made(articles: Iterable[TranslatedArticle | AlignedArticle], signature: str) -> Made:
    """Return the rows of articles."""
    window = Made()
    for article in articles:
        if isinstance(article, AlignedArticle):
            window.paragraphs += aligned.paragraph_rows(article, signature)
            window.sentences += aligned.sentence_rows(article, signature)
            window.ledger += aligned.ledger_rows(article)
            window.set_aside += aligned.set_aside_rows(article)
            window.counts += _aligned(article)
        else:
            window.paragraphs += rows.paragraph_rows(article, signature)
            window.sentences += rows.sentence_rows(article, signature)
            window.ledger += rows.ledger_rows(article)
            window.set_aside += rows.set_aside_rows(article)
            window.counts += _translated(article)
    return window


def _translated(article: TranslatedArticle) -> Counts:
    sentences = [sentence for paragraph in article.paragraphs for sentence in paragraph.sentences]
    mentions = [mention for sentence in sentences for mention in sentence.rendering.mentions]
    return Counts(
        articles=1,
        paragraphs=len(article.paragraphs),
        sentences=len(sentences),
        mentions=len(mentions),
        flagged_mentions=sum(mention.rung == "flagged" for mention in mentions),
        flagged_sentences=sum(bool(sentence.rendering.flags) for sentence in sentences),
        set_aside=len(article.source.set_aside),
        approved=sum(_approved(sentence.review) for sentence in sentences),
        edited=sum(_edited(sentence.review) for sentence in sentences),
    )


def _aligned(article: AlignedArticle) -> Counts:
    beads = [bead for bead in article.sentences if bead.matched]
    mentions = [mention for bead in beads for mention in bead.mentions]
    return Counts(
        articles=1,
        paragraphs=sum(bead.matched for bead in article.paragraphs),
        sentences=len(beads),
        mentions=len(mentions),
        flagged_mentions=sum(mention.rung == "flagged" for mention in mentions),
        set_aside=len(article.pair.source.set_aside) + len(article.pair.target.set_aside),
        rejected=sum(bool(bead.reason) for bead in beads),
        unmatched=sum(len(bead.source) + len(bead.target) for bead in article.sentences if not bead.matched),
        approved=sum(_approved(bead.review) for bead in beads),
        edited=sum(_edited(bead.review) for bead in beads),
    )


def _approved(review: Review | None) -> bool:
    return review is not None and review.state == "approved"


def _edited(review: Review | None) -> bool:
    return review is not None and review.translated is not None

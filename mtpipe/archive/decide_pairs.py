"""Decisions on aligned articles: beads of sentences are approved, rejected, commented, and written anew, never cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mtpipe.align import Embedder, similarities
from mtpipe.aligning import measure
from mtpipe.archive.mentions import refound
from mtpipe.article import AlignedArticle, AlignedBead, Paragraph, Review, Sentence, State
from mtpipe.corpus.aligned import sides, written
from mtpipe.corpus.written import text_with
from mtpipe.intake import normalise
from mtpipe.review.decisions import Record
from mtpipe.review.units import Unit, units


@dataclass(frozen=True, slots=True)
class Decided:
    """An article with a record in it, and whether the record changed it; ``fits`` tells whether it was made on what
    stands there, ``cut`` whether its ties are cut otherwise than the beads, which no page does.
    """

    article: AlignedArticle
    changed: bool
    fits: bool
    cut: bool = False


def find(articles: Sequence[AlignedArticle], name: str) -> tuple[AlignedArticle, Unit] | None:
    """Return the article and the unit that a record is about, None where there is none."""
    own = (article for article in articles if article.pair.id == name.rpartition("#")[0])
    return next(((article, unit) for article in own for unit in units(article) if unit.id == name), None)


def decide(article: AlignedArticle, unit: Unit, record: Record) -> Decided:
    """Put a record into an article, its changed beads still unmeasured."""
    beads = {bead.id: bead for bead in article.sentences}
    ends = [*(tie.start for tie in unit.ties[1:]), unit.length]
    if [(tie.source_start, tie.source_end) for tie in record.ties] != [
        (tie.start, end) for tie, end in zip(unit.ties, ends, strict=True)
    ]:
        return Decided(article, changed=False, fits=False, cut=record.base == unit.base)
    new: dict[str, AlignedBead[Sentence]] = {}
    for tie, place in zip(record.ties, unit.ties, strict=True):
        if place.bead:
            bead = beads[place.bead]
            made = _bead(bead, " ".join(tie.text.split()), tie.state, tie.comment, record)
            if made != bead:
                new[bead.id] = made
    if not new:
        return Decided(article, changed=False, fits=True)
    if record.base != unit.base:
        return Decided(article, changed=False, fits=False)
    sentences = tuple(new.get(bead.id, bead) for bead in article.sentences)
    return Decided(_with_unit(replace(article, sentences=sentences), unit, record), changed=True, fits=True)


def _bead(bead: AlignedBead[Sentence], text: str, state: State, comment: str, record: Record) -> AlignedBead[Sentence]:
    """Return a bead as a tie wants it; the very same where it is so already."""
    before = bead.review or Review()
    if (text, state, comment) == (" ".join(bead.target_text.split()), before.state, before.comment):
        return bead
    own = text == " ".join(bead.own_text.split())
    decided = not own or state != "open" or comment
    review = Review(state, record.reviewer, record.time, comment, None if own else bead.own_text)
    text = bead.own_text if own else text
    mentions = bead.mentions if text == bead.target_text else refound(bead.mentions, text)
    return replace(bead, written=None if own else text, review=review if decided else None, mentions=mentions)


def _with_unit(article: AlignedArticle, unit: Unit, record: Record) -> AlignedArticle:
    """Return the article with its bead of paragraphs in line with the beads of sentences in it."""
    inside = {tie.bead for tie in unit.ties if tie.bead}
    states = {(bead.review or Review()).state for bead in article.sentences if bead.id in inside}
    state: State = "rejected" if "rejected" in states else "approved" if states == {"approved"} else "open"
    changes = written(article, sides(article)[1])[unit.id]
    comment = "\n".join(tie.comment for tie in record.ties if tie.comment)

    def renewed(bead: AlignedBead[Paragraph]) -> AlignedBead[Paragraph]:
        text = text_with(bead.own_text, changes)
        review = Review(state, record.reviewer, record.time, comment, bead.own_text if changes else None)
        known = bead.mentions if text == bead.target_text else refound(bead.mentions, text)
        return replace(bead, written=text if changes else None, review=review, mentions=known)

    return replace(
        article, paragraphs=tuple(renewed(bead) if bead.id == unit.id else bead for bead in article.paragraphs)
    )


def measured(article: AlignedArticle, before: AlignedArticle, embedder: Embedder, *, name: str) -> AlignedArticle:
    """Measure the beads whose English is another than before. ``name`` is what settings call the embedder."""
    old = {bead.id: bead.target_text for bead in before.sentences}
    old |= {bead.id: bead.target_text for bead in before.paragraphs}

    def again(bead: AlignedBead[Any]) -> AlignedBead[Any]:
        if bead.target_text == old[bead.id]:
            return bead
        texts = [normalise(text).strip() for text in (bead.source_text, bead.target_text)]
        rows = embedder.encode(texts)
        similarity = float(similarities(rows[:1], rows[1:])[0])
        return replace(bead, quality=measure(bead.source_text, bead.target_text, similarity, embedder=name))

    return replace(
        article, paragraphs=tuple(map(again, article.paragraphs)), sentences=tuple(map(again, article.sentences))
    )


def learned(article: AlignedArticle, before: AlignedArticle) -> dict[str, str | None]:
    """Return what the memory is to learn: the English of approved beads, None for what is approved no more."""
    found: dict[str, str | None] = {}
    for old, new in zip(before.sentences, article.sentences, strict=True):
        was, now = ((bead.review or Review()).state == "approved" for bead in (old, new))
        if new != old and (was or now):
            found[new.source_text] = new.target_text if now else None
    return found

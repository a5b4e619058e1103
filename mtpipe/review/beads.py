"""The side-by-side page of a pair that was aligned: a row per bead of sentences, of any shape, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mtpipe.article import AlignedArticle, AlignedBead, Article, Paragraph, Quality, Sentence
from mtpipe.review.document import render
from mtpipe.review.page import link
from mtpipe.review.rows import LONG_ROW, anchor
from mtpipe.settings import ReviewSettings

REASON_WORDS: Final = {"low-probability": "probably wrong"}
FOUND_WORDS: Final = {"list": "paired by a list", "name": "paired by name", "content": "paired by what they say"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One side of a row: its sentences, as (anchor, text), in order; white space at their ends is the page's affair."""

    sentences: tuple[tuple[str, str], ...]
    paragraphs: str

    @property
    def text(self) -> str:
        """The cell's text, as the page holds it."""
        return " ".join(text for _, text in self.sentences)


@dataclass(frozen=True, slots=True)
class BeadRow:
    """A bead as the page shows it. ``opens`` tells the first row of a paragraph of the source."""

    anchor: str
    id: str
    source: Cell
    target: Cell
    probability: float
    crossing: bool
    reason: str
    quality: Quality | None
    heading: bool
    opens: bool

    @property
    def matched(self) -> bool:
        """Whether both sides have text."""
        return bool(self.source.sentences and self.target.sentences)

    @property
    def shape(self) -> str:
        """How many sentences of each side: ``2–1``."""
        return f"{len(self.source.sentences)}–{len(self.target.sentences)}"

    @property
    def long(self) -> bool:
        """Whether the row may be broken between two printed pages."""
        return len(self.source.text) > LONG_ROW


def rows(article: AlignedArticle) -> tuple[BeadRow, ...]:
    """Return a row per bead of sentences, unmatched ones among them, in order."""
    return tuple(_rows(article))


def _rows(article: AlignedArticle) -> Iterator[BeadRow]:
    sides = _paragraphs(article.pair.source), _paragraphs(article.pair.target)
    before: Paragraph | None = None
    for number, bead in enumerate(article.sentences):
        first = sides[0][bead.source[0].id] if bead.source else None
        opens = first is not None and first is not before
        before = first or before
        yield _row(bead, sides, heading=not number and first is not None and first.role == "title", opens=opens)


def _row(
    bead: AlignedBead[Sentence], sides: tuple[dict[str, Paragraph], ...], *, heading: bool, opens: bool
) -> BeadRow:
    place = anchor(bead.id)
    source, target = (
        Cell(
            tuple((f"{letter}-{anchor(sentence.id)}", sentence.text.strip()) for sentence in sentences),
            " ".join(dict.fromkeys(anchor(side[sentence.id].id).removeprefix("p") for sentence in sentences)),
        )
        for letter, side, sentences in zip(("a", "e"), sides, (bead.source, bead.target), strict=True)
    )
    return BeadRow(
        anchor=place,
        id=bead.id,
        source=source,
        target=target,
        probability=bead.probability,
        crossing=bead.crossing,
        reason=bead.reason,
        quality=bead.quality,
        heading=heading and bead.matched,
        opens=opens,
    )


def _paragraphs(article: Article) -> dict[str, Paragraph]:
    return {sentence.id: paragraph for paragraph in article.paragraphs for sentence in paragraph.sentences}


def page(article: AlignedArticle, *, signature: str, settings: ReviewSettings, notice: str | None = None) -> str:
    """Return one self-contained HTML document, as the page of a translated article is.

    The text content of its cells (``.row > .ar`` and ``.row > .en``) is the sentences' text, white space apart.
    """
    made = rows(article)
    heading = made[0] if made and made[0].heading else None
    pair = article.pair
    return render(
        "aligned.html.j2",
        styles=("base.css", "page.css", "aligned.css"),
        script="page.js",
        pair=pair,
        heading=heading,
        rows=made[1:] if heading else made,
        title=title(article),
        target_title=heading.target.text if heading else pair.target.meta.title or "",
        source_link=link(pair.source.meta.url),
        target_link=link(pair.target.meta.url),
        reason_words=REASON_WORDS,
        found_words=FOUND_WORDS,
        counts=counts(article),
        signature=signature,
        direction=settings.direction,
        notice=notice,
    )


def title(article: AlignedArticle) -> str:
    """Return the Arabic title, or the id."""
    source = article.pair.source
    first = source.paragraphs[0] if source.paragraphs else None
    if first is not None and first.role == "title":
        return first.text
    return source.meta.title or source.id


@dataclass(frozen=True, slots=True)
class BeadCounts:
    """Sentences and beads of a pair."""

    kept: int
    rejected: int
    crossing: int
    source_unmatched: int
    target_unmatched: int


def counts(article: AlignedArticle) -> BeadCounts:
    """Count what the head of the page tells."""
    beads = article.sentences
    return BeadCounts(
        kept=sum(bead.matched and not bead.reason for bead in beads),
        rejected=sum(bead.matched and bool(bead.reason) for bead in beads),
        crossing=sum(bead.matched and bead.crossing for bead in beads),
        source_unmatched=sum(len(bead.source) for bead in beads if not bead.matched),
        target_unmatched=sum(len(bead.target) for bead in beads if not bead.matched),
    )

"""The side-by-side page of a pair that was aligned: a row per bead of sentences, of any shape, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mtpipe.article import AlignedArticle, AlignedBead, Article, Mention, Paragraph, Quality, Sentence
from mtpipe.review.cells import Span, Stretch, cut
from mtpipe.review.document import render
from mtpipe.review.names import anchor
from mtpipe.review.page import link
from mtpipe.review.rows import LONG_ROW, RUNG_WORDS, strange_numbers
from mtpipe.review.units import Place, places, units
from mtpipe.settings import ReviewSettings

REASON_WORDS: Final = {"low-probability": "probably wrong"}
FOUND_WORDS: Final = {"list": "paired by a list", "name": "paired by name", "content": "paired by what they say"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One side of a row: its sentences, by their anchors, with a space between."""

    text: str
    anchors: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    paragraphs: str


@dataclass(frozen=True, slots=True)
class BeadRow:
    """A bead as the page shows it.

    ``opens`` tells the first row of a paragraph of the source, ``place`` where the bead is decided on.
    """

    anchor: str
    id: str
    source: Cell
    target: Cell
    mentions: tuple[Mention, ...]
    probability: float
    crossing: bool
    reason: str
    quality: Quality | None
    heading: bool
    opens: bool
    place: Place | None

    @property
    def matched(self) -> bool:
        """Whether both sides have text."""
        return bool(self.source.anchors and self.target.anchors)

    @property
    def shape(self) -> str:
        """How many sentences of each side: ``2–1``."""
        return f"{len(self.source.anchors)}–{len(self.target.anchors)}"

    @property
    def long(self) -> bool:
        """Whether the row may be broken between two printed pages."""
        return len(self.source.text) > LONG_ROW


def rows(article: AlignedArticle) -> tuple[BeadRow, ...]:
    """Return a row per bead of sentences, unmatched ones among them, in order."""
    return tuple(_rows(article))


def _rows(article: AlignedArticle) -> Iterator[BeadRow]:
    sides = _paragraphs(article.pair.source), _paragraphs(article.pair.target)
    known = places(units(article))
    before: Paragraph | None = None
    for number, bead in enumerate(article.sentences):
        first = sides[0][bead.source[0].id] if bead.source else None
        opens = first is not None and first is not before
        before = first or before
        title = not number and first is not None and first.role == "title"
        yield _row(bead, sides, heading=title, opens=opens, place=known.get(bead.id))


def _row(
    bead: AlignedBead[Sentence],
    sides: tuple[dict[str, Paragraph], ...],
    *,
    heading: bool,
    opens: bool,
    place: Place | None,
) -> BeadRow:
    left = [(one.source_start, one.source_end) for one in bead.mentions]
    right = [(one.target_start, one.target_end) for one in bead.mentions]
    measured = [bead.quality] if bead.quality is not None else []
    missing, extra = strange_numbers(_text(bead.source), bead.target_text, measured)
    return BeadRow(
        anchor=anchor(bead.id),
        id=bead.id,
        source=_cell("a", bead.source, sides[0], missing, left),
        target=_cell("e", bead.target, sides[1], extra, right, bead.written),
        mentions=bead.mentions,
        probability=bead.probability,
        crossing=bead.crossing,
        reason=bead.reason,
        quality=bead.quality,
        heading=heading and bead.matched,
        opens=opens,
        place=place,
    )


def _text(sentences: Sequence[Sentence]) -> str:
    return " ".join(sentence.text.strip() for sentence in sentences)


def _cell(
    letter: str,
    sentences: Sequence[Sentence],
    paragraphs: dict[str, Paragraph],
    numbers: Sequence[Span],
    mentions: Sequence[Span],
    written: str | None = None,
) -> Cell:
    """``written`` is what a reviewer wrote in the place of all of the sentences: it belongs to the first."""
    text = _text(sentences) if written is None else written
    spans: list[Span] = []
    for sentence in sentences:
        start = spans[-1][1] + 1 if spans else 0
        spans.append((start, start + len(sentence.text.strip())))
    if written is not None:
        spans = [(0, len(written)), *[(len(written), len(written))] * (len(sentences) - 1)]
    # Of each sentence all mentions, in the same order; those that lie elsewhere are empty there and mark nothing.
    inside = [
        [(low - start, high - start) if start <= low < high <= end else (0, 0) for low, high in mentions]
        for start, end in spans
    ]
    return Cell(
        text,
        tuple(f"{letter}-{anchor(sentence.id)}" for sentence in sentences),
        cut(text, spans, inside, numbers),
        " ".join(dict.fromkeys(anchor(paragraphs[one.id].id).removeprefix("p") for one in sentences)),
    )


def _paragraphs(article: Article) -> dict[str, Paragraph]:
    return {sentence.id: paragraph for paragraph in article.paragraphs for sentence in paragraph.sentences}


def page(
    article: AlignedArticle,
    *,
    signature: str,
    settings: ReviewSettings,
    notice: str | None = None,
    window: int | None = None,
) -> str:
    """Return one HTML document, as the page of a translated article is.

    The text content of its cells (``.row > .ar`` and ``.row > .en``) is the sentences' text, white space apart.
    """
    made = rows(article)
    heading = made[0] if made and made[0].heading else None
    pair = article.pair
    return render(
        "aligned.html.j2",
        pair=pair,
        heading=heading,
        rows=made[1:] if heading else made,
        title=title(article),
        target_title=heading.target.text if heading else pair.target.meta.title or "",
        source_link=link(pair.source.meta.url),
        target_link=link(pair.target.meta.url),
        reason_words=REASON_WORDS,
        found_words=FOUND_WORDS,
        rung_words=RUNG_WORDS,
        counts=counts(article),
        signature=signature,
        direction=settings.direction,
        notice=notice,
        window=window,
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

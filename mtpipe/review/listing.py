"""The index: a table of the articles, which scripts make searchable, and which is read without JavaScript too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mtpipe.article import AlignedArticle, Origin, TranslatedArticle
from mtpipe.review import beads
from mtpipe.review.charts import pictures
from mtpipe.review.document import render
from mtpipe.review.figures import Figures
from mtpipe.review.names import page_name
from mtpipe.review.page import title
from mtpipe.review.rows import flags, measures
from mtpipe.settings import ReviewSettings

LISTED: Final = 500
"""Rows in the HTML itself: what is read without JavaScript."""
TOTALS: Final = ("paragraphs", "sentences", "mentions", "flagged_mentions", "rejected", "unmatched")
"""Columns whose sums stand above the table."""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What the index says of an article.

    ``guard_flags`` counts the guard's codes over all sentences, ``number_mismatches`` the numbers that stand on one
    side only, ``similarity`` is the mean over the paragraphs that have one (None: not measured). ``target_title`` is
    the English title, "" where the article has no title paragraph.

    Of a pair that was aligned, ``paragraphs`` and ``sentences`` are beads, ``similarity`` is their mean probability,
    ``rejected`` those not kept, and ``unmatched`` the sentences of either side without counterpart.
    """

    article_id: str
    title: str
    file_name: str
    paragraphs: int
    sentences: int
    mentions: int
    flagged_mentions: int
    guard_flags: int
    number_mismatches: int
    similarity: float | None
    target_title: str = ""
    origin: Origin = "machine"
    rejected: int = 0
    unmatched: int = 0


def index_row(article: TranslatedArticle | AlignedArticle) -> IndexRow:
    """Count what the index shows of an article, or of a pair that was aligned."""
    if isinstance(article, AlignedArticle):
        return _aligned(article)
    sentences = [sentence for paragraph in article.paragraphs for sentence in paragraph.sentences]
    mentions = [mention for sentence in sentences for mention in sentence.rendering.mentions]
    found = [quality for paragraph in article.paragraphs for quality in measures(paragraph)]
    similarities = [
        paragraph.quality.similarity
        for paragraph in article.paragraphs
        if paragraph.quality is not None and paragraph.quality.similarity is not None
    ]
    first = article.paragraphs[0] if article.paragraphs else None
    return IndexRow(
        article_id=article.source.id,
        title=title(article),
        file_name=page_name(article.source.id),
        paragraphs=len(article.paragraphs),
        sentences=len(sentences),
        mentions=len(mentions),
        flagged_mentions=sum(mention.rung == "flagged" for mention in mentions),
        guard_flags=sum(len(flags(sentence)) for sentence in sentences),
        number_mismatches=sum(len(quality.missing_numbers) + len(quality.extra_numbers) for quality in found),
        similarity=sum(similarities) / len(similarities) if similarities else None,
        target_title=first.target if first is not None and first.source.role == "title" else "",
    )


def _aligned(article: AlignedArticle) -> IndexRow:
    matched = [bead for bead in article.sentences if bead.matched]
    numbers = [bead.quality for bead in matched if bead.quality is not None]
    mentions = [mention for bead in matched for mention in bead.mentions]
    made, counts = beads.rows(article), beads.counts(article)
    return IndexRow(
        article_id=article.pair.id,
        title=beads.title(article),
        file_name=page_name(article.pair.id),
        paragraphs=sum(bead.matched for bead in article.paragraphs),
        sentences=len(matched),
        mentions=len(mentions),
        flagged_mentions=sum(mention.rung == "flagged" for mention in mentions),
        guard_flags=sum(len(set(quality.flags) - {"numbers"}) for quality in numbers),
        number_mismatches=sum(len(quality.missing_numbers) + len(quality.extra_numbers) for quality in numbers),
        similarity=sum(bead.probability for bead in matched) / len(matched) if matched else None,
        target_title=made[0].target.text if made and made[0].heading else "",
        origin="aligned",
        rejected=counts.rejected,
        unmatched=counts.source_unmatched + counts.target_unmatched,
    )


def index(
    rows: Iterable[IndexRow],
    *,
    signature: str,
    settings: ReviewSettings,
    figures: Figures | None = None,
    notice: str | None = None,
) -> str:
    """Return the index of the pages, rows in the order given, with pictures of what ``figures`` count.

    It holds the first ``LISTED``; the scripts list all, from the shards. The rows are read once, and no more than
    those are held: an archive may have millions.
    """
    first: list[IndexRow] = []
    totals = dict.fromkeys(TOTALS, 0)
    count = 0
    for row in rows:
        count += 1
        if count <= LISTED:
            first.append(row)
        for key in TOTALS:
            totals[key] += getattr(row, key)
    return render(
        "index.html.j2",
        rows=first,
        articles=count,
        totals=totals,
        pictures=pictures(figures) if figures else None,
        signature=signature,
        direction=settings.direction,
        notice=notice,
    )

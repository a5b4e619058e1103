"""Rows of pairs that were aligned: the columns of the others, and what a bead says of itself.

A row is a bead of any shape. Text without counterpart is no pair: it goes to ``set_aside.jsonl``, sentence by
sentence, with the reason ``unmatched``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from mtpipe.article import AlignedArticle, AlignedBead, Article, Meta, Origin, Paragraph, Sentence
from mtpipe.corpus.rows import SCHEMAS, Config, quality_columns, review_columns, term_columns
from mtpipe.corpus.written import Written, apart, moved

ORIGIN: Final[Origin] = "aligned"
UNMATCHED: Final = "unmatched"

_UNIT: Final = {"id": "string", "start": "int32", "end": "int32"}
_BEAD: Final = {
    "target_article_id": "string",
    "source_units": [_UNIT],
    "target_units": [_UNIT],
    "probability": "float64",
    "crossing": "bool",
    "accepted": "bool",
    "reason": "string",
}
_PAIR: Final = {
    "target_start": "int32",
    "target_end": "int32",
    "target_title": "string",
    "target_date": "string",
    "target_author": "string",
    "target_url": "string",
    "target_publisher": "string",
    "target_path": "string",
    "paired_by": "string",
    "article_similarity": "float64",
}

ALIGNED_SCHEMAS: Final[dict[Config, dict[str, Any]]] = {
    "paragraphs": {**SCHEMAS["paragraphs"], **_BEAD, **_PAIR},
    "sentences": {**SCHEMAS["sentences"], **_BEAD},
}
"""Columns and types. ``source_units`` and ``target_units`` are the paragraphs, or sentences, of a bead: their ids and
their spans in the text of the article that they are of."""

SCHEMAS_OF: Final[dict[Origin, dict[Config, dict[str, Any]]]] = {"machine": SCHEMAS, "aligned": ALIGNED_SCHEMAS}

Place = tuple[int, int]


class Side:
    """Where the sentences of one article stand: in which paragraph, and in which bead of paragraphs."""

    def __init__(self, article: Article, beads: Sequence[tuple[str, tuple[Paragraph, ...]]]) -> None:
        self.paragraph: dict[str, Paragraph] = {}
        self.number: dict[str, int] = {}
        for number, paragraph in enumerate(article.paragraphs):
            for sentence in paragraph.sentences:
                self.paragraph[sentence.id] = paragraph
                self.number[sentence.id] = number
        self.bead = {
            paragraph.id: (name, paragraphs[0].start) for name, paragraphs in beads for paragraph in paragraphs
        }

    def bead_of(self, sentence: Sentence) -> str:
        """Return the id of the bead of paragraphs that holds a sentence."""
        return self.bead[self.paragraph[sentence.id].id][0]

    def in_article(self, sentence: Sentence) -> Place:
        """Return a sentence's span in the article's text."""
        start = self.paragraph[sentence.id].start
        return start + sentence.start, start + sentence.end

    def in_bead(self, sentences: Sequence[Sentence]) -> Place:
        """Return the span of neighbouring sentences in the text of their bead of paragraphs."""
        first, last = self.in_article(sentences[0])[0], self.in_article(sentences[-1])[1]
        start = self.bead[self.paragraph[sentences[0].id].id][1]
        return first - start, last - start


def sides(article: AlignedArticle) -> tuple[Side, Side]:
    """Return where the sentences of both articles stand."""
    return (
        Side(article.pair.source, [(bead.id, bead.source) for bead in article.paragraphs]),
        Side(article.pair.target, [(bead.id, bead.target) for bead in article.paragraphs]),
    )


def paragraph_rows(article: AlignedArticle, signature: str) -> list[dict[str, Any]]:
    """Return a row per bead of paragraphs that has both sides. Spans are offsets into the articles' texts, those of
    ``sentences`` into the row's own.
    """
    source, target = sides(article)
    changes = written(article, target)
    inside: dict[str, list[dict[str, Any]]] = {bead.id: [] for bead in article.paragraphs}
    for bead in article.sentences:
        if home := _home(bead, source, target):
            inside[home].append({"id": bead.id, **_spans(bead, source, target, changes[home])})
    meta, other = article.pair.source.meta, article.pair.target.meta
    return [
        {
            "id": bead.id,
            "article_id": article.pair.source.id,
            "role": bead.source[0].role,
            **_common(bead, article, signature),
            "source_start": bead.source[0].start,
            "source_end": bead.source[-1].end,
            "sentences": inside[bead.id],
            **_meta(meta, ""),
            "source_units": [_unit(paragraph.id, paragraph.start, paragraph.end) for paragraph in bead.source],
            "target_units": [_unit(paragraph.id, paragraph.start, paragraph.end) for paragraph in bead.target],
            "target_start": bead.target[0].start,
            "target_end": bead.target[-1].end,
            **_meta(other, "target_"),
            "paired_by": article.pair.paired_by,
            "article_similarity": article.pair.similarity,
        }
        for bead in article.paragraphs
        if bead.matched
    ]


def sentence_rows(article: AlignedArticle, signature: str) -> list[dict[str, Any]]:
    """Return a row per bead of sentences that has both sides.

    Spans are offsets into the texts of the paragraphs' row that ``paragraph_id`` names; where the bead reaches over
    two of those, there is no such row, and they are -1.
    """
    source, target = sides(article)
    changes = written(article, target)
    nowhere = dict.fromkeys(("source_start", "source_end", "target_start", "target_end"), -1)
    return [
        {
            "id": bead.id,
            "paragraph_id": (home := _home(bead, source, target)),
            "article_id": article.pair.source.id,
            **_common(bead, article, signature),
            **(_spans(bead, source, target, changes[home]) if home else nowhere),
            "machine": None,
            "source_units": [_unit(sentence.id, *source.in_article(sentence)) for sentence in bead.source],
            "target_units": [_unit(sentence.id, *target.in_article(sentence)) for sentence in bead.target],
        }
        for bead in article.sentences
        if bead.matched
    ]


def ledger_rows(article: AlignedArticle) -> list[dict[str, Any]]:
    """Return a line of the ledger per mention in a kept bead of sentences, whose id stands for a sentence's."""
    return [
        {
            "article_id": article.pair.source.id,
            "sentence_id": bead.id,
            **term_columns(mention, 0, 0),
            "written": bead.source_text[mention.source_start : mention.source_end],
            "before": mention.before,
            "after": mention.after,
        }
        for bead in article.sentences
        for mention in bead.mentions
    ]


def set_aside_rows(article: AlignedArticle) -> list[dict[str, Any]]:
    """Return a row per piece of text of either article that is in no pair: website remnants, then the unmatched."""
    return [*_remnants(article), *_unmatched(article)]


def _remnants(article: AlignedArticle) -> Iterator[dict[str, Any]]:
    for side, whole in (("source", article.pair.source), ("target", article.pair.target)):
        for piece in whole.set_aside:
            yield {
                "id": piece.id,
                "article_id": whole.id,
                "side": side,
                "reason": piece.reason,
                "after": piece.after,
                "text": piece.text,
            }


def _unmatched(article: AlignedArticle) -> Iterator[dict[str, Any]]:
    source, target = sides(article)
    for bead in article.sentences:
        if bead.matched:
            continue
        for name, place, whole, units in (
            ("source", source, article.pair.source, bead.source),
            ("target", target, article.pair.target, bead.target),
        ):
            for sentence in units:
                yield {
                    "id": sentence.id,
                    "article_id": whole.id,
                    "side": name,
                    "reason": UNMATCHED,
                    "after": place.number[sentence.id],
                    "text": sentence.text,
                }


def _common(bead: AlignedBead[Any], article: AlignedArticle, signature: str) -> dict[str, Any]:
    return {
        "translation": {"ar": bead.source_text, "en": bead.target_text},
        "terms": [term_columns(mention, 0, 0) for mention in bead.mentions],
        "quality": quality_columns(bead.quality),
        "origin": ORIGIN,
        **review_columns(bead.review),
        "signature": signature,
        "target_article_id": article.pair.target.id,
        "probability": bead.probability,
        "crossing": bead.crossing,
        "accepted": not bead.reason,
        "reason": bead.reason,
    }


def _home(bead: AlignedBead[Sentence], source: Side, target: Side) -> str | None:
    """Return the id of the bead of paragraphs that holds a whole bead of sentences, None where there is none."""
    homes = {source.bead_of(sentence) for sentence in bead.source} | {target.bead_of(item) for item in bead.target}
    return homes.pop() if bead.matched and len(homes) == 1 else None


def written(article: AlignedArticle, target: Side) -> dict[str, list[Written]]:
    """Return what reviewers wrote into each bead of paragraphs, in order, by its id."""
    found: dict[str, list[Written]] = {bead.id: [] for bead in article.paragraphs}
    for bead in article.sentences:
        if bead.written is not None and bead.target:
            start, end = target.in_bead(bead.target)
            last = bead.target[-1].text
            blank = len(last) - len(last.rstrip())  # what parts it from the next sentence stays
            found[target.bead_of(bead.target[0])].append(Written(start, end - blank, bead.written))
    return {name: apart(changes) for name, changes in found.items()}


def _spans(bead: AlignedBead[Sentence], source: Side, target: Side, changes: Sequence[Written]) -> dict[str, int]:
    (source_start, source_end), (target_start, target_end) = source.in_bead(bead.source), target.in_bead(bead.target)
    target_start, target_end = moved(target_start, changes), moved(target_end, changes)
    return {
        "source_start": source_start,
        "source_end": source_end,
        "target_start": target_start,
        "target_end": target_end,
    }


def _meta(meta: Meta, prefix: str) -> dict[str, str | None]:
    return {f"{prefix}{name}": getattr(meta, name) for name in ("title", "date", "author", "url", "publisher", "path")}


def _unit(name: str, start: int, end: int) -> dict[str, Any]:
    return {"id": name, "start": start, "end": end}

"""Rows of the dataset: what a paragraph and a sentence say of themselves.

Every row carries ids, spans, terms, quality and the signature, so that it means something alone. Nothing that depends
on the clock or on chance is in a row.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from mtpipe.article import (
    Mention,
    Paragraph,
    Quality,
    Review,
    TranslatedArticle,
    TranslatedParagraph,
    TranslatedSentence,
)

Config = Literal["paragraphs", "sentences"]
CONFIGS: Final[tuple[Config, ...]] = ("paragraphs", "sentences")
LANGUAGES: Final = ("ar", "en")
ORIGIN: Final = "machine"

_TERM: Final = {
    "entry": "string",
    "target": "string",
    "source_start": "int32",
    "source_end": "int32",
    "target_start": "int32",
    "target_end": "int32",
    "rung": "string",
    "reason": "string",
}
_QUALITY: Final = {
    "similarity": "float64",
    "length_ratio": "float64",
    "score": "float64",
    "missing_numbers": ["string"],
    "extra_numbers": ["string"],
    "flags": ["string"],
}
_SPANS: Final = {"source_start": "int32", "source_end": "int32", "target_start": "int32", "target_end": "int32"}
_REVIEW: Final = dict.fromkeys(("state", "reviewer", "reviewed", "comment", "translated"), "string")
_COMMON: Final = {
    "translation": "translation",
    "terms": [_TERM],
    "quality": _QUALITY,
    "origin": "string",
    **_REVIEW,
}

SCHEMAS: Final[dict[Config, dict[str, Any]]] = {
    "paragraphs": {
        "id": "string",
        "article_id": "string",
        "role": "string",
        **_COMMON,
        "source_start": "int32",
        "source_end": "int32",
        "sentences": [{"id": "string", **_SPANS}],
        "title": "string",
        "date": "string",
        "author": "string",
        "url": "string",
        "publisher": "string",
        "path": "string",
        "signature": "string",
    },
    "sentences": {
        "id": "string",
        "paragraph_id": "string",
        "article_id": "string",
        **_COMMON,
        **_SPANS,
        "machine": "string",
        "signature": "string",
    },
}
"""Columns and types of each configuration; ``translation`` is the datasets feature of that name."""


def paragraph_rows(article: TranslatedArticle, signature: str) -> list[dict[str, Any]]:
    """Return a row per paragraph. ``source_*`` are offsets into the article's text, those of sentences and terms into
    the paragraph and its English.
    """
    meta = article.source.meta
    return [
        {
            "id": paragraph.source.id,
            "article_id": article.source.id,
            "role": paragraph.source.role,
            "translation": {"ar": paragraph.source.text, "en": paragraph.target},
            "terms": [
                term_columns(mention, sentence.source.start, start)
                for sentence, (start, _) in zip(paragraph.sentences, paragraph.target_spans, strict=True)
                for mention in sentence.rendering.mentions
            ],
            "quality": quality_columns(paragraph.quality),
            "origin": ORIGIN,
            **review_columns(paragraph.review),
            "source_start": paragraph.source.start,
            "source_end": paragraph.source.end,
            "sentences": [
                {"id": sentence.source.id, **spans}
                for sentence, spans in zip(paragraph.sentences, _spans(paragraph), strict=True)
            ],
            "title": meta.title,
            "date": meta.date,
            "author": meta.author,
            "url": meta.url,
            "publisher": meta.publisher,
            "path": meta.path,
            "signature": signature,
        }
        for paragraph in article.paragraphs
    ]


def sentence_rows(article: TranslatedArticle, signature: str) -> list[dict[str, Any]]:
    """Return a row per sentence: spans into the paragraph and its English, terms' spans into the sentence.

    White space at the sentence's ends is in the spans, not in ``translation``; terms count from the first character
    of ``translation``.
    """
    return [
        _sentence_row(article.source.id, paragraph.source, sentence, spans, signature)
        for paragraph in article.paragraphs
        for sentence, spans in zip(paragraph.sentences, _spans(paragraph), strict=True)
    ]


def _sentence_row(
    article_id: str, paragraph: Paragraph, sentence: TranslatedSentence, spans: dict[str, int], signature: str
) -> dict[str, Any]:
    text = sentence.source.text
    indent = len(text) - len(text.lstrip())
    return {
        "id": sentence.source.id,
        "paragraph_id": paragraph.id,
        "article_id": article_id,
        "translation": {"ar": text.strip(), "en": sentence.target},
        "terms": [term_columns(mention, -indent, 0) for mention in sentence.rendering.mentions],
        "quality": quality_columns(sentence.quality),
        "origin": ORIGIN,
        **review_columns(sentence.review),
        **spans,
        "machine": sentence.rendering.machine,
        "signature": signature,
    }


def ledger_rows(article: TranslatedArticle) -> list[dict[str, Any]]:
    """Return a line of the ledger per mention, in order: what it was, what became of it, where."""
    return [
        {
            "article_id": article.source.id,
            "sentence_id": sentence.source.id,
            **term_columns(mention, 0, 0),
            "written": sentence.source.text[mention.source_start : mention.source_end],
            "before": mention.before,
            "after": mention.after,
        }
        for paragraph in article.paragraphs
        for sentence in paragraph.sentences
        for mention in sentence.rendering.mentions
    ]


def set_aside_rows(article: TranslatedArticle) -> list[dict[str, Any]]:
    """Return a row per piece of text that was set aside."""
    return [
        {
            "id": piece.id,
            "article_id": article.source.id,
            "reason": piece.reason,
            "after": piece.after,
            "text": piece.text,
        }
        for piece in article.source.set_aside
    ]


def _spans(paragraph: TranslatedParagraph) -> list[dict[str, int]]:
    return [
        {
            "source_start": sentence.source.start,
            "source_end": sentence.source.end,
            "target_start": start,
            "target_end": end,
        }
        for sentence, (start, end) in zip(paragraph.sentences, paragraph.target_spans, strict=True)
    ]


def term_columns(mention: Mention, source: int, target: int) -> dict[str, Any]:
    """Return the columns of a term, its spans moved by ``source`` and ``target`` characters; -1 stays -1."""
    there = mention.target_start >= 0
    return {
        "entry": mention.entry,
        "target": mention.target,
        "source_start": mention.source_start + source,
        "source_end": mention.source_end + source,
        "target_start": mention.target_start + target if there else -1,
        "target_end": mention.target_end + target if there else -1,
        "rung": mention.rung,
        "reason": mention.reason,
    }


def quality_columns(quality: Quality | None) -> dict[str, Any] | None:
    """Return the columns of the measures."""
    if quality is None:
        return None
    return {
        "similarity": quality.similarity,
        "length_ratio": quality.length_ratio,
        "score": quality.score,
        "missing_numbers": list(quality.missing_numbers),
        "extra_numbers": list(quality.extra_numbers),
        "flags": list(quality.flags),
    }


def review_columns(review: Review | None) -> dict[str, str | None]:
    """Return the columns of what a person decided: ``open`` and nulls where nobody has looked."""
    if review is None:
        review = Review()
    return {
        "state": review.state,
        "reviewer": review.reviewer or None,
        "reviewed": review.time or None,
        "comment": review.comment or None,
        "translated": review.translated,
    }

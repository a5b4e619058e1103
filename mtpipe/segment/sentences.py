"""Sentences of either language, and of a whole article."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from mtpipe.article import Article, with_sentences
from mtpipe.segment import arabic, english
from mtpipe.segment.rules import Span
from mtpipe.settings import SegmentSettings

Language = Literal["ar", "en"]


def split(text: str, language: Language, settings: SegmentSettings | None = None) -> list[Span]:
    """Return the spans of a paragraph's sentences: start and end in code points, end exclusive.

    They touch and cover the text from end to end: white space belongs to the sentence before it, leading white space
    to the first. An empty text has none.
    """
    if language == "ar":
        return arabic.sentences(text, semicolon=settings is not None and settings.semicolon)
    return english.sentences(text)


def article(article: Article, settings: SegmentSettings | None = None) -> Article:
    """Return the Arabic article with the sentences of each paragraph."""
    paragraphs = tuple(
        with_sentences(paragraph, split(paragraph.text, "ar", settings)) for paragraph in article.paragraphs
    )
    return replace(article, paragraphs=paragraphs)

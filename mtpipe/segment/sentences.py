"""Sentences of either language, and of a whole article."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from mtpipe.article import Article, with_sentences
from mtpipe.segment import arabic, english
from mtpipe.segment.cut import cut
from mtpipe.segment.rules import Span
from mtpipe.settings import SegmentSettings

Language = Literal["ar", "en"]

LONGEST: Final = 2000
"""Characters of the longest sentence, about what a model has room for. Text without any stop (a list of names, a table
that lost its lines) is cut at the best places: some of what is done with a sentence costs the square of its length."""


def split(text: str, language: Language, settings: SegmentSettings | None = None) -> list[Span]:
    """Return the spans of a paragraph's sentences: start and end in code points, end exclusive.

    They touch and cover the text from end to end: white space belongs to the sentence before it, leading white space
    to the first. None is longer than ``LONGEST``, but for a single letter with its marks. An empty text has none.
    """
    if language == "ar":
        found = arabic.sentences(text, semicolon=settings is not None and settings.semicolon)
    else:
        found = english.sentences(text)
    return [part for span in found for part in _shortened(text, *span)]


def _shortened(text: str, start: int, end: int) -> list[Span]:
    if end - start <= LONGEST:
        return [(start, end)]
    return [(start + first, start + last) for first, last in cut(text[start:end], LONGEST, len)]


def article(article: Article, settings: SegmentSettings | None = None, language: Language = "ar") -> Article:
    """Return the article with the sentences of each paragraph."""
    paragraphs = tuple(
        with_sentences(paragraph, split(paragraph.text, language, settings)) for paragraph in article.paragraphs
    )
    return replace(article, paragraphs=paragraphs)

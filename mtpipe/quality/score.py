"""Fills in the quality of every sentence and paragraph of translated articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import regex

from mtpipe.align import Embedder, similarities
from mtpipe.article import Article, Quality, TranslatedArticle, TranslatedParagraph, TranslatedSentence
from mtpipe.intake import normalise
from mtpipe.quality.numbers import compare
from mtpipe.signature import Signature

VERSION: Final = "1"
LOW_SIMILARITY: Final = "low-similarity"
LENGTH_RATIO: Final = "length-ratio"
NUMBERS: Final = "numbers"
DIGITS: Final = 4  # decimals that are kept: finer differences say nothing, and rows stay readable


@dataclass(frozen=True, slots=True)
class Band:
    """What is usual for sources below some length, in characters."""

    below: float
    similarity: float
    shortest: float
    longest: float


# What one human translation in a hundred falls short of, by length of the source, on the 1,747 pairs of the development
# data: ``python benchmarks/quality.py --data ../shared/data/dev``. There the similarity has its 1 % quantile at 0.28,
# 0.41 and 0.62, wrong pairs have their median at 0.09, 0.19 and 0.36; the length ratio has its 0.5 % and 99.5 %
# quantiles at 0.76 and 1.95, 0.63 and 1.71, 0.85 and 1.35. The bounds for the first (98 pairs) and the last (one
# source, nearly) are wider for that reason. Under 20 characters a ratio says nothing ("نعم" is "Yes, indeed.").
BANDS: Final = (
    Band(20, 0.26, 0.0, float("inf")),
    Band(40, 0.26, 0.6, 2.4),
    Band(300, 0.40, 0.62, 1.75),
    Band(float("inf"), 0.58, 0.75, 1.45),
)

_CONTENT: Final = regex.compile(r"[\p{L}\p{N}]")

Pair = tuple[str, str]


def signature(embedder: Embedder | None) -> Signature:
    """What the measures rest on: the rules' version and the embedder."""
    rules = Signature((("quality", VERSION),))
    return rules + embedder.signature if embedder else rules


def article(translated: TranslatedArticle, embedder: Embedder | None) -> TranslatedArticle:
    """Return the article with ``Quality`` on each sentence and paragraph. See ``articles``."""
    return articles([translated], embedder)[0]


def articles(translated: Sequence[TranslatedArticle], embedder: Embedder | None) -> list[TranslatedArticle]:
    """Return the articles with ``Quality`` on each sentence and paragraph, all texts embedded in one call.

    Texts are measured in their normalised form. A paragraph's similarity, ratio and numbers are those of the whole
    paragraph; its model score is the mean of its sentences' by the length of their English. Flags are the guard's
    and ``low-similarity``, ``length-ratio`` (unusual for human translations of that length, see ``BANDS``) and
    ``numbers``. Nothing depends on which articles are measured together. Without an embedder there is no similarity.
    """
    similarity = _similarities((pair for item in translated for pair in _pairs(item)), embedder)
    return [
        replace(item, paragraphs=tuple(_paragraph(paragraph, similarity) for paragraph in item.paragraphs))
        for item in translated
    ]


def human(source: str, target: str, similarity: float) -> Quality:
    """Measure a pair that people wrote, whose similarity is known."""
    pair = _normal(source, target)
    return measure(pair, {pair: similarity}, score=None)


def source_texts(cut: Iterable[Article]) -> list[str]:
    """Return the texts of segmented articles that will be embedded, whatever their translation."""
    return [
        normalise(text).strip()
        for item in cut
        for paragraph in item.paragraphs
        for text in (paragraph.text, *(sentence.text for sentence in paragraph.sentences))
    ]


def _normal(source: str, target: str) -> Pair:
    return normalise(source).strip(), normalise(target).strip()


def _pairs(item: TranslatedArticle) -> Iterable[Pair]:
    for paragraph in item.paragraphs:
        yield _normal(paragraph.source.text, paragraph.target)
        for sentence in paragraph.sentences:
            yield _normal(sentence.source.text, sentence.target)


def _similarities(pairs: Iterable[Pair], embedder: Embedder | None) -> dict[Pair, float]:
    if embedder is None:
        return {}
    wanted = list(dict.fromkeys(pairs))
    rows = embedder.encode([text for pair in wanted for text in pair])
    return dict(zip(wanted, similarities(rows[0::2], rows[1::2]).tolist(), strict=True))


def _paragraph(paragraph: TranslatedParagraph, similarity: dict[Pair, float]) -> TranslatedParagraph:
    sentences = tuple(_sentence(sentence, similarity) for sentence in paragraph.sentences)
    guard = [flag for sentence in paragraph.sentences for flag in sentence.rendering.flags]
    quality = measure(
        _normal(paragraph.source.text, paragraph.target), similarity, score=mean_score(paragraph.sentences), flags=guard
    )
    return replace(paragraph, sentences=sentences, quality=quality)


def _sentence(sentence: TranslatedSentence, similarity: dict[Pair, float]) -> TranslatedSentence:
    rendering = sentence.rendering
    pair = _normal(sentence.source.text, sentence.target)
    return replace(sentence, quality=measure(pair, similarity, score=rendering.score, flags=rendering.flags))


def mean_score(sentences: Sequence[TranslatedSentence]) -> float | None:
    """Return the mean of the sentences' model scores, weighted by the characters of their English; 0 for none.

    A weight by characters needs no tokenizer, and comes close to one by tokens. What people wrote has no score and no
    weight; where they wrote all of it there is none (None).
    """
    scored = [(len(item.target), item.rendering.score) for item in sentences if item.rendering.score is not None]
    if not any(weight for weight, _ in scored):
        scored = [(1, score) for _, score in scored]
    total = sum(weight for weight, _ in scored)
    if not total:
        return None if sentences else 0.0
    return sum(weight * score for weight, score in scored) / total


def measure(pair: Pair, similarity: Mapping[Pair, float], *, score: float | None, flags: Iterable[str] = ()) -> Quality:
    """Measure a pair of normalised texts. ``similarity`` holds that of the pair, or nothing at all."""
    source, target = pair
    cosine = similarity.get(pair)
    ratio = len(target) / max(1, len(source))
    missing, extra = compare(source, target)
    own = [NUMBERS] if missing or extra else []
    if _CONTENT.search(source):  # a row of asterisks may become anything
        band = next(band for band in BANDS if len(source) < band.below)
        if cosine is not None and cosine < band.similarity:
            own.append(LOW_SIMILARITY)
        if not band.shortest <= ratio <= band.longest:
            own.append(LENGTH_RATIO)
    return Quality(
        similarity=None if cosine is None else round(cosine, DIGITS),
        length_ratio=round(ratio, DIGITS),
        score=None if score is None else round(score, DIGITS),
        missing_numbers=missing,
        extra_numbers=extra,
        flags=tuple(dict.fromkeys([*flags, *own])),
    )

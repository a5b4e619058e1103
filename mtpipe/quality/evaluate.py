"""How good a set of translations is against human references: sacreBLEU's metrics, and what they do not see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Final

from mtpipe.errors import UsageError
from mtpipe.quality.numbers import compare, extract
from mtpipe.translate.base import Hypothesis
from mtpipe.translate.guard import flags

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Score

BOOTSTRAP: Final = 1000
"""Resamplings for the confidence intervals (Koehn 2004); 0 for none."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A corpus score of 0 to 100, half its 95 % confidence interval (None where not asked for), its signature."""

    name: str
    score: float
    interval: float | None
    signature: str

    def format(self) -> str:
        """Write the score as sacreBLEU does: ``39.7 ± 0.8``."""
        return f"{self.score:.1f}" + (f" ± {self.interval:.1f}" if self.interval is not None else "")


@dataclass(frozen=True, slots=True)
class EvaluationScore:
    """Scores of one set of translations.

    ``length_ratio`` is characters of the translations over those of the references. ``empty``, ``copied`` and
    ``looping`` are shares of the segments. ``numbers`` is the share of the segments whose source or translation has
    a number in which no number is missing or extra (None where there is none).
    """

    HEADER: ClassVar[str] = (
        "| set | segments | chrF2 | BLEU | length ratio | empty | copied | looping | numbers right |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    )

    name: str
    segments: int
    chrf: Metric
    bleu: Metric
    length_ratio: float
    empty: float
    copied: float
    looping: float
    numbers: float | None

    def row(self) -> str:
        """A line of the markdown table under ``HEADER``."""
        shares = " | ".join(f"{share:.1%}" for share in (self.empty, self.copied, self.looping))
        numbers = "-" if self.numbers is None else f"{self.numbers:.1%}"
        return (
            f"| {self.name} | {self.segments} | {self.chrf.format()} | {self.bleu.format()} "
            f"| {self.length_ratio:.2f} | {shares} | {numbers} |"
        )

    def format(self) -> str:
        """One line for a terminal, and the signatures below it."""
        numbers = "-" if self.numbers is None else f"{self.numbers:.1%}"
        bad = f"empty {self.empty:.1%}, copied {self.copied:.1%}, looping {self.looping:.1%}"
        return (
            f"{self.name}: chrF2 {self.chrf.format()}, BLEU {self.bleu.format()} ({self.segments} segments; "
            f"length ratio {self.length_ratio:.2f}; {bad}; numbers right {numbers})\n"
            f"{self.chrf.name} {self.chrf.signature}\n{self.bleu.name} {self.bleu.signature}"
        )

    def __str__(self) -> str:
        return self.format()


def evaluate(
    name: str,
    sources: Sequence[str],
    translations: Sequence[str],
    references: Sequence[str],
    *,
    bootstrap: int = BOOTSTRAP,
) -> EvaluationScore:
    """Score translations segment by segment against one human reference each.

    Raises ``UsageError`` where the three differ in length, hold nothing, or sacreBLEU is not installed.
    """
    if not len(sources) == len(translations) == len(references):
        raise UsageError(
            f"{name}: {len(sources)} sources, {len(translations)} translations and {len(references)} references. "
            "There must be one of each for every segment."
        )
    if not sources:
        raise UsageError(f"{name}: no segments to evaluate. Name a file that holds some.")
    chrf, bleu = metrics(translations, references, bootstrap)
    found = [flags(source, Hypothesis(text, 0.0)) for source, text in zip(sources, translations, strict=True)]

    def share(code: str) -> float:
        return sum(code in codes for codes in found) / len(found)

    return EvaluationScore(
        name=name,
        segments=len(sources),
        chrf=chrf,
        bleu=bleu,
        length_ratio=sum(map(len, translations)) / max(1, sum(map(len, references))),
        empty=share("empty"),
        copied=share("copied"),
        looping=share("looping"),
        numbers=number_accuracy(sources, translations),
    )


def number_accuracy(sources: Sequence[str], translations: Sequence[str]) -> float | None:
    """Return the share of the pairs with numbers whose numbers agree; None where no pair has any."""
    right = held = 0
    for source, target in zip(sources, translations, strict=True):
        if any(number.sure for text in (source, target) for number in extract(text)):
            held += 1
            right += compare(source, target) == ((), ())
    return right / held if held else None


def check_installed() -> None:
    """Raise ``UsageError`` where sacreBLEU is not installed."""
    if find_spec("sacrebleu") is None:
        raise UsageError("Scores need sacreBLEU. Install it: pip install 'mtpipe[metrics]'")


def metrics(translations: Sequence[str], references: Sequence[str], bootstrap: int) -> tuple[Metric, Metric]:
    """Return chrF2 (Popović 2015) and BLEU (Papineni et al. 2002) as sacreBLEU computes them (Post 2018)."""
    check_installed()
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    # One segment cannot be resampled; sacreBLEU takes 1 for none.
    samples = max(1, bootstrap) if len(translations) > 1 else 1
    chrf, bleu = CHRF(), BLEU()
    chrf_score = chrf.corpus_score(translations, [references], n_bootstrap=samples)
    bleu_score = bleu.corpus_score(translations, [references], n_bootstrap=samples)
    return (
        _metric("chrF2", chrf_score, str(chrf.get_signature())),
        _metric("BLEU", bleu_score, str(bleu.get_signature())),
    )


def _metric(name: str, score: Score, signature: str) -> Metric:
    # The interval is public in the JSON form alone.
    interval = json.loads(score.format(width=4, signature=signature, is_json=True)).get("confidence_var")
    return Metric(name, float(score.score), None if interval is None else float(interval), signature)

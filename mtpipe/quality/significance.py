"""Whether one system is better than another, or was only lucky with this test set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from mtpipe.errors import UsageError
from mtpipe.quality.evaluate import check_installed

if TYPE_CHECKING:
    from sacrebleu.significance import Result

SAMPLES: Final = 1000
LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system beside the first one: scores, and the probability of such a difference if there were none.

    ``p`` is None for the first system. ``signatures`` are sacreBLEU's.
    """

    name: str
    chrf: float
    bleu: float
    chrf_p: float | None
    bleu_p: float | None
    signatures: tuple[str, str]

    def format(self) -> str:
        """A line for a terminal."""
        return f"{self.name:<32}  chrF2 {self.chrf:5.1f}{_p(self.chrf_p)}  BLEU {self.bleu:5.1f}{_p(self.bleu_p)}"

    def __str__(self) -> str:
        return self.format()


def check_names(names: Sequence[str]) -> None:
    """Raise ``UsageError`` where two systems bear one name."""
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"{twice}: given twice. Compare different systems.")


def compare(systems: Sequence[tuple[str, Sequence[str]]], references: Sequence[str]) -> list[Comparison]:
    """Compare systems with the first by paired bootstrap resampling (Koehn 2004), 1,000 samples, as sacreBLEU does.

    Each system is a name and its translations. Raises ``UsageError`` where sacreBLEU is not installed, or two systems
    bear one name, or translations are too many or too few.
    """
    check_installed()
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.significance import PairedTest

    names = [name for name, _ in systems]
    check_names(names)
    for name, translations in systems:
        if len(translations) != len(references):
            raise UsageError(f"{name}: {len(translations)} translations of {len(references)} segments.")
    metrics = {"chrF2": CHRF(references=[references]), "BLEU": BLEU(references=[references])}
    test = PairedTest(list(systems), metrics, None, test_type="bs", n_samples=SAMPLES)
    signatures, scores = test()
    chrf, bleu = (cast("list[Result]", scores[name]) for name in metrics)
    of_both = str(signatures["chrF2"]), str(signatures["BLEU"])
    return [
        Comparison(name, float(one.score), float(two.score), _or_one(one, chrf[0]), _or_one(two, bleu[0]), of_both)
        for name, one, two in zip(names, chrf, bleu, strict=True)
    ]


def _or_one(result: Result, first: Result) -> float | None:
    """sacreBLEU calls two systems that score the same in every sample significantly different."""
    return result.p_value if result.p_value is None or result.score != first.score else 1.0


def _p(p: float | None) -> str:
    if p is None:
        return " " * 11
    return f" (p {p:.3f}{'*' if p < LEVEL else ' '})"

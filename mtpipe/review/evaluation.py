"""The report of an evaluation: scores, their parts, and the worst sentences to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mtpipe.quality.breakdown import Part, breakdown, worst
from mtpipe.quality.evaluate import EvaluationScore
from mtpipe.quality.significance import Comparison
from mtpipe.quality.testset import TestSet
from mtpipe.review.document import render

WORST: Final = 50


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A test set, its translation by one system, and what was measured on it.

    ``external`` are the scores of a metric command, one a segment, or none.
    """

    data: TestSet
    translations: tuple[str, ...]
    score: EvaluationScore
    comparisons: tuple[Comparison, ...] = ()
    external: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Worst:
    anchor: str
    name: str
    chrf: float
    external: float | None
    source: str
    translation: str
    reference: str


@dataclass(frozen=True, slots=True)
class _Set:
    score: EvaluationScore
    parts: Sequence[Part]
    comparisons: Sequence[Comparison]
    external: float | None
    worst: Sequence[_Worst]


def evaluation_page(sets: Sequence[Evaluated], *, signature: str) -> str:
    """Return one self-contained HTML document: a table of scores, of parts, of systems, and the worst segments."""
    return render(
        "evaluation.html.j2", sets=[_set(item, number) for number, item in enumerate(sets)], signature=signature
    )


def _set(item: Evaluated, number: int) -> _Set:
    data, translations = item.data, item.translations
    rows = [
        _Worst(
            anchor=f"s{number}-{place + 1}",
            name=data.ids[place] if data.ids else str(place + 1),
            chrf=chrf,
            external=item.external[place] if item.external else None,
            source=data.sources[place],
            translation=translations[place],
            reference=data.references[place],
        )
        for place, chrf in worst(data, translations, WORST)
    ]
    mean = sum(item.external) / len(item.external) if item.external else None
    return _Set(item.score, breakdown(data, translations), item.comparisons, mean, rows)

"""What the pictures of an archive show, counted from the shards of its dataset: the same figures for the same rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from mtpipe.errors import UsageError

BINS: Final = 20
"""Parts of the range 0 to 1 in a distribution."""

Measure = Literal["similarity", "model", "probability"]


@dataclass(frozen=True, slots=True)
class TermFigure:
    """A term of the glossary: its mentions, and how many of them have its English."""

    entry: str
    target: str
    mentions: int
    listed: int

    @property
    def share(self) -> float:
        """Mentions that have the term's English, 0 to 1."""
        return self.listed / self.mentions


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a dataset.

    ``scores`` counts sentences by the measure, in ``BINS`` equal parts of 0 to 1: cosine ``similarity``; where that
    was not asked for, the ``model``'s mean probability of a token; in aligned pairs the ``probability`` of a bead.
    ``flags`` counts sentences by the code of a check, most first; ``terms`` begin with the least consistent.
    """

    measure: Measure
    scores: tuple[int, ...]
    flags: tuple[tuple[str, int], ...]
    terms: tuple[TermFigure, ...]
    sentences: int


def read(shards: Iterable[Path]) -> Figures:
    """Count the rows of shards of the ``sentences`` configuration.

    Raises ``UsageError`` where one can't be read.
    """
    scores: dict[Measure, Counter[int]] = defaultdict(Counter)
    flags: Counter[str] = Counter()
    terms: Counter[tuple[str, str, bool]] = Counter()
    sentences = 0
    for path in shards:
        try:
            sentences += _count(path, scores, flags, terms)
        except (OSError, ValueError) as error:  # Arrow's own errors are of the second kind
            raise UsageError(f"{path}: can't be read ({error}). Put it back as it was.") from error
    measure: Measure = next((known for known in ("probability", "similarity") if scores[known]), "model")
    return Figures(
        measure=measure,
        scores=tuple(scores[measure][number] for number in range(BINS)),
        flags=tuple(sorted(flags.items(), key=lambda item: (-item[1], item[0]))),
        terms=_terms(terms),
        sentences=sentences,
    )


def _count(
    path: Path,
    scores: dict[Measure, Counter[int]],
    flags: Counter[str],
    terms: Counter[tuple[str, str, bool]],
) -> int:
    """Add a shard, column by column: an archive has millions of rows."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    columns = pq.read_schema(path).names
    wanted = ["quality", "terms", *(name for name in ("probability", "reason") if name in columns)]
    table = pq.read_table(path, columns=wanted).combine_chunks()
    if not table.num_rows:
        return 0
    quality = table["quality"].combine_chunks()
    if "probability" in columns:
        scores["probability"].update(_bins(table["probability"].combine_chunks()))
        flags.update(_tally(table["reason"].combine_chunks()))
    else:
        scores["similarity"].update(_bins(pc.struct_field(quality, "similarity")))
        scores["model"].update(_bins(pc.exp(pc.struct_field(quality, "score"))))
    flags.update(_tally(pc.list_flatten(pc.struct_field(quality, "flags"))))
    flat = pc.list_flatten(table["terms"].combine_chunks())
    if len(flat):
        keys = ("entry", "target", "rung")
        found = (
            pa.table({key: pc.struct_field(flat, key) for key in keys}).group_by(keys).aggregate([([], "count_all")])
        )
        for row in found.to_pylist():
            terms[row["entry"], row["target"], row["rung"] != "flagged"] += row["count_all"]
    return int(table.num_rows)


def _bins(values: Any) -> Counter[int]:
    """Count values by their part of 0 to 1; what lies beyond it is in the first or the last."""
    import numpy as np

    numbers = values.drop_null().to_numpy(zero_copy_only=False)
    numbers = numbers[np.isfinite(numbers)]
    places = np.clip((numbers * BINS).astype(np.int64), 0, BINS - 1)
    return Counter({number: int(count) for number, count in enumerate(np.bincount(places, minlength=BINS)) if count})


def _tally(values: Any) -> Counter[str]:
    import pyarrow.compute as pc

    return Counter({row["values"]: row["counts"] for row in pc.value_counts(values).to_pylist() if row["values"]})


def _terms(counts: Counter[tuple[str, str, bool]]) -> tuple[TermFigure, ...]:
    names = {(entry, target) for entry, target, _ in counts}
    found = [
        TermFigure(*name, mentions=counts[(*name, True)] + counts[(*name, False)], listed=counts[(*name, True)])
        for name in names
    ]
    return tuple(sorted(found, key=lambda term: (term.share, -term.mentions, term.entry, term.target)))

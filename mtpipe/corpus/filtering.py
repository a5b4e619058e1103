"""Filtering a dataset: what is kept, what is rejected and why, and all scores, so that bars can be moved later."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from mtpipe.corpus.derived import DATASET, Corpus, new_folder, write_card, write_table
from mtpipe.corpus.files import write_text
from mtpipe.corpus.reader import read_table, told_by
from mtpipe.errors import UsageError
from mtpipe.quality.filters import Filter, Pair, Score, score_all
from mtpipe.quality.filters.private import Kind, mask

REJECTED: Final = "rejected.jsonl"
REPORT: Final = "filter.json"
SCORES: Final = "scores"
TEXTS: Final = ("translation", "machine", "translated", "comment", "title", "target_title")
"""Columns that hold text of an article or its translation."""


@dataclass(slots=True)
class Filtered:
    """What a filtering has made.

    ``reasons`` counts rejected pairs by the first filter that refused them, ``refused`` by each that did. ``reused``
    names the filters whose scores were there already. ``masked`` counts kept pairs in which something was hidden.
    """

    pairs: int = 0
    kept: int = 0
    masked: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reused: tuple[str, ...] = ()

    def format(self) -> str:
        """A table for a terminal: filter, pairs rejected by it first, pairs refused by it."""
        lines = [f"{'filter':<16}{'rejected':>10}{'refused':>10}"]
        lines += [f"{name:<16}{self.reasons[name]:>10}{count:>10}" for name, count in self.refused.items()]
        lines.append(f"{'kept':<16}{self.kept:>10}{'':>10} of {self.pairs}")
        if self.masked:
            lines.append(f"{'masked':<16}{self.masked:>10}")
        return "\n".join(lines)


def filter_corpus(
    corpus: Corpus,
    to: Path,
    filters: Sequence[Filter],
    *,
    scores: Path | None = None,
    masks: Sequence[Kind] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Filtered:
    """Write the accepted rows of a corpus into a new output folder, in their order and with their columns.

    Beside ``dataset/`` stand ``rejected.jsonl`` (whole rows, the filters that refused them, their scores), ``scores/``
    (those of every pair) and ``filter.json``. ``scores`` is that folder of an earlier filtering of the same corpus:
    what it holds is not computed again. ``masks`` hides private data in the kept rows; offsets stay right.
    Raises ``UsageError``; nothing is left of a filtering that failed.
    """
    known = _Known.read(scores, corpus, filters) if scores else _Known()
    report = Filtered(reused=known.names, refused=Counter({item.name: 0 for item in filters}))
    with new_folder(to) as folder:
        scored = _scored(corpus, filters, known)
        with (folder / REJECTED).open("w", encoding="utf-8", newline="") as rejected:
            for number, table in enumerate(corpus.tables()):
                block = [row for _, row in islice(scored, table.num_rows)]
                accepted = [_judge(filters, row, report) for row in block]
                for row, of_row, refused in zip(table.to_pylist(), block, accepted, strict=True):
                    if refused:
                        line = {**row, "filter": refused[0], "refused": refused, "scores": _named(filters, of_row)}
                        rejected.write(json.dumps(line, ensure_ascii=False) + "\n")
                kept = table.filter([not refused for refused in accepted])
                name = f"part-{number:06d}.parquet"
                write_table(folder / DATASET / corpus.config / name, _masked(kept, masks, report))
                write_table(folder / SCORES / name, _score_table(filters, table["id"], block))
                progress(report.pairs)
        signature = corpus.signature
        words = f"{report.kept} of {report.pairs} pairs of a corpus made by mtpipe; `{REPORT}` says what was asked."
        write_card(folder / DATASET, corpus.config, pretty="filtered by mtpipe", words=words, signature=signature)
        write_text(folder / REPORT, json.dumps(_record(filters, masks, report, corpus), indent=2) + "\n")
    return report


@dataclass(frozen=True, slots=True)
class _Known:
    """Scores of an earlier filtering, by the key of the filter."""

    folder: Path | None = None
    columns: dict[str, list[str]] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: Path, corpus: Corpus, filters: Sequence[Filter]) -> _Known:
        shards = sorted(folder.glob("part-*.parquet"))
        ids = (read_table(path, ["id"])["id"] for path in corpus.shards)
        own = (read_table(path, ["id"])["id"] for path in shards)
        if len(shards) != len(corpus.shards) or not all(a.equals(b) for a, b in zip(ids, own, strict=True)):
            raise UsageError(f"{folder}: has no scores of this corpus. Name the {SCORES}/ of a filtering of it.")
        keys = told_by(shards[0])
        usable = [item for item in filters if keys.get(item.name) == item.key]
        return cls(folder, {item.key: _columns(item) for item in usable}, tuple(item.name for item in usable))

    def rows(self, item: Filter) -> Iterator[Score]:
        """Yield the known scores of a filter."""
        assert self.folder is not None
        for path in sorted(self.folder.glob("part-*.parquet")):
            table = read_table(path, self.columns[item.key])
            yield from zip(*(table[name].to_pylist() for name in self.columns[item.key]), strict=True)


def _scored(corpus: Corpus, filters: Sequence[Filter], known: _Known) -> Iterator[tuple[Pair, list[Score]]]:
    new = [item for item in filters if item.key not in known.columns]
    old = {item.key: known.rows(item) for item in filters if item.key in known.columns}
    for pair, fresh in score_all(new, corpus.pairs):
        computed = iter(fresh)
        yield pair, [next(old[item.key]) if item.key in old else next(computed) for item in filters]


def _judge(filters: Sequence[Filter], scores: Sequence[Score], report: Filtered) -> list[str]:
    refused = [item.name for item, score in zip(filters, scores, strict=True) if not item.accept(score)]
    report.pairs += 1
    report.kept += not refused
    report.reasons.update(refused[:1])
    report.refused.update(refused)
    return refused


def _columns(item: Filter) -> list[str]:
    return [f"{item.name}.{column}" for column in item.columns]


def _named(filters: Iterable[Filter], scores: Iterable[Score]) -> dict[str, float | None]:
    # As they stand in Parquet: a score that was there already is the same line.
    return {
        name: None if number is None else float(number)
        for item, score in zip(filters, scores, strict=True)
        for name, number in zip(_columns(item), score, strict=True)
    }


def _score_table(filters: Sequence[Filter], ids: Any, block: Sequence[Sequence[Score]]) -> Any:
    import pyarrow as pa

    arrays: dict[str, Any] = {"id": ids.combine_chunks()}
    for place, item in enumerate(filters):
        for number, name in enumerate(_columns(item)):
            arrays[name] = pa.array([row[place][number] for row in block], pa.float64())
    table = pa.table(arrays)
    return table.replace_schema_metadata({b"mtpipe": json.dumps({item.name: item.key for item in filters}).encode()})


def _masked(table: Any, masks: Sequence[Kind], report: Filtered) -> Any:
    if not masks or not table.num_rows:
        return table
    touched = [False] * table.num_rows
    for name in TEXTS:
        if name in table.column_names:
            before = table[name].to_pylist()
            after = [_hidden(value, masks) for value in before]
            touched = [was or old != new for was, old, new in zip(touched, before, after, strict=True)]
            table = _with_column(table, name, after)
    report.masked += sum(touched)
    return table


def _hidden(value: Any, masks: Sequence[Kind]) -> Any:
    if isinstance(value, dict):
        return {side: _hidden(text, masks) for side, text in value.items()}
    return value and mask(value, masks)


def _with_column(table: Any, name: str, values: list[Any]) -> Any:
    import pyarrow as pa

    place = table.schema.get_field_index(name)
    field = table.schema.field(place)
    return table.set_column(place, field, pa.array(values, field.type))


def _record(filters: Sequence[Filter], masks: Sequence[Kind], report: Filtered, corpus: Corpus) -> dict[str, Any]:
    return {
        "filters": [{item.name: item.model_dump(mode="json")} for item in filters],
        "masks": list(masks),
        "pairs": report.pairs,
        "kept": report.kept,
        "masked": report.masked,
        "rejected": dict(report.reasons),
        "refused": dict(report.refused),
        "run": corpus.run_date,
        "signature": corpus.signature,
    }

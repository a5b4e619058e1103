"""Results as tables for people, as Markdown for documents, as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from mtpipe.bench.archive import Throughput
from mtpipe.bench.machine import Machine
from mtpipe.bench.spread import Spread
from mtpipe.bench.translate import Comparison, Row
from mtpipe.bench.turns import Ratios
from mtpipe.counted import many

Result = Comparison | Throughput | Ratios

ENGINES: Final = (
    "way of translating",
    "sentences",
    "tokens/s",
    "x transformers alone",
    "x CTranslate2 alone",
    "x CTranslate2 sorted",
    "the same, by processor time",
    "MFLOP, MB a token",
    "paper bound",
)
RUNS: Final = ("", "sentences/s", "tokens/s", "engine at work", "of the engine's rate", "engine's CPU", "paper bound")


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as they are shown, the headings in the first line."""

    title: str
    cells: tuple[tuple[str, ...], ...]


def as_json(machine: Machine, results: Sequence[Result]) -> dict[str, Any]:
    """Return all that was measured; spreads are median, low and high."""
    return {"machine": asdict(machine), "results": [asdict(result) for result in results]}


def text(machine: Machine, results: Sequence[Result]) -> str:
    """Return tables with aligned columns."""
    blocks = [_about(machine)]
    for table in map(_table, results):
        widths = [max(map(len, column)) for column in zip(*table.cells, strict=True)]
        head, *lines = [
            "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in table.cells
        ]
        blocks.append("\n".join([table.title, "", head, "-" * len(head), *lines]))
    return "\n\n".join(blocks) + "\n"


def markdown(machine: Machine, results: Sequence[Result]) -> str:
    """Return the same tables for a page in ``docs/``."""
    blocks = [_about(machine)]
    for table in map(_table, results):
        head, *lines = table.cells
        rows = [head, ("---", *["---:"] * (len(head) - 1)), *lines]
        blocks.append("\n".join([f"**{table.title}**", "", *("| " + " | ".join(row) + " |" for row in rows)]))
    return "\n\n".join(blocks) + "\n"


def _about(machine: Machine) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    return f"{machine}\n{versions}"


def _table(result: Result) -> Table:
    if isinstance(result, Ratios):
        return _of_ways(result)
    return _of_engines(result) if isinstance(result, Comparison) else _of_runs(result)


def _of_ways(result: Ratios) -> Table:
    title = f"{result.title}; median (lowest-highest) of {many(result.rounds, 'round')}, by processor time"
    head = ("way", result.unit, f"{result.unit}/s", "x the first of its kind")
    rows = (
        (way.name, str(way.units), way.rate.format(0), way.against.format(1) if way is not group[0] else "1")
        for group in result.groups
        for way in group
    )
    return Table(title, (head, *rows))


def _of_engines(result: Comparison) -> Table:
    title = (
        f"{result.model}, beam {result.beam}: {result.sentences} sentences, {result.source_tokens} source and "
        f"{result.target_tokens} target tokens; median (lowest-highest) of {many(result.rounds, 'round')}; "
        f"{result.powers.format()}"
    )
    return Table(title, (ENGINES, *(_engine(row) for row in result.rows)))


def _engine(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        str(row.sentences),
        row.tokens_per_second.format(0),
        *("" if spread is None else spread.format(1) for spread in row.against),
        " / ".join("-" if spread is None else f"{spread.median:.1f}" for spread in row.against_processor),
        f"{row.cost.operations / 1e6:.0f}, {row.cost.bytes / 1e6:.1f}",
        _bound(row.tokens_per_second, row.bound),
    )


def _bound(rate: Spread, bound: float | None) -> str:
    return "" if bound is None else f"{bound:.0f} ({rate.median / bound:.0%})"


def _of_runs(result: Throughput) -> Table:
    title = (
        f"{result.model}, beam {result.beam}: {many(result.articles, 'article')} in {many(result.windows, 'window')}, "
        f"{f'the text of {result.pairs}, ' if result.pairs else ''}"
        f"{result.sentences} sentences, {result.target_tokens} target tokens; median (lowest-highest) of "
        f"{many(result.rounds, 'round')}; {result.powers.format()}; a token costs {result.cost.operations / 1e6:.0f} "
        f"MFLOP and {result.cost.bytes / 1e6:.1f} MB of weights read"
    )
    length = result.target_tokens / result.sentences
    return Table(
        title,
        (
            RUNS,
            (
                "the engine alone",
                f"{result.alone.median / length:.2f}",
                result.alone.format(0),
                *("", "", ""),
                _bound(result.alone, result.bound),
            ),
            (
                "the whole run",
                f"{result.whole.median / length:.2f}",
                result.whole.format(0),
                result.share.format(2),
                result.of_rate.format(2),
                result.of_cpu.format(2),
                _bound(result.whole, result.bound),
            ),
        ),
    )

"""Comparisons as a table for people, as Markdown for documents, as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from mtpipe.bench.machine import Machine
from mtpipe.bench.translate import Comparison, Row, Spread

HEADINGS: Final = (
    "way of translating",
    "sentences",
    "sentences/s",
    "tokens/s",
    "x one at a time",
    "x batched",
    "paper bound",
)


def as_json(machine: Machine, comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """Return all that was measured; spreads are median, low and high, ``against`` the first and the second row."""
    return {"machine": asdict(machine), "comparisons": [asdict(comparison) for comparison in comparisons]}


def text(machine: Machine, comparisons: Sequence[Comparison]) -> str:
    """Return tables with aligned columns."""
    blocks = [_about(machine)]
    for comparison in comparisons:
        cells = [HEADINGS, *(_cells(row) for row in comparison.rows)]
        widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
        lines = [
            "  ".join(
                [
                    line[0].ljust(widths[0]),
                    *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
                ]
            )
            for line in cells
        ]
        blocks.append("\n".join([_title(comparison), "", lines[0], "-" * len(lines[0]), *lines[1:]]))
    return "\n\n".join(blocks) + "\n"


def markdown(machine: Machine, comparisons: Sequence[Comparison]) -> str:
    """Return the same tables for a page in ``docs/``."""
    blocks = [_about(machine)]
    for comparison in comparisons:
        cells = [HEADINGS, ("---", *["---:"] * (len(HEADINGS) - 1)), *(_cells(row) for row in comparison.rows)]
        lines = ["| " + " | ".join(line) + " |" for line in cells]
        blocks.append("\n".join([f"**{_title(comparison)}**", "", *lines]))
    return "\n\n".join(blocks) + "\n"


def _about(machine: Machine) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    return f"{machine}\n{versions}"


def _title(comparison: Comparison) -> str:
    return (
        f"{comparison.model}, beam {comparison.beam}: {comparison.sentences} sentences, {comparison.source_tokens} "
        f"source and {comparison.target_tokens} target tokens; median (lowest-highest) of {comparison.rounds} rounds"
    )


def _cells(row: Row) -> tuple[str, ...]:
    share = "" if row.bound is None else f"{row.bound:.0f} ({row.tokens_per_second.median / row.bound:.0%})"
    return (
        row.name,
        str(row.sentences),
        f"{row.sentences_per_second.median:.2f}",
        _spread(row.tokens_per_second, 0),
        *(_spread(spread, 1) for spread in row.against),
        share,
    )


def _spread(spread: Spread, digits: int) -> str:
    return f"{spread.median:.{digits}f} ({spread.low:.{digits}f}-{spread.high:.{digits}f})"

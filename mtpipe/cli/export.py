"""``mtpipe export``: a dataset in the formats of other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mtpipe.cli import options
from mtpipe.cli.say import say


class Level(StrEnum):
    """What a pair is."""

    paragraphs = "paragraphs"
    sentences = "sentences"


def export(
    folder: Annotated[Path, typer.Argument(help="Output folder of run or align, or its dataset/.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write; packed if it ends in .gz or .zst.")],
    to: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="jsonl, csv, tsv, moses, tmx, xliff-1.2, xliff-2.1, docx or text; else the file's ending tells.",
        ),
    ] = None,
    level: Annotated[Level | None, typer.Option("--level", help="What a pair is; each format has its own.")] = None,
    approved_only: Annotated[bool, typer.Option("--approved-only", help="Only what a reviewer approved.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file where it is there.")] = False,
    debug: options.Debug = False,
) -> None:
    """Write a dataset for other tools: translation memories, CAT tools, trainers of models, Word.

    Pairs that were rejected are left out. What a format can't hold is told.
    """
    from mtpipe.corpus.export import export as write
    from mtpipe.corpus.formats.registry import format_of

    known = format_of(out, to)
    done = write(folder, out, known, level=level.value if level else None, approved_only=approved_only, force=force)
    for line in done.tally.format():
        say(f"{line}.")
    say(f"{done.pairs} {'pair' if done.pairs == 1 else 'pairs'}: {out}")

"""``mtpipe export``: a dataset in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtpipe.cli import options
from mtpipe.cli.corpus import Level
from mtpipe.cli.say import say
from mtpipe.counted import many
from mtpipe.errors import UsageError

if TYPE_CHECKING:
    from mtpipe.corpus import Config


def export(
    folder: Annotated[Path, typer.Argument(help="Output folder of run or align, or its dataset/.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write; packed if it ends in .gz or .zst.")],
    to: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="jsonl, csv, tsv, moses, tmx, xliff-1.2, xliff-2.1, tbx (terms), docx, text, or hf (a folder for the "
            "datasets library); else the file's ending tells.",
        ),
    ] = None,
    level: Annotated[Level | None, typer.Option("--level", help="What a pair is; each format has its own.")] = None,
    split: Annotated[str | None, typer.Option("--split", help="train, validation or test, of what was split.")] = None,
    approved_only: Annotated[bool, typer.Option("--approved-only", help="Only what a reviewer approved.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file where it is there.")] = False,
    debug: options.Debug = False,
) -> None:
    """Write a dataset for other tools: translation memories, CAT tools, trainers of models, Word.

    Pairs that were rejected are left out. What a format can't hold is told.
    """
    from mtpipe.corpus import export as exports
    from mtpipe.corpus.formats.registry import FOLDER, format_of

    wanted: Config | None = None if level is None else "sentences" if level is Level.sentences else "paragraphs"
    if to == FOLDER:
        if split is not None:
            raise UsageError(f"--split: a folder of the format {FOLDER} holds every split. Leave the option out.")
        done = exports.export_folder(folder, out, level=wanted, approved_only=approved_only, force=force)
        what = many(done.pairs, "row")
    else:
        known = format_of(out, to)
        done = exports.export(folder, out, known, level=wanted, split=split, approved_only=approved_only, force=force)
        what = many(done.pairs, "pair") + known.remark
    for line in done.tally.format():
        say(f"{line}.")
    say(f"{what}: {out}")

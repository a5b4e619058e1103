"""``mtpipe bench``: what the parts of the line cost on this machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from mtpipe import errors
from mtpipe.cli import options
from mtpipe.cli.say import say

bench = typer.Typer(help="Measure the speed of this machine. docs/speed.md explains the tables.")

Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model", help="Model; may be repeated. opus-shape: random weights. Default: small-ar-en, opus-shape."
    ),
]
Beams = Annotated[
    list[int] | None, typer.Option("--beam", min=1, help="Beam, 1 is greedy; may be repeated. Default: 4.")
]
Json = Annotated[Path | None, typer.Option("--json", help="File that takes all that was measured.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print tables in Markdown.")]


@bench.command()
def translate(
    model: Models = None,
    sentences: Annotated[int, typer.Option(min=32, help="Made-up sentences; slow ways get a part of them.")] = 256,
    repeat: Annotated[int, typer.Option(min=1, help="Rounds; in each, every way is measured once.")] = 3,
    beam: Beams = None,
    device: options.Device = None,
    config: options.Config = None,
    assignments: options.Set = None,
    to_json: Json = None,
    as_markdown: Markdown = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Compare engines on the same work in one run: plain transformers, plain CTranslate2, mtpipe's own.

    The lengths of the translations are forced, so a model of random weights will do. Takes about ten minutes a model
    on two cores; close other programs first.
    """
    settings = options.load(config, assignments, device=device).translate
    from mtpipe import bench

    machine = bench.describe()
    comparisons = [
        bench.compare(
            name,
            settings,
            beam=width,
            sentences=sentences,
            rounds=repeat,
            machine=machine,
            tell=(lambda _: None) if quiet else say,
        )
        for name in model or ["small-ar-en", bench.OPUS_SHAPE]
        for width in beam or [4]
    ]
    sys.stdout.write((bench.markdown if as_markdown else bench.text)(machine, comparisons))
    if to_json:
        _write(to_json, bench.as_json(machine, comparisons))


def _write(path: Path, measured: object) -> None:
    try:
        path.write_text(json.dumps(measured, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise errors.UsageError(
            f"{path}: can't be written ({error.strerror}). Name another file with --json."
        ) from error

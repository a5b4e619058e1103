"""``mtpipe bench``: what the parts of the line cost on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtpipe import errors
from mtpipe.cli import options
from mtpipe.cli.say import hush, say

if TYPE_CHECKING:  # what is imported when a command runs, so that --help is quick
    from mtpipe.bench import Result

bench = typer.Typer(help="Measure the speed of this machine. docs/speed.md explains the tables.", no_args_is_help=True)

Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model", help="Model; may be repeated. opus-shape: random weights. Default: small-ar-en, opus-shape."
    ),
]
Beams = Annotated[
    list[int] | None, typer.Option("--beam", min=1, help="Beam, 1 is greedy; may be repeated. Default: 4.")
]


def _writable(path: Path | None) -> Path | None:
    """Refuse before the work what would fail after it."""
    options.file(path)
    try:
        if path:
            path.touch()
    except OSError as error:
        raise errors.UsageError(f"{path}: can't be written ({error.strerror}). Name another file.") from error
    return path


Json = Annotated[Path | None, typer.Option("--json", callback=_writable, help="File that takes all that was measured.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print tables in Markdown.")]


Sentences = Annotated[int, typer.Option(min=32, help="Made-up sentences; slow ways get a part of them.")]
Repeat = Annotated[int, typer.Option(min=1, help="Rounds; in each, everything is measured once.")]


@bench.command()
def translate(
    model: Models = None,
    sentences: Sentences = 256,
    repeat: Repeat = 3,
    beam: Beams = None,
    device: options.Device = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="TEXT", help="Leave out the ways that have TEXT in their names. Repeatable."),
    ] = None,
    config: options.Config = None,
    assignments: options.Set = None,
    to_json: Json = None,
    as_markdown: Markdown = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Compare engines on the same work in one run: plain transformers, plain CTranslate2, mtpipe's own.

    The lengths of the translations are forced, so a model of random weights will do. Takes some ten minutes a model
    on two cores; close other programs first.
    """
    settings = options.load(config, assignments, device=device).translate
    from mtpipe import bench

    compare = partial(bench.compare, settings=settings, sentences=sentences, leave_out=without or ())
    measures = [partial(compare, name, beam=width) for name, width in _each(model, beam)]
    _report(measures, repeat, to_json, markdown=as_markdown, quiet=quiet)


@bench.command()
def archive(
    model: Models = None,
    sentences: Sentences = 256,
    repeat: Repeat = 3,
    beam: Beams = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            "--pairs",
            help="Pairs (TMX, XLIFF, JSONL, CSV, TSV, Moses, a run's output) whose Arabic the articles hold and whose "
            "English stands for the translations. Default: both are made up.",
        ),
    ] = None,
    engine: options.Engine = None,
    device: options.Device = None,
    config: options.Config = None,
    assignments: options.Set = None,
    to_json: Json = None,
    as_markdown: Markdown = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Compare a whole run over made-up articles, as of mtpipe run, with its engine alone on the same sentences."""
    settings = options.load(config, assignments, engine=engine, device=device)
    from mtpipe import bench

    throughput = partial(bench.throughput, settings=settings, sentences=sentences, pairs=pairs)
    measures = [partial(throughput, name, beam=width) for name, width in _each(model, beam)]
    _report(measures, repeat, to_json, markdown=as_markdown, quiet=quiet)


@bench.command()
def align(
    sentences: Annotated[int, typer.Option(min=40, help="Sentences of the text that is searched.")] = 1000,
    repeat: Repeat = 3,
    to_json: Json = None,
    as_markdown: Markdown = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Compare what aligning costs with the plain ways: embedding, searching, and both."""
    from mtpipe import bench

    _report([partial(bench.align, sentences=sentences)], repeat, to_json, markdown=as_markdown, quiet=quiet)


@bench.command()
def glossary(
    terms: Annotated[int, typer.Option(min=1, help="Made-up terms.")] = 10_000,
    sentences: Annotated[int, typer.Option(min=1, help="Made-up sentences; slow ways get a part of them.")] = 5000,
    repeat: Repeat = 3,
    to_json: Json = None,
    as_markdown: Markdown = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Compare what finding terms costs with the plain ways: a search for each, one regular expression."""
    from mtpipe import bench

    measure = partial(bench.glossary, entries=terms, sentences=sentences)
    _report([measure], repeat, to_json, markdown=as_markdown, quiet=quiet)


def _each(models: list[str] | None, beams: list[int] | None) -> Iterator[tuple[str, int]]:
    from mtpipe.bench import OPUS_SHAPE
    from mtpipe.translate import EMBEDDED

    return product(models or [EMBEDDED, OPUS_SHAPE], beams or [4])


def _report(
    measures: Iterable[Callable[..., Result]], rounds: int, path: Path | None, *, markdown: bool, quiet: bool
) -> None:
    """Measure and print tables."""
    from mtpipe import bench

    machine = bench.describe()  # first: it tells the load, which is not to be ours
    results = [measure(rounds=rounds, tell=hush if quiet else say) for measure in measures]
    sys.stdout.write((bench.markdown if markdown else bench.text)(machine, results))
    if path:
        measured = json.dumps(bench.as_json(machine, results), ensure_ascii=False, indent=2)
        path.write_text(measured + "\n", encoding="utf-8")

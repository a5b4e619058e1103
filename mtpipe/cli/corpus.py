"""``mtpipe corpus``: filter, count, sample, split and compare datasets."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtpipe import errors
from mtpipe.cli import options
from mtpipe.cli.say import say
from mtpipe.counted import many

if TYPE_CHECKING:
    from mtpipe.corpus.derived import Corpus

app = typer.Typer(help="Filter, count, sample, split and compare parallel corpora.", no_args_is_help=True)


class Level(StrEnum):
    """Which rows."""

    sentences = "sentences"
    paragraphs = "paragraphs"


class Mask(StrEnum):
    """What may be hidden."""

    email = "email"
    phone = "phone"
    national_id = "national-id"


Output = Annotated[Path, typer.Argument(help="Output folder of a run, of align, or of another of these commands.")]
Target = Annotated[Path, typer.Option("--out", "-o", help="New folder.")]
Rows = Annotated[Level, typer.Option("--level", help="sentences or paragraphs.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed draws the same.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("filter")
def filter_(
    output: Output,
    out: Target,
    filters: Annotated[
        Path | None, typer.Option("--filters", help="YAML list of filters. Default: configs/filters/default.yaml.")
    ] = None,
    level: Rows = Level.sentences,
    exclude: Annotated[
        list[Path] | None, typer.Option("--exclude", help="Test set that no pair may overlap. May be repeated.")
    ] = None,
    masks: Annotated[list[Mask] | None, typer.Option("--mask", help="Private data to hide. May be repeated.")] = None,
    scores: Annotated[
        Path | None, typer.Option("--scores", help="scores/ of an earlier filtering: only the bars are new.")
    ] = None,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Keep the pairs that all filters accept; the others go to rejected.jsonl with their reasons."""
    from mtpipe.corpus.filtering import filter_corpus
    from mtpipe.quality import filters as chain

    wanted = chain.with_exclusions(chain.load(filters) if filters else chain.defaults(), exclude or ())
    report = filter_corpus(
        _open(output, level),
        out,
        wanted,
        scores=scores,
        masks=[item.value for item in masks or ()],
        progress=(lambda _: None) if quiet else lambda pairs: say(many(pairs, "pair")),
    )
    if report.reused:
        say(f"Scores that were there already: {', '.join(report.reused)}.")
    sys.stdout.write(report.format() + "\n")
    if not report.kept:
        say("No pair was kept: rejected.jsonl tells why.")
    say(f"{out}: dataset, rejected.jsonl, scores, filter.json.")


@app.command()
def stats(output: Output, level: Rows = Level.sentences, as_json: Json = False, debug: options.Debug = False) -> None:
    """Count pairs, articles, words, flags and terms, and tell the spread of the measures."""
    from mtpipe.corpus.statistics import statistics

    found = statistics(_open(output, level))
    text = json.dumps(found.as_json(), ensure_ascii=False) if as_json else found.format()
    sys.stdout.write(text + "\n")


@app.command()
def sample(
    output: Output,
    number: Annotated[int, typer.Option("--number", "-n", min=1, help="Rows.")] = 20,
    seed: Seed = 1,
    level: Rows = Level.sentences,
    as_json: Annotated[
        bool, typer.Option("--json", help="Whole rows as JSON lines; else id, Arabic, English.")
    ] = False,
    debug: options.Debug = False,
) -> None:
    """Print some rows, drawn by seed: id, Arabic and English with tabs between."""
    from mtpipe.corpus.sampling import sample as draw

    for row in draw(_open(output, level), number, seed=seed):
        texts = (" ".join((row["translation"][side] or "").split()) for side in ("ar", "en"))
        line = json.dumps(row, ensure_ascii=False) if as_json else "\t".join((row["id"], *texts))
        sys.stdout.write(line + "\n")


@app.command()
def split(
    output: Output,
    out: Target,
    test: Annotated[float, typer.Option("--test", min=0, help="Articles to test on; below 1 their share.")] = 0.05,
    validation: Annotated[float, typer.Option("--validation", min=0, help="Articles to validate on, likewise.")] = 0.05,
    seed: Seed = 1,
    level: Rows = Level.sentences,
    debug: options.Debug = False,
) -> None:
    """Make training, validation and test splits by article; pairs that would leak are left out and listed."""
    from mtpipe.corpus.splitting import split_corpus

    counts = split_corpus(_open(output, level), out, test=test, validation=validation, seed=seed)
    sys.stdout.write(counts.format() + "\n")


@app.command()
def diff(
    old: Output,
    new: Output,
    level: Rows = Level.sentences,
    debug: options.Debug = False,
) -> None:
    """Print what differs between two datasets as JSON lines: added, removed, other source, other target."""
    from collections import Counter

    from mtpipe.corpus.sampling import differences

    counts = Counter[str]()
    for item in differences(_open(old, level), _open(new, level)):
        counts[item.change] += 1
        sys.stdout.write(json.dumps(asdict(item), ensure_ascii=False) + "\n")
    say(", ".join(f"{name} {counts[name]}" for name in ("added", "removed", "source", "target")) + ".")


def _open(path: Path, level: Level) -> Corpus:
    from mtpipe.archive import settle
    from mtpipe.corpus.derived import Corpus

    if not path.is_dir():
        raise errors.UsageError(f"{path}: no such folder. Name the output folder of a run.")
    settle(path)
    return Corpus.open(path, level.value)

"""``mtpipe align``: articles in both languages to a parallel dataset and pages; and how good that is."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtpipe import errors
from mtpipe.cli import options
from mtpipe.cli.folder import folder
from mtpipe.cli.progress import reporting
from mtpipe.cli.say import hush, say
from mtpipe.cli.stop import interrupt, stopping
from mtpipe.counted import many

if TYPE_CHECKING:  # what is imported when the command runs, so that --help is quick
    from mtpipe import archive
    from mtpipe.aligning import Aligning
    from mtpipe.article import ArticlePair
    from mtpipe.settings import Settings


def align(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(help="Arabic files and English files (two inputs), or one list of pairs (.tsv)."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=folder,
            metavar="FOLDER",
            help="Output folder: a new one, or that of an earlier start.",
        ),
    ] = None,
    score: Annotated[
        Path | None, typer.Option("--score", help="Measure this output against --gold, and align nothing.")
    ] = None,
    gold: Annotated[
        Path | None, typer.Option("--gold", help="Known beads: ids of Arabic sentences, a tab, ids of English ones.")
    ] = None,
    config: options.Config = None,
    assignments: options.Set = None,
    glossary: options.GlossaryFiles = None,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Align Arabic articles with English ones that people wrote, into a parallel dataset and side-by-side pages.

    Two folders, files or globs: articles find each other by name, or else by what they say. Or a list: two columns of
    paths, relative to it. An alignment that was stopped goes on where it was when the same command is given again.
    Exit codes as those of run; 4: some articles found no counterpart or failed (failed.jsonl says which and why).
    """
    if score or gold:
        _score(score, gold, inputs)
        return
    settings = options.load(config, assignments, glossary=glossary)
    given = inputs or []
    if out is None:
        raise errors.UsageError("no output folder: name one with --out.")
    if not (len(given) == 2 or (len(given) == 1 and given[0].lower().endswith(".tsv"))):
        raise errors.UsageError(
            f"{len(given)} input{'s' * (len(given) != 1)}: give two, the Arabic side and the English side, or one list "
            "of pairs (.tsv)."
        )
    from mtpipe import archive
    from mtpipe.aligning import Aligning

    signal.signal(signal.SIGTERM, interrupt)
    line = Aligning.open(settings)
    items, total = _items(given, out, line, settings, quiet=quiet)
    with reporting("articles", total, line.device, quiet=quiet) as report, stopping(quiet=quiet) as asked:

        def tell(done: archive.Progress) -> None:
            remark = f"{many(done.counts.sentences, 'bead')}, {many(done.counts.failed, 'article')} set apart"
            report(done.articles, remark, done.skipped)

        outcome = archive.run(items, out, line, inputs=given, progress=tell, stopping=asked)
    if outcome.failed:
        say(f"{many(outcome.failed, 'article')} not aligned: {out / 'failed.jsonl'} says which and why.")
    if not quiet:
        _summary(outcome, out, pages=settings.review.pages)
    if outcome.failed:
        raise typer.Exit(errors.EXIT_SOME_FAILED)


def _items(
    given: list[str], out: Path, line: Aligning, settings: Settings, *, quiet: bool
) -> tuple[Iterator[ArticlePair | errors.ArticleError], int]:
    from mtpipe import intake, pairing

    if len(given) == 1:
        path = Path(given[0])
        return pairing.listed(intake.read_pairs(path, settings.intake)), intake.count_pairs(path)
    told = hush if quiet else say
    left = list(intake.read(given[:1], settings.intake, told=told))
    right = list(intake.read(given[1:], settings.intake, language="en", told=told))
    pairing.check_languages(left, right, given=(given[0], given[1]), out=str(out))
    with reporting("pairing", None, line.device, quiet=quiet) as report:
        items = list(
            pairing.pairs(left, right, line.embedder, settings, looked_into=lambda done: report(done, "articles", 0))
        )
    return iter(items), len(items)


def _summary(outcome: archive.Outcome, out: Path, *, pages: bool) -> None:
    counts = outcome.counts
    before = f"; {outcome.skipped} of the input had been done before" if outcome.skipped else ""
    say(
        f"{many(counts.articles, 'pair')} of articles, {many(counts.paragraphs, 'bead')} of paragraphs, "
        f"{many(counts.sentences, 'bead')} of sentences{before}."
    )
    if counts.rejected:
        say(
            f"{many(counts.rejected, 'bead')} of sentences rejected: in the dataset with accepted=false and the reason."
        )
    if counts.mentions:
        say(
            f"{many(counts.mentions, 'glossary mention')}, {counts.flagged_mentions} not as listed: "
            f"{out / 'ledger.jsonl'}."
        )
    if counts.unmatched or counts.set_aside:
        say(
            f"{many(counts.unmatched, 'sentence')} without counterpart, {many(counts.set_aside, 'website remnant')}: "
            f"{out / 'set_aside.jsonl'}."
        )
    say(str(out / "review" / "index.html") if pages else str(out / "dataset"))


def _score(score: Path | None, gold: Path | None, inputs: list[str] | None) -> None:
    if not (score and gold) or inputs:
        raise errors.UsageError("to measure an output, give --score FOLDER and --gold FILE, and no inputs.")
    from mtpipe import corpus

    sys.stdout.write(corpus.score_gold(score, gold).format() + "\n")

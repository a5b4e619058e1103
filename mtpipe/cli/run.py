"""``mtpipe run``: articles to dataset and review pages."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

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

SHOWN: Final = 3
"""Articles that a line names."""


class Runner(StrEnum):
    """Who works windows off."""

    LOCAL = "local"
    RAY = "ray"


def run(
    inputs: Annotated[list[str], typer.Argument(help="Files, folders, globs, or - for standard input.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            parser=folder,
            metavar="FOLDER",
            help="Output folder: a new one, or that of an earlier start.",
        ),
    ],
    config: options.Config = None,
    assignments: options.Set = None,
    glossary: options.GlossaryFiles = None,
    model: options.Model = None,
    engine: options.Engine = None,
    device: options.Device = None,
    memory: Annotated[
        Path | None, typer.Option("--memory", help="Translation memory to read and extend, shared between outputs.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="Take the first N articles of the input only.")
    ] = None,
    shuffle_seed: Annotated[
        int | None,
        typer.Option("--shuffle-seed", metavar="N", help="Take them in a random order, the same for the same N."),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="I/N", help="Take the I-th of N parts; mtpipe merge puts them together."),
    ] = None,
    runner: Annotated[
        Runner, typer.Option("--runner", help="Where windows are translated: on this machine, or on a Ray cluster.")
    ] = Runner.LOCAL,
    address: Annotated[
        str | None,
        typer.Option("--address", help="Ray cluster; default: RAY_ADDRESS, this machine's, or one started here."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, metavar="N", help="Engines on the cluster; default: all that have room."),
    ] = None,
    worker_gpus: Annotated[
        float | None,
        typer.Option("--worker-gpus", min=0, metavar="X", help="GPUs of each engine; default: 1 where there are any."),
    ] = None,
    tune: Annotated[
        bool,
        typer.Option(
            "--tune", help="Measure first (a minute) how batches are best laid out; a later start keeps that."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what there is to do, estimate the time, and write nothing.")
    ] = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Translate articles into a parallel dataset and side-by-side pages.

    A run that was stopped goes on where it was when the same command is given again. Ctrl-C finishes the articles in
    hand first; a second one does not.

    Exit codes: 0 all well, 2 usage or settings, 3 model or device,
    4 some articles failed (failed.jsonl says which and why; the others are done),
    70 an error of mtpipe's own, 130 interrupted (finished work is kept).
    """
    settings = options.load(
        config, assignments, model=model, engine=engine, device=device, glossary=glossary, memory=memory
    )
    from mtpipe import archive, intake
    from mtpipe.archive import Choice, Shard
    from mtpipe.archive.ray import Cluster, connected
    from mtpipe.pipeline import Pipeline
    from mtpipe.translate import notice

    on_ray = runner is Runner.RAY
    if not on_ray and (address, workers, worker_gpus) != (None, None, None):
        raise errors.UsageError(
            "--address, --workers and --worker-gpus are for --runner ray. Add that, or leave them out."
        )
    if on_ray and shard:
        raise errors.UsageError("--shard and --runner ray: Ray divides the work itself. Leave one of them out.")
    if on_ray and tune:
        raise errors.UsageError("--tune measures this machine, not Ray's workers. Leave one of them out.")
    choice = Choice(shard=Shard.parse(shard) if shard else None, seed=shuffle_seed, limit=limit)
    signal.signal(signal.SIGTERM, interrupt)  # a stopped service ends as a stopped terminal does
    items = intake.read(inputs, settings.intake, told=hush if quiet else say)
    total = choice.count(intake.count(inputs))
    if tune:
        from mtpipe.bench import laid_out

        settings = laid_out(settings, out, tell=hush if quiet else say)
    if dry_run:
        pipeline = Pipeline.open(settings)
        with reporting("articles", total, "disk", quiet=quiet) as looked:
            found = archive.estimate(items, out, pipeline, choice=choice, progress=lambda done: looked(done, "", 0))
        sys.stdout.write(found.format() + "\n")
        return
    with ExitStack() as stack:
        crew = stack.enter_context(connected(settings, Cluster(address, workers, worker_gpus))) if on_ray else None
        pipeline = crew.line if crew else Pipeline.open(settings)
        warning = notice(settings.translate)
        if warning and not quiet:
            say(warning)
        where = f"{many(crew.count, 'worker')} ({pipeline.device})" if crew else pipeline.device
        report = stack.enter_context(reporting("articles", total, where, quiet=quiet))
        asked = stack.enter_context(stopping(quiet=quiet))

        def tell(done: archive.Progress) -> None:
            remark = f"{many(done.counts.sentences, 'sentence')}, {done.counts.failed} failed"
            report(done.articles, remark, done.skipped)

        outcome = archive.run(
            items,
            out,
            pipeline,
            inputs=inputs,
            choice=choice,
            notice=warning,
            progress=tell,
            stopping=asked,
            workers=crew,
        )
    if outcome.failed:
        say(f"{many(outcome.failed, 'article')} failed: {out / 'failed.jsonl'} says which and why.")
    if not quiet:
        _summary(outcome, out, pages=settings.review.pages)
    if outcome.failed:
        raise typer.Exit(errors.EXIT_SOME_FAILED)


def _summary(outcome: archive.Outcome, out: Path, *, pages: bool) -> None:
    counts = outcome.counts
    before = f"; {outcome.skipped} of the input had been done before" if outcome.skipped else ""
    parts = (counts.articles, "article"), (counts.paragraphs, "paragraph"), (counts.sentences, "sentence")
    say(f"{', '.join(many(*part) for part in parts)}{before}.")
    if outcome.changed:
        say(f"{many(outcome.changed, 'article')} had changed since: translated anew, the old version is gone.")
    if outcome.vanished:
        some = f"{', '.join(outcome.vanished[:SHOWN])}{', ...' * (len(outcome.vanished) > SHOWN)}"
        say(f"{many(len(outcome.vanished), 'article')} no longer in the input ({some}): what was made of them stays.")
    if earlier := counts.failed - outcome.failed:
        say(f"{many(earlier, 'article')} of other inputs failed before: {out / 'failed.jsonl'} keeps them.")
    if counts.mentions:
        say(f"{many(counts.mentions, 'glossary mention')}, {counts.flagged_mentions} flagged: {out / 'ledger.jsonl'}.")
    if counts.approved:
        say(f"{many(counts.approved, 'sentence')} as people approved them, not as the model has them.")
    if counts.set_aside:
        say(f"{many(counts.set_aside, 'website remnant')} set aside: {out / 'set_aside.jsonl'}.")
    if counts.flagged_sentences:
        say(f"{many(counts.flagged_sentences, 'sentence')} flagged in the data as wrong (empty, looping, ...).")
    say(str(out / "review" / "index.html") if pages else str(out / "dataset"))

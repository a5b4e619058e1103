"""``mtpipe publish``: a finished output on an object store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtpipe.cli import options
from mtpipe.cli.progress import reporting
from mtpipe.cli.say import say
from mtpipe.counted import many


def publish(
    out: Annotated[Path, typer.Argument(help="Output folder of mtpipe run, align or merge.")],
    url: Annotated[
        str, typer.Argument(help="Where to: s3://bucket/folder, gs://bucket/folder, or another of fsspec's.")
    ],
    dataset_only: Annotated[bool, typer.Option("--dataset-only", help="Leave pages and logs out.")] = False,
    state: Annotated[
        bool, typer.Option("--state", help="Take journal and memory along, so that a copy can be gone on with.")
    ] = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Copy an output to an object store: each object is read back, the manifest comes last.

    What is there and right is not copied again, so a call that was stopped goes on when it is given again.
    """
    from rich.filesize import decimal

    from mtpipe.archive.publish import publish as copy

    with reporting("files", None, url, quiet=quiet) as report:
        done = copy(out, url, dataset_only=dataset_only, state=state, progress=lambda count: report(count, "", 0))
    if not quiet:
        removed = f", {done.removed} removed" if done.removed else ""
        say(f"{many(done.copied, 'object')} copied, {done.same} there before{removed}; {decimal(done.size)} in all.")
        say(f"{url.rstrip('/')}/mtpipe-manifest.json")

"""``mtpipe merge``: the shards of a run, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtpipe.cli import options
from mtpipe.cli.folder import folder
from mtpipe.cli.progress import reporting
from mtpipe.cli.say import say
from mtpipe.counted import many


def merge(
    outs: Annotated[list[Path], typer.Argument(help="Output folders of mtpipe run --shard, all of them.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", parser=folder, metavar="FOLDER", help="Output folder: a new one.")
    ],
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Put the shards of a run together, as one run would have written them.

    Before anything is written it is proved that they are the whole: each shard is there once, all were made with the
    same settings and saw the same articles to the end, no article is in two of them, and the counts add up.
    """
    from mtpipe import archive

    with reporting("articles", None, "disk", quiet=quiet) as report:
        counts = archive.merge(outs, out, progress=lambda done: report(done, "", 0))
    if not quiet:
        parts = (counts.articles, "article"), (counts.paragraphs, "paragraph"), (counts.sentences, "sentence")
        say(f"{', '.join(many(*part) for part in parts)} of {many(len(outs), 'shard')}, {counts.failed} failed.")
        say(str(out / "dataset"))

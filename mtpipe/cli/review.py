"""``mtpipe review``: what people decided about a dataset, and the way back into it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from mtpipe.cli import options
from mtpipe.cli.run import interrupt
from mtpipe.cli.say import say

app = typer.Typer(help="Review a dataset on a server; bring reviewers' decisions back into it.", no_args_is_help=True)


@app.command()
def serve(
    out: Annotated[Path, typer.Argument(help="Output folder of a run.")],
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; any but this machine's needs a password.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes any that is free.")] = 8642,
    public: Annotated[
        list[str] | None,
        typer.Option(
            "--public-name", metavar="NAME", help="Name under which a proxy is asked for it. May be repeated."
        ),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", help="Its first line is the password; MTPIPE_REVIEW_PASSWORD does the same."),
    ] = None,
    browse: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    debug: options.Debug = False,
) -> None:
    """Serve the review pages, for several people at once; Ctrl-C ends it.

    Every save is kept at once, in OUT/.mtpipe/review.sqlite. mtpipe review apply OUT brings what is decided into the
    data.
    """
    import webbrowser

    from mtpipe.archive.texts import FolderTexts
    from mtpipe.review import serve as review

    signal.signal(signal.SIGTERM, interrupt)  # a stopped service ends as a stopped terminal does
    review.serve(
        out,
        FolderTexts(out),
        review.Address(host=host, port=port, public=public or ()),
        password=review.password(password_file),
        told=say,
        ready=webbrowser.open if browse else lambda _: None,
    )

"""``mtpipe review``: what people decided about a dataset, and the way back into it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtpipe import errors
from mtpipe.cli import options
from mtpipe.cli.say import say
from mtpipe.cli.stop import interrupt
from mtpipe.counted import many

if TYPE_CHECKING:  # what is imported when the command runs, so that --help is quick
    from mtpipe.review.decisions import Term

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


@app.command()
def apply(
    out: Annotated[Path, typer.Argument(help="Output folder of a run.")],
    file: Annotated[
        Path | None, typer.Argument(help="Decisions saved from a page; left out: what the server of the folder holds.")
    ] = None,
    glossary_out: Annotated[
        Path | None, typer.Option("--glossary-out", help="Glossary file that settled names are added to.")
    ] = None,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Bring reviewers' decisions into the data: rows, pages, ledger, and the memory, which learns what is approved.

    Applying the same again changes nothing. A paragraph whose text has changed since the reviewer saw it is left out
    and told, and the exit code is 1; all others go in.
    """
    from mtpipe.archive import confirmed, decide
    from mtpipe.review import decisions, held_decisions, mark_applied

    held = decisions.read(file) if file else held_decisions(out)
    if held is None:
        raise errors.UsageError(f"{out}: no review server has run there. Name a decisions file.")
    confirmed.entries(held.terms)  # one that no glossary takes shows before the work
    applied = decide.apply_decisions(out, held)
    if not file:
        gone_in = {*applied.applied, *applied.known}
        records = [record for record in held.paragraphs if record.paragraph in gone_in]
        mark_applied(out, held.model_copy(update={"paragraphs": records}))
    for paragraph in applied.stale:
        say(f"{paragraph}: left out, its text has changed since it was reviewed. Look at it again on its page.")
    for paragraph in applied.unknown:
        say(f"{paragraph}: left out, {out} has no such paragraph.")
    for paragraph in applied.cut:
        say(f"{paragraph}: left out, its ties are not those of the aligned text, which can't be cut otherwise.")
    if not quiet:
        known = f", {len(applied.known)} were so already" if applied.known else ""
        left = f", {len(applied.left_out)} left out" if applied.left_out else ""
        say(f"{many(len(applied.applied), 'paragraph')} changed{known}{left}.")
    if held.terms:
        _settle_names(held.terms, out, glossary_out)
    if applied.left_out:
        raise typer.Exit(errors.EXIT_LEFT_OUT)


@app.command()
def report(
    out: Annotated[Path, typer.Argument(help="Output folder of a run.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    debug: options.Debug = False,
) -> None:
    """Tell how much people changed, by model, month and article: TER and chrF of the translation against their text.

    Counts what was approved or edited and applied. Needs sacreBLEU (pip install 'mtpipe[metrics]').
    """
    from mtpipe.archive import post_edit

    found = post_edit.report(out)
    sys.stdout.write((found.json() if as_json else found.format()) + "\n")


def _settle_names(terms: list[Term], out: Path, path: Path | None) -> None:
    """Put settled names into a glossary file, or print them; say how the folder gets them."""
    from mtpipe.archive import confirmed

    if path is None:
        for term in terms:
            sys.stdout.write(f"{term.source}\t{term.target}\n")
        say(f"{many(len(terms), 'name')} settled by reviewers: --glossary-out names.csv keeps them, and then")
        path = Path("names.csv")
    else:
        added = confirmed.add(terms, path)
        say(f"{many(added, 'name')} added to {path}, {len(terms) - added} known." if added else f"{path}: has them.")
    say(f"mtpipe glossary apply {out} --glossary {path} renders them so everywhere (name the other glossaries too).")

"""``mtpipe memory``: what people have translated, in and out of a translation memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtpipe.cli import options
from mtpipe.cli.say import say
from mtpipe.counted import many
from mtpipe.errors import UsageError

if TYPE_CHECKING:
    import sqlite3

app = typer.Typer(help="Translation memory: approved translations in and out, look-ups, counts.", no_args_is_help=True)

MemoryFile = Annotated[
    Path, typer.Option("--memory", "-m", help="The memory: as for run --memory, or OUT/.mtpipe/state.sqlite.")
]
FormatName = Annotated[str | None, typer.Option("--format", help="Format, where the file's ending does not tell it.")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="TMX, XLIFF, JSONL, CSV, TSV, or one side of a Moses corpus.")],
    memory: MemoryFile,
    to: FormatName = None,
    approved: Annotated[
        bool, typer.Option("--approved", help="Take all pairs as approved, whatever the file says.")
    ] = False,
    debug: options.Debug = False,
) -> None:
    """Learn the pairs of a file. Approved ones are used by run --memory, others are suggestions of look-up.

    Where the file can't be read to its end nothing is learned. Of two translations of a source the last one holds.
    """
    from mtpipe.corpus.formats.registry import reader_of
    from mtpipe.corpus.memories import take_in
    from mtpipe.translate.memory import connect

    read = reader_of(file, to)
    with closing(connect(memory)) as connection:
        done = take_in(read(file), connection, origin=file.name, approved=approved)
    for line in done.format():
        say(f"{line}.")


@app.command()
def export(
    memory: MemoryFile,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write; packed if it ends in .gz or .zst.")],
    to: FormatName = None,
    approved_only: Annotated[bool, typer.Option("--approved-only", help="Only what a person approved.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file where it is there.")] = False,
    debug: options.Debug = False,
) -> None:
    """Write what people gave a memory; what engines said is in the datasets (mtpipe export)."""
    from mtpipe.corpus.formats.registry import format_of
    from mtpipe.corpus.memories import write_out

    known = format_of(out, to)
    with _opened(memory) as connection:
        number, tally = write_out(connection, out, known, approved_only=approved_only, force=force)
    for line in tally.format():
        say(f"{line}.")
    say(f"{many(number, 'pair')}: {out}")


@app.command("look-up")
def look_up(
    text: Annotated[str, typer.Argument(help="Arabic text.")],
    memory: MemoryFile,
    least: Annotated[float, typer.Option("--least", min=0, max=100, help="Likeness from which a pair is shown.")] = 70,
    most: Annotated[int, typer.Option("--most", min=1, help="Pairs that are shown.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line.")] = False,
    debug: options.Debug = False,
) -> None:
    """Show the pairs whose Arabic is like a text, the likest first. 100 is the same but for vowel signs and such."""
    from mtpipe.corpus.memories import look_up as find

    with _opened(memory) as connection:
        found = list(find(connection, text, least=least, most=most))
        for match in found:
            if as_json:
                line = json.dumps({"score": round(match.score, 1), **asdict(match.pair)}, ensure_ascii=False)
            else:
                mark = "approved" if match.pair.approved else "suggestion"
                line = f"{match.score:5.1f}  {mark:10}  {match.pair.source}\n{'':19}{match.pair.target}"
            sys.stdout.write(f"{line}\n")
    if not found:
        say(f"{memory}: no Arabic there is {least:g} % like this text or more. --least lowers the bar.")


@app.command()
def stats(
    memory: MemoryFile,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    debug: options.Debug = False,
) -> None:
    """Count what a memory holds: renderings by engines, approved pairs, suggestions."""
    from mtpipe.corpus.memories import stats as count

    with _opened(memory) as connection:
        found = count(connection)
    sys.stdout.write((json.dumps(asdict(found), ensure_ascii=False) if as_json else found.format()) + "\n")


@app.command()
def prune(
    memory: MemoryFile,
    superseded: Annotated[bool, typer.Option("--superseded", help="Rows that later ones replaced.")] = False,
    suggestions: Annotated[bool, typer.Option("--suggestions", help="Pairs that nobody approved.")] = False,
    renderings: Annotated[bool, typer.Option("--renderings", help="What engines said.")] = False,
    debug: options.Debug = False,
) -> None:
    """Delete from a memory what the options name, and give the space back."""
    from mtpipe.corpus.memories import prune as delete

    if not (superseded or suggestions or renderings):
        raise UsageError("nothing to prune: name --superseded, --suggestions or --renderings.")
    with _opened(memory) as connection:
        gone = delete(connection, superseded=superseded, suggestions=suggestions, renderings=renderings)
    say(f"{many(gone, 'row')} deleted: {memory}")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    from mtpipe.translate.memory import connect

    if not path.is_file():
        raise UsageError(f"memory {path}: no such file. mtpipe memory import makes one.")
    with closing(connect(path)) as connection:
        yield connection

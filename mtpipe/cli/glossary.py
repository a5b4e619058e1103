"""``mtpipe glossary``: check, count, convert, compare and merge term files."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mtpipe import errors
from mtpipe.cli import options
from mtpipe.cli.say import say
from mtpipe.counted import many

if TYPE_CHECKING:
    from mtpipe.glossary.entries import Entry

SHOWN: Final = 3
"""Losses of one field that a warning names."""

app = typer.Typer(help="Check, count, convert, compare and merge glossaries.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="Glossaries of any format, or names of built-in ones.")]
To = Annotated[
    str | None,
    typer.Option("--to", help="csv, tsv, xlsx, yaml, tmx, tbx, tbx-core, tbx-v2; by the ending if left out."),
]


class Policy(StrEnum):
    """Whose English is kept where glossaries disagree."""

    refuse = "refuse"
    first = "first"
    last = "last"


@app.command("list")
def built_in(debug: options.Debug = False) -> None:
    """List the built-in glossaries: any command takes their names, as in --glossary countries."""
    from mtpipe import resources
    from mtpipe.glossary import files

    for path in resources.glossaries():
        sys.stdout.write(f"{path.stem:<16}{sum(1 for _ in files.read(path)):>6}  {path}\n")


@app.command()
def lint(
    inputs: Files,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")] = False,
    debug: options.Debug = False,
) -> None:
    """Look for duplicates, conflicts, spellings that collide or are never found, and the like.

    The files are checked together, as a run would load them. Exit code 2 where a run would refuse them.
    """
    from mtpipe.glossary.lint import lint as check

    findings = check(inputs)
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    wrong = sum(finding.level == "error" for finding in findings)
    say(f"{many(wrong, 'error')}, {many(len(findings) - wrong, 'warning')}.")
    if wrong or (strict and findings):
        raise typer.Exit(errors.EXIT_USAGE)


@app.command()
def stats(
    inputs: Files,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    debug: options.Debug = False,
) -> None:
    """Count entries, spellings and variants, by type, case rule and words."""
    from mtpipe.glossary.stats import stats as count

    counts = count(_read(inputs))
    sys.stdout.write((json.dumps(asdict(counts), ensure_ascii=False) if as_json else counts.format()) + "\n")


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="A glossary of any format, or the name of a built-in one.")],
    target: Annotated[Path, typer.Argument(help="The file to write.")],
    to: To = None,
    debug: options.Debug = False,
) -> None:
    """Write a glossary in another format; what that format can't hold is named."""
    _write(_read([source]), target, to)


@app.command()
def diff(old: Path, new: Path, debug: options.Debug = False) -> None:
    """Show what differs: + came, - went, ~ changed."""
    from mtpipe.glossary.compare import diff as compare

    for change in compare(_read([old]), _read([new])):
        sys.stdout.write(f"{change}\n")


@app.command()
def merge(
    inputs: Files,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    policy: Annotated[
        Policy, typer.Option("--policy", help="Where targets differ: refuse, or keep the first or the last file's.")
    ] = Policy.refuse,
    to: To = None,
    debug: options.Debug = False,
) -> None:
    """Make one glossary of several. A target that is not kept becomes a variant of the one that is."""
    from mtpipe.glossary.compare import merge as join

    _write(join([_read([path]) for path in inputs], policy.value), out, to)


@app.command()
def suggest(
    folder: Annotated[Path, typer.Argument(help="Output folder of run or align.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    glossary: options.GlossaryFiles = None,
    least: Annotated[int, typer.Option("--least", min=1, help="Mentions that a name must have.")] = 2,
    to: To = None,
    debug: options.Debug = False,
) -> None:
    """Propose a glossary: the names of a dataset, one English form each, with counts, alternatives and contexts.

    Look the file over, correct it, and use it with --glossary. What a --glossary given here lists is left out, but for
    other Arabic spellings of it that the articles have.
    """
    from mtpipe.archive.names import Pairs
    from mtpipe.glossary import files
    from mtpipe.glossary.suggest import suggest as propose

    # A wrong name shows before the work, not after it.
    files.format_of(out, to)
    if not out.parent.is_dir():
        raise errors.UsageError(f"{out}: there is no folder {str(out.parent)!r}. Make it, or name another file.")
    found = propose(Pairs(folder), files.together(glossary or []), least=least)
    _write(found, out, to)
    if not found:
        say(
            f"No name has {many(least, 'mention')} or more and English that is mostly known. Name a folder with more "
            "articles, or translated by a better model; --least 1 takes names that occur once."
        )


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="Output folder of run or align.")],
    worst: Annotated[int, typer.Option("--worst", min=0, help="Offenders shown of each kind.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, with all terms and names.")] = False,
    debug: options.Debug = False,
) -> None:
    """Tell how many terms are as listed, how consistent names are, and which are not, with links to the pages."""
    from mtpipe.archive.terms import report as read

    found = read(folder)
    sys.stdout.write((found.json() if as_json else found.format(worst)) + "\n")


@app.command("apply")
def apply_to(
    folder: Annotated[Path, typer.Argument(help="Output folder of a run.")],
    glossary: Annotated[
        list[Path],
        typer.Option("--glossary", help="The glossary that is to hold now, whole; may be repeated, as for run."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, write nothing.")] = False,
    device: options.Device = None,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Bring a finished folder to another glossary: only sentences that it touches are translated anew.

    Shows what changes, sentence by sentence. What reviewers edited, approved or rejected stays as it is, and is told.
    The folder is afterwards what a run with that glossary would have made; articles are added with it from then on.
    """
    from mtpipe.archive import apply_terms

    def tell(found: apply_terms.Changed | apply_terms.Left) -> None:
        if isinstance(found, apply_terms.Changed):
            sys.stdout.write(f"{found.sentence}\n- {found.before}\n+ {found.after}\n")
        else:
            sys.stdout.write(f"{found.sentence}\n= {found.text}\n  left: {found.why}\n")

    outcome = apply_terms.apply_glossary(folder, glossary, tell=tell, dry_run=dry_run, device=device or "auto")
    if quiet:
        return
    if outcome.known:
        say(f"{folder}: has this glossary already, nothing changes.")
        return
    verb = "would change" if dry_run else "changed"
    say(
        f"{many(outcome.changed, 'sentence')} {verb}, {outcome.touched} touched, "
        f"{outcome.translated} translated anew, {outcome.left} left as people decided."
    )
    if outcome.gone:
        some = f"{', '.join(outcome.gone[:SHOWN])}{', ...' * (len(outcome.gone) > SHOWN)}"
        say(
            f"{many(len(outcome.gone), 'term')} of the glossary before not in this one ({some}). "
            "To keep them, name both: --glossary OLD --glossary NEW."
        )
    if not dry_run:
        named = " ".join(f"--glossary {path}" for path in glossary)
        say(f"More articles: mtpipe run ... --out {folder} {named}, with the other options as before.")


def _read(paths: list[Path]) -> list[Entry]:
    from mtpipe.glossary import files

    return [entry for path in paths for entry in files.read(path)]


def _write(entries: list[Entry], path: Path, to: str | None) -> None:
    from mtpipe.glossary import files

    losses = sorted(files.write(entries, path, to), key=attrgetter("field"))
    for field, lost in groupby(losses, key=attrgetter("field")):
        items = list(lost)
        shown = ", ".join(f"{loss.value!r} of {loss.entry.source!r}" for loss in items[:SHOWN])
        more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
        say(f"{path}: the format has no place for {field!r}: lost {shown}{more}.")
    say(f"{many(len(entries), 'entry', 'entries')}: {path}")

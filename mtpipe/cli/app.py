"""The command line: commands registered, errors turned into one line and an exit code. No logic."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated

import typer

from mtpipe import __version__, errors
from mtpipe.cli.doctor import doctor
from mtpipe.cli.run import run
from mtpipe.cli.say import say
from mtpipe.cli.segment import segment
from mtpipe.cli.translate import translate

app = typer.Typer(
    name="mtpipe",
    help="Arabic articles in; out comes a tied, glossed Arabic-English parallel corpus and a side-by-side review.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, translate, segment, doctor):
    app.command()(command)


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"mtpipe {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options before the command."""
    if debug:
        os.environ["MTPIPE_DEBUG"] = "1"


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        # Typer raises Exit(130) for Ctrl-C and hands the code of any Exit back.
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False) or errors.EXIT_OK
        sys.stdout.flush()
        if code == errors.EXIT_INTERRUPTED:
            _interrupted()
    except typer.Abort:
        code = _interrupted()
    except typer.TyperException as error:
        say(f"mtpipe: {error.format_message()} 'mtpipe --help' and 'mtpipe COMMAND --help' list what there is.")
        code = errors.EXIT_USAGE
    except KeyboardInterrupt:
        code = _interrupted()
    except errors.MtpipeError as error:
        _debug()
        say(f"mtpipe: {error}")
        code = error.exit_code
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = errors.EXIT_OK
    except Exception as error:
        _debug()
        say(
            f"mtpipe: an error of mtpipe's own, {type(error).__name__}: {error}. --debug shows where; please report it."
        )
        code = errors.EXIT_INTERNAL
    sys.exit(code)


def _interrupted() -> int:
    say("mtpipe: interrupted. What was finished is kept; the same command goes on from there.")
    return errors.EXIT_INTERRUPTED


def _debug() -> None:
    if os.environ.get("MTPIPE_DEBUG"):
        traceback.print_exc()

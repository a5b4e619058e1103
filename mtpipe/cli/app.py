"""The command line: commands registered, errors turned into one line and an exit code. No logic."""

from __future__ import annotations

import contextlib
import errno
import inspect
import io
import logging
import os
import sys
import traceback
import warnings
from typing import Annotated, Final

import typer

from mtpipe import __version__, errors
from mtpipe.cli import corpus, glossary, memory, options, review
from mtpipe.cli.align import align
from mtpipe.cli.bench import bench
from mtpipe.cli.doctor import doctor
from mtpipe.cli.evaluate import evaluate
from mtpipe.cli.export import export
from mtpipe.cli.merge import merge
from mtpipe.cli.models import models
from mtpipe.cli.publish import publish
from mtpipe.cli.run import run
from mtpipe.cli.say import drop, say
from mtpipe.cli.segment import segment
from mtpipe.cli.translate import translate

FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What a full disk says: no fault of the program."""

app = typer.Typer(
    name="mtpipe",
    help="Arabic articles in; out comes a tied, glossed Arabic-English parallel corpus and a side-by-side review.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, merge, publish, align, translate, segment, export, evaluate, doctor):
    app.command()(command)
app.add_typer(corpus.app, name="corpus")
app.add_typer(glossary.app, name="glossary")
app.add_typer(review.app, name="review")
app.add_typer(memory.app, name="memory")
app.add_typer(models, name="models")
app.add_typer(bench, name="bench")


def _wrap_help(group: typer.Typer) -> None:
    # Typer breaks the first paragraph of a docstring as wide as the terminal is, the others where the source does.
    for command in group.registered_commands:
        paragraphs = (inspect.getdoc(command.callback) or "").split("\n\n")
        command.help = command.help or "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    for inner in group.registered_groups:
        if inner.typer_instance:
            _wrap_help(inner.typer_instance)


_wrap_help(app)


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"mtpipe {__version__}\n")
        raise typer.Exit


@app.callback()
def before(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: options.Debug = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    _prepare_streams()
    _hush_libraries()
    try:
        # Typer raises Exit(130) for Ctrl-C and hands the code of any Exit back.
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False) or errors.EXIT_OK
        sys.stdout.flush()
        if code == errors.EXIT_INTERRUPTED:
            _interrupted()
    except typer.Abort:
        code = _interrupted()
    except typer.TyperException as error:
        if what := error.format_message().rstrip("."):  # else it is a group's help that was printed
            stop = "" if what.endswith("?") else "."
            say(f"mtpipe: {what}{stop} 'mtpipe --help' and 'mtpipe COMMAND --help' list what there is.")
        code = errors.EXIT_USAGE
    except KeyboardInterrupt:
        code = _interrupted()
    except errors.MtpipeError as error:
        _debug()
        say(f"mtpipe: {_one_line(error)}")
        code = error.exit_code
    except Exception as error:
        code = _unexpected(error)
    except SystemExit as error:
        if not isinstance(error.__context__, BrokenPipeError):
            raise
        drop(sys.stdout)  # Typer makes an exit of a broken pipe: whoever read our output has seen enough
        code = errors.EXIT_OK
    if "mtpipe.translate" in sys.modules:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> None:
    """End the process at once where a call of an engine is still under way: nothing but that ends it."""
    from mtpipe.translate.patience import is_stuck

    if is_stuck():
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code)


def _prepare_streams() -> None:
    # A stream that was closed (>&-) is None, and the next file that is opened would take its number: whatever a
    # library prints would end in the dataset. Below 3 there is nothing but the null device.
    while (handle := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(handle)
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)
    # Text in and out is UTF-8 with LF whatever the locale says; a file name may hold bytes that are no text.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _hush_libraries() -> None:
    # What libraries have to say beside their errors (a pickle of an old protocol, an address with a blank) is no use
    # to anybody who only brought a file. python -W and --debug bring it back.
    if not (sys.warnoptions or os.environ.get("MTPIPE_DEBUG")):
        warnings.simplefilter("ignore")
        logging.lastResort = None


def _unexpected(error: Exception) -> int:
    if isinstance(error, BrokenPipeError):
        drop(sys.stdout)
        return errors.EXIT_OK
    _debug()
    if isinstance(error, OSError) and error.errno in FULL:
        drop(sys.stdout)
        say(f"mtpipe: {error.filename or 'output'}: {error.strerror}. What was finished is kept; make room, run again.")
        return errors.EXIT_USAGE
    what = f"{type(error).__name__}: {_one_line(error)}"
    say(f"mtpipe: an error of mtpipe's own, {what}. --debug shows where; please report it.")
    return errors.EXIT_INTERNAL


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _interrupted() -> int:
    say("mtpipe: interrupted. What was finished is kept; the same command goes on from there.")
    return errors.EXIT_INTERRUPTED


def _debug() -> None:
    if os.environ.get("MTPIPE_DEBUG"):
        traceback.print_exc()

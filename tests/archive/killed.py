"""Runs in processes of their own that die: at a moment, or before a certain change of a file."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import stand_in

_CHANGES = ("open", "os.rename", "os.remove", "os.mkdir")


Run = Callable[[Path, Path], object]


def start(inputs: Path, out: Path, *, last_change: int | None = None, run: Run = stand_in.run) -> BaseProcess:
    """Start a run in a child; it kills itself before change number ``last_change`` of a file under ``out``."""
    # A server that has the heavy imports behind it: children start at once, and share no thread with the tests.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["stand_in", "datasets", "pyarrow.parquet", "mtpipe.review"])
    child = context.Process(target=_run, args=(inputs, out, last_change, run))
    child.start()
    return child


def ended(child: BaseProcess) -> int:
    """Wait for a child and return its exit code."""
    child.join(120)
    assert child.exitcode is not None
    code = child.exitcode
    child.close()
    return code


_COMMIT = (
    "import os, sqlite3, sys; connection = sqlite3.connect(sys.argv[1], isolation_level=None);"
    "connection.execute('PRAGMA cache_size=1'); connection.execute('BEGIN IMMEDIATE');"
    "connection.executemany('INSERT INTO article VALUES (?, 9, 9, ?, ?)',"
    " ((str(n), 'x' * 500, 'y' * 500) for n in range(500)));"
    "os._exit(9)"
)


def in_a_commit(out: Path) -> None:
    """Leave in a folder's state what a run leaves that is killed in the midst of a commit."""
    state = out / ".mtpipe" / "state.sqlite"
    assert subprocess.run([sys.executable, "-c", _COMMIT, str(state)], check=False).returncode == 9
    assert state.with_name("state.sqlite-journal").stat().st_size  # half a commit lies there


def _run(inputs: Path, out: Path, last_change: int | None, run: Run) -> None:
    left = last_change

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if left is None or event not in _CHANGES or not _changes(event, arguments, out):
            return
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    run(inputs, out)


def _changes(event: str, arguments: tuple[Any, ...], out: Path) -> bool:
    if not isinstance(arguments[0], str | os.PathLike) or not os.fspath(arguments[0]).startswith(str(out)):
        return False
    return event != "open" or any(letter in (arguments[1] or "") for letter in "wa+")

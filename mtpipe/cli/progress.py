"""How long work is told: a bar on a terminal, plain lines elsewhere; always on stderr, stdout is for data."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from mtpipe.cli.say import say

Report = Callable[[int, str, int], None]
"""Called with the number done so far, a remark, and how many of them took no work: rate and time left are without."""

LINE_SECONDS: Final = 10.0
"""Plain lines come no faster than this, apart from the last."""


@contextmanager
def reporting(what: str, total: int | None, device: str, *, quiet: bool) -> Iterator[Report]:
    """Give a function to report progress with; ``total`` None means that nobody knows."""
    if quiet:
        yield lambda _done, _remark, _skipped: None
    elif sys.stderr.isatty():
        with _bar(what, total, device) as report:
            yield report
    else:
        with _lines(what, total, device) as report:
            yield report


@contextmanager
def _bar(what: str, total: int | None, device: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[rate]}{task.fields[left]}. {task.fields[remark]}"),
    )
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{what} on {device}", total=total, rate="", left="", remark="")

        def report(done: int, remark: str, skipped: int) -> None:
            seconds = time.monotonic() - started
            rate, left = _rate(done - skipped, seconds), _left(total, done, done - skipped, seconds)
            progress.update(task, completed=done, rate=rate, left=left, remark=remark)

        yield report


@contextmanager
def _lines(what: str, total: int | None, device: str) -> Iterator[Report]:
    started = time.monotonic()
    told = started - LINE_SECONDS
    held = ""  # the newest line, while it is too early to tell it

    def report(done: int, remark: str, skipped: int) -> None:
        nonlocal told, held
        now = time.monotonic()
        of = f" of {total}" if total else ""
        new, seconds = done - skipped, now - started
        rate = f"{_rate(new, seconds)}{_left(total, done, new, seconds)}"
        held = f"{what}: {done}{of} on {device}, {rate}. {remark}".rstrip()
        if now - told >= LINE_SECONDS or done == total:
            say(held)
            told, held = now, ""

    yield report
    if held:
        say(held)


def _rate(done: int, seconds: float) -> str:
    per_second = done / seconds if seconds > 0 else 0.0
    return f"{per_second:.1f}/s" if per_second >= 1 else f"{per_second * 60:.1f}/min"


def _left(total: int | None, done: int, new: int, seconds: float) -> str:
    if not total or done >= total or not new:
        return ""
    left = round((total - done) * seconds / new)
    hours, minutes = divmod(left // 60, 60)
    if hours:
        return f", {hours} h {minutes:02} min left"
    return f", {minutes} min {left % 60:02} s left" if minutes else f", {left} s left"

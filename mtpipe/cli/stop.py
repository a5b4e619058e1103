"""Being stopped: by Ctrl-C, by whoever stops services, by a closed terminal's shell."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from mtpipe.cli.say import say


def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


@contextmanager
def stopping(*, quiet: bool) -> Iterator[Callable[[], bool]]:
    """Give a function that tells whether the work should stop: SIGINT or SIGTERM came.

    A second one ends the work where it is, as the first does outside of this.
    """
    asked = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        if not quiet:
            with suppress(RuntimeError):  # it came in the midst of a line to the same stream
                say("mtpipe: stopping after the articles in hand; once more stops at once.")

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Waiting for an engine no longer than was agreed.

A call into C++ can't be stopped from Python: it is waited for in another thread, and where the time is up, the process
has to end with the call still in it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from mtpipe.errors import StuckError

ENGINE: Final = "mtpipe-engine"
"""Name of the threads that wait for an engine."""

Result = TypeVar("Result")


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """Return what a call returns, or raise what it raises.

    Raises ``StuckError`` after ``seconds``; the call is then still under way, in a thread that keeps no process alive.
    """
    future: Future[Result] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except BaseException as error:
            future.set_exception(error)

    thread = threading.Thread(target=work, name=ENGINE, daemon=True)
    thread.start()
    thread.join(seconds)
    if not future.done():
        raise StuckError(
            f"the engine is stuck: no answer to a batch after {seconds:g} s. What was finished is kept; the same "
            "command goes on from there. Raise translate.batch_timeout if it is only slow."
        )
    return future.result()


def is_stuck() -> bool:
    """Tell whether a call is still under way: the interpreter can't be wound up around it, only ended."""
    return any(thread.name == ENGINE and thread.is_alive() for thread in threading.enumerate())

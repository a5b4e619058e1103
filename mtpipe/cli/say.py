"""Words to the person at the terminal, on stderr."""

from __future__ import annotations

import os
import sys
from typing import IO


def say(text: str) -> None:
    """Print a line on stderr. Where nobody reads it any more (``2>&1 | head -1``), the work goes on all the same."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        drop(sys.stderr)


def hush(_text: str) -> None:
    """Say nothing: what ``--quiet`` puts in the place of ``say``."""


def drop(stream: IO[str]) -> None:
    """Send what is still to be written to a stream nowhere, so that the interpreter's last flush can't fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

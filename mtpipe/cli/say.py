"""Words to the person at the terminal, on stderr."""

from __future__ import annotations

import sys
from contextlib import suppress


def say(text: str) -> None:
    """Print a line on stderr. Where nobody reads it any more (``2>&1 | head -1``), the work goes on all the same."""
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

"""Words to the person at the terminal, on stderr."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Print a line on stderr."""
    sys.stderr.write(f"{text}\n")

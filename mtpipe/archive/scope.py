"""Where a start has looked: what failed there and is met no more was mended or removed; what failed elsewhere stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mtpipe.intake.remote import is_url
from mtpipe.intake.sources import STDIN


def absolute(inputs: Iterable[str | Path]) -> list[str]:
    """Return files, folders and globs as they are called from anywhere; standard input and URLs have one name."""
    return [text if text == STDIN or is_url(text) else str(Path(text).resolve()) for text in map(str, inputs)]


def covers(read: Sequence[str], known: Iterable[str]) -> bool:
    """Tell whether all of the known inputs were read: each is one of those that were, or lies below one."""
    return all(any(Path(other).is_relative_to(given) for given in read) or other in read for other in known)

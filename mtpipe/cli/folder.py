"""Folders that the command line names."""

from __future__ import annotations

from pathlib import Path

from mtpipe.errors import UsageError


def folder(given: str) -> Path:
    """Return the path of an output folder. An empty name would be the current one: ``-o "$UNSET"``."""
    if not given:
        raise UsageError("--out has no name. Name a folder.")
    return Path(given)

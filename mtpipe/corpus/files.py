"""Files that survive a pulled plug: whole or not there, and logs that can be cut back to what was committed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; after the block it is synced to disk and takes the name.

    Nothing is left where the block fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a whole text file in UTF-8 so that it is there whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def append(path: Path, text: str, *, at: int) -> int:
    """Cut the file to ``at`` bytes, append a text, sync, and return the new size.

    What a killed run has left behind ``at`` is gone with that.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(at)
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder last."""
    if os.name == "nt":  # Windows opens no folders, and its rename needs no such thing
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Files that survive a pulled plug: whole or not there, and logs that can be cut back to what was committed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mtpipe.errors import UsageError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; after the block it is synced to disk and takes the name.

    Nothing is left where the block fails.
    """
    make_folder(path.parent)
    # The same temporary name each time: what a killed run has left behind, the next one replaces.
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        yield temporary
        with temporary.open("r+b") as file:  # Windows syncs only what may be written
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

    What a killed run has left behind ``at`` is gone with that. Raises ``UsageError`` where the file has fewer bytes:
    cutting it "to" a greater size would fill it with NULs.
    """
    make_folder(path.parent)
    known = path.exists()
    raw = text.encode()
    with path.open("ab") as file:
        if os.fstat(file.fileno()).st_size < at:
            raise UsageError(
                f"{path}: is shorter than the {at} bytes that were finished; it was deleted or changed by hand. "
                "Put it back, or use a new --out."
            )
        file.truncate(at)
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    if not known:
        sync_folder(path.parent)
    return at + len(raw)


def remove_temporaries(folder: Path) -> None:
    """Remove what a process that was killed inside ``replacing`` has left in a folder."""
    for path in folder.glob(".*.tmp"):
        path.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, so that they last."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder last."""
    if os.name == "nt":  # Windows opens no folders, and its rename needs no such thing
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

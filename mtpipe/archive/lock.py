"""One process per output folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mtpipe.errors import UsageError


@contextmanager
def locked(path: Path, out: Path) -> Iterator[None]:
    """Hold a lock on a file while the block runs; the system frees it however the process ends.

    Raises ``UsageError`` where another process holds it, or where the file system has no locks.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UsageError(f"{path}: can't be opened ({error.strerror}). Name another folder with --out.") from error
    try:
        _take(handle, out)
        yield
    finally:
        os.close(handle)


def _take(handle: int, out: Path) -> None:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows only
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:  # the second is how Windows says it
        raise UsageError(
            f"{out}: another mtpipe is writing there. Wait for it, or name another folder with --out."
        ) from error
    except OSError as error:
        raise UsageError(f"{out}: has no file locks ({error.strerror}). Name a folder on another disk.") from error

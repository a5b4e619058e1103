"""glibc's heap, told what an engine on a CPU does with it.

Every step of a search takes and gives back tens of megabytes. By its own rules glibc maps each such piece from the
system and unmaps it again, so that the kernel zeroes pages all the time: 6 % of an engine's rate
(``mtpipe bench translate``). And each worker's thread gets an arena of its own, where what one has freed is of no use
to the others: a quarter of a run's peak memory.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from typing import Final

# <malloc.h>
TRIM_THRESHOLD: Final = -1
TOP_PAD: Final = -2
MMAP_THRESHOLD: Final = -3
ARENA_MAX: Final = -8

SETTINGS: Final = (
    (MMAP_THRESHOLD, 2**30),  # larger than what a batch takes in one piece
    (TRIM_THRESHOLD, 2**31 - 1),  # the most that mallopt takes
    (TOP_PAD, 2**26),
    (ARENA_MAX, 1),
)


@functools.cache
def keep_memory() -> bool:
    """Let freed memory stay with the process, in one arena; whether all of it was understood.

    Whoever has set a variable of malloc's knows better, and nothing is changed; nor is it where there is no glibc.
    """
    if not sys.platform.startswith("linux") or any(name.startswith("MALLOC_") for name in os.environ):
        return False
    if "glibc.malloc" in os.environ.get("GLIBC_TUNABLES", ""):
        return False
    try:
        heap = ctypes.CDLL(None)
        heap.gnu_get_libc_version  # noqa: B018  # AttributeError elsewhere: others' mallopt may mean other things
        return all(heap.mallopt(name, value) == 1 for name, value in SETTINGS)
    except (OSError, AttributeError):
        return False

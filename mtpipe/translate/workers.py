"""How the cores of a machine are shared out among batches."""

from __future__ import annotations

import os


def cores() -> int:
    """Return the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def layout(threads: int, workers: int = 0) -> tuple[int, int]:
    """Return (workers, threads of each) for a CPU.

    ``threads`` are those of all workers together, 0 for all cores; ``workers`` 0 is one for each thread, since workers
    of one thread beat one worker of many on batches. There are never more workers than threads.
    """
    available = threads or cores()
    wanted = min(workers or available, available)
    return wanted, available // wanted

"""Token-budget batches, sorted by length, the same for any order of the input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from mtpipe.errors import DeviceMemoryError

CLASS_EDGES: Final = (8, 16, 32, 64, 128, 256, 512, 1024)
"""Source lengths (pieces) at which the limit on the target's length changes."""

NO_MEMORY: Final = (
    "out of memory",  # CUDA in both engines, MPS
    "failed to allocate",  # CTranslate2 on a CPU: "mkl_malloc: failed to allocate memory"
    "can't allocate memory",  # PyTorch on a CPU: "DefaultCPUAllocator: can't allocate memory"
    "not enough memory",  # the same on Windows
    "bad_alloc",
    "alloc_failed",  # cuBLAS: CUBLAS_STATUS_ALLOC_FAILED
)
"""What stands, in lower case, in the messages of an engine that has no memory for a batch."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Batch:
    """Places of segments that are decoded together, and the fewest and most target pieces that each may have."""

    places: tuple[int, ...]
    max_target: int
    min_target: int = 0


def max_target(length: int, limit: int) -> int:
    """Return the most target pieces, end of sentence not counted, for a source of ``length`` pieces.

    ``limit`` is the model's, end of sentence counted: CTranslate2 would decode one piece more than it leaves room for,
    PyTorch has no position for that.

    Engines take one number for a whole batch. It depends on the length's class alone, and a batch holds one class,
    so that a sentence is cut at the same place whatever stands beside it (batch invariance). Twice the class and 32
    more is beyond what human translations of Arabic need and stops a looping decoder early.
    """
    edge = next((edge for edge in CLASS_EDGES if length <= edge), length)
    return min(limit - 1, 2 * edge + 32)


def plan(lengths: Sequence[int], *, budget: int, limit: int, forced: float = 0.0) -> list[Batch]:
    """Cut segments into batches of at most ``budget`` padded pieces (a longer segment goes alone), longest first.

    Longest first shows an out-of-memory at once, and keeps several workers busy to the end. ``forced`` is that of
    ``Decoding``: the batches stay the same, their targets' length is fixed.
    """
    batches: list[Batch] = []
    places: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: (-lengths[place], place)):
        cap = max_target(lengths[place], limit)
        full = places and (len(places) + 1) * lengths[places[0]] > budget
        if places and (full or cap != max_target(lengths[places[0]], limit)):
            batches.append(Batch(tuple(places), max_target(lengths[places[0]], limit)))
            places = []
        places.append(place)
    if places:
        batches.append(Batch(tuple(places), max_target(lengths[places[0]], limit)))
    if forced:
        fixed = [forced_target(lengths[batch.places[0]], forced, limit) for batch in batches]
        return [Batch(batch.places, target, target) for batch, target in zip(batches, fixed, strict=True)]
    return batches


def forced_target(length: int, forced: float, limit: int) -> int:
    """Return the target pieces that a source of ``length`` pieces is given where lengths are forced."""
    return min(limit - 1, max(1, round(forced * length)))


def halving(batch: Batch, run: Callable[[Batch], list[Result]]) -> Iterator[tuple[int, Result]]:
    """Run a batch; where the device has no memory for it, its halves. Yields (place, result).

    Raises ``DeviceMemoryError`` where a single segment does not fit.
    """
    try:
        results = run(batch)
    except Exception as error:
        if not out_of_memory(error):
            raise
        if len(batch.places) == 1:
            raise DeviceMemoryError(
                "the device has no memory for a single segment. Use a smaller beam, a smaller model or --device cpu."
            ) from error
        results = None
    if results is not None:  # outside the handler, so that the failed batch's tensors are free again
        yield from zip(batch.places, results, strict=True)
        return
    middle = len(batch.places) // 2
    for part in (batch.places[:middle], batch.places[middle:]):
        yield from halving(replace(batch, places=part), run)


def out_of_memory(error: Exception) -> bool:
    """Tell the errors by which engines say that memory is short; most are plain ``RuntimeError``."""
    words = str(error).lower()
    return isinstance(error, MemoryError) or any(sign in words for sign in NO_MEMORY)

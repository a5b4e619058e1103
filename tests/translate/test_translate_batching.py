"""Batches: nothing lost, nothing over the budget, halved where the device has no memory."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.errors import ModelError
from mtpipe.translate.batching import Batch, halving, max_target, out_of_memory, plan

LENGTHS = st.lists(st.integers(1, 700), max_size=120)
LIMITS = st.sampled_from([16, 64, 512, 1024])


@given(LENGTHS, st.integers(1, 3000), LIMITS)
def test_plan(lengths: list[int], budget: int, limit: int) -> None:
    batches = plan(lengths, budget=budget, limit=limit)
    assert sorted(place for batch in batches for place in batch.places) == list(range(len(lengths)))
    longest = [max(lengths[place] for place in batch.places) for batch in batches]
    assert longest == sorted(longest, reverse=True)
    for batch, length in zip(batches, longest, strict=True):
        assert len(batch.places) == 1 or len(batch.places) * length <= budget
        assert {max_target(lengths[place], limit) for place in batch.places} == {batch.max_target}


@given(LENGTHS, st.integers(1, 3000))
def test_plan_fills_batches(lengths: list[int], budget: int) -> None:
    batches = plan(lengths, budget=budget, limit=512)
    for batch, after in pairwise(batches):
        full = (len(batch.places) + 1) * lengths[batch.places[0]] > budget
        assert full or batch.max_target != after.max_target


@given(st.permutations(range(40)))
def test_the_limit_of_a_segment_does_not_depend_on_the_others(order: list[int]) -> None:
    lengths = [1 + 13 * number % 97 for number in range(40)]
    caps = {
        order[place]: batch.max_target
        for batch in plan([lengths[number] for number in order], budget=200, limit=512)
        for place in batch.places
    }
    assert caps == {number: max_target(lengths[number], 512) for number in range(40)}


@given(st.integers(1, 1500), LIMITS)
def test_max_target(length: int, limit: int) -> None:
    cap = max_target(length, limit)
    assert 0 < cap < limit  # the end of sentence needs a position, too
    assert cap == limit - 1 or cap >= 2 * length + 32
    assert cap <= max_target(length + 1, limit)


class Device:
    """Has memory for a number of segments at once; keeps what it was asked."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.asked: list[tuple[int, ...]] = []

    def run(self, batch: Batch) -> list[str]:
        self.asked.append(batch.places)
        assert batch.max_target == 99
        if len(batch.places) > self.room:
            raise MemoryError
        return [f"result {place}" for place in batch.places]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB"), True),  # PyTorch
        (RuntimeError("CUDA failed with error out of memory"), True),  # CTranslate2
        (RuntimeError("mkl_malloc: failed to allocate memory"), True),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory"),
            True,
        ),
        (RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("std::bad_alloc"), True),
        (RuntimeError("CUDA error: device-side assert triggered"), False),
        (ValueError("batch size must be positive"), False),
    ],
)
def test_out_of_memory(error: Exception, told: bool) -> None:
    assert out_of_memory(error) is told


@given(st.lists(st.integers(0, 999), min_size=1, max_size=70, unique=True), st.integers(1, 80))
def test_halving(places: list[int], room: int) -> None:
    device = Device(room)
    found = list(halving(Batch(tuple(places), 99), device.run))
    assert found == [(place, f"result {place}") for place in places]
    done = [asked for asked in device.asked if len(asked) <= room]
    assert [place for asked in done for place in asked] == places
    assert len(done) <= max(1, 2 * len(places) // room)


def test_halving_gives_up_on_a_single_segment() -> None:
    device = Device(0)
    with pytest.raises(ModelError, match=r"no memory for a single segment"):
        list(halving(Batch((1, 2, 3, 4), 99), device.run))
    assert device.asked == [(1, 2, 3, 4), (1, 2), (1,)]


def test_other_errors_are_not_swallowed() -> None:
    def run(batch: Batch) -> list[str]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(halving(Batch((1, 2), 9), run))

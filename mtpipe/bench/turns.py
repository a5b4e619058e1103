"""Ways of doing the same, in turns: how much of it each does in a second of processor time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mtpipe.bench.spread import Spread


@dataclass(frozen=True, slots=True)
class Way:
    """A name, the work, and the units that it gets through; slow ways are given fewer."""

    name: str
    run: Callable[[], object]
    units: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A way's result. ``rate`` is in units a second of processor time; ``against`` is that over the first way's of its
    group, in the same round.
    """

    name: str
    units: int
    seconds: tuple[float, ...]
    rate: Spread
    against: Spread


@dataclass(frozen=True, slots=True)
class Ratios:
    """Groups of ways, each group of ways to do one thing. ``unit`` is what is counted."""

    title: str
    unit: str
    rounds: int
    groups: tuple[tuple[Measured, ...], ...]


def measure(
    title: str, unit: str, groups: Sequence[Sequence[Way]], *, rounds: int, tell: Callable[[str], None]
) -> Ratios:
    """Run every way once in each round, one after another."""
    seconds: dict[str, list[float]] = {way.name: [] for group in groups for way in group}
    for number in range(rounds):
        for group in groups:
            for way in group:
                tell(f"round {number + 1} of {rounds}: {way.name}")
                started = time.process_time()
                way.run()
                seconds[way.name].append(time.process_time() - started)
    return Ratios(
        title, unit, rounds, tuple(tuple(_measured(way, group[0], seconds) for way in group) for group in groups)
    )


def _measured(way: Way, first: Way, seconds: dict[str, list[float]]) -> Measured:
    own, other = ([one.units / taken for taken in seconds[one.name]] for one in (way, first))
    return Measured(
        way.name,
        way.units,
        tuple(seconds[way.name]),
        Spread.of(own),
        Spread.of(a / b for a, b in zip(own, other, strict=True)),
    )

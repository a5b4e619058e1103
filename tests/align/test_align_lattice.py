"""The lattice against enumeration: the best path, the sum over all paths, and every bead's probability."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from mtpipe.align.lattice import Band, Lattice, best_path, kinds, posterior

Path = tuple[tuple[int, int, int, int], ...]


def every_path(lattice: Lattice) -> Iterator[tuple[float, Path]]:
    n, m = lattice.band.rows - 1, len(lattice.skip_target) - 1

    def score(i: int, j: int, a: int, b: int) -> float:
        if a and b:
            return float(lattice.match[lattice.band.cell(i, j), lattice.kinds.index((a, b))])
        return float(lattice.skip_source[i] if a else lattice.skip_target[j])

    def follow(i: int, j: int, total: float, steps: Path) -> Iterator[tuple[float, Path]]:
        if (i, j) == (n, m):
            yield total, steps
            return
        for a, b in (*lattice.kinds, (1, 0), (0, 1)):
            k, h = i + a, j + b
            if k <= n and lattice.band.low[k] <= h < lattice.band.high[k]:
                yield from follow(k, h, total + score(k, h, a, b), (*steps, (k, h, a, b)))

    return follow(0, 0, 0.0, ())


def random_lattice(seed: int) -> Lattice:
    random = np.random.default_rng(seed)
    n, m = random.integers(0, 5, 2)
    high = np.maximum.accumulate(random.integers(1, m + 2, n + 1))
    high[-1] = m + 1
    low = np.sort(random.integers(0, m + 1, n + 1))
    low[0] = 0
    for i in range(1, n + 1):  # a path must get from each row to the next
        low[i] = max(low[i - 1], min(low[i], high[i - 1] - 1))
    band, shapes = Band.of(low, high), kinds(3)
    return Lattice(
        shapes,
        band,
        random.normal(size=(band.cells, len(shapes))).astype(np.float32),
        random.normal(size=n + 1),
        random.normal(size=m + 1),
    )


@pytest.mark.parametrize("seed", range(40))
def test_best_path_and_probabilities_are_those_of_enumeration(seed: int) -> None:
    lattice = random_lattice(seed)
    paths = list(every_path(lattice))
    scores = {steps: total for total, steps in paths}
    found = tuple((step.i, step.j, step.a, step.b) for step in best_path(lattice))
    assert scores[found] == pytest.approx(max(scores.values()), abs=1e-5)

    chances = posterior(lattice)
    assert chances.total == pytest.approx(np.logaddexp.reduce([total for total, _ in paths]), abs=1e-5)
    weight = {steps: np.exp(total - chances.total) for total, steps in paths}
    for number, (a, b) in enumerate(lattice.kinds):
        for i in range(lattice.band.rows):
            for j in range(lattice.band.low[i], lattice.band.high[i]):
                expected = sum(value for steps, value in weight.items() if (i, j, a, b) in steps)
                assert chances.match[lattice.band.cell(i, j), number] == pytest.approx(expected, abs=1e-5)
    for i in range(1, lattice.band.rows):
        skipped = sum(value for steps, value in weight.items() if any((s[0], s[2:]) == (i, (1, 0)) for s in steps))
        assert chances.skip_source[i] == pytest.approx(skipped, abs=1e-6)
    for j in range(1, len(lattice.skip_target)):
        skipped = sum(value for steps, value in weight.items() if any((s[1], s[2:]) == (j, (0, 1)) for s in steps))
        assert chances.skip_target[j] == pytest.approx(skipped, abs=1e-6)


@pytest.mark.parametrize(("largest", "expected"), [(1, {(1, 1)}), (2, {(1, 1), (1, 2), (2, 1)})])
def test_kinds(largest: int, expected: set[tuple[int, int]]) -> None:
    assert set(kinds(largest)) == expected


def test_kinds_are_those_of_the_peers_and_more() -> None:
    assert set(kinds(4)) >= {(1, 3), (3, 1), (2, 2), (1, 4), (4, 1), (2, 3), (3, 2)}
    for a, b in itertools.product(range(1, 9), repeat=2):
        assert ((a, b) in kinds(8)) == (a + b <= 9)

"""The calibrated probability: it rises with the lattice's own, and what that finds unlikely is not kept."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.align.probability import KINKS, NAMES, RISING, evidence, probability
from mtpipe.align.weights import CALIBRATION
from mtpipe.settings import AlignSettings


def test_every_evidence_has_a_weight_and_speaks_for_or_against_as_it_must() -> None:
    assert tuple(CALIBRATION) == NAMES
    assert all(CALIBRATION[name] >= 0 for name in RISING)


@given(st.floats(-10, 10))
def test_the_log_odds_are_the_sum_of_their_parts(odds: float) -> None:
    known = dict(zip(NAMES, evidence(1 / (1 + math.exp(-odds)), 0.5, 1.0, 2, crossing=False), strict=True))
    parts = [known[name] for name in ("under-0", "from-0", "from-2", "from-4")]
    assert sum(parts) == pytest.approx(odds, abs=1e-3)
    assert parts[0] <= 0 <= min(parts[1:])
    assert parts[1] <= KINKS[1] - KINKS[0]
    assert parts[2] <= KINKS[2] - KINKS[1]


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted),
    st.floats(-1, 1),
    st.floats(0.01, 100),
    st.integers(2, 5),
    st.booleans(),
)
def test_it_rises_with_the_chance(
    chances: list[float], similarity: float, ratio: float, size: int, crossing: bool
) -> None:
    low, high = (
        probability(evidence(chance, similarity, ratio, size, crossing=crossing), CALIBRATION) for chance in chances
    )
    assert 0 <= low <= high <= 1


@given(st.floats(0, 0.4), st.floats(-1, 0.8), st.floats(0.5, 2), st.integers(2, 5), st.booleans())
def test_what_is_unlikely_on_its_lattice_is_not_kept(
    chance: float, similarity: float, ratio: float, size: int, crossing: bool
) -> None:
    known = evidence(chance, similarity, ratio, size, crossing=crossing)
    assert probability(known, CALIBRATION) < AlignSettings().keep


def test_moved_text_is_less_sure() -> None:
    stays, moved = (probability(evidence(0.9, 0.7, 1.0, 2, crossing=way), CALIBRATION) for way in (False, True))
    assert moved < stays

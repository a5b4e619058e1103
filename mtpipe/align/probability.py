"""How likely a bead is right: the lattice's own probability, calibrated on texts that it was not fitted to.

The lattice knows no better than its features and is too sure of itself; a logistic regression (Platt 1999) on its
log-odds and on what else is known about the bead puts that right. The log-odds count by a line that has kinks and
never falls. ``benchmarks/alignment.py --calibration`` shows how well that does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

EDGE: Final = 1e-6
"""Chances are kept this far from 0 and 1 before their odds are taken."""

KINKS: Final = (0.0, 2.0, 4.0)
RISING: Final = ("under-0", "from-0", "from-2", "from-4", "similarity")
"""What speaks for a bead, whatever the texts for fitting suggest."""
NAMES: Final = ("always", *RISING, "ratio", "large", "crossing")


def evidence(chance: float, similarity: float, ratio: float, size: int, *, crossing: bool) -> tuple[float, ...]:
    """Return what the probability is computed from, in the order of ``NAMES``.

    ``chance`` is the lattice's probability, ``ratio`` the length of the source over that of the target as it is usual
    in the document, ``size`` the number of sentences on both sides.
    """
    chance = min(max(chance, EDGE), 1 - EDGE)
    odds = math.log(chance / (1 - chance))
    edges = (-math.inf, *KINKS, math.inf)
    parts = (min(max(odds, low), high) - (high if low == -math.inf else low) for low, high in pairwise(edges))
    return 1.0, *parts, similarity, abs(math.log(max(ratio, EDGE))), float(size > 2), float(crossing)


def probability(known: tuple[float, ...], weights: Mapping[str, float]) -> float:
    """Return the calibrated probability of a bead, given its ``evidence``."""
    total = sum(weights[name] * value for name, value in zip(NAMES, known, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

"""What is told of several measurements of the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, lowest and highest of some values."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Sum up values, one at least."""
        known = list(values)
        return cls(median(known), min(known), max(known))

    def format(self, digits: int) -> str:
        """Write all three: ``4.1 (3.9-4.2)``."""
        return f"{self.median:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"

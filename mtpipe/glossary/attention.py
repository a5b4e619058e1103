"""What cross-attention says about which English words stand for a piece of the source.

Attention is a hint, not an alignment (Jain and Wallace 2019): the head is chosen at conversion, and in a small model it
may be diffuse. So a share here never decides alone (``repair.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from mtpipe.translate.base import Hypothesis, Token

RESTING: Final = 0.9
"""Attention on the end of sentence from which on a target piece says nothing about its source: heads rest there."""

Span = tuple[int, int]


def shares(source: Sequence[Token], hypothesis: Hypothesis, mention: Span, spans: Sequence[Span]) -> list[float] | None:
    """Return for each span of the English how much of its attention lies on a span of the source, 0 to 1.

    The mean over the span's pieces, the end of sentence left out. None where the engine gave no attention.
    """
    attention = hypothesis.attention
    if attention is None or attention.shape != (len(hypothesis.tokens), len(source) + 1):
        return None
    columns = [number for number, token in enumerate(source) if _touches(token, mention)]
    rest = attention[:, -1]
    inner = np.maximum(attention[:, :-1].sum(axis=1), 1e-9)
    on_mention = np.where(rest < RESTING, attention[:, columns].sum(axis=1) / inner, 0.0)
    result: list[float] = []
    for span in spans:
        rows = [number for number, token in enumerate(hypothesis.tokens) if _touches(token, span)]
        result.append(float(on_mention[rows].mean()) if rows else 0.0)
    return result


def _touches(token: Token, span: Span) -> bool:
    return token.start < span[1] and span[0] < token.end

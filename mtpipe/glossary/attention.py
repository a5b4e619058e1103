"""What cross-attention says about which English words stand for a piece of the source.

Attention is a hint, not an alignment (Jain and Wallace 2019): the head is chosen at conversion, and in a small model it
may be diffuse. So a share here never decides alone (``repair.py``, ``place.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mtpipe.translate.base import Hypotheses, Token

if TYPE_CHECKING:  # numpy is imported where it is used: half of the commands go without
    import numpy as np
    from numpy.typing import NDArray

RESTING: Final = 0.9
"""Attention on the end of sentence from which on a target piece says nothing about its source: heads rest there."""

Span = tuple[int, int]


class Attention:
    """The attention of the best hypothesis of a segment, asked for by spans of characters on both sides."""

    def __init__(self, hypotheses: Hypotheses, table: NDArray[np.float32]) -> None:
        """Prepare a table of the shape that ``Hypothesis`` promises; ``of`` looks whether there is one."""
        import numpy as np

        self._source = _Edges(hypotheses.source)
        self._target = _Edges(hypotheses.best.tokens)
        self._table = table
        # The end of sentence stands for no characters; of a segment in parts, each part has one.
        seen = np.array([token.end > token.start for token in hypotheses.source], dtype=bool)
        self._inner = np.maximum(table[:, seen].sum(axis=1), 1e-9)
        self._awake = table[:, ~seen].sum(axis=1) < RESTING

    @classmethod
    def of(cls, hypotheses: Hypotheses) -> Attention | None:
        """Return the attention of the best hypothesis, None where the engine gave none."""
        table = hypotheses.best.attention
        if table is None or table.shape != (len(hypotheses.best.tokens), len(hypotheses.source)):
            return None
        return cls(hypotheses, table)

    def on(self, mention: Span) -> NDArray[np.float32]:
        """Return for each piece of the English how much of its attention lies on a span of the source, 0 to 1.

        The end of sentence is left out; a piece that rests there looks nowhere.
        """
        import numpy as np

        first, last = self._source.pieces(mention)
        share = self._table[:, first:last].sum(axis=1) / self._inner
        return np.where(self._awake, share, 0.0).astype(np.float32)

    def pieces(self, span: Span) -> tuple[int, int]:
        """Return the first and the last (exclusive) of the pieces of the English that share a character with a span."""
        return self._target.pieces(span)

    def shares(self, mention: Span, spans: Sequence[Span]) -> list[float]:
        """Return for each span of the English the mean of what its pieces have on a span of the source."""
        on_mention = self.on(mention)
        result: list[float] = []
        for span in spans:
            first, last = self.pieces(span)
            result.append(float(on_mention[first:last].mean()) if last > first else 0.0)
        return result


class _Edges:
    """Which tokens lie on a span: tokens come in the order of the text."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        import numpy as np

        self._starts = np.array([token.start for token in tokens], dtype=np.int64)
        self._ends = np.array([token.end for token in tokens], dtype=np.int64)

    def pieces(self, span: Span) -> tuple[int, int]:
        import numpy as np

        first = int(np.searchsorted(self._ends, span[0], side="right"))
        return first, max(first, int(np.searchsorted(self._starts, span[1], side="left")))

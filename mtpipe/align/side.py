"""One of the two texts as the aligner sees it: vectors, lengths, clauses, anchors, and where it may be cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.embed import Embedder

CLAUSE: Final = re.compile(r"(?<=[.!?؟…؛;:،,])[\"'”’»)]*\s+|\s+[-–—]\s+")
SHORTEST_CLAUSE: Final = 25
"""Characters under which a vector says little."""

STOP: Final = re.compile(r"[.!?؟…:][\"'”’»)\]]*$")
GOES_ON: Final = (",", "،", ";", "؛", "-", "–", "—")
OPENING: Final = "\"'“‘«(["

Vectors = NDArray[np.float32]
Row = TypeVar("Row", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Side:
    """A text of n sentences. Point i lies after i of them; arrays have the shape (n + 1, ...), a row for each point.

    ``vectors``: of the sentence before the point (row 0 is zero). ``lengths``: characters of it, at least 1 (0 for
    row 0). ``clauses``: vectors of the clauses of sentences that have several, ``clause_of`` the point after each one's
    sentence. ``anchors``: what names and numbers the sentence has. ``broken``: whether the sentence seems to go on
    after the point. ``unended``: whether no full stop stands before it. ``breaks``: whether a paragraph ends there.
    """

    vectors: Vectors
    lengths: NDArray[np.float64]
    clauses: Vectors
    clause_of: NDArray[np.int64]
    anchors: tuple[tuple[str, ...], ...]
    broken: NDArray[np.bool_]
    unended: NDArray[np.bool_]
    breaks: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """n."""
        return len(self.lengths) - 1

    def span_lengths(self, size: int, start: int, stop: int) -> NDArray[np.float64]:
        """Return the characters, 1 at least, of the ``size`` sentences before each of the points."""
        parts = [window(self.lengths, start - back, stop - back) for back in range(size)]
        result: NDArray[np.float64] = np.maximum(np.add.reduce(parts), 1.0)
        return result

    def spans(self, size: int, start: int, stop: int) -> Vectors:
        """Return the vectors of the ``size`` sentences before each of the points ``start`` to ``stop`` (exclusive).

        A span's vector is the mean of its sentences', by length, scaled to 1: on the development data nearly as good
        as embedding every overlap anew, for a sixth of the characters. Zero where a span leaves the text.
        """
        if size == 1:
            return window(self.vectors, start, stop)
        total = np.zeros((stop - start, self.vectors.shape[1]), dtype=np.float32)
        for back in range(size):
            part = window(self.vectors, start - back, stop - back)
            total += part * window(self.lengths, start - back, stop - back).astype(np.float32)[:, None]
        norms = np.linalg.norm(total, axis=1)
        norms[: max(0, size - start)] = 0.0
        result: Vectors = total * np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)[:, None]
        return result


def window(rows: NDArray[Row], start: int, stop: int) -> NDArray[Row]:
    """Return the rows ``start`` to ``stop``, zeros where there are none."""
    first, last = min(max(start, 0), len(rows)), max(0, min(stop, len(rows)))
    if first == start and last == stop:
        return rows[start:stop]
    result = np.zeros((stop - start, *rows.shape[1:]), dtype=rows.dtype)
    if first < last:
        result[first - start : last - start] = rows[first:last]
    return result


def side(paragraphs: Sequence[Sequence[str]], anchors: Sequence[tuple[str, ...]], embedder: Embedder) -> Side:
    """Embed a text's sentences and, unless the embedder knows whole sentences only, their clauses."""
    texts = list(chain.from_iterable(paragraphs))
    whole = getattr(embedder, "sentences_only", False)
    parts = [[] if whole else clauses(text) for text in texts]
    rows = embedder.encode([*texts, *chain.from_iterable(parts)])
    broken, unended = _cuts(texts)
    return Side(
        vectors=np.concatenate([np.zeros_like(rows, shape=(1, rows.shape[1])), rows[: len(texts)]]),
        lengths=np.array([0.0, *(max(1, len(text.strip())) for text in texts)]),
        clauses=rows[len(texts) :],
        clause_of=np.repeat(np.arange(1, len(texts) + 1), [len(part) for part in parts]),
        anchors=((), *anchors),
        broken=broken,
        unended=unended,
        breaks=_breaks([len(part) for part in paragraphs], len(texts)),
    )


def clauses(text: str) -> list[str]:
    """Cut a sentence at punctuation into parts of at least ``SHORTEST_CLAUSE`` characters; [] if it is but one."""
    parts: list[str] = []
    start = 0
    for cut in CLAUSE.finditer(text):
        if cut.start() - start >= SHORTEST_CLAUSE and len(text) - cut.end() >= SHORTEST_CLAUSE:
            parts.append(text[start : cut.start()])
            start = cut.end()
    return [*parts, text[start:]] if parts else []


def _cuts(texts: list[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    broken, unended = np.zeros((2, len(texts) + 1), dtype=bool)
    for point in range(1, len(texts)):
        before, after = texts[point - 1].rstrip(), texts[point].lstrip().lstrip(OPENING)
        broken[point] = before.endswith(GOES_ON) or (after[:1].islower() and after[:1].isascii())
        unended[point] = not STOP.search(before[-8:])
    return broken, unended


def _breaks(sizes: list[int], count: int) -> NDArray[np.bool_]:
    """Where paragraphs end; the text's own ends are no breaks."""
    ends = np.cumsum(sizes, dtype=np.int64)
    result = np.zeros(count + 1, dtype=bool)
    result[ends[(ends > 0) & (ends < count)]] = True
    return result

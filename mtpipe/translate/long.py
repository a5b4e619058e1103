"""Segments longer than the model: cut for the model alone, joined again after, never cut silently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from mtpipe.segment.cut import cut
from mtpipe.signature import Signature
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis, Token, Translator
from mtpipe.translate.subwords import Subwords

if TYPE_CHECKING:  # numpy is imported where it is used: half of the commands go without
    import numpy as np
    from numpy.typing import NDArray


class LimitedTranslator(Translator, Protocol):
    """An engine whose segments must fit ``limit`` pieces, counted by its own ``subwords``."""

    limit: int
    subwords: Subwords


class LongSegments:
    """A translator without limit on top of one with."""

    def __init__(self, engine: LimitedTranslator) -> None:
        """Wrap an engine."""
        self._engine = engine
        self._room = engine.limit - engine.subwords.reserved

    @property
    def signature(self) -> Signature:
        """See ``Translator``."""
        return self._engine.signature + Signature((("max-pieces", str(self._engine.limit)),))

    @property
    def device(self) -> str:
        """See ``Translator``."""
        return self._engine.device

    def translate(
        self,
        segments: Sequence[str],
        *,
        n_best: int = 1,
        attention: bool = False,
        decoding: Decoding | None = None,
    ) -> list[Hypotheses]:
        """See ``Translator``."""
        spans = [self._spans(segment) for segment in segments]
        return in_parts(self._engine, segments, spans, n_best=n_best, attention=attention, decoding=decoding)

    def _spans(self, segment: str) -> list[tuple[int, int]]:
        # Counted even where it is short: a piece may be a byte, and ﷺ is eighteen letters to SentencePiece.
        count = self._engine.subwords.count
        if count(segment) <= self._room:
            return [(0, len(segment))]
        # A cut keeps a letter and its marks together; one with more marks than the model has room is torn apart.
        spans = cut(segment, self._room, count)
        return [part for start, end in spans for part in _torn(segment, start, end, self._room, count)]


def _torn(text: str, start: int, end: int, limit: int, length: Callable[[str], int]) -> list[tuple[int, int]]:
    if end - start < 2 or length(text[start:end]) <= limit:
        return [(start, end)]
    middle = (start + end) // 2
    return [*_torn(text, start, middle, limit, length), *_torn(text, middle, end, limit, length)]


def in_parts(
    translator: Translator,
    segments: Sequence[str],
    spans: Sequence[Sequence[tuple[int, int]]],
    *,
    n_best: int,
    attention: bool,
    decoding: Decoding | None,
) -> list[Hypotheses]:
    """Translate each segment in the parts that ``spans`` cut it into, in one call, and join what comes back."""
    parts = [segment[start:end] for segment, cuts in zip(segments, spans, strict=True) for start, end in cuts]
    stripped = [part.strip() for part in parts]
    found = iter(translator.translate(stripped, n_best=n_best, attention=attention, decoding=decoding))
    results = []
    for segment, cuts in zip(segments, spans, strict=True):
        pieces = [next(found) for _ in cuts]
        offsets = [end - len(segment[start:end].lstrip()) for start, end in cuts]
        results.append(pieces[0] if len(pieces) == 1 and offsets == [0] else joined(pieces, offsets))
    return results


def joined(parts: Sequence[Hypotheses], offsets: Sequence[int]) -> Hypotheses:
    """Join the translations of a segment's parts; ``offsets`` are where the parts' texts start in the segment.

    The n-th hypotheses are joined with the n-th (the last again, for a part that has fewer); scores are averaged by
    length; attention becomes a matrix of blocks on the diagonal.
    """
    source = tuple(
        Token(token.piece, token.start + offset, token.end + offset)
        for part, offset in zip(parts, offsets, strict=True)
        for token in part.source
    )
    count = max(len(part.items) for part in parts)
    items = [_join([part.items[min(rank, len(part.items) - 1)] for part in parts], parts) for rank in range(count)]
    flags = tuple(dict.fromkeys(flag for part in parts for flag in part.flags))
    return Hypotheses(tuple(items), source, flags)


def _join(items: list[Hypothesis], parts: Sequence[Hypotheses]) -> Hypothesis:
    tokens: list[Token] = []
    text = ""
    for item in items:
        if text and item.text:
            text += " "
        tokens += [Token(token.piece, token.start + len(text), token.end + len(text)) for token in item.tokens]
        text += item.text
    weights = [len(item.tokens) + 1 for item in items]
    score = sum(item.score * weight for item, weight in zip(items, weights, strict=True)) / sum(weights)
    return Hypothesis(text, score, tuple(tokens), _blocks(items, parts), all(item.ended for item in items))


def _blocks(items: list[Hypothesis], parts: Sequence[Hypotheses]) -> NDArray[np.float32] | None:
    import numpy as np

    known = [item.attention is not None for item in items]
    if not any(known) or any(item.tokens and not has for item, has in zip(items, known, strict=True)):
        return None
    columns = [0, *accumulate(len(part.source) for part in parts)]
    table = np.zeros((sum(len(item.tokens) for item in items), columns[-1]), np.float32)
    row = 0
    for item, column in zip(items, columns, strict=False):
        if item.attention is not None:
            rows, width = item.attention.shape
            table[row : row + rows, column : column + width] = item.attention
            row += rows
    return table

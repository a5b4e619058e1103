"""What every engine promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mtpipe.signature import Signature

if TYPE_CHECKING:  # numpy is imported where it is used: half of the commands go without
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the decoder searches.

    ``length_penalty`` is the exponent by which a hypothesis' length divides its score; ``no_repeat_ngram`` forbids a
    second occurrence of any n-gram of that size (0: none). Where it does, the ct2 engine's scores share out the
    probability of what was forbidden, the torch engine's do not.

    ``forced`` is for measuring speed on random weights, which never end a sentence: target pieces per source piece
    of a batch's longest segment, no more and no fewer for all of the batch (0: the model ends where it likes).
    """

    beam: int = 4
    length_penalty: float = 1.0
    no_repeat_ngram: int = 0
    forced: float = 0.0


@dataclass(frozen=True, slots=True)
class Token:
    """A subword piece and the characters of the text that it stands for (possibly none)."""

    piece: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of a segment.

    ``score`` is the mean natural log-probability of its tokens, the end of sentence counted. ``tokens`` are target
    pieces with spans into ``text``, without the end of sentence; empty where the engine knows none (``command``).
    ``attention`` has the shape (``tokens``, ``Hypotheses.source``), rows summing to 1; None unless it was asked for and
    the engine has it. ``ended`` is False where the decoder was stopped at its limit.
    """

    text: str
    score: float
    tokens: tuple[Token, ...] = ()
    attention: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """The translations of one segment, best first; ``source`` are its pieces with spans into the segment, the end of
    sentence among them, which stands for no characters.

    ``flags`` are the guard's reason codes for the best one (engines leave it empty).
    """

    items: tuple[Hypothesis, ...]
    source: tuple[Token, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def best(self) -> Hypothesis:
        """The hypothesis with the best score."""
        return self.items[0]


class Translator(Protocol):
    """Turns source segments into hypotheses, in order, the same for any way of cutting the batch.

    Segments are normalised text of any length and without line breaks (``intake.normalise``). An empty or blank
    segment has one empty hypothesis. ``n_best`` hypotheses come back, or fewer where the search has found no more;
    ``decoding`` replaces the engine's own for this call.
    """

    @property
    def signature(self) -> Signature:
        """Model, revision, hash, engine, compute type and decoding: whatever can change a translation."""
        ...

    @property
    def device(self) -> str:
        """Where it runs: ``cpu``, ``cuda:0``, ``mps`` or, for a program of somebody else's, ``external``."""
        ...

    def translate(
        self,
        segments: Sequence[str],
        *,
        n_best: int = 1,
        attention: bool = False,
        decoding: Decoding | None = None,
    ) -> list[Hypotheses]:
        """Translate; one ``Hypotheses`` per segment, in order. Raises ``ModelError`` where the engine fails."""
        ...

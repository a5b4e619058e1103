"""What a run tells: while it goes on, and when it has ended."""

from __future__ import annotations

from dataclasses import dataclass

from mtpipe.corpus import Counts


@dataclass(frozen=True, slots=True)
class Progress:
    """What a window's end tells: articles so far, those of earlier starts among them (``skipped``), the sums of all."""

    articles: int
    counts: Counts
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has made.

    ``skipped`` articles had been finished by an earlier start; ``translated`` counts the sentences that this start
    has put to the engine, each once; ``failed`` what failed of this start's inputs; ``changed`` articles had changed
    since they were translated, and were translated anew; ``vanished`` are those of an earlier run over these inputs
    that are there no more: they stay. ``counts`` are those of the folder.
    """

    counts: Counts
    skipped: int
    translated: int
    signature: str
    failed: int = 0
    changed: int = 0
    vanished: tuple[str, ...] = ()

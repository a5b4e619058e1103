"""How long an engine is at work, and on how much."""

from __future__ import annotations

import time
from collections.abc import Sequence

from mtpipe.signature import Signature
from mtpipe.translate.base import Decoding, Hypotheses, Translator


class Clocked:
    """A translator that adds up how long its calls took (``seconds`` of wall clock), and how many segments they had.

    The segments are the cost that no other process disturbs.
    """

    def __init__(self, translator: Translator) -> None:
        """Wrap a translator; calls come one at a time."""
        self._translator = translator
        self.seconds = 0.0
        self.segments = 0

    @property
    def signature(self) -> Signature:
        """See ``Translator``."""
        return self._translator.signature

    @property
    def device(self) -> str:
        """See ``Translator``."""
        return self._translator.device

    def translate(
        self,
        segments: Sequence[str],
        *,
        n_best: int = 1,
        attention: bool = False,
        decoding: Decoding | None = None,
    ) -> list[Hypotheses]:
        """See ``Translator``."""
        self.segments += len(segments)
        started = time.monotonic()
        try:
            return self._translator.translate(segments, n_best=n_best, attention=attention, decoding=decoding)
        finally:
            self.seconds += time.monotonic() - started

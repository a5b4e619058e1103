"""What the archive runs its windows through: the translation of articles, or the alignment of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mtpipe.article import Origin, Rendering
from mtpipe.pipeline import Result
from mtpipe.settings import Settings
from mtpipe.signature import Signature
from mtpipe.translate.memory import Learned


class Line(Protocol):
    """Stations opened once, used for any number of windows. The same items give the same result, whatever is beside."""

    settings: Settings

    @property
    def origin(self) -> Origin:
        """Where the target text comes from."""
        ...

    @property
    def signature(self) -> Signature:
        """What shapes the dataset."""
        ...

    @property
    def rendering_signatures(self) -> tuple[Signature, Signature]:
        """The memory's scope."""
        ...

    @property
    def device(self) -> str:
        """What the work is done on."""
        ...

    def sources(self, articles: Sequence[Any]) -> list[str]:
        """Return what a memory is asked for."""
        ...

    def adopt(self, pairs: Mapping[str, Learned]) -> dict[str, Rendering]:
        """Return approved pairs, by what the memory was asked, as renderings that are used as they are."""
        ...

    @property
    def engine_seconds(self) -> float:
        """Seconds of wall clock in which the engine was at work so far."""
        ...

    def render(self, articles: Sequence[Any], known: Mapping[str, Rendering] | None = None) -> Result[Any]:
        """Make of each item what is written of it, in order, but for what ``measure`` adds."""
        ...

    def prepare(self, articles: Sequence[Any]) -> None:
        """Do ahead what ``measure`` will need and can be known now; runs in another thread, beside ``render``."""
        ...

    def measure(self, articles: Sequence[Any]) -> Sequence[Any]:
        """Add what needs no engine; runs in the thread of ``prepare``, beside the next window's ``render``.

        A line whose work can't be divided does all in ``render``, nothing in ``prepare``, and returns the articles.
        """
        ...

    def check(self) -> None:
        """Do the least there is to do. Raises ``ModelError`` where even that fails: then the engine is broken."""
        ...

"""What the archive runs its windows through: the translation of articles, or the alignment of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mtpipe.article import Origin, Rendering
from mtpipe.pipeline import Result
from mtpipe.settings import Settings
from mtpipe.signature import Signature


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

    def translate(self, articles: Sequence[Any], known: Mapping[str, Rendering] | None = None) -> Result[Any]:
        """Make of each item what is written of it, in order."""
        ...

    def check(self) -> None:
        """Do the least there is to do. Raises ``ModelError`` where even that fails: then the engine is broken."""
        ...

"""What a server must know of the texts that are reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph as the data holds it now: its base (``decisions.base_of``) and the characters of its Arabic."""

    base: str
    length: int


class Texts(Protocol):
    """The paragraphs of an output folder. Methods may be called from any thread; the data may grow meanwhile."""

    @property
    def run(self) -> str:
        """The run's id."""

    def find(self, paragraph: str) -> Text | None:
        """Return a paragraph, or None where there is none of that id."""

    def paragraphs(self) -> int:
        """Count the paragraphs."""

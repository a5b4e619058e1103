"""Signatures: exactly what was run, in one line, as sacreBLEU has them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

BREAKS: Final = re.compile(r"[|\r\n]")


@dataclass(frozen=True, slots=True)
class Signature:
    """Ordered ``key:value`` parts. The line is for people: a ``|`` or a line break in a value shows as ``_``.

    >>> print(Signature((("model", "small-ar-en"), ("beam", "4"))))
    model:small-ar-en|beam:4
    """

    parts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "|".join(BREAKS.sub("_", f"{key}:{value}") for key, value in self.parts)

    def __add__(self, other: Signature) -> Signature:
        return Signature(self.parts + other.parts)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that differ when any part differs."""
        return digest(*(text for part in self.parts for text in part))


def digest(*parts: str | bytes, length: int = 16) -> str:
    """Hash parts so that ("ab", "c") and ("a", "bc") differ: each is preceded by its length.

    ``length`` is in hexadecimal digits.
    """
    state = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        state.update(len(raw).to_bytes(8, "big"))
        state.update(raw)
    return state.hexdigest()[:length]

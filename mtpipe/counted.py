"""A number with its noun, as lines for people have it."""

from __future__ import annotations


def many(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 pair``, ``2 pairs``; nouns that take no s have their plural beside them."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"

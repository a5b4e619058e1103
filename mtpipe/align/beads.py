"""What an alignment consists of: beads, the groups of sentences or paragraphs that say the same in two texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bead:
    """Sentences (or paragraphs) of the source and of the target that are translations of each other.

    ``source`` and ``target`` are indexes, ascending and contiguous. One of them is empty for text without counterpart,
    of which each piece has a bead of its own. ``similarity`` is the cosine of the two sides' embeddings,
    ``probability`` the calibrated chance that the bead is right, whole and no more (0.0 for unmatched text). A bead
    that stands out of order is ``crossing``: that text was moved.
    """

    source: tuple[int, ...]
    target: tuple[int, ...]
    similarity: float
    probability: float
    crossing: bool = False


@dataclass(frozen=True, slots=True)
class Alignment:
    """The beads of a document, in the order of the source; unmatched target stands after what it follows.

    ``paragraphs`` holds beads over the paragraphs' indexes, ``sentences`` over those of the sentences, which run
    through the whole document. Every index of either side is in exactly one bead.
    """

    paragraphs: tuple[Bead, ...]
    sentences: tuple[Bead, ...]

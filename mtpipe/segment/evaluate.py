"""How well a segmenter finds the ends of sentences, against ends that are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mtpipe.segment.rules import Span


@dataclass(frozen=True, slots=True)
class BoundaryScore:
    """Counts of inner sentence ends; the end of a paragraph is nobody's merit and is not counted.

    ``found`` are those that the segmenter set, ``known`` those that stand in the reference, ``right`` those in both.
    """

    right: int = 0
    found: int = 0
    known: int = 0

    def __add__(self, other: BoundaryScore) -> BoundaryScore:
        return BoundaryScore(self.right + other.right, self.found + other.found, self.known + other.known)

    @property
    def precision(self) -> float:
        """Share of the found ends that are right, in percent; 100 where none was found."""
        return 100 * self.right / self.found if self.found else 100.0

    @property
    def recall(self) -> float:
        """Share of the known ends that were found, in percent; 100 where there are none."""
        return 100 * self.right / self.known if self.known else 100.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, in percent."""
        both = self.found + self.known
        return 200 * self.right / both if both else 100.0

    def format(self) -> str:
        """Say it in one line."""
        return (
            f"F1 {self.f1:.1f} (precision {self.precision:.1f}, recall {self.recall:.1f}; "
            f"{self.right} right of {self.found} found, {self.known} known)"
        )


def inner_ends(text: str, ends: Iterable[int]) -> set[int]:
    """Return the ends inside a text, each moved back over white space, so that who owns a space does not matter."""
    limit = len(text.rstrip())
    moved = {_back(text, end) for end in ends}
    return {end for end in moved if 0 < end < limit}


def _back(text: str, end: int) -> int:
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


def compare(text: str, found: Sequence[Span], known: Iterable[int]) -> BoundaryScore:
    """Score the spans of a segmenter against the known ends (offsets, exclusive) of one text."""
    found_ends = inner_ends(text, (end for _, end in found))
    known_ends = inner_ends(text, known)
    return BoundaryScore(len(found_ends & known_ends), len(found_ends), len(known_ends))


def joined(sentences: Sequence[str]) -> tuple[str, list[int]]:
    """Join sentences with a space to a paragraph; return it and where each sentence ends."""
    ends: list[int] = []
    cursor = 0
    for sentence in sentences:
        cursor += len(sentence)
        ends.append(cursor)
        cursor += 1
    return " ".join(sentences), ends

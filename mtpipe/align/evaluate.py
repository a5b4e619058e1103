"""How good an alignment is against a known one: precision, recall and F1, strict and lax, and the share of text kept.

As vecalign counts (its ``score.py``; Sennrich and Volk 2011, "Iterative, MT-based sentence alignment of parallel
texts", for strict and lax):

* A bead found is right, strictly, if the known alignment has the very same bead; laxly, if it has a bead with a source
  and a target sentence of it in common. Unmatched sentences count as beads in precision, each for itself.
* Recall is the same with the roles exchanged, over the known beads that have both sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

Places = tuple[tuple[int, ...], tuple[int, ...]]
"""The indexes of a bead: source, target."""


@dataclass(frozen=True, slots=True)
class BeadScore:
    """Counts of beads; scores in 0 to 1, of several documents by adding them (micro-average)."""

    found: int = 0
    found_strict: int = 0
    found_lax: int = 0
    known: int = 0
    known_strict: int = 0
    known_lax: int = 0

    def __add__(self, other: BeadScore) -> BeadScore:
        return BeadScore(
            self.found + other.found,
            self.found_strict + other.found_strict,
            self.found_lax + other.found_lax,
            self.known + other.known,
            self.known_strict + other.known_strict,
            self.known_lax + other.known_lax,
        )

    @property
    def precision(self) -> float:
        """Share of the beads found that are right, strictly."""
        return _share(self.found_strict, self.found)

    @property
    def recall(self) -> float:
        """Share of the known beads, of two sides, that are found, strictly."""
        return _share(self.known_strict, self.known)

    @property
    def f1(self) -> float:
        """Harmonic mean of strict precision and recall."""
        return _harmonic(self.precision, self.recall)

    @property
    def precision_lax(self) -> float:
        """Share of the beads found that overlap with a known one on both sides."""
        return _share(self.found_lax, self.found)

    @property
    def recall_lax(self) -> float:
        """Share of the known beads, of two sides, that one found overlaps on both sides."""
        return _share(self.known_lax, self.known)

    @property
    def f1_lax(self) -> float:
        """Harmonic mean of lax precision and recall."""
        return _harmonic(self.precision_lax, self.recall_lax)

    def format(self) -> str:
        """One line for people."""
        return (
            f"strict P {self.precision:.3f} R {self.recall:.3f} F1 {self.f1:.3f}, "
            f"lax P {self.precision_lax:.3f} R {self.recall_lax:.3f} F1 {self.f1_lax:.3f} "
            f"({self.known} known beads, {self.found} found)"
        )


def compare(known: Iterable[Places], found: Iterable[Places]) -> BeadScore:
    """Score the beads found against the known ones. Beads without any index are passed over, repeated ones count once.

    >>> compare([((0,), (0,)), ((1,), (1, 2))], [((0,), (0,)), ((1,), (1,)), ((), (2,))]).format()
    'strict P 0.333 R 0.500 F1 0.400, lax P 0.667 R 1.000 F1 0.800 (2 known beads, 3 found)'
    """
    gold = {(tuple(left), tuple(right)) for left, right in known if left or right}
    test = {(tuple(left), tuple(right)) for left, right in found if left or right}
    strict, lax = _right(test, gold)
    wanted = {bead for bead in gold if all(bead)}
    recalled, recalled_lax = _right(wanted, {bead for bead in test if all(bead)})
    return BeadScore(len(test), strict, lax, len(wanted), recalled, recalled_lax)


def _right(beads: set[Places], reference: set[Places]) -> tuple[int, int]:
    """Count the beads that the reference has, and those with a source and a target index in one bead of it."""
    partners: dict[int, set[int]] = defaultdict(set)
    for left, right in reference:
        for index in left:
            partners[index].update(right)
    strict = sum(bead in reference for bead in beads)
    overlap = sum(
        bead in reference or any(partners[index].intersection(bead[1]) for index in bead[0] if index in partners)
        for bead in beads
    )
    return strict, overlap


def share_kept(lengths: Iterable[tuple[int, bool]]) -> float:
    """Return the share of text that is kept, of pieces given as (characters, kept or not); 0 for no text."""
    total = kept = 0
    for characters, keep in lengths:
        total += characters
        kept += characters * keep
    return _share(kept, total)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0

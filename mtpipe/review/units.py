"""What is decided on in an aligned pair: beads of paragraphs, cut into the beads of sentences that pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mtpipe.article import AlignedArticle, AlignedBead, Review, Sentence
from mtpipe.corpus.aligned import Side, paragraph_rows, sides
from mtpipe.review.decisions import base_of_row

ELSEWHERE: Final = Review("approved")
"""What a tie that can't be decided on counts as: a unit is approved when all that can be is."""


@dataclass(frozen=True, slots=True)
class UnitTie:
    """A stretch of a unit's Arabic, from ``start`` to the next tie's, and its English.

    ``bead`` is the id of the bead of sentences that it is, "" where that one reaches into another unit: it can't be
    decided on here, and is only there because ties cover the Arabic. ``review`` is what was decided on the bead.
    """

    start: int
    text: str
    bead: str
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A bead of paragraphs with both sides: what a row of the dataset is, and a record of the decisions is about."""

    id: str
    base: str
    length: int
    ties: tuple[UnitTie, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bead of sentences is decided on: the ``tie``-th tie of a unit."""

    unit: Unit
    tie: int

    @property
    def review(self) -> Review | None:
        """What was decided there, None where nobody has."""
        return self.unit.ties[self.tie].review

    @property
    def cuts(self) -> str:
        """Where the unit's ties begin, and where the last one ends."""
        return " ".join(map(str, [*(tie.start for tie in self.unit.ties), self.unit.length]))


def units(article: AlignedArticle) -> tuple[Unit, ...]:
    """Return the units of a pair, in order."""
    source, target = sides(article)
    of_sentence = {sentence.id: bead for bead in article.sentences for sentence in bead.source}
    rows = {row["id"]: row for row in paragraph_rows(article, "")}
    return tuple(
        Unit(
            bead.id,
            base_of_row(rows[bead.id]),
            len(bead.source_text),
            _ties(bead.id, [one for part in bead.source for one in part.sentences], of_sentence, (source, target)),
        )
        for bead in article.paragraphs
        if bead.matched
    )


def places(found: tuple[Unit, ...]) -> dict[str, Place]:
    """Return where each bead of sentences is decided on, by its id; some are in no unit."""
    return {tie.bead: Place(unit, number) for unit in found for number, tie in enumerate(unit.ties) if tie.bead}


def _ties(
    unit: str, sentences: list[Sentence], of_sentence: dict[str, AlignedBead[Sentence]], both: tuple[Side, Side]
) -> tuple[UnitTie, ...]:
    source, target = both
    ties: list[UnitTie] = []
    before: AlignedBead[Sentence] | None = None
    seen: set[str] = set()
    for sentence in sentences:
        bead = of_sentence[sentence.id]
        if bead is before:
            continue
        before = bead
        homes = {source.bead_of(one) for one in bead.source} | {target.bead_of(one) for one in bead.target}
        own = homes == {unit} and bead.id not in seen
        seen.add(bead.id)
        start = source.in_bead([sentence])[0] if ties else 0
        ties.append(
            UnitTie(start, bead.target_text, bead.id, bead.review) if own else UnitTie(start, "", "", ELSEWHERE)
        )
    return tuple(ties)

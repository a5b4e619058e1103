"""How consistently names are rendered: of each name the share of its most used rendering, and the mean over names.

That is the measure of Semenov and Bojar (2022, Automated Evaluation Metric for Terminology Consistency in MT); names
of which fewer than two mentions are known say nothing and are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mtpipe.article import Mention
from mtpipe.glossary.cluster import english_key
from mtpipe.glossary.plural import singular

FEWEST: Final = 2
"""Known mentions that a name must have to be counted."""

Place = tuple[str, str]
"""Ids of an article and of a sentence of it."""


@dataclass(slots=True)
class Rendered:
    """A name, or a term of a glossary, and the English of its mentions.

    ``wanted`` is its English form; ``renderings`` counts mentions by what stands there, ``""`` for those that are not
    found or flagged, and ``places`` has the first of each. ``before`` counts what the engine had written, and
    ``reasons`` why mentions are flagged (terms of a glossary only).
    """

    name: str
    wanted: str
    renderings: Counter[str] = field(default_factory=Counter)
    places: dict[str, Place] = field(default_factory=dict)
    before: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, written: str, place: Place) -> None:
        """Count a mention."""
        self.renderings[written] += 1
        self.places.setdefault(written, place)

    @property
    def mentions(self) -> int:
        """All mentions."""
        return self.renderings.total()

    @property
    def known(self) -> Counter[str]:
        """The renderings that are known; what differs in capitals, hyphens, an article or number is one."""
        return grouped(self.renderings)

    @property
    def stray(self) -> int:
        """Mentions that are not as most are, or are not known."""
        return self.mentions - max(self.known.values(), default=0)


@dataclass(frozen=True, slots=True)
class Consistency:
    """The mean share of the most used rendering, in per cent (None where there is nothing to measure), over how many
    names with how many known mentions.
    """

    value: float | None
    names: int
    mentions: int

    def format(self) -> str:
        """Return the value and what it is of, in one line."""
        if self.value is None:
            return f"none of {FEWEST} mentions or more"
        names = "name" if self.names == 1 else "names"
        return f"{self.value:.1f} ({self.names} {names} of {FEWEST} mentions or more, {self.mentions} mentions)"

    def __str__(self) -> str:
        return self.format()


def consistency(renderings: Iterable[Mapping[str, int]]) -> Consistency:
    """Measure it on the renderings of each name; ``""`` stands for mentions that are not known."""
    counted = [known for counts in renderings if (known := grouped(counts)).total() >= FEWEST]
    shares = [max(known.values()) / known.total() for known in counted]
    value = 100 * sum(shares) / len(shares) if shares else None
    return Consistency(value, len(counted), sum(known.total() for known in counted))


def grouped(renderings: Mapping[str, int]) -> Counter[str]:
    """Return the known renderings by their most frequent spelling: case, hyphens, articles, number make no other."""
    found: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for text, count in Counter(renderings).most_common():
        if text:
            found[shown.setdefault(singular(english_key(text)), text)] += count
    return found


def by_term(mentions: Iterable[tuple[Mention, Place]]) -> list[Rendered]:
    """Put the mentions of a ledger together by their terms, those with the most flagged ones first."""
    terms: dict[str, Rendered] = {}
    for mention, place in mentions:
        term = terms.setdefault(mention.entry, Rendered(mention.entry, mention.target))
        flagged = mention.rung == "flagged"
        term.add("" if flagged else mention.after, place)
        term.before[mention.before] += 1
        if flagged:
            term.reasons[mention.reason] += 1
    return sorted(terms.values(), key=lambda term: -term.renderings[""])

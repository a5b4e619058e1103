"""What became of the names of an output folder: terms that are as listed, consistency, and the worst, with links."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from mtpipe import corpus
from mtpipe.archive.names import Pairs, dataset
from mtpipe.archive.output import REVIEW
from mtpipe.archive.rewrite import settle
from mtpipe.article import Mention
from mtpipe.errors import UsageError
from mtpipe.glossary import ConsistencyScore, score
from mtpipe.glossary.consistency import Consistency, Place, Rendered, by_term, consistency
from mtpipe.glossary.suggest import names
from mtpipe.review.names import PAGES, anchor, page_name

LEDGER: Final = "ledger.jsonl"
WORST: Final = 10
"""Offenders that are shown of each kind."""
SHOWN: Final = 4
"""Renderings that are shown of each, with a link."""


@dataclass(frozen=True, slots=True)
class Report:
    """The terms of the glossary (``score`` counts their mentions), and the other names that the dataset was found to
    have. ``engine`` is the consistency of terms as the engine wrote them. ``human`` says that people wrote the English:
    a glossary only counts there, and no engine wrote anything.
    """

    score: ConsistencyScore
    terms: tuple[Rendered, ...]
    names: tuple[Rendered, ...]
    links: dict[Place, str]
    human: bool = False

    @property
    def engine(self) -> Consistency:
        """The consistency of terms before the glossary."""
        return consistency(term.before for term in self.terms)

    @property
    def enforced(self) -> Consistency:
        """The consistency of terms in the dataset."""
        return consistency(term.renderings for term in self.terms)

    @property
    def others(self) -> Consistency:
        """The consistency of names that the glossary has not."""
        return consistency(name.renderings for name in self.names)

    def format(self, worst: int = WORST) -> str:
        """Return the figures, then the worst offenders with links into the review pages."""
        lines: list[str] = []
        if self.terms:
            counts = dict(self.score.rungs)
            rungs = ", ".join(f"{rung} {count}" for rung, count in self.score.rungs if count)
            as_listed = self.score.mentions - counts["flagged"]
            parts = "" if self.human else f": {rungs}"
            engine = "" if self.human else f"; as the engine wrote them {self.engine}"
            lines += [
                f"terms as listed     {self.score.listed:.1f} % ({as_listed} of {self.score.mentions}{parts})",
                f"their consistency   {self.enforced}{engine}",
            ]
        unknown = sum(name.renderings[""] for name in self.names)
        lines.append(
            f"other names         {self.others}" + (f"; not found in the English {unknown}" if unknown else "")
        )
        flagged = [term for term in self.terms if term.reasons][:worst]
        what = "not as listed" if self.human else "flagged"
        lines += self._worst(f"Terms that are most often {what}:", flagged)
        stray = [name for name in self.names if len(name.known) > 1][:worst]
        lines += self._worst("Names with the most stray renderings:", stray)
        return "\n".join(lines)

    def _worst(self, heading: str, offenders: Sequence[Rendered]) -> Iterator[str]:
        if offenders:
            yield f"\n{heading}"
        for one in offenders:
            why = f" ({', '.join(f'{reason} {count}' for reason, count in one.reasons.most_common())})"
            yield f"  {one.name} -> {one.wanted}: {one.stray} of {one.mentions}{why if one.reasons else ''}"
            strange = [(text, count) for text, count in one.renderings.most_common() if text != one.wanted]
            for text, count in strange[:SHOWN]:
                yield f"    {count:>5} {text or '(not found)'}  {self.links[one.places[text]]}"

    def json(self) -> str:
        """Return everything as one JSON object."""
        return json.dumps(
            {
                "mentions": self.score.mentions,
                "listed": self.score.listed,
                "rungs": dict(self.score.rungs),
                "reasons": dict(self.score.reasons),
                "consistency": self.enforced.value,
                "engine_consistency": None if self.human else self.engine.value,
                "names_consistency": self.others.value,
                "terms": [self._item(term) for term in self.terms],
                "names": [self._item(name) for name in self.names],
            },
            ensure_ascii=False,
        )

    def _item(self, one: Rendered) -> dict[str, Any]:
        return {
            "name": one.name,
            "target": one.wanted,
            "mentions": one.mentions,
            "renderings": dict(one.renderings),
            "reasons": dict(one.reasons),
            "links": {text: self.links[place] for text, place in one.places.items()},
        }


def report(out: Path) -> Report:
    """Read an output folder. Raises ``UsageError`` where it is none."""
    settle(out)  # before the ledger is read: it must be of the same state as the sentences
    pairs = Pairs(out)
    mentions = list(_ledger(out / LEDGER))
    terms = by_term(mentions)
    found = [name.rendered for name in names(pairs) if name.likely]
    found.sort(key=lambda name: -sum(name.known.values()) + max(name.known.values(), default=0))
    human = _aligned(out)
    suffix = "" if human else "-en"
    places = {place for one in (*terms, *found) for place in one.places.values()}
    links = {place: f"{REVIEW}/{PAGES}/{page_name(place[0])}#{anchor(place[1])}{suffix}" for place in places}
    return Report(score(mention for mention, _ in mentions), tuple(terms), tuple(found), links, human)


def _ledger(path: Path) -> Iterator[tuple[Mention, Place]]:
    try:
        stream = path.open(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Name the output folder of a run.") from error
    with stream:
        for line in stream:
            row = json.loads(line)
            place = row.pop("article_id"), row.pop("sentence_id")
            del row["written"]
            yield Mention(**row), place


def _aligned(out: Path) -> bool:
    return any(row["origin"] == "aligned" for row in islice(corpus.read(dataset(out), "sentences"), 1))

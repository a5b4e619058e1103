"""A glossary proposed from an archive: its names, one rendering each, with what a person needs to decide.

The proposal is a list of ordinary entries: what is known about a name stands in the note, other spellings of it among
the variants. A person strikes out and corrects; the file is then a glossary like any other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mtpipe import resources
from mtpipe.glossary import files
from mtpipe.glossary.choose import Choice, choose
from mtpipe.glossary.cluster import Cluster, cluster, english_key
from mtpipe.glossary.compare import beside, merge
from mtpipe.glossary.consistency import Rendered
from mtpipe.glossary.entries import Entry, Glossary, default_case, spelling_key
from mtpipe.glossary.match import Matcher
from mtpipe.glossary.mention import Match
from mtpipe.glossary.names import Finder, Pair, Settled, Sighting, core
from mtpipe.glossary.repair import related
from mtpipe.glossary.spelling import english_alikeness
from mtpipe.glossary.verify import tie
from mtpipe.intake import normalised

LEAST: Final = 2
"""Mentions that a name must have to be proposed: one can't be inconsistent."""
VARIANT: Final = 0.7
"""Alikeness from which another rendering is a spelling of the same name, that may be rewritten."""
TITLED: Final = 0.3
"""Share of sightings behind a title from which a name is a person's."""
CONTEXTS: Final = 2
"""Mentions that a note quotes."""
FOUND: Final = 1 / 3
"""Share of a name's mentions whose English must be known, or it is hardly a name. One that is listed needs no proof."""
AROUND: Final = 30
"""Characters quoted before and after a mention."""

_KUNYA: Final = re.compile("^أب[اي] ")


@dataclass(slots=True)
class Name:
    """A name of the archive: the entry proposed, why, how its mentions are rendered and in how many articles.

    ``contexts`` are the first mentions: the sentence's id and what stands around.
    """

    entry: Entry
    choice: Choice
    rendered: Rendered
    articles: set[str] = field(default_factory=set)
    contexts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def mentions(self) -> int:
        """How often the Arabic has it."""
        return self.rendered.mentions

    @property
    def likely(self) -> bool:
        """Whether it is a name: somebody lists it, or the English of its mentions is mostly known."""
        return self.choice.reason == "listed" or self.rendered.known.total() >= FOUND * self.mentions

    def add(self, pair: Pair, match: Match, text: str, written: str) -> None:
        """Count a mention in the normalised ``text`` of a pair, rendered as ``written``."""
        self.rendered.add(written, (pair.article, pair.id))
        self.articles.add(pair.article)
        if len(self.contexts) < CONTEXTS:
            around = text[max(0, match.start - AROUND) : match.end + AROUND]
            self.contexts.append((pair.id, f"«{around.strip()}»"))

    def note(self) -> str:
        """Say in a line what a person needs to decide: counts, reason, alternatives, contexts."""
        known = self.rendered.known
        same = english_key(self.entry.target)
        others = [f"{text} {count}" for text, count in known.most_common() if english_key(text) != same]
        articles = f"{len(self.articles)} {'article' if len(self.articles) == 1 else 'articles'}"
        as_proposed = sum(count for text, count in known.items() if english_key(text) == same)
        parts = [f"{self.mentions} in {articles}", f"as proposed {as_proposed}"]
        if others:
            parts.append(f"also {', '.join(others)}")
        if unknown := self.rendered.renderings[""]:
            parts.append(f"not found in the English {unknown}")
        parts.append(f"chosen: {self.choice.reason}")
        return "; ".join([*parts, *(f"{place}: {text}" for place, text in self.contexts)])


def suggest(pairs: Iterable[Pair], own: Sequence[Entry] = (), *, least: int = LEAST) -> list[Entry]:
    """Propose entries for the names of an archive that ``own`` does not list, the most frequent first.

    A name of ``own`` is proposed where the archive has other Arabic spellings of it: those alone. The proposal can be
    used as a glossary unchanged, beside ``own``. ``pairs`` is read several times.
    """
    return [
        replace(left, note=name.note())
        for name in names(pairs, own)
        if name.mentions >= least and name.likely
        for left in beside(own, [name.entry])
    ]


def names(pairs: Iterable[Pair], own: Sequence[Entry] = ()) -> list[Name]:
    """Return the names of an archive with their renderings, the most frequent first; those of ``own`` among them."""
    built_in = (entry for path in resources.glossaries() for entry in files.read(path))
    gazetteer = [*own, *beside(own, built_in)]
    sightings = Finder(pairs, Glossary(tuple(gazetteer))).find(pairs)
    # What is seen only inside longer capitals is half of a name (Salt of Salt Lake City).
    clusters = [one for one in cluster(sightings) if one.entry or not all(item.partial for item in one.sightings)]
    choices = [choose(one) for one in clusters]
    targets = {choice.target.casefold() for choice in choices}
    proposed = [(_entry(one, choice, targets), choice) for one, choice in zip(clusters, choices, strict=True)]
    # The same spelling may come twice: as a name of its own, and as a variant that an entry of the gazetteer lists.
    reasons = {entry.target: choice for entry, choice in reversed(proposed)}
    found = [
        Name(entry, reasons[entry.target], Rendered(entry.source, entry.target))
        for entry in merge([[entry for entry, _ in proposed]], "first")
    ]
    _count(pairs, found, sightings)
    return sorted((name for name in found if name.mentions), key=lambda name: -name.mentions)


def _entry(one: Cluster, choice: Choice, targets: set[str]) -> Entry:
    """Make an entry: other Arabic spellings are variants, and English ones that surely are the same name's.

    What is listed gets no English ones: what merely sounds like it (Hearts for Haaretz) must not be rewritten to it.
    """
    if one.entry is not None:
        known = {spelling_key(form) for form in one.entry.spellings}
        new = [form for form in one.spellings if spelling_key(form) not in known]
        others = targets - {choice.target.casefold()}
        kept = (variant for variant in one.entry.variants if variant.casefold() not in others)
        return replace(one.entry, variants=(*kept, *new), where="")
    source, *more = (_KUNYA.sub("أبو ", spelling) for spelling in one.spellings)
    titled = sum(sighting.titled for sighting in one.sightings) >= TITLED * len(one.sightings)
    variants = (*dict.fromkeys(form for form in more if form != source), *_spellings(one, choice, targets))
    return Entry(source, choice.target, "person" if titled else "", "", default_case(choice.target), variants)


def _spellings(one: Cluster, choice: Choice, targets: set[str]) -> list[str]:
    """Return the other English spellings, but for what is another word or another name."""
    return [
        text
        for text in sorted(one.renderings)
        if english_key(text) != english_key(choice.target)
        and text.casefold() not in targets
        and len(text.split()) == len(choice.target.split())
        and english_alikeness(text, choice.target) >= VARIANT
        and not related(text, choice.target)
        and english_key(choice.target) not in english_key(text)
    ]


def _count(pairs: Iterable[Pair], found: Iterable[Name], sightings: Iterable[Sighting]) -> None:
    """Count the mentions of names, and their English: as proposed where that stands there, else as it was seen."""
    by_entry = {name.entry: name for name in found}
    seen: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for sighting in sightings:
        seen[sighting.pair, spelling_key(sighting.source)].append(sighting.target)
    matcher = Matcher(Glossary(tuple(by_entry)))
    for pair in pairs:
        form = normalised(pair.source)
        settled = Settled(form, pair)
        matches = [match for match in matcher.find(form.text) if not settled.covers(match.start, match.end)]
        for match, place in zip(matches, tie(pair.target, matches), strict=True):
            entry = place.entry if place is not None else match.entry
            if place is None and (match.doubtful or match.rivals):
                continue
            written = pair.target[place.start : place.end] if place else ""
            if place is None:
                left = seen[pair.id, spelling_key(core(match, form.text))]
                written = left.pop(0) if left else ""
            by_entry[entry].add(pair, match, form.text, written)

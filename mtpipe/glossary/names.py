"""Names in an archive that no glossary lists: Arabic spans tied to the English that renders them.

What a gazetteer knows is looked up. Other names are found from the English side, where capitals show them: word by word
they are linked to Arabic ones (``links.py``), and a name is a stretch of neighbouring words on both sides that are
linked with each other and with nothing else (the consistent phrases of Och and Ney 2004).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Final

from mtpipe.glossary.capitals import Capitals, EnglishWord, runs
from mtpipe.glossary.entries import NAMES, Entry, Glossary, spelling_key
from mtpipe.glossary.fold import folded_words
from mtpipe.glossary.links import ArabicWord, Companions, Link, arabic_words, link
from mtpipe.glossary.match import Matcher
from mtpipe.glossary.mention import Match
from mtpipe.glossary.repair import related
from mtpipe.glossary.spelling import alikeness
from mtpipe.glossary.titles import TITLES
from mtpipe.glossary.verify import tie
from mtpipe.intake import Normalised, normalised

Span = tuple[int, int]

RECURRING: Final = 3
"""Times that a name must be seen of which one part is spelled over and another translated (University of Jordan)."""
INSEPARABLE: Final = 0.75
"""Dice coefficient from which one word alone is a name that hardly sounds like its Arabic (كافانو, Kavanaugh), ..."""
HALF_ALIKE: Final = 0.5
"""... if it sounds like it by half."""
LONGEST: Final = 8
"""Words of a name."""
SHORTEST: Final = 2
"""Letters of its English."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its English.

    ``known`` are the terms that a glossary was asked for, by their spans; None where the English has not the term.
    """

    id: str
    article: str
    source: str
    target: str
    known: tuple[tuple[Span, Span | None], ...] = ()


class Settled:
    """What a glossary has settled of a pair's source; asked in offsets of the normalised source."""

    def __init__(self, form: Normalised, pair: Pair) -> None:
        self._form = form
        self._spans = [source for source, _ in pair.known]

    def covers(self, start: int, end: int) -> bool:
        """Tell whether a span shares a character with a settled term."""
        return bool(self._spans) and covered(self._form.original_span(start, end), self._spans)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name in a pair: its Arabic without what sticks to it, normalised, and its English.

    ``entry`` is the gazetteer's, if it has the name. ``titled`` says that a title stands before it, ``partial`` that
    its English is part of a longer stretch of capitals.
    """

    pair: str
    article: str
    source: str
    target: str
    entry: Entry | None = None
    titled: bool = False
    partial: bool = False


class Finder:
    """Knows the archive's words; finds the names of its pairs."""

    def __init__(self, pairs: Iterable[Pair], gazetteer: Glossary) -> None:
        """Read the pairs twice: for what capitals are worth, and for which words keep company."""
        self._matcher = Matcher(gazetteer)
        self._capitals = Capitals(pair.target for pair in pairs)
        self._companions = Companions(
            (
                {way.text for ways in arabic_words(normalised(pair.source).text) for way in ways},
                {word.text.lower() for word in self._capitals.read(pair.target) if word.name},
            )
            for pair in pairs
        )

    def find(self, pairs: Iterable[Pair]) -> list[Sighting]:
        """Return the names of the pairs, in order."""
        sure: list[Sighting] = []
        mixed: list[tuple[Sighting, int]] = []
        for pair in pairs:
            for sighting, pure in self._names(pair):
                if pure:
                    sure.append(sighting)
                else:
                    mixed.append((sighting, len(sure)))
        counts = Counter((spelling_key(one.source), one.target) for one, _ in mixed)
        kept = [(one, at) for one, at in mixed if counts[spelling_key(one.source), one.target] >= RECURRING]
        return _together(sure, kept)

    def _names(self, pair: Pair) -> Iterator[tuple[Sighting, bool]]:
        """Yield names, and whether they are of one make. Those of mixed make come after their parts."""
        form = normalised(pair.source)
        source = arabic_words(form.text)
        english = self._capitals.read(pair.target)
        taken = [target for _, target in pair.known if target is not None]
        settled = Settled(form, pair)
        closed = [settled.covers(ways[-1].start, ways[-1].end) for ways in source]
        claims = self._claims(form.text, pair.target, settled, taken)
        for match, span in claims:
            if span is not None:
                taken.append(span)
                if match.entry.type in NAMES:
                    text = core(match, form.text)
                    yield self._sighting(pair, form.text, text, match.start, span, match.entry), True
        owners = [_owner(ways[-1], claims) for ways in source]
        blank = (ArabicWord("", 0, 0),)
        open_words = [
            blank if closed[place] or (owner is not None and claims[owner][1] is not None) else ways
            for place, (ways, owner) in enumerate(zip(source, owners, strict=True))
        ]
        read = [
            EnglishWord(word.text, word.start, word.end, word.name and not covered((word.start, word.end), taken))
            for word in english
        ]
        stretches = [run for run in runs(pair.target, read) if run]
        wanted = [(number, read[number].text) for run in stretches for number in run]
        links = {one.english: one for one in link(open_words, wanted, self._companions)}
        for run in stretches:
            for block, pure in _blocks(run, read, links, owners):
                chosen = sorted((links[number] for number in block if number in links), key=lambda one: one.arabic)
                owner = owners[chosen[0].arabic]
                entry = claims[owner][0].entry if owner is not None else None
                span = read[block[0]].start, read[block[-1]].end
                if not _may_render(pair.target[slice(*span)], entry):
                    continue
                if entry is None and len(block) == 1 and self._capitals.common(read[block[0]].text):
                    continue
                first, last = chosen[0].reading, chosen[-1].reading
                text = first.text + form.text[first.end : last.end]
                if entry is not None:
                    text = core(claims[owner or 0][0], form.text)
                partial = any(read[number].name and number not in block for number in run)
                sighting = self._sighting(pair, form.text, text, first.start, span, entry)
                yield replace(sighting, partial=partial), pure

    def _claims(
        self, source: str, target: str, settled: Settled, taken: Sequence[Span]
    ) -> list[tuple[Match, Span | None]]:
        """Return what the gazetteer knows, with its English where that is as known; what may be no name is left."""
        matches = [match for match in self._matcher.find(source) if not settled.covers(match.start, match.end)]
        claims: list[tuple[Match, Span | None]] = []
        for match, place in zip(matches, tie(target, matches), strict=True):
            span = (place.start, place.end) if place else None
            if span is not None and covered(span, taken):
                continue
            if span is None and (match.doubtful or match.rivals):
                continue
            claims.append((match, span))
        return claims

    def _sighting(self, pair: Pair, text: str, source: str, start: int, span: Span, entry: Entry | None) -> Sighting:
        before = text[:start].split()[-1:]
        titled = any(word.folded in TITLES for one in before for word in folded_words(one))
        return Sighting(pair.id, pair.article, source, pair.target[slice(*span)], entry, titled)


def _together(sure: Sequence[Sighting], mixed: Sequence[tuple[Sighting, int]]) -> list[Sighting]:
    """Return all names in order; what is part of a longer one is left out."""
    parts: set[int] = set()
    for one, at in mixed:
        number = at - 1
        while number >= 0 and sure[number].pair == one.pair:
            if sure[number].source in one.source and sure[number].target in one.target:
                parts.add(number)
            number -= 1
    whole = [(number, 0, one) for number, one in enumerate(sure) if number not in parts]
    whole += [(at, -1, one) for one, at in mixed]
    return [one for _, _, one in sorted(whole, key=lambda item: item[:2])]


def _blocks(
    run: Sequence[int], read: Sequence[EnglishWord], links: dict[int, Link], owners: Sequence[int | None]
) -> Iterator[tuple[list[int], bool]]:
    """Yield the longest stretches of a run that are linked with neighbouring Arabic words, of one make or mixed."""
    pure: list[list[int]] = []
    mixed: list[list[int]] = []
    places = [place for place, number in enumerate(run) if number in links]
    spans = [(place, place) for place in places] + list(combinations(places, 2))
    for first, last in sorted(spans, key=lambda span: span[0] - span[1]):
        block = list(run[first : last + 1])
        if len(block) > LONGEST or not _consistent(block, read, links, owners):
            continue
        kinds = {links[number].sounds for number in block if number in links}
        one = links[block[0]]
        if kinds == {False} and first == last and owners[one.arabic] is None and not _alone(one, read[block[0]].text):
            continue
        for chosen, fits in ((pure, len(kinds) == 1), (mixed, len(kinds) == 2)):
            if fits and not any(set(block) & set(other) for other in chosen):
                chosen.append(block)
    yield from ((block, True) for block in sorted(pure))
    yield from ((block, False) for block in sorted(mixed))


def _alone(one: Link, english: str) -> bool:
    """Tell whether a translated word is a name by itself: mostly it is a common noun in a capital (Water, Bank)."""
    return one.strength >= INSEPARABLE and alikeness(one.reading.text, english) >= HALF_ALIKE


def _consistent(
    block: Sequence[int], read: Sequence[EnglishWord], links: dict[int, Link], owners: Sequence[int | None]
) -> bool:
    """Tell whether all names of a block are linked with Arabic words that stand side by side as one name."""
    if any(read[number].name and number not in links for number in block):
        return False
    found = [links[number] for number in block if number in links]
    places = sorted(one.arabic for one in found)
    if places[-1] - places[0] + 1 != len(places) or len({owners[place] for place in places}) > 1:
        return False
    if not any(read[number].name for number in block):
        return False
    ordered = sorted(found, key=lambda one: one.arabic)
    if any(two.reading.start - one.reading.end != 1 for one, two in pairwise(ordered)):
        return False  # something sticks to the second word (and), or a mark stands between
    # Names that are spelled over keep their order.
    return not all(one.sounds for one in found) or [one.arabic for one in found] == places


def _may_render(written: str, entry: Entry | None) -> bool:
    """Refuse single letters, and for a known name half of it (North) or another word of its family (American)."""
    if len(written) < SHORTEST:
        return False
    if entry is None:
        return True
    half = set(written.lower().split()) < set(entry.target.lower().split())
    family = related(written, entry.target) and not written.isupper()  # EU is no other word than European Union
    return entry.type in NAMES and not half and not family


def core(match: Match, text: str) -> str:
    """Return a mention without what sticks to it, spelled as it stands alone."""
    core = text[match.core_start : match.end]
    # للأمم: the article has lost its alef behind ل.
    lost = match.clitics[-1:] == ("ل",) and match.entry.source.startswith("ال") and not core.startswith("ال")
    return "ال" + core.removeprefix("ل") if lost else core


def _owner(word: ArabicWord, claims: Sequence[tuple[Match, Span | None]]) -> int | None:
    for number, (match, _) in enumerate(claims):
        if match.start < word.end and word.start < match.end:
            return number
    return None


def covered(span: Span, spans: Iterable[Span]) -> bool:
    """Tell whether a span shares a character with one of others."""
    return any(span[0] < end and start < span[1] for start, end in spans)

"""Finding the words of a translation that are a term under another spelling.

A stretch of words is taken for the term only where it sounds like it; attention may support that, never replace it.
What is doubtful gets a reason, not a repair.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mtpipe.glossary.attention import Attention
from mtpipe.glossary.english import ARTICLE_PREFIX, Claims, Place, words
from mtpipe.glossary.entries import Entry
from mtpipe.glossary.fold import folded_words
from mtpipe.glossary.mention import Match
from mtpipe.glossary.proclitics import CONJUNCTIONS, PREPOSITIONS
from mtpipe.glossary.spelling import (
    MINIMUM_CONSONANTS,
    alikeness,
    arabic_sounds,
    consonants,
    english_alikeness,
    english_sounds,
)
from mtpipe.translate.base import Hypotheses

ALIKE: Final = 0.8
"""Alikeness that needs no support from attention, given enough consonants."""
SUPPORTED: Final = 0.6
"""Alikeness that attention can support, ..."""
SUPPORT: Final = 0.3
"""... with this share of it or more."""
MARGIN: Final = 0.1
"""Strength by which the best stretch of words must beat the next, or it is a guess which of them is meant."""

NO_SPAN: Final = "no-aligned-span"
WEAK: Final = "weak-alignment"
AMBIGUOUS: Final = "ambiguous"

REACH: Final = 150
"""Words to either side of where a term should stand, by its place in the source, in which it is looked for."""
GAPS: Final = 20
"""Stretches of the source, between terms, before and after a mention, whose words might be meant instead of it."""

PROCLITICS: Final = CONJUNCTIONS + PREPOSITIONS
SHORTEST_BARE: Final = 3

PARTICLES: Final = frozenset(("al", "el", "de", "di", "von", "van", "bin", "ibn", "abu"))
"""Small words that a name may begin with."""

DERIVING: Final = re.compile(r"(?:ian|ean|an|ish|ese|ic|i|is|ist|ism)$")
"""How words of other families than a name's end: of its adjective, its people."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of words that may be the term. ``share`` is attention on it, 0 where unknown."""

    start: int
    end: int
    alike: float
    share: float
    weighty: bool

    @property
    def strength(self) -> float:
        """What candidates are compared by."""
        return self.alike + self.share / 2

    @property
    def sure(self) -> bool:
        """Whether it is good enough to be rewritten."""
        if self.alike >= ALIKE and self.weighty:
            return True
        return self.alike >= SUPPORTED and self.share >= SUPPORT


def find(
    segment: str,
    hypotheses: Hypotheses,
    matches: Sequence[Match],
    tied: Sequence[Place | None],
    listed: frozenset[str],
    held: Container[int] = (),
) -> list[Candidate | str]:
    """Return for each untied mention the words of the best hypothesis to rewrite, or the reason why there are none.

    ``listed`` are all English forms of the glossary, case-folded: what is another term's name is never taken for this
    one's, nor what sounds more like another word of ``segment`` (Mahmoud beside محمود). Mentions that are tied or
    ``held`` get "".
    """
    field = _Field(hypotheses, tied, listed, len(segment))
    found: list[Candidate | str] = [""] * len(matches)
    pools: dict[int, list[Candidate]] = {}
    for number, match in enumerate(matches):
        if tied[number] is None and number not in held:
            pools[number] = field.pool(match)
            found[number] = _reason(pools[number])
    others = _names_besides(segment, [match for number, match in enumerate(matches) if number not in held])
    gaps = {number: gap for gap, number in enumerate(n for n in range(len(matches)) if n not in held)}
    groups: dict[str, dict[int, list[Candidate]]] = {}
    for number, pool in pools.items():
        near = others[max(0, gaps[number] - GAPS) : gaps[number] + GAPS]
        sure = [item for item in pool if item.sure and not _is_another(item, field.text, near)]
        if sure:
            groups.setdefault(matches[number].entry.target, {})[number] = sure
        elif any(item.sure for item in pool):
            found[number] = AMBIGUOUS
    claims = field.claims(groups)
    for target, mentions in groups.items():
        chosen = _distinct(_united(mentions.values()), len(mentions))
        if chosen is None or any(field.contested(item, target, claims) for item in chosen):
            found = [AMBIGUOUS if number in mentions else item for number, item in enumerate(found)]
            continue
        # Two mentions of one term and one misspelling: the first has it, the other may be a pronoun.
        for place, number in enumerate(sorted(mentions)):
            entry = matches[number].entry
            found[number] = _widened(chosen[place], field.text, entry) if place < len(chosen) else NO_SPAN
    return found


def named(
    hypotheses: Hypotheses, match: Match, tied: Sequence[Place | None], listed: frozenset[str], length: int
) -> bool:
    """Tell whether the best hypothesis has words, no other term's, that surely are the mention's name, misspelled.

    ``length`` is the segment's, in characters.
    """
    return any(item.sure for item in _Field(hypotheses, tied, listed, length).pool(match))


def _names_besides(segment: str, matches: Sequence[Match]) -> list[list[str]]:
    """Return the words of the segment between its terms, in runs."""
    runs: list[list[str]] = []
    cursor = 0
    for start, end in (*((match.start, match.end) for match in matches), (len(segment), len(segment))):
        runs.append([segment[cursor:start][word.start : word.end] for word in folded_words(segment[cursor:start])])
        cursor = end
    return runs


def _is_another(candidate: Candidate, text: str, others: Sequence[Sequence[str]]) -> bool:
    """Tell whether a source word that is no term sounds like the candidate at least as much as the term does."""
    stretch = text[candidate.start : candidate.end]
    size = len(stretch.split())
    for run in others:
        for first in range(len(run) - size + 1):
            name = " ".join(run[first : first + size])
            bare = name[1:] if name[0] in PROCLITICS and len(name) > SHORTEST_BARE else name
            if max(alikeness(name, stretch), alikeness(bare, stretch)) >= candidate.alike:
                return True
    return False


class _Field:
    """The words of the best hypothesis in which terms are looked for, but for those of other terms."""

    def __init__(
        self, hypotheses: Hypotheses, tied: Sequence[Place | None], listed: frozenset[str], length: int
    ) -> None:
        self.text = hypotheses.best.text
        self._listed = listed
        self._length = max(1, length)
        self._attention = Attention.of(hypotheses)
        taken = Claims((place.start, place.end) for place in tied if place is not None)
        self._words = list(words(self.text))
        self._free = [taken.free(*span) for span in self._words]

    def pool(self, match: Match) -> list[Candidate]:
        """Return the stretches of words that might be the term, the strongest first."""
        entry = match.entry
        spans = [
            span
            for span in self._stretches(match, len(entry.target.split()) + 1)
            if _may_be(self.text[span[0] : span[1]], entry)
            and " ".join(self.text[span[0] : span[1]].split()).casefold() not in self._listed
        ]
        if not spans:
            return []
        support = self._attention.shares((match.core_start, match.end), spans) if self._attention else None
        found: list[Candidate] = []
        for number, (start, end) in enumerate(spans):
            alike, weighty = _alike(self.text[start:end], entry)
            found.append(Candidate(start, end, alike, support[number] if support else 0.0, weighty))
        return sorted(found, key=lambda item: (-item.strength, item.start, item.end))

    def _stretches(self, match: Match, longest: int) -> Iterator[tuple[int, int]]:
        """Yield spans of up to ``longest`` words within reach, with nothing but blanks between them."""
        text, spans = self.text, self._words
        middle = len(spans) * (match.start + match.end) // (2 * self._length)
        for first in range(max(0, middle - REACH), min(len(spans), middle + REACH)):
            for last in range(first, min(first + longest, len(spans))):
                if not self._free[last] or (last > first and text[spans[last - 1][1] : spans[last][0]].strip(" ")):
                    break
                yield spans[first][0], spans[last][1]

    def claims(self, groups: Mapping[str, Mapping[int, Sequence[Candidate]]]) -> dict[int, set[str]]:
        """Return for each word, by its start, the terms that surely might be it."""
        owners: dict[int, set[str]] = {}
        for target, mentions in groups.items():
            for item in _united(mentions.values()):
                for start in self._starts(item):
                    owners.setdefault(start, set()).add(target)
        return owners

    def contested(self, item: Candidate, target: str, claims: Mapping[int, set[str]]) -> bool:
        """Tell whether another term lays claim to the same words."""
        return any(claims[start] != {target} for start in self._starts(item))

    def _starts(self, item: Candidate) -> list[int]:
        first = bisect_left(self._words, (item.start, -1))
        return [start for start, _ in self._words[first : bisect_left(self._words, (item.end, -1))]]


def _united(pools: Iterable[Sequence[Candidate]]) -> list[Candidate]:
    """Return the candidates of several mentions of a term, the strongest first, each stretch once."""
    best: dict[tuple[int, int], Candidate] = {}
    for item in (item for pool in pools for item in pool):
        known = best.get((item.start, item.end))
        if known is None or item.strength > known.strength:
            best[item.start, item.end] = item
    return sorted(best.values(), key=lambda item: (-item.strength, item.start, item.end))


def _may_be(stretch: str, entry: Entry) -> bool:
    """Refuse words in small letters for a name, and other words of the same family (Syrian for Syria)."""
    if any(map(str.isupper, entry.target)):
        first, last = stretch.split()[0], stretch.split()[-1]
        if not (any(map(str.isupper, first)) or first in PARTICLES):
            return False
        if not any(map(str.isupper, last)):
            return False
    return not related(stretch, entry.target)


@lru_cache(maxsize=65_536)
def related(one: str, other: str) -> bool:
    """Tell whether two forms are words of one family rather than spellings of one word: Iraqi and Iraq, plurals.

    >>> related("Syrian", "Syria"), related("Rakka", "Raqqa")
    (True, False)
    """
    first, second = (re.sub(r"[\W_]", "", form).lower() for form in (one, other))
    if first == second:
        return False
    if first.startswith(second) or second.startswith(first):
        return True
    return bool(DERIVING.search(first)) != bool(DERIVING.search(second))


def _alike(stretch: str, entry: Entry) -> tuple[float, bool]:
    """Return how much the words sound like the term, in Arabic or in English, and whether that has weight."""
    by_sound = ((alikeness(spelling, stretch), arabic_sounds(spelling)) for spelling in entry.spellings)
    by_form = ((english_alikeness(form, stretch), english_sounds(form)) for form in (entry.target, *entry.accepted))
    alike, sounds = max((*by_sound, *by_form), key=lambda item: item[0])
    return alike, min(consonants(sounds), consonants(english_sounds(stretch))) >= MINIMUM_CONSONANTS


def _reason(pool: Sequence[Candidate]) -> str:
    """Say why nothing in the pool is sure: something was half a match, or nothing was."""
    half = any(item.alike >= SUPPORTED or item.share >= SUPPORT for item in pool)
    return WEAK if half else NO_SPAN


def _distinct(sure: Sequence[Candidate], wanted: int) -> list[Candidate] | None:
    """Return up to ``wanted`` candidates that do not overlap, in text order; None where one more is about as good."""
    chosen: list[Candidate] = []
    claims = Claims()
    for item in sure:
        if not claims.free(item.start, item.end):
            continue
        if len(chosen) == wanted:
            if item.strength > chosen[-1].strength - MARGIN:
                return None
            break
        chosen.append(item)
        claims.take(item.start, item.end)
    return sorted(chosen, key=lambda item: item.start)


def _widened(candidate: Candidate, text: str, entry: Entry) -> Candidate:
    """Take in an article that the listed form has itself (the Hague) or that stands for ال (Al Rakka)."""
    lead = ""
    if entry.target.lower().startswith("the "):
        lead = "the"
    elif entry.source.startswith("ال") and not re.match(rf"{ARTICLE_PREFIX}[\s-]", entry.target, re.IGNORECASE):
        lead = ARTICLE_PREFIX
    found = re.search(rf"\b{lead}\s+$", text[: candidate.start], re.IGNORECASE) if lead else None
    if found is None or (lead == ARTICLE_PREFIX and not found[0][:1].isupper()):
        return candidate
    return Candidate(found.start(), candidate.end, candidate.alike, candidate.share, candidate.weighty)

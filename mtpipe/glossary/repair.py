"""Finding the words of a translation that are a term under another spelling.

A stretch of words is taken for the term only where it sounds like it; attention may support that, never replace it.
What is doubtful gets a reason, not a repair.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mtpipe.glossary.attention import Attention
from mtpipe.glossary.english import ARTICLE_PREFIX, Place, words
from mtpipe.glossary.entries import Entry
from mtpipe.glossary.fold import folded_words
from mtpipe.glossary.match import Match
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

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether it shares a character with a span."""
        return self.start < end and start < self.end


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
    text = hypotheses.best.text
    taken = [(place.start, place.end) for place in tied if place is not None]
    found: list[Candidate | str] = [""] * len(matches)
    pools: dict[int, list[Candidate]] = {}
    for number, match in enumerate(matches):
        if tied[number] is None and number not in held:
            pools[number] = _pool(hypotheses, match, taken, listed)
            found[number] = _reason(pools[number])
    others = _names_besides(segment, [match for number, match in enumerate(matches) if number not in held])
    sure = {
        number: [item for item in pool if item.sure and not _is_another(item, text, others)]
        for number, pool in pools.items()
    }
    for number in pools:
        if not sure[number] and any(item.sure for item in pools[number]):
            found[number] = AMBIGUOUS
    open_mentions = {number for number in sure if sure[number]}
    for number in sorted(open_mentions):
        target = matches[number].entry.target
        same = [other for other in sorted(open_mentions) if matches[other].entry.target == target]
        rivals = [other for other in open_mentions if matches[other].entry.target != target]
        chosen = _distinct(sure[number], len(same))
        if chosen is None or any(_contested(chosen, sure[other]) for other in rivals):
            found[number] = AMBIGUOUS
            continue
        place = same.index(number)
        # Two mentions of one term and one misspelling: the first has it, the other may be a pronoun.
        found[number] = _widened(chosen[place], text, matches[number].entry) if place < len(chosen) else NO_SPAN
    return found


def named(hypotheses: Hypotheses, match: Match, tied: Sequence[Place | None], listed: frozenset[str]) -> bool:
    """Tell whether the best hypothesis has words, no other term's, that surely are the mention's name, misspelled."""
    taken = [(place.start, place.end) for place in tied if place is not None]
    return any(item.sure for item in _pool(hypotheses, match, taken, listed))


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


def _pool(
    hypotheses: Hypotheses, match: Match, taken: Sequence[tuple[int, int]], listed: frozenset[str]
) -> list[Candidate]:
    """Return the stretches of words that might be the term, the strongest first."""
    text = hypotheses.best.text
    entry = match.entry
    spans = [
        span
        for span in _stretches(text, len(entry.target.split()) + 1)
        if not any(span[0] < end and start < span[1] for start, end in taken)
        and _may_be(text[span[0] : span[1]], entry)
        and " ".join(text[span[0] : span[1]].split()).casefold() not in listed
    ]
    attention = Attention.of(hypotheses)
    support = attention.shares((match.core_start, match.end), spans) if attention else None
    pool: list[Candidate] = []
    for number, (start, end) in enumerate(spans):
        alike, weighty = _alike(text[start:end], entry)
        pool.append(Candidate(start, end, alike, support[number] if support else 0.0, weighty))
    return sorted(pool, key=lambda item: (-item.strength, item.start, item.end))


def _stretches(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Yield spans of up to ``longest`` words with nothing but blanks between them."""
    spans = list(words(text))
    for first, (start, _) in enumerate(spans):
        for last in range(first, min(first + longest, len(spans))):
            if last > first and text[spans[last - 1][1] : spans[last][0]].strip(" "):
                break
            yield start, spans[last][1]


def _may_be(stretch: str, entry: Entry) -> bool:
    """Refuse words in small letters for a name, and other words of the same family (Syrian for Syria)."""
    if any(map(str.isupper, entry.target)):
        first, last = stretch.split()[0], stretch.split()[-1]
        if not (any(map(str.isupper, first)) or first in PARTICLES):
            return False
        if not any(map(str.isupper, last)):
            return False
    return not related(stretch, entry.target)


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
    for item in sure:
        if any(item.overlaps(other.start, other.end) for other in chosen):
            continue
        if len(chosen) == wanted:
            if item.strength > chosen[-1].strength - MARGIN:
                return None
            break
        chosen.append(item)
    return sorted(chosen, key=lambda item: item.start)


def _contested(chosen: Sequence[Candidate], others: Sequence[Candidate]) -> bool:
    """Tell whether another term lays claim to the same words."""
    return any(item.overlaps(other.start, other.end) for item in chosen for other in others)


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

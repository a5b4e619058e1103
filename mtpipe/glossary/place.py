"""Where a term belongs in a translation that has it under no spelling: the slot that the model meant for it.

Attention tells which words of the English the model wrote while it looked at the term. A diffuse head still ranks the
words, and both languages tell much in the same order, so nearness along the sentence counts as well: where attention
says nothing it decides alone. A slot is a proposal, which ``ladder.py`` verifies.

No slot are the words of another term and words that only serve grammar. A mention has none where a word of the term's
own family stands in the text (the Syrian talks, for Syria): English may well have it so.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mtpipe.glossary.attention import Attention
from mtpipe.glossary.edits import Span
from mtpipe.glossary.english import words
from mtpipe.glossary.entries import Entry
from mtpipe.glossary.mention import Match
from mtpipe.glossary.repair import DERIVING, REACH
from mtpipe.glossary.spelling import alikeness
from mtpipe.translate.base import Hypotheses

if TYPE_CHECKING:  # numpy is imported where it is used: half of the commands go without
    import numpy as np
    from numpy.typing import NDArray

SURE: Final = 0.5
"""Attention on the term from which the model surely wrote the word for it."""
NEARNESS: Final = 0.5
"""What the distance of a whole sentence counts, in attention. From 0.1 to 1 it makes little difference."""
WITH: Final = 0.6
"""Share of the best word's attention from which its neighbours are part of the slot, ..."""
CLEAR: Final = 0.2
"""... if that word has so much of it: where all words look at everything, one is enough."""
LONGER: Final = 1
"""Words that a slot may have more than the term."""
CHOICES: Final = 8
"""Words that a term competes for; where others took them all, it takes the nearest that is left."""
FAMILY: Final = 4
"""Letters that a name and its adjective begin with alike, ..."""
SHORT_FAMILY: Final = 3
"""... and those of a people with a short name (Jews and Jewish, Poles and Polish)."""

_GRAMMAR: Final = (
    "a an the of to in on at by for with from and or but nor as if is are was were be been being am that this these "
    "those who whom which what it its his hers their we our us i my me you your there "
    "here has have had do does did no not so than then when while where will would can could may might must shall "
    "should into onto over under after before between about against during until since also said says say told added"
)
GRAMMAR: Final = frozenset(_GRAMMAR.split())
"""Words that serve grammar, verbs of speech, and pronouns but those of people: he may stand for the name."""
_PRONOUNS: Final = (
    "it",
    "its",
    "he",
    "his",
    "him",
    "she",
    "her",
    "hers",
    "they",
    "their",
    "them",
    "there",
    "who",
    "which",
)
PRONOUNS: Final = frozenset(_PRONOUNS)
"""Words that English may have where the Arabic names something again."""

SPELLED_OVER: Final = 0.7
"""Alikeness from which a name of no type is a person's or a place's, and no translated one (Elite League)."""
WINDOW: Final = 40
"""Characters before a slot in which its article stands."""

_ARTICLE: Final = re.compile(r"\b(?:an?|the)\s+$", re.IGNORECASE)
_NEXT: Final = re.compile(r"\s+([^\W\d_]+)")
_THINGS: Final = frozenset(("organisation", "organization", "agency"))
_BARE: Final = frozenset(("person", "place", "city", "country"))
_WITH_THE: Final = frozenset(
    (
        "United",
        "Republic",
        "Kingdom",
        "Emirates",
        "Union",
        "Islands",
        "Sea",
        "Ocean",
        "River",
        "Gulf",
        "Strait",
        "Desert",
    )
)
_PLURAL: Final = re.compile(r"(?<![aius])s$")


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the English that a term may be written over, and the attention of its main word on the term.

    ``pronoun`` says that a pronoun looks at the term as much as that word does.
    """

    start: int
    end: int
    attention: float
    pronoun: bool


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that may be a slot: its span, and the pieces that it is made of (first, last exclusive)."""

    start: int
    end: int
    first: int
    last: int


def slots(
    hypotheses: Hypotheses, matches: Sequence[Match], wanted: Sequence[int], taken: Sequence[Span], length: int
) -> dict[int, Slot]:
    """Return slots in the best hypothesis for the ``wanted`` mentions of a segment of ``length`` characters.

    They overlap neither each other nor the spans ``taken``. There is none where the engine gave no attention.
    """
    text = hypotheses.best.text
    attention = Attention.of(hypotheses)
    wanted = _without_family(text, matches, wanted)
    if attention is None or not wanted:
        return {}
    free = list(_free(text, attention, taken))
    pronouns = list(_pronouns(text, attention))
    claimed: dict[int, float] = {}
    shares: dict[int, dict[int, float]] = {}
    bids: list[tuple[float, int, int]] = []
    for number in wanted:
        match = matches[number]
        looks = attention.on((match.core_start, match.end))
        middle = (match.start + match.end) / 2 / max(1, length)
        claims = [_share(looks, pronouns[place]) for place in _near(pronouns, middle * len(text))]
        claimed[number] = max(claims, default=-1.0)
        near = _near(free, middle * len(text))
        shares[number] = {place: _share(looks, free[place]) for place in near}
        weights = {
            place: share - NEARNESS * abs((free[place].start + free[place].end) / 2 / len(text) - middle)
            for place, share in shares[number].items()
        }
        best = sorted(near, key=lambda place: -weights[place])[:CHOICES]
        bids += [(-weights[place], number, place) for place in best]
    chosen = _assigned(sorted(bids), wanted, len(free))
    used = set(chosen.values())
    found: dict[int, Slot] = {}
    for number, word in chosen.items():
        entry = matches[number].entry
        most = len(entry.target.split()) + LONGER
        first, last = _stretch(text, free, word, shares[number], used, most)
        used.update(range(first, last + 1))
        end = free[last].end
        start = _with_article(text, free[first].start, end, entry)
        share = shares[number].get(word, 0.0)
        found[number] = Slot(start, end, share, claimed[number] >= share)
    return found


def family(text: str, target: str) -> bool:
    """Tell whether a text has a word of a one-word form's family, as of its adjective: Chinese for China."""
    return _derived(_heads(text), target)


def _without_family(text: str, matches: Sequence[Match], wanted: Sequence[int]) -> list[int]:
    """Leave out mentions for which the text has an adjective of the term's."""
    heads = _heads(text)
    return [number for number in wanted if not _derived(heads, matches[number].entry.target)]


def _heads(text: str) -> dict[str, list[str]]:
    """Return the words of a text that may be an adjective or a people's name, by what they begin with.

    An adjective has a word behind it that it may belong to; one that has none ("with the Germanic,") is the name's own
    misspelling.
    """
    heads: dict[str, list[str]] = {}
    for start, end in words(text):
        behind = _NEXT.match(text, end)
        if text[end - 1] == "s" or (behind is not None and behind[1].lower() not in GRAMMAR):
            for letters in (FAMILY, SHORT_FAMILY):
                heads.setdefault(text[start : start + letters].casefold(), []).append(text[start:end])
    return heads


def _derived(heads: Mapping[str, Sequence[str]], target: str) -> bool:
    one = target.removesuffix("s")
    letters = SHORT_FAMILY if one != target and len(one) <= FAMILY else FAMILY
    near = heads.get(target[:letters].casefold(), ()) if " " not in target else ()
    return not DERIVING.search(target) and any(DERIVING.search(word.removesuffix("s")) for word in near)


def _free(text: str, attention: Attention, taken: Sequence[Span]) -> Iterator[_Word]:
    """Yield the words that may be slots."""
    claimed = sorted(taken)
    place = 0
    for start, end in words(text):
        while place < len(claimed) and claimed[place][1] <= start:
            place += 1
        if place < len(claimed) and claimed[place][0] < end:
            continue
        if text[start:end].lower() not in GRAMMAR and not text[start - 1 : start].isdigit():  # 19th
            yield _Word(start, end, *attention.pieces((start, end)))


def _pronouns(text: str, attention: Attention) -> Iterator[_Word]:
    for start, end in words(text):
        if text[start:end].lower() in PRONOUNS:
            yield _Word(start, end, *attention.pieces((start, end)))


def _near(found: Sequence[_Word], middle: float) -> range:
    """Return the numbers of the words within reach of a place in the text."""
    place = bisect_left(found, middle, key=_begin)
    return range(max(0, place - REACH), min(len(found), place + REACH))


def _begin(word: _Word) -> int:
    return word.start


def _share(looks: NDArray[np.float32], word: _Word) -> float:
    """Return how much a word looks at a term: that of its pieces which looks there most; the others only finish it."""
    return float(looks[word.first : word.last].max(initial=0.0))


def _assigned(bids: Sequence[tuple[float, int, int]], wanted: Sequence[int], words_left: int) -> dict[int, int]:
    """Give each mention a word of its own, the highest bids first; those who lose all get what is left, in order."""
    chosen: dict[int, int] = {}
    used: set[int] = set()
    for _, number, word in bids:
        if number not in chosen and word not in used:
            chosen[number] = word
            used.add(word)
    left = iter([word for word in range(words_left) if word not in used])
    for number in wanted:
        if number not in chosen:
            word = next(left, -1)
            if word < 0:
                break
            chosen[number] = word
    return chosen


def _stretch(
    text: str, free: Sequence[_Word], word: int, share: Mapping[int, float], used: set[int], most: int
) -> tuple[int, int]:
    """Take in the neighbours, up to ``most`` words in all, that the model wrote looking at the term as well."""
    least = max(CLEAR, WITH * share.get(word, 0.0))
    first = last = word

    def joins(left: int, right: int, new: int) -> bool:
        if not 0 <= new < len(free) or new in used or last - first + 1 >= most:
            return False
        return (
            share.get(word, 0.0) >= CLEAR
            and share.get(new, 0.0) >= least
            and text[free[left].end : free[right].start] == " "
        )

    while joins(last, last + 1, last + 1):
        last += 1
    while joins(first - 1, first, first - 1):
        first -= 1
    return first, last


def _with_article(text: str, start: int, end: int, entry: Entry) -> int:
    """Take in an article that the words had and the name does not want (the wind, Raqqa); return where it all begins.

    It stays where it may belong to a noun behind (the Trump tweet), before names that have one in English (the United
    States, the FBI, the Netherlands) and before common words.
    """
    found = _ARTICLE.search(text, max(0, start - WINDOW), start)
    if found is None:
        return start
    if entry.target.lower().startswith("the "):
        return found.start()
    behind = _NEXT.match(text, end)
    if not _is_bare(entry) or (behind is not None and behind[1].lower() not in GRAMMAR):
        return start
    return found.start()


def _is_bare(entry: Entry) -> bool:
    """Tell whether English puts no article before a name: people, most places."""
    parts = entry.target.split()
    if not entry.target[:1].isupper() or entry.target.isupper() or entry.type in _THINGS:
        return False
    if _PLURAL.search(entry.target) or not _WITH_THE.isdisjoint(parts) or "of" in parts:
        return False
    if entry.type in _BARE:
        return True
    return not entry.type and any(alikeness(form, entry.target) >= SPELLED_OVER for form in entry.spellings)

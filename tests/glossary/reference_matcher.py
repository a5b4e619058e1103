"""A plain reference for the matcher: a trie of words, no tables of what was met, no endings.

Terms are sequences of folded words in a trie. A word of the text may carry proclitics, (و|ف)(ب|ل|ك|س)(ال|لل); they are
peeled only where the rest is a listed term, and the fewest that will do. The longest term wins, then the leftmost.

Spelling alone cannot settle everything. Where marks would tell two entries apart, a match has ``rivals``; where a short
name behind a prefix is a common word as well (وفتح "and opened", بقطر "with a diameter"), it is ``doubtful``: both wait
for the translation to speak for the name (``ladder.py``). A name without any prefix is always taken at its word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product
from typing import Final

from mtpipe.glossary.entries import Entry, Glossary, separator, spelling_key
from mtpipe.glossary.fold import MOST_ALTERNATIVES, Word, alternatives, folded_words, offset
from mtpipe.glossary.mention import Match

CONJUNCTIONS: Final = "وف"
PREPOSITIONS: Final = "بلك"
FUTURE: Final = "س"
"""Sticks to verbs only: ``سيزور``. Peeled off a name it would find مير in سمير."""

SHORT: Final = 4
"""Letters up to which a name behind a prefix is doubtful. Roots have three, so four are one with a vowel (حماس)."""
VOWELS: Final = "اويه"

FIVE_NOUNS: Final = {
    form: forms for forms in (("ابو", "ابا", "ابي"), ("اخو", "اخا", "اخي"), ("ذو", "ذا", "ذي")) for form in forms
}
"""Show case before another noun: أبو القاسم and أبي القاسم are one man."""

FUNCTION_WORDS: Final = frozenset((
    "لكن", "على", "إلى", "الى", "حتى", "لدى", "متى",
    "أن", "إن", "آن", "ان", "لأن", "لان", "كأن", "بأن", "فإن", "وإن", "أو",
    "إذ", "إذا", "لو", "ما", "ماذا", "من", "مع", "عن", "في", "هل", "لم", "لن", "لا", "قد", "ثم", "هو", "هي", "هم",
    "هن", "هذا", "هذه", "ذلك", "تلك", "كل", "كان", "كانت", "أي", "أية", "إي", "بلى", "سوى", "كما", "كي", "حين", "بين",
    "عند", "منذ", "نحو",
))  # fmt: skip
"""Written so, these are what they look like, though they fold to a name (على to علي, أن to آن)."""


@dataclass(slots=True)
class _Node:
    """``children`` by what separates the next word, and that word; the ``entries`` spelled so, nearly always one."""

    children: dict[tuple[str, str], _Node] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way of reading a word: ``clitics``, the ``peeled`` folded characters that they are, and the ``core``.

    ``bare`` says that the core was left without the article that the word has.
    """

    clitics: tuple[str, ...]
    peeled: int
    core: str
    bare: bool = False

    @property
    def step(self) -> tuple[str, str]:
        """Its way into the trie."""
        return ("", self.core)

    @property
    def doubtful(self) -> bool:
        """Whether it makes of a longer word a short name without article that looks like a common word."""
        if not self.clitics or self.bare or self.core.startswith("ال") or len(self.core) > SHORT:
            return False
        # Four consonants (دمشق, لندن) are seldom anything but a name.
        return len(self.core) < SHORT or any(letter in VOWELS for letter in self.core)


class ReferenceMatcher:
    """An index of a glossary: ``find`` costs a few dictionary look-ups a word, however many the terms."""

    def __init__(self, glossary: Glossary) -> None:
        self._root = _Node()
        for entry in glossary.entries:
            for spelling in entry.spellings:
                self._insert(spelling_key(spelling), entry, listed=True)
        # After all that is listed, so that a derived spelling never takes the place of another entry's own.
        for entry in glossary.entries:
            for spelling in entry.spellings:
                for key in _derived(spelling_key(spelling)):
                    self._insert(key, entry, listed=False)

    def find(self, text: str) -> list[Match]:
        """Return the terms of a text, in order, without overlaps: the longest first choice, then the leftmost."""
        words = list(folded_words(text))
        found: list[tuple[int, int, Match]] = []
        first = self._root.children
        for position, word in enumerate(words):
            # Nearly all words begin no term: they must cost look-ups and nothing else.
            starts = [reading for reading in _readings(word.folded) if reading.step in first]
            if starts:
                found += self._at(position, starts, words, text)
        found.sort(key=lambda item: (-item[1], -(item[2].end - item[2].core_start), item[0]))
        taken: set[int] = set()
        chosen: list[Match] = []
        for position, length, match in found:
            places = range(position, position + length)
            if taken.isdisjoint(places):
                taken.update(places)
                chosen.append(match)
        return sorted(chosen, key=lambda match: match.start)

    def _insert(self, key: tuple[str, ...], entry: Entry, *, listed: bool) -> None:
        node = self._root
        for step in _steps(key):
            node = node.children.setdefault(step, _Node())
        node.listed |= listed
        if entry not in node.entries and node.listed == listed:
            node.entries += (entry,)

    def _at(
        self, position: int, readings: Iterable[_Reading], words: list[Word], text: str
    ) -> Iterator[tuple[int, int, Match]]:
        """Yield terms that begin at a word, for each length the reading that peels least."""
        seen: set[int] = set()
        first = words[position]
        for reading in readings:
            node = self._root.children.get(reading.step)
            length = 1
            while node is not None:
                allowed = (
                    [entry for entry in node.entries if _allowed(entry, reading, first, length, text)]
                    if node.entries and length not in seen
                    else []
                )
                if allowed:
                    seen.add(length)
                    start = first.start + offset(text[first.start : first.end], reading.peeled)
                    end = words[position + length - 1].end
                    doubtful = length == 1 and reading.doubtful
                    entry, *rivals = allowed
                    match = Match(entry, first.start, end, start, reading.clitics, tuple(rivals), doubtful)
                    yield position, length, match
                if position + length >= len(words):
                    break
                before, word = words[position + length - 1], words[position + length]
                node = node.children.get((separator(text[before.end : word.start]), word.folded))
                length += 1


def _steps(key: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    """Pair each word with the separator before it."""
    return zip(("", *key[1::2]), key[::2], strict=True)


@lru_cache(maxsize=262_144)
def _readings(word: str) -> tuple[_Reading, ...]:
    """Return the ways to read a folded word, the whole first, then by what is peeled off."""
    chains: list[tuple[tuple[str, ...], str]] = [((), word)]
    if word[0] in CONJUNCTIONS and len(word) > 1:
        chains.append(((word[0],), word[1:]))
    for clitics, rest in list(chains):
        if rest[0] in PREPOSITIONS + FUTURE and len(rest) > 1:
            chains.append(((*clitics, rest[0]), rest[1:]))
    readings: list[tuple[int, _Reading]] = []
    for clitics, rest in chains:
        peeled = len(word) - len(rest)
        readings.append((peeled, _Reading(clitics, peeled, rest)))
        if rest.startswith("ال") and len(rest) > 2:
            readings.append((peeled + 2, _Reading(clitics, peeled, rest[2:], bare=True)))
        if clitics and clitics[-1] == "ل" and rest.startswith("ل") and len(rest) > 1:
            # ل + ال is written لل, and a term that begins with ل after its article leaves only one of its own.
            readings.append((peeled + 1, _Reading(clitics, peeled, "ا" + rest)))
            readings.append((peeled + 1, _Reading(clitics, peeled, "ال" + rest)))
            readings.append((peeled + 2, _Reading(clitics, peeled, rest[1:], bare=True)))
    readings.sort(key=lambda item: item[0])
    return tuple(reading for _, reading in readings)


def _allowed(entry: Entry, reading: _Reading, first: Word, length: int, text: str) -> bool:
    """Refuse س before anything but verbs, an article that no name has, and function words that only fold to a term."""
    if FUTURE in reading.clitics and entry.type != "verb":
        return False
    written = text[first.start : first.end]
    if reading.bare and (not entry.takes_article or written[offset(written, reading.peeled)] in "أإآ"):
        return False
    if length > 1:
        return True
    if entry.type in ("person", "place") and written.endswith(("اً", "ًا")):
        return False
    core = written[offset(written, reading.peeled) :]
    # A proclitic is one letter, so what is left before the last of them is peeled begins at their number or below.
    if any(written[offset(written, peeled) :] in FUNCTION_WORDS for peeled in range(len(reading.clitics))):
        return False  # كن is no word of ولكن, whoever lists it
    return core not in FUNCTION_WORDS or core in entry.spellings


def _derived(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the spellings that a listed one stands for: foreign letters replaced, cases of names and plurals."""
    last = len(key) - 1
    choices: list[tuple[str, ...]] = []
    for place, part in enumerate(key):
        if place % 2:
            choices.append((part,))
        elif place < last and part in FIVE_NOUNS:
            choices.append(FIVE_NOUNS[part])
        elif part.startswith("ال") and part.endswith(("ون", "ين")) and len(part) > 5:
            # المسلمون and المسلمين; without the article it would be guesswork (شارون).
            choices.append((part[:-2] + "ون", part[:-2] + "ين"))
        else:
            choices.append(alternatives(part))
    yield from islice(product(*choices), MOST_ALTERNATIVES)

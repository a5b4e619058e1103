"""Augmentation: English terms in the Arabic, other names, numbers and Latin words on both sides, joined pairs."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from models.training.pairs import Pair, western_digits
from models.training.recipe import Augmentation
from mtpipe.glossary.entries import Entry, Glossary, spelling_key
from mtpipe.glossary.inject import inject
from mtpipe.glossary.match import Matcher
from mtpipe.glossary.mention import Match

LONGEST_TERM = 4  # words
LONGEST_COPY = 25  # words
# A number that stands alone: not a part of 1,250 or 3.5, and not of COVID-19, which would no longer be one.
NUMBER = re.compile(r"(?<![\w.,-])\d+(?![.,]*[\w-])")
ARABIC_WORD = re.compile(r"[\u0620-\u0655\u0670\u0671-\u06d3]+")
NAME = re.compile(r"[A-Z][\w'’.-]+(?: [\w'’.-]+)*")
LATIN_WORD = re.compile(r"(?<![\w./-])[A-Z][A-Za-z]{1,11}(?![\w./-])")
ENGLISH_WORD = re.compile(r"[a-z]+")
ENDINGS = ("ing", "ed", "ly", "s", "al", "ic")  # of words that stand in the same places
PARTICLES = ("Al-", "al-", "El-", "Abu ", "Ibn ", "Bin ", "O'", "D'", "Mc", "De ", "Van ")
VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"


@dataclass(slots=True)
class Names:
    """Latin names that may stand for any other: single words, and whole names of several."""

    single: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.single)

    def long(self, draw: random.Random, of: int) -> str:
        """The longest of so many names: one of many pieces is the harder to copy, as each piece has to be right."""
        return max((self.draw(draw) for _ in range(of)), key=len)

    def draw(self, draw: random.Random) -> str:
        """A name of some shape: one word, several, hyphenated, with a particle, made up, or an acronym.

        Few are frequent and many are made up, so that none is worth remembering: what pays is copying.
        """
        kind = draw.random()
        if kind < 0.35:
            return draw.choice(self.single)
        if kind < 0.55:
            return f"{draw.choice(self.single)} {draw.choice(self.single)}"
        if kind < 0.70:
            return draw.choice(self.whole or self.single)
        if kind < 0.76:
            return f"{draw.choice(self.single)}-{draw.choice(self.single)}"
        if kind < 0.84:
            return draw.choice(PARTICLES) + draw.choice(self.single)
        if kind < 0.92:
            return "".join(
                draw.choice(CONSONANTS) + draw.choice(VOWELS) + draw.choice(("", "", draw.choice(CONSONANTS)))
                for _ in range(draw.randint(2, 3))
            ).capitalize()
        return acronym(draw)


def acronym(draw: random.Random) -> str:
    """Two to five capital letters."""
    return "".join(draw.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(draw.choice((2, 3, 3, 3, 4, 4, 5))))


@dataclass
class TermLists:
    """Arabic names and nouns with the English forms that the lists give them, found as the glossary finds its terms."""

    names: Names = field(default_factory=Names)
    renderings: list[Pair] = field(default_factory=list)  # names in both scripts
    words: dict[tuple[bool, str], list[Pair]] = field(default_factory=dict)  # by ``word_kind``
    _forms: dict[tuple[str, ...], list[Pair]] = field(default_factory=dict)

    def add(self, entries: Iterable[Pair], *, names: bool) -> None:
        """Take entries in; those of name lists may stand in for other names."""
        for entry in entries:
            words = ARABIC_WORD.findall(entry.source)
            if not words or len(words) > LONGEST_TERM or len("".join(words)) < 3 or len(entry.target) < 3:
                continue
            self._forms.setdefault(spelling_key(entry.source), []).append(entry)
            if names and NAME.fullmatch(entry.target):
                (self.names.whole if " " in entry.target else self.names.single).append(entry.target)
                self.renderings.append(entry)

    def add_words(self, entries: Iterable[Pair]) -> None:
        """Take in words that may stand in for others of their kind; nothing is found by them."""
        for entry in entries:
            if ENGLISH_WORD.fullmatch(entry.target):
                self.words.setdefault(word_kind(entry), []).append(entry)

    @cached_property
    def _matcher(self) -> Matcher:
        entries = [
            Entry(pairs[0].source, pairs[0].target, type="person", variants=tuple({pair.target for pair in pairs[1:]}))
            for key, pairs in self._forms.items()
            if key
        ]
        return Matcher(Glossary(tuple(entries)))

    def find(self, pair: Pair) -> list[Match]:
        """The terms of the source whose English stands in the target as whole words, once; the entry has it so.

        The pair stays a translation when such a term is written into the source.
        """
        found: list[Match] = []
        for match in self._matcher.find(pair.source):
            forms = {form for entry in match.candidates for form in (entry.target, *entry.accepted)}
            standing = (once(form, pair.target) for form in sorted(forms, key=lambda form: (-len(form), form)))
            english = next((form for form in standing if form is not None), None)
            if english is not None:
                found.append(match._replace(entry=replace(match.entry, target=english), rivals=()))
        return found


def once(form: str, target: str) -> str | None:
    """A form as it is written in the target, where it stands exactly once as whole words."""
    if form.casefold() not in target.casefold():
        return None
    places: list[str] = re.findall(rf"(?<!\w){re.escape(form)}(?!\w)", target, re.IGNORECASE)
    return places[0] if len(places) == 1 else None


def write_term(pair: Pair, lists: TermLists, rules: Augmentation, draw: random.Random) -> Pair:
    """The pair with one to three English terms in the source, as the glossary's rung of injection writes them.

    Names are at times swapped for another on both sides.
    """
    found = lists.find(pair)
    names = [match for match in found if match.entry.target[:1].isupper()]
    if not found:
        return pair
    chosen = draw.sample(names or found, k=min(len(names or found), draw.choice((1, 1, 1, 2, 3))))
    chosen.sort(key=lambda match: match.start)
    target = pair.target
    written: list[Match] = []
    for match in chosen:
        english = match.entry.target
        if english[:1].isupper() and lists.names and draw.random() < rules.swap:
            name = lists.names.long(draw, rules.longest_of)
            target = put(target, english, name)
            match = match._replace(entry=replace(match.entry, target=name))
        written.append(match)
    return Pair(inject(pair.source, written), target)


def put(target: str, english: str, other: str) -> str:
    """The target with ``other`` where ``english`` stands as whole words."""
    return re.sub(rf"(?<!\w){re.escape(english)}(?!\w)", lambda _: other, target)


def rename(pair: Pair, lists: TermLists, draw: random.Random) -> Pair:
    """The pair with one name replaced by another on both sides, in Arabic in the source: more names in sentences."""
    names = [match for match in lists.find(pair) if match.entry.target[:1].isupper()]
    if not names or not lists.renderings:
        return pair
    match, other = draw.choice(names), draw.choice(lists.renderings)
    # What sticks to the name stays stuck; an article goes with the old name.
    prefix = "".join(match.clitics)
    if prefix.endswith("ل") and other.source.startswith("ال"):
        return pair
    source = pair.source[: match.start] + prefix + other.source + pair.source[match.end :]
    return Pair(source, put(pair.target, match.entry.target, other.target))


def reword(pair: Pair, lists: TermLists, draw: random.Random) -> Pair:
    """The pair with one word replaced by another on both sides: words that no pair has, in sentences.

    The other has an article where this one has, and the same English ending, so that the sentence stays one.
    """
    words = [match for match in lists.find(pair) if ENGLISH_WORD.fullmatch(match.entry.target) and match.replaceable]
    # Between ل and a word the article hides.
    words = [match for match in words if " " not in match.entry.source and not "".join(match.clitics).endswith("ل")]
    if not words:
        return pair
    match = draw.choice(words)
    others = lists.words.get(word_kind(Pair(pair.source[match.core_start : match.end], match.entry.target)))
    if not others:
        return pair
    other = draw.choice(others)
    source = pair.source[: match.core_start] + other.source + pair.source[match.end :]
    return Pair(source, put(pair.target, match.entry.target, other.target))


def word_kind(pair: Pair) -> tuple[bool, str]:
    """What words must share to stand in for each other: with or without article, and the ending of the English."""
    ending = next((ending for ending in ENDINGS if pair.target.endswith(ending)), "")
    return pair.source.startswith("ال"), ending


def change_latin(pair: Pair, lists: TermLists, draw: random.Random) -> Pair:
    """The pair with another Latin word where one stands once on each side: WHO, Excel."""
    standing = [word for word in dict.fromkeys(LATIN_WORD.findall(pair.source)) if once(word, pair.target) == word]
    standing = [word for word in standing if len(re.findall(rf"\b{re.escape(word)}\b", pair.source)) == 1]
    if not standing:
        return pair
    word = draw.choice(standing)
    other = acronym(draw) if word.isupper() else lists.names.draw(draw) if lists.names else word
    return Pair(put(pair.source, word, other), put(pair.target, word, other))


def change_numbers(pair: Pair, rules: Augmentation, draw: random.Random) -> Pair:
    """The pair with other digits in numbers that stand once on each side, so that numbers are read, not remembered."""
    source, target = western_digits(pair.source), pair.target
    in_source, in_target = NUMBER.findall(source), NUMBER.findall(target)
    for number in sorted(set(in_source) & set(in_target)):
        if in_source.count(number) > 1 or in_target.count(number) > 1 or draw.random() >= rules.digits:
            continue
        other = another_number(number, draw)
        if other in in_source or other in in_target:
            continue
        pattern = re.compile(NUMBER.pattern.replace(r"\d+", number))
        source, target = pattern.sub(other, source), pattern.sub(other, target)
    return Pair(source, target)


def another_number(number: str, draw: random.Random) -> str:
    """A number of the same length; a year stays a year, and 1 stays 1 (the noun after it is singular)."""
    if len(number) == 4 and number[:2] in ("18", "19", "20"):
        return str(draw.randint(1850, 2026))
    if len(number) == 1:
        return number if number in "012" else draw.choice("3456789")
    if len(number) == 2 and number != "10":
        return str(draw.randint(11, 99)) if number > "31" else str(draw.randint(11, 31))
    return number[0] + "".join(draw.choice("0123456789") for _ in number[1:])


def augment(
    pairs: Sequence[Pair], lists: TermLists, rules: Augmentation, draw: random.Random
) -> tuple[list[Pair], int]:
    """The pairs of a file in its order, augmented; and how many have a term written in."""
    result: list[Pair] = []
    injected = 0
    joined = False
    for pair in pairs:
        pair = change_numbers(pair, rules, draw)
        if draw.random() < rules.latin:
            pair = change_latin(pair, lists, draw)
        kind = draw.random()
        if kind < rules.terms:
            with_term = write_term(pair, lists, rules, draw)
            injected += with_term is not pair
            pair = with_term
        elif kind < rules.terms + rules.rename:
            pair = rename(pair, lists, draw)
        if draw.random() < rules.reword:
            pair = reword(pair, lists, draw)
        if joined and len(result[-1].source) + len(pair.source) < rules.longest_joined:
            pair = Pair(f"{result[-1].source} {pair.source}", f"{result[-1].target} {pair.target}")
            result.pop()
        result.append(pair)
        joined = draw.random() < rules.join and pair.source[-1:] in ".!?؟" and pair.target[-1:] in ".!?"
    return result, injected


def copies(pairs: Sequence[Pair], share: float, draw: random.Random) -> list[Pair]:
    """English sentences as their own source, for a share of the pairs (Currey, Miceli Barone and Heafield 2017).

    They teach the decoder to copy pieces, which names written into the Arabic alone teach it very slowly.
    """
    short = (pair.target for pair in pairs if pair.target.count(" ") < LONGEST_COPY)
    return [Pair(target, target) for target in short if draw.random() < share]


def copied_names(lists: TermLists, number: int, draw: random.Random) -> list[Pair]:
    """Lines of one to four Latin names in an Arabic list of them, names that no pair may have."""
    made: list[Pair] = []
    for _ in range(number if lists.names else 0):
        *some, last = (lists.names.draw(draw) for _ in range(draw.choice((1, 1, 2, 2, 3, 4))))
        sources, targets = "، ".join(some), ", ".join(some)
        made.append(Pair(f"{sources} و {last}", f"{targets} and {last}") if some else Pair(last, last))
    return made

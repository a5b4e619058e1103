"""Augmentation: English terms in the Arabic source, other numbers on both sides, joined sentences."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.training.pairs import MARKS, Pair, western_digits
from models.training.recipe import Augmentation

PROCLITICS = "وفبلك"
LONGEST_TERM = 3  # words
# A number that stands alone: not a part of 1,250 or 3.5, and not of COVID-19, which would no longer be one.
NUMBER = re.compile(r"(?<![\w.,-])\d+(?![.,]*[\w-])")
WORD = re.compile(r"[\u0620-\u0655\u0670\u0671-\u06d3]+")


def fold(word: str) -> str:
    """A spelling that lists and texts share: no harakat, no tatweel, one alef."""
    return re.sub("[أإآٱ]", "ا", MARKS.sub("", word))


@dataclass(slots=True)
class TermLists:
    """Arabic names and nouns with the English forms that the lists give them."""

    names: list[str] = field(default_factory=list)
    _forms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, entries: Iterable[Pair], *, names: bool) -> None:
        """Take entries in; those of name lists may stand in for other names."""
        for entry in entries:
            words = [word for word in map(fold, WORD.findall(entry.source)) if word]
            if not words or len(words) > LONGEST_TERM or len("".join(words)) < 3 or len(entry.target) < 3:
                continue
            self._forms[" ".join(words)].add(entry.target.casefold())
            if names and entry.target[:1].isupper() and re.fullmatch(r"[A-Z][a-z]+( [A-Z][a-z]+)?", entry.target):
                self.names.append(entry.target)

    def find(self, pair: Pair) -> list[tuple[int, int, str]]:
        """Spans of the source and the target's words for them: (start, end, English), longest terms first.

        A single proclitic before a listed term stays outside the span. The English must stand in the target as whole
        words, once, so that the pair stays a translation when the term is written into the source.
        """
        matches = [(match.start(), match.end(), fold(match.group())) for match in WORD.finditer(pair.source)]
        words = [match for match in matches if match[2]]  # lone marks fold to nothing
        found: list[tuple[int, int, str]] = []
        taken: set[int] = set()
        for length in range(LONGEST_TERM, 0, -1):
            for first in range(len(words) - length + 1):
                if taken & set(range(first, first + length)):
                    continue
                text = " ".join(word for _, _, word in words[first : first + length])
                for peeled in (0, 1) if text[0] in PROCLITICS else (0,):
                    english = self._standing(text[peeled:], pair.target)
                    if english is not None:
                        found.append((words[first][0] + peeled, words[first + length - 1][1], english))
                        taken |= set(range(first, first + length))
                        break
        return found

    def _standing(self, arabic: str, target: str) -> str | None:
        """The listed English form of a term as it is written, once, in the target."""
        for form in sorted(self._forms.get(arabic, ()), key=lambda form: (-len(form), form)):
            places = re.findall(rf"(?<!\w){re.escape(form)}(?!\w)", target, re.IGNORECASE)
            if len(places) == 1 and isinstance(places[0], str):
                return places[0]
        return None


def write_term(pair: Pair, lists: TermLists, rules: Augmentation, draw: random.Random) -> Pair:
    """The pair with one or two English terms in the source, names at times swapped for another on both sides."""
    spans = lists.find(pair)
    if not spans:
        return pair
    capital = [span for span in spans if span[2][:1].isupper()]
    chosen = draw.sample(capital or spans, k=min(len(capital or spans), draw.choice((1, 1, 2))))
    source, target = pair.source, pair.target
    for start, end, english in sorted(chosen, reverse=True):
        written = english
        if english[:1].isupper() and lists.names and draw.random() < rules.swap:
            written = draw.choice(lists.names)
            target = re.sub(rf"(?<!\w){re.escape(english)}(?!\w)", lambda _: written, target)  # noqa: B023 - used at once
        proclitic = start > 0 and source[start - 1].isalpha()
        source = source[:start] + (" " if proclitic else "") + written + source[end:]
    return Pair(source, target)


def change_numbers(pair: Pair, rules: Augmentation, draw: random.Random) -> Pair:
    """The pair with other digits in numbers that stand once on each side, so that numbers are read, not remembered."""
    source, target = western_digits(pair.source), pair.target
    in_source, in_target = NUMBER.findall(source), NUMBER.findall(target)
    for number in set(in_source) & set(in_target):
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
        if draw.random() < rules.terms:
            with_term = write_term(pair, lists, rules, draw)
            injected += with_term is not pair
            pair = with_term
        if joined and len(result[-1].source) + len(pair.source) < 350:
            result[-1] = Pair(f"{result[-1].source} {pair.source}", f"{result[-1].target} {pair.target}")
            joined = False
            continue
        result.append(pair)
        joined = draw.random() < rules.join and pair.source[-1:] in ".!?؟" and pair.target[-1:] in ".!?"
    return result, injected

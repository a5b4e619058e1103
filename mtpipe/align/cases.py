"""Hard cases for an aligner, made from texts that are aligned sentence by sentence, with the answer known.

What happens to a text on its way through a translator and a news desk, each with a rate of its own and from a seed:
sentences are run together on one side, English ones cut at clauses, left out, shortened, lines of other texts and what
websites leave behind come in, paragraph breaks move and paragraphs change places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Final

from mtpipe.align.evaluate import Places

CLAUSE: Final = re.compile(
    r"(?<=[,;:])\s+|\s+[-–—]\s+|\s+(?=(?:and|but|while|who|which|because|when|where|although|after)\s)"
)
LARGEST: Final = 5  # sentences of two beads, both sides counted, that may still be run together: 1-3 grows no more
SHORTEST_CLAUSE: Final = 20  # characters: less is no clause, but a name in a list
REMNANTS: Final = (
    ("اقرأ أيضاً", "Read more"),
    ("شارك هذا الموضوع", "Share this article"),
    ("اترك تعليقاً", "Leave a comment"),
    ("جميع الحقوق محفوظة", "All rights reserved"),
    ("تابعنا على فيسبوك", "Follow us on Facebook"),
    ("إعلان", "Advertisement"),
    ("آخر تحديث", "Last updated"),
    ("زر الذهاب إلى الأعلى", "Back to top"),
)

Translated = tuple[str, str]
Document = Sequence[Sequence[Translated]]
"""Paragraphs of pairs: Arabic sentence, English sentence."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Rates in 0 to 1, each per sentence pair if nothing else is said.

    merge: two (now and then three) neighbours become one sentence, on a side drawn by lot.
    drop: missing on one side.
    foreign: a sentence of another document comes in, on one side.
    remnant: a line that a website left behind comes in, on one side.
    split: the English sentence is cut at clauses into two or three.
    truncate: the English sentence loses its last clause; the bead still counts.
    resplit: the last clause of an English sentence goes to the next one: two sentences against two.
    shift: of paragraph breaks, that the English sets a sentence earlier or later.
    move: pairs of neighbouring paragraphs that change places in the English (a number, not a rate).
    """

    merge: float = 0.0
    drop: float = 0.0
    foreign: float = 0.0
    remnant: float = 0.0
    split: float = 0.0
    truncate: float = 0.0
    resplit: float = 0.0
    shift: float = 0.0
    move: int = 0


LIGHT: Final = Damage(merge=0.10, drop=0.05, foreign=0.02)
HEAVY: Final = Damage(merge=0.25, drop=0.15, foreign=0.08)


@dataclass(frozen=True, slots=True)
class Case:
    """Two documents, each paragraphs of sentences, and the beads over their sentences' indexes."""

    source: tuple[tuple[str, ...], ...]
    target: tuple[tuple[str, ...], ...]
    beads: tuple[Places, ...]


@dataclass(slots=True)
class Unit:
    """A bead in the making: its sentences, and the paragraph that each side stands in."""

    source: list[str]
    target: list[str]
    source_paragraph: int
    target_paragraph: int
    joined: str = ""  # the side whose sentences were run together

    @property
    def whole(self) -> bool:
        """Whether both sides are there."""
        return bool(self.source and self.target)


def make(document: Document, damage: Damage, seed: int, *, foreign: Sequence[Translated] = ()) -> Case:
    """Damage an aligned document. The same arguments give the same case.

    ``foreign`` are sentence pairs of other documents, for the lines that come in.
    """
    random = Random(seed)
    units = [Unit([ar], [en], number, number) for number, part in enumerate(document) for ar, en in part]
    for unit in units:
        _shorten(unit, damage, random)
    _drop(units, damage, random)
    units = _resplit(units, damage, random)
    units = _merged(units, damage, random)
    _shift(units, damage, random)
    units = _with_strangers(units, damage, foreign, random)
    order = _moved([unit.target_paragraph for unit in units], damage.move, random)
    return _case(units, order)


def _clauses(text: str) -> list[str]:
    """Cut at clauses, none shorter than ``SHORTEST_CLAUSE``."""
    parts = [""]
    cursor = 0
    for cut in CLAUSE.finditer(text):
        if cut.start() - cursor >= SHORTEST_CLAUSE and len(text) - cut.end() >= SHORTEST_CLAUSE:
            parts[-1:] = [text[cursor : cut.start()], ""]
            cursor = cut.end()
    parts[-1] = text[cursor:]
    return parts


def _shorten(unit: Unit, damage: Damage, random: Random) -> None:
    truncate, split = random.random() < damage.truncate, random.random() < damage.split
    clauses = _clauses(unit.target[0])
    if truncate and len(clauses) > 1:
        clauses = clauses[:-1]
        unit.target = [" ".join(clauses)]
    if split and len(clauses) > 1:
        cuts = sorted(random.sample(range(1, len(clauses)), min(len(clauses) - 1, random.choice((1, 1, 2)))))
        edges = [0, *cuts, len(clauses)]
        unit.target = [" ".join(clauses[start:end]) for start, end in pairwise(edges)]


def _drop(units: list[Unit], damage: Damage, random: Random) -> None:
    for unit in units:
        if random.random() < damage.drop:
            if random.random() < 0.5:
                unit.source = []
            else:
                unit.target = []


def _resplit(units: list[Unit], damage: Damage, random: Random) -> list[Unit]:
    result: list[Unit] = []
    for unit in units:
        wanted, last = random.random() < damage.resplit, result[-1] if result else unit
        plain = all(len(one.source) == len(one.target) == 1 for one in (last, unit))
        near = bool(result) and plain and last.source_paragraph == unit.source_paragraph
        clauses = _clauses(last.target[0]) if near else []
        if wanted and len(clauses) > 1:
            last.source = last.source + unit.source
            last.target = [" ".join(clauses[:-1]), f"{clauses[-1]} {unit.target[0]}"]
        else:
            result.append(unit)
    return result


def _merged(units: list[Unit], damage: Damage, random: Random) -> list[Unit]:
    """Run neighbours of one paragraph together; the other side keeps its sentences."""
    result: list[Unit] = []
    for unit in units:
        wanted, side = random.random() < damage.merge, random.choice(("source", "target"))
        last = result[-1] if result else unit
        near = bool(result) and last.whole and unit.whole and last.source_paragraph == unit.source_paragraph
        if not (wanted and near) or len(last.source + last.target + unit.source + unit.target) > LARGEST:
            result.append(unit)
            continue
        last.joined = last.joined or side
        last.source, last.target = last.source + unit.source, last.target + unit.target
        if last.joined == "source":
            last.source = [" ".join(last.source)]
        else:
            last.target = [" ".join(last.target)]
    return result


def _shift(units: list[Unit], damage: Damage, random: Random) -> None:
    for before, after in pairwise(units):
        if (
            before.target_paragraph < after.source_paragraph == after.target_paragraph
            and random.random() < damage.shift
        ):
            if random.random() < 0.5:
                before.target_paragraph = after.target_paragraph
            else:
                after.target_paragraph = before.target_paragraph


def _with_strangers(units: list[Unit], damage: Damage, foreign: Sequence[Translated], random: Random) -> list[Unit]:
    result: list[Unit] = []
    for unit in units:
        result.append(unit)
        for rate, lines in ((damage.foreign, foreign), (damage.remnant, REMNANTS)):
            if lines and random.random() < rate:
                arabic, english = random.choice(lines)
                on_source = random.random() < 0.5
                sides: tuple[list[str], list[str]] = ([arabic], []) if on_source else ([], [english])
                result.append(Unit(*sides, unit.source_paragraph, unit.target_paragraph))
    return result


def _moved(paragraphs: list[int], count: int, random: Random) -> list[int]:
    """Return the order of the target's units, with ``count`` pairs of neighbouring paragraphs exchanged."""
    numbers = sorted(set(paragraphs))
    rank = {number: place for place, number in enumerate(numbers)}
    free = list(range(len(numbers) - 1))
    for _ in range(count):
        if not free:
            break
        first = random.choice(free)
        one, other = numbers[first], numbers[first + 1]
        rank[one], rank[other] = rank[other], rank[one]
        free = [place for place in free if abs(place - first) > 1]
    return sorted(range(len(paragraphs)), key=lambda place: (rank[paragraphs[place]], place))


def _case(units: list[Unit], order: list[int]) -> Case:
    source, left = _laid([(unit.source_paragraph, unit.source) for unit in units])
    target, right = _laid([(units[place].target_paragraph, units[place].target) for place in order])
    position = {place: at for at, place in enumerate(order)}
    beads: list[Places] = []
    for place in range(len(units)):
        ours, theirs = left[place], right[position[place]]
        beads += [(ours, theirs)] if ours and theirs else [*(((i,), ()) for i in ours), *(((), (j,)) for j in theirs)]
    return Case(source, target, tuple(beads))


def _laid(units: list[tuple[int, list[str]]]) -> tuple[tuple[tuple[str, ...], ...], list[tuple[int, ...]]]:
    """Lay sentences out in paragraphs, and return these and each unit's indexes."""
    paragraphs: list[list[str]] = []
    indexes: list[tuple[int, ...]] = []
    count, last = 0, None
    for number, sentences in units:
        if sentences and number != last:
            paragraphs.append([])
            last = number
        if sentences:
            paragraphs[-1] += sentences
        indexes.append(tuple(range(count, count + len(sentences))))
        count += len(sentences)
    return tuple(map(tuple, paragraphs)), indexes

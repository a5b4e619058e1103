"""One name, many spellings: sightings of names put together, by spelling and by how their spellings sound."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from mtpipe.glossary.english import APOSTROPHES, ARTICLE_PREFIX
from mtpipe.glossary.entries import Entry, spelling_key
from mtpipe.glossary.names import Sighting
from mtpipe.glossary.repair import related
from mtpipe.glossary.spelling import arabic_alikeness, arabic_sounds, consonants, english_alikeness

SAME_ENGLISH: Final = 0.6
"""Alikeness from which two Arabic spellings are one name, where both are rendered the same (غوغل, قوقل: Google)."""
SAME_ARABIC: Final = 0.9
"""Where they are not; their renderings must be alike as well, ..."""
ENGLISH: Final = 0.75
"""... as alike as this."""
LEAST_CONSONANTS: Final = 4
"""Consonants that such spellings must have: short names are alike by chance (سالم, سليم)."""

# One letter for sounds that spellings exchange. Not for vowels: موراليس (Morales) is not موريلوس (Morelos).
_CLASSES: Final = str.maketrans("qxgCvpzTD", "kkjjfbstd", "h")
_LEFT_OUT: Final = re.compile(rf"^(?:the\s+|{ARTICLE_PREFIX}[\s-])|[{APOSTROPHES}-]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The sightings of one name. ``entry`` is the gazetteer's, if it has the name."""

    sightings: tuple[Sighting, ...]
    entry: Entry | None

    @property
    def spellings(self) -> list[str]:
        """The Arabic spellings that the matcher tells apart, the most frequent first."""
        return _by_count(sighting.source for sighting in self.sightings)

    @property
    def renderings(self) -> Counter[str]:
        """How often it is rendered how."""
        return Counter(sighting.target for sighting in self.sightings)


def english_key(text: str) -> str:
    """Return what spellings have in common that differ in capitals, hyphens, apostrophes or an article."""
    return " ".join(_LEFT_OUT.sub("", text).casefold().split())


def cluster(sightings: Iterable[Sighting]) -> list[Cluster]:
    """Put sightings together that are of one name, in the order in which the names are first seen.

    Spellings that read the same to the matcher are one; what the gazetteer has as one entry is; and so are two
    spellings that sound alike, if their English is the same or sounds alike, too. Two entries stay two.
    """
    groups: dict[tuple[str, ...], list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(spelling_key(sighting.source), []).append(sighting)
    members = list(groups.values())
    entries = [next((one.entry for one in group if one.entry is not None), None) for group in members]
    owner = list(range(len(members)))

    def find(number: int) -> int:
        while owner[number] != number:
            number = owner[number] = owner[owner[number]]
        return number

    listed = {number for number, entry in enumerate(entries) if entry is not None}
    for one, other in (*_of_one_entry(entries), *_alike(members, listed)):
        left, right = sorted((find(one), find(other)))
        if left != right and (entries[left] is None or entries[right] in (None, entries[left])):
            owner[right] = left
            entries[left] = entries[left] or entries[right]
    joined: dict[int, list[Sighting]] = {}
    for number, group in enumerate(members):
        joined.setdefault(find(number), []).extend(group)
    return [Cluster(tuple(group), entries[number]) for number, group in joined.items()]


def _of_one_entry(entries: Sequence[Entry | None]) -> Iterator[tuple[int, int]]:
    first: dict[Entry, int] = {}
    for number, entry in enumerate(entries):
        if entry is not None:
            yield first.setdefault(entry, number), number


def _alike(groups: Sequence[Sequence[Sighting]], listed: Container[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of groups that are one name. Only those with a rendering or all sounds in common are compared."""
    renderings = [Counter(english_key(one.target) for one in group) for group in groups]
    spellings = [group[0].source for group in groups]
    by_english: dict[str, list[int]] = defaultdict(list)
    by_sound: dict[str, list[int]] = defaultdict(list)
    for number, spelling in enumerate(spellings):
        for rendering in renderings[number]:
            by_english[rendering].append(number)
        sounds = arabic_sounds(spelling)
        if consonants(sounds) >= LEAST_CONSONANTS and number not in listed:  # what is listed is known by its English
            by_sound[sounds.translate(_CLASSES)].append(number)
    for numbers in by_english.values():
        for one, other in combinations(numbers, 2):
            if arabic_alikeness(spellings[one], spellings[other]) >= SAME_ENGLISH:
                yield one, other
    for numbers in by_sound.values():
        for one, other in combinations(numbers, 2):
            if arabic_alikeness(spellings[one], spellings[other]) < SAME_ARABIC:
                continue
            (first, _), (second, _) = renderings[one].most_common(1)[0], renderings[other].most_common(1)[0]
            if english_alikeness(first, second) >= ENGLISH and not related(first, second):
                yield one, other


def _by_count(texts: Iterable[str]) -> list[str]:
    counts = Counter(texts)
    best: dict[tuple[str, ...], str] = {}
    totals: Counter[tuple[str, ...]] = Counter()
    for text, count in counts.most_common():
        best.setdefault(spelling_key(text), text)
        totals[spelling_key(text)] += count
    return [best[group] for group, _ in totals.most_common()]

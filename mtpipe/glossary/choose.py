"""Which English a name should have: the glossary's, the gazetteer's, an attested spelling, or what most have."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Final, Literal

from mtpipe.glossary.cluster import Cluster, english_key
from mtpipe.glossary.spelling import alikeness

Reason = Literal["listed", "attested", "majority", "only"]

LEAST_SHARE: Final = 0.25
"""Share of the sightings that an attested spelling must have to be chosen before a more frequent one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The English chosen, and why: ``listed`` by a glossary or the gazetteer, ``attested`` by a dictionary of names,
    the ``majority``, or the ``only`` one there is.
    """

    target: str
    reason: Reason


def choose(cluster: Cluster) -> Choice:
    """Choose one rendering of a name. It is always one that the archive or the gazetteer has, never an invented one."""
    if cluster.entry is not None:
        return Choice(cluster.entry.target, "listed")
    counts = cluster.renderings
    groups: Counter[str] = Counter()
    for text, count in counts.items():
        groups[english_key(text)] += count
    source = cluster.spellings[0]
    best = max(groups, key=lambda key: (groups[key], alikeness(source, key), key))
    if len(groups) > 1:
        for attested in map(english_key, romanised(source)):
            if attested != best and groups[attested] >= LEAST_SHARE * groups.total():
                return Choice(_written(counts, attested), "attested")
    return Choice(_written(counts, best), "only" if len(counts) == 1 else "majority")


def _written(counts: Counter[str], key: str) -> str:
    return max((text for text in counts if english_key(text) == key), key=lambda text: (counts[text], text))


@lru_cache(maxsize=65_536)
def romanised(name: str) -> tuple[str, ...]:
    """Return how an Arabic name is usually spelled (arabic-name-romanizer); nothing where that is not installed."""
    if find_spec("arabic_name_romanizer") is None:
        return ()
    from arabic_name_romanizer import transliterate

    found = str(transliterate(name))
    return (found,) if re.search(r"[A-Za-z]", found) else ()

"""English plurals of terms, by spelling rules and a table of the common exceptions."""

from __future__ import annotations

import re
from typing import Final

IRREGULAR: Final = {
    "man": "men", "woman": "women", "person": "people", "child": "children", "crisis": "crises", "analysis": "analyses",
    "basis": "bases", "hypothesis": "hypotheses", "leaf": "leaves", "life": "lives", "wife": "wives", "half": "halves",
    "thief": "thieves", "shelf": "shelves", "knife": "knives", "loaf": "loaves", "datum": "data", "medium": "media",
    "phenomenon": "phenomena", "criterion": "criteria", "foot": "feet", "tooth": "teeth", "hero": "heroes",
    "embargo": "embargoes", "veto": "vetoes", "potato": "potatoes", "tomato": "tomatoes", "echo": "echoes",
    "torpedo": "torpedoes", "aircraft": "aircraft", "spacecraft": "spacecraft", "series": "series",
    "czech": "czechs", "monarch": "monarchs", "patriarch": "patriarchs", "stomach": "stomachs", "epoch": "epochs",
    "species": "species", "headquarters": "headquarters", "sheep": "sheep", "fish": "fish", "police": "police",
    "quiz": "quizzes", "gas": "gases",
}  # fmt: skip
NO_MEN: Final = frozenset(("german", "human", "norman", "ottoman", "roman", "shaman", "talisman", "turkoman"))
SINGULAR: Final = {plural: singular for singular, plural in IRREGULAR.items()}

_HEAD: Final = re.compile(r"\S+(?=\s(?:of|for|to|in|on|at|with|from|against|between)\s)|[^\W\d_]+(?=\W*$)")
"""The noun that takes the plural: before the first preposition (member of parliament), else the last word."""
_SAME: Final = re.compile(r"^[A-Z].*(?:ese|ish)$|^(?:French|Dutch|Swiss|Welsh|Scotch)$")
"""Peoples (the British), but not dishes."""
_SILENT_E: Final = re.compile(r"(?:(?:[^su]|[ao]u)s|[aeiou]z)es$")
"""Plurals of words in e: houses, cases, prizes; but viruses, addresses."""


def plural(term: str) -> str:
    """Return the plural of an English term; the last word's, or that before a preposition.

    >>> plural("desalination plant"), plural("member of parliament"), plural("embassy"), plural("policeman")
    ('desalination plants', 'members of parliament', 'embassies', 'policemen')
    """
    return _HEAD.sub(lambda found: _plural(found[0]), term, count=1)


def singular(term: str) -> str:
    """Return the singular that ``plural`` makes this term of, the term itself where there is none."""
    return _HEAD.sub(lambda found: _singular(found[0]), term, count=1)


def is_plural(term: str) -> bool:
    """Tell whether a term has a singular."""
    return singular(term) != term


def _plural(word: str) -> str:
    lower = word.lower()
    for one, many in IRREGULAR.items():
        if lower == one or (one in ("man", "woman") and lower.endswith(one) and lower not in NO_MEN):
            return word[: len(word) - len(one)] + _cased(many, word[len(word) - len(one) :])
    if _SAME.search(word):
        return word
    if lower.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if lower.endswith("y") and lower[-2:-1] not in ("a", "e", "i", "o", "u", ""):
        return word[:-1] + "ies"
    return word + "s"


def _singular(word: str) -> str:
    lower = word.lower()
    if lower in SINGULAR:
        return _cased(SINGULAR[lower], word)
    by_length = (word[:-1], word[:-2]) if _SILENT_E.search(lower) else (word[:-2], word[:-1])
    candidates = [word[:-3] + "y", *by_length, re.sub("men$", "man", word)]
    return next((one for one in candidates if len(one) > 1 and one != word and _plural(one) == word), word)


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word

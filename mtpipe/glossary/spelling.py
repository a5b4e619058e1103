"""How alike an Arabic name and an English word sound: consonant skeletons and a weighted edit distance.

Arabic leaves short vowels out and engines guess them, so consonants decide and vowels hardly weigh. Letters that
spellings confuse (ق k q g, ج j g, س ص s z) cost little, others a whole edit (Wagner and Fischer 1974).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final

from mtpipe.glossary.fold import fold

VOWELS: Final = "aiu"
VOWEL_COST: Final = 0.2
NEAR_COST: Final = 0.35
MINIMUM_CONSONANTS: Final = 3
"""Under which a likeness is chance: s-l is Silo, sell, slow and Seoul."""

ARABIC_SOUNDS: Final = {
    "ا": "a", "و": "u", "ي": "i", "ه": "h", "ع": "a", "ب": "b", "ت": "t", "ط": "t", "ث": "T", "ج": "j", "ح": "h",
    "خ": "x", "د": "d", "ض": "d", "ذ": "D", "ر": "r", "ز": "z", "ظ": "D", "س": "s", "ص": "s", "ش": "S", "غ": "g",
    "ف": "f", "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n", "گ": "g", "ڨ": "g", "ڭ": "g", "پ": "p", "ڤ": "v",
    "چ": "C", "ژ": "z",
}  # fmt: skip
ENGLISH_SOUNDS: Final = (
    ("tch", "C"), ("sch", "S"), ("x", "ks"), ("kh", "x"), ("gh", "g"), ("sh", "S"), ("ch", "C"), ("th", "T"),
    ("dh", "D"), ("ph", "f"), ("ck", "k"), ("qu", "k"), ("ce", "si"), ("ci", "si"), ("c", "k"), ("w", "u"),
    ("y", "i"), ("e", "i"), ("o", "u"),
)  # fmt: skip
"""One after the other; the letter x goes before kh becomes the sound that is written so here."""
NEAR: Final = frozenset(
    frozenset(pair)
    for pair in (
        "kq", "gq", "gk", "gj", "jC", "CS", "xk", "xh", "bp", "fv", "bv", "vu", "sz", "sS", "tT", "Ts", "dD", "Dz",
        "Sj", "jz", "gx", "dt",
    )
)  # fmt: skip
"""Pairs of sounds that the spellings of one name exchange."""


@lru_cache(maxsize=65_536)
def alikeness(spelling: str, english: str) -> float:
    """Return how alike an Arabic spelling and an English one sound, 0 to 1 (1: the same consonants, vowels near)."""
    return _similarity(arabic_sounds(spelling), english_sounds(english))


@lru_cache(maxsize=65_536)
def english_alikeness(one: str, other: str) -> float:
    """Return how alike two English spellings sound, 0 to 1."""
    return _similarity(english_sounds(one), english_sounds(other))


def arabic_alikeness(one: str, other: str) -> float:
    """Return how alike two Arabic spellings sound, 0 to 1."""
    return _similarity(arabic_sounds(one), arabic_sounds(other))


def consonants(sounds: str) -> int:
    """Count the sounds that weigh."""
    return sum(sound not in VOWELS for sound in sounds)


@lru_cache(maxsize=65_536)
def arabic_sounds(spelling: str) -> str:
    """Return the sounds of an Arabic spelling, ta marbuta silent, the articles of its words left out."""
    sounds = []
    for word in spelling.split():
        if word.endswith("ة"):
            word = word[:-1] + "ا"
        letters = fold(word)
        if letters.startswith("ال") and len(letters) > 4 and word[0] not in "أإآ":  # ألبرتو has no article
            letters = letters[2:]
        sounds.append("".join(ARABIC_SOUNDS.get(letter, "") for letter in letters))
    return _undoubled("".join(sounds))


@lru_cache(maxsize=65_536)
def english_sounds(text: str) -> str:
    """Return the sounds of an English spelling, doubled letters once, a glued Arabic article left out."""
    words = []
    for word in text.split():
        letters = re.sub(r"^(?:al|el|a[dnrstz]|ash)-", "", word.lower())
        letters = "".join(letter for letter in letters if letter.isalpha())
        letters = re.sub(r"(?<=[aeiou])h$", "", letters)
        for spelling, sound in ENGLISH_SOUNDS:
            letters = letters.replace(spelling, sound)
        words.append(letters)
    return _undoubled("".join(words))


def _undoubled(sounds: str) -> str:
    return re.sub(r"(.)\1+", r"\1", sounds)


def _similarity(one: str, other: str) -> float:
    weight = max(_weight(one), _weight(other))
    if not one or not other or weight == 0:
        return 0.0
    return max(0.0, 1.0 - _distance(one, other) / weight)


def _weight(sounds: Iterable[str]) -> float:
    return sum(map(_cost, sounds))


def _cost(sound: str) -> float:
    return VOWEL_COST if sound in VOWELS else 1.0


@cache
def _substitution(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in VOWELS and other in VOWELS:
        return VOWEL_COST / 2
    if frozenset((one, other)) in NEAR:
        return NEAR_COST
    return 1.0


def _distance(one: str, other: str) -> float:
    rights = [(sound, _cost(sound)) for sound in other]
    previous = [0.0, *accumulate(cost for _, cost in rights)]
    for left in one:
        lost = _cost(left)
        latest = previous[0] + lost
        current = [latest]
        for column, (right, cost) in enumerate(rights, start=1):
            latest = min(previous[column] + lost, latest + cost, previous[column - 1] + _substitution(left, right))
            current.append(latest)
        previous = current
    return previous[-1]

"""Names as both scripts write them: consonant skeletons that an Arabic and an English spelling have in common.

Short vowels are not written in Arabic and letters that spellings confuse (ق k q, ج j g) are one here, so that لافروف
and Lavrov, موسكو and Moscow have the same key. Chance meetings are many; a key is evidence by how rare it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from mtpipe.glossary.spelling import arabic_sounds, english_sounds
from mtpipe.intake import normalise

SHORTEST: Final = 3
"""Consonants under which a likeness is chance."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_POSSESSIVE: Final = re.compile(r"['’]s?$")
# One letter for those that spellings of a name exchange; vowels and h, which come and go, for nothing.
_CLASSES: Final = str.maketrans(
    {
        "q": "k", "x": "k", "g": "j", "C": "j", "v": "f", "p": "b", "z": "s", "T": "t", "D": "d",
        "a": None, "i": None, "u": None, "h": None,
    }
)  # fmt: skip
_DOUBLED: Final = re.compile(r"(.)\1+")
_CONJUNCTIONS: Final = "وف"
_PREPOSITIONS: Final = "بلكس"
_ARTICLES: Final = ("ال", "لل")
_LEAST_LETTERS: Final = 4
"""Letters of a word from which something may be peeled."""


def arabic_keys(text: str) -> frozenset[str]:
    """Return the keys of all words of an Arabic text, which has no capitals to tell names by.

    Each word counts with and without what may be a prefix. Latin words have themselves as a key, after ``=``.
    """
    return frozenset(key for word in set(_WORD.findall(normalise(text))) for key in _arabic_word(word))


def english_keys(text: str) -> frozenset[str]:
    """Return the keys of the names of an English text: words with a capital that it has not in small letters too."""
    words = set(_WORD.findall(text))
    small = {word for word in words if word.islower()}
    names = (_POSSESSIVE.sub("", word) for word in words if word[:1].isupper() and word.lower() not in small)
    return frozenset(key for name in names for key in _english_word(name))


@lru_cache(maxsize=65_536)
def _arabic_word(word: str) -> tuple[str, ...]:
    if word.isascii():
        return (f"={word.lower()}",) if len(word) >= SHORTEST else ()
    keys = (skeleton(arabic_sounds(form)) for form in dict.fromkeys(_peeled(word)))
    return tuple(key for key in keys if len(key) >= SHORTEST)


@lru_cache(maxsize=65_536)
def _english_word(name: str) -> tuple[str, ...]:
    if len(name) < SHORTEST:
        return ()
    key = skeleton(english_sounds(name))
    return (f"={name.lower()}", key) if len(key) >= SHORTEST else (f"={name.lower()}",)


def _peeled(word: str) -> Iterator[str]:
    """Yield a word, and what is left without the prefixes that it may have."""
    yield word
    for prefixes in (_CONJUNCTIONS, _PREPOSITIONS):
        if len(word) > _LEAST_LETTERS and word[0] in prefixes:
            word = word[1:]
            yield word
    if len(word) > _LEAST_LETTERS and word.startswith(_ARTICLES):
        yield word[2:]


def skeleton(sounds: str) -> str:
    """Return the classes of a word's consonants, doubled ones once."""
    return _DOUBLED.sub(r"\1", sounds.translate(_CLASSES))

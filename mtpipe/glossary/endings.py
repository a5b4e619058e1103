"""What the ending of an Arabic noun may say: a pronoun, dual, sound plural, case, a ن dropped in construct.

``stems`` undoes endings on folded words: it answers which listed words a word of the text may be a form of. It knows
no dictionary, so it answers too much (سلوك may be سلو with "your"); the matcher asks only about common nouns and
adjectives that somebody listed, never about names.

Grammar: Ryding, A Reference Grammar of Modern Standard Arabic, 2005, chapters 5 and 12 (nouns), 10 (adjectives).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from mtpipe.glossary.fold import DROPPED, HAMZA, TANWIN

Number = Literal["", "dual", "plural"]

ENCLITICS: Final = ("هما", "ها", "هم", "هن", "ه", "نا", "كم", "كن", "ك")
"""My/your and the like; ـي ("my") is only read after the ت of a ta marbuta: elsewhere it makes adjectives (مالي)."""
MINE: Final = "ي"
THIRD_PERSON: Final = frozenset(("هما", "ها", "هم", "هن", "ه"))

_LAM: Final = (
    "التزام", "التهاب", "التقاء", "التحاق", "التماس", "التباس", "التفاف", "التفات", "التقاط", "التصاق", "التحام",
    "التهام", "التواء", "التئام",
)  # fmt: skip
"""Nouns of roots in ل that begin as if with the article."""

SHORTEST: Final = 3
"""Letters of a listed word that endings are taken off for."""
SHORTEST_SOUND: Final = 4
"""Letters for ون, نا, كم, ك: زيتون (olives) is no plural of زيت (oil), مالك (owner) is seldom "your money"."""


@dataclass(frozen=True, slots=True)
class Stem:
    """A listed ``form`` that a word may be made of, and by what: ``number``, an ``enclitic``.

    ``construct``: the ending has lost its ن, so a genitive noun must follow. ``agreeing``: adjectives only (feminine).
    """

    form: str
    number: Number = ""
    enclitic: str = ""
    construct: bool = False
    agreeing: bool = False


def stems(word: str, written: str) -> Iterator[Stem]:
    """Yield the listed words that a folded word may be a form of, not itself; ``written`` is the word as it ends."""
    for stem in _stems(word):
        if stem.enclitic == "ه" and written.rstrip(DROPPED).endswith("ة"):
            continue  # طريقة is a way of doing, طريقه somebody's road
        if word == stem.form + "ا" and stem.form.endswith("ه") and TANWIN not in written:
            continue  # عملها is her work, no accusative of عملة
        yield stem


def _stems(word: str) -> Iterator[Stem]:
    for stem in _free(word):
        if _long_enough(stem):
            yield stem
    for enclitic in ENCLITICS:
        if word.endswith(enclitic) and len(word) - len(enclitic) >= SHORTEST:
            base = word[: -len(enclitic)]
            for form, number in (*_before_a_pronoun(base), *_construct(base)):
                stem = Stem(form, number, enclitic)
                if _long_enough(stem):
                    yield stem
    if word.endswith("تي") and len(word) > SHORTEST + 1:
        yield Stem(word[:-2] + "ه", "", MINE)


def definite(written: str) -> bool:
    """Tell whether a listed word, not folded, has the article: then it has neither a pronoun nor a genitive.

    >>> definite("الروس"), definite("إلغاء"), definite("التزام")
    (True, False, False)
    """
    return written.startswith("ال") and not written.startswith(_LAM)


def _free(word: str) -> Iterator[Stem]:
    """Undo endings of a word without a pronoun."""
    if word.endswith("يا" + TANWIN):  # as fold.py spells the accusative of a nisba: روسياً, but not روسيا
        yield Stem(word[:-2])
    elif word.endswith("ا") and not word.endswith("يا"):
        yield Stem(word[:-1])  # accusative: اتفاقاً
    if word.endswith("ه"):
        yield Stem(word[:-1], agreeing=True)
    if word.endswith("ات"):
        yield Stem(word[:-2] + "ه", "plural")
        yield Stem(word[:-2], "plural")
    if word.endswith(("تان", "تين")):
        yield Stem(word[:-3] + "ه", "dual")
        yield Stem(word[:-3], "dual", agreeing=True)
    if word.endswith(("ان", "ين")):
        yield Stem(word[:-2], "dual")  # ين may be the plural, too: who reads "dual" must not rely on two
    if word.endswith("ون") and len(word) >= SHORTEST_SOUND + 2:
        yield Stem(word[:-2], "plural")
    if word.endswith("ين"):
        yield from (Stem(word[:-2] + listed) for listed in ("ون", "ان"))
    for form, number in _construct(word):
        yield Stem(form, number, construct=True)


def _before_a_pronoun(base: str) -> Iterator[tuple[str, Number]]:
    """Undo what a pronoun does to a singular: ة opens to ت, ى to ا, the last hamza takes a seat."""
    yield base, ""
    if base.endswith("ت"):
        yield base[:-1] + "ه", ""
    if base.endswith("ا"):
        yield base[:-1] + "ي", ""
        yield base + HAMZA, ""
    if base.endswith(("اي", "او")):
        yield base[:-1] + HAMZA, ""
    if base.endswith("ات"):
        yield base[:-2] + "ه", "plural"
        yield base[:-2], "plural"


def _construct(base: str) -> Iterator[tuple[str, Number]]:
    """Undo duals and plurals that have lost their ن: مهندسو, دولتا."""
    if base.endswith(("تا", "تي")):
        yield base[:-2] + "ه", "dual"
    if base.endswith("ي"):
        yield base[:-1], "dual"
        yield from ((base[:-1] + listed, "") for listed in ("ون", "ان"))
    if base.endswith("ا"):
        if not base.endswith("يا"):  # أفريقيا الوسطى are no two Africans
            yield base[:-1], "dual"
        yield base[:-1] + "ان", ""
    if base.endswith("و"):
        if len(base) > SHORTEST_SOUND:
            yield base[:-1], "plural"
        yield base[:-1] + "ون", ""


def _long_enough(stem: Stem) -> bool:
    least = SHORTEST if not stem.enclitic or stem.enclitic in THIRD_PERSON else SHORTEST_SOUND
    return len(stem.form) >= least

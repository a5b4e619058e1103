"""The number words of Arabic and English, as data: what each one contributes to a number.

Arabic words stand here folded (``fold``), without proclitics; ``lookup`` peels those off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Final, Literal

Kind = Literal["unit", "mark", "teen", "ten", "hundred", "hundreds", "scale", "half", "roman"]


@dataclass(frozen=True, slots=True)
class Word:
    """What a number word contributes.

    ``kind``: ``unit`` 0-9, ``teen`` 10-19, ``ten`` 20-90, ``hundred`` 100 (multiplies what stands before it),
    ``hundreds`` 200-900 in one word, ``scale`` what multiplies all before it (a dozen, a power of 1000), ``half`` a
    fraction, ``roman`` a Roman numeral; ``mark`` is the Arabic ten that makes a teen of the unit before it. ``scale``
    above 1 comes with duals (two thousand in one word). ``counted`` words count something only after a number
    ("thousands" alone is vague). ``last`` words end a number (English ordinals). ``joined`` says that the word
    carries the Arabic "and".
    """

    kind: Kind
    value: Decimal
    scale: int = 1
    arabic: bool = False
    counted: bool = False
    last: bool = False
    joined: bool = False


MARKS: Final = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
ROMAN: Final = re.compile(r"(?=[IVXLCDM]{2}|[VX]$)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$")
ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}

# Folded forms, by value. Stems of units take their feminine; tens both cases; ordinals both genders.
ARABIC_UNITS: Final = {
    0: "صفر",
    1: "واحد واحده واحدا احد احدي حادي حاديه اول اولي اولا",
    2: "اثنان اثنين اثنا اثني اثنتان اثنتين اثنتا اثنتي ثاني ثانيه ثانيا ثان ثنايي ثناييه",
    3: "ثلاث ثلاثه ثلاثا ثالث ثالثه ثالثا ثلاثي ثلاثيه",
    4: "اربع اربعه اربعا رابع رابعه رابعا رباعي رباعيه",
    5: "خمس خمسه خمسا خامس خامسه خامسا خماسي خماسيه",
    6: "ست سته ستا سادس سادسه سادسا سداسي سداسيه",
    7: "سبع سبعه سبعا سابع سابعه سابعا سباعي سباعيه",
    8: "ثمان ثماني ثمانيه ثمانيا ثامن ثامنه ثامنا",
    9: "تسع تسعه تسعا تاسع تاسعه تاسعا",
}
ARABIC_TEENS: Final = {  # beside the two-word forms: an adjective, a decade, and what Egypt says
    10: "عاشر عاشره عشرا عشري عشريه عقد",
    11: "حداشر",
    12: "اتناشر",
    13: "تلتاشر تلاتاشر تلطاشر",
    14: "اربعتاشر اربعطاشر",
    15: "خمستاشر خمسطاشر",
    16: "ستاشر سطاشر",
    17: "سبعتاشر سبعطاشر",
    18: "تمنتاشر تمانتاشر تمنطاشر",
    19: "تسعتاشر تسعطاشر",
    20: "عقدان عقدين",
}
ARABIC_TENS: Final = {
    20: "عشر",
    30: "ثلاث",
    40: "اربع",
    50: "خمس",
    60: "ست",
    70: "سبع",
    80: "ثمان",
    90: "تسع",
}
ARABIC_TEN_ENDINGS: Final = ("ون", "ين", "ينات", "ينيات")  # twenty in two cases, the twenties in two spellings
ARABIC_HUNDRED: Final = ("ميه", "مايه")
ARABIC_HUNDRED_STEMS: Final = {3: "ثلاث", 4: "اربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثمان ثماني", 9: "تسع"}
ARABIC_SCALES: Final = {
    12: ("دزينه", ""),
    10**3: ("الف", "الاف"),
    10**6: ("مليون", "ملايين"),
    10**9: ("مليار بليون", "مليارات بلايين بليونات"),
    10**12: ("تريليون ترليون", "تريليونات ترليونات"),
}
PROCLITICS: Final = ("", "ب", "ل", "ك")
NOT_NUMBERS: Final = frozenset(
    start + word
    for start in ("", "و", "ف", "ب", "ل")
    # Sunday to Wednesday; "I am not"; quantity; "in a hundred" is the per cent sign in words.
    for word in ("الاحد", "الاثنين", "الثلاثا", "الاربعا", "لست", "كميه", "كميات", "بالميه", "بالمايه")
)

ENGLISH_UNITS: Final = {
    0: "zero nil",
    1: "one once single",
    2: "two twice double both pair couple",
    3: "three thrice triple",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
}
ENGLISH_ORDINALS: Final = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
ENGLISH_TEENS: Final = {
    10: "ten tenth decade",
    11: "eleven eleventh",
    12: "twelve twelfth",
    13: "thirteen thirteenth",
    14: "fourteen fourteenth",
    15: "fifteen fifteenth",
    16: "sixteen sixteenth",
    17: "seventeen seventeenth",
    18: "eighteen eighteenth",
    19: "nineteen nineteenth",
}
ENGLISH_TENS: Final = ["twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet"]
ENGLISH_SCALES: Final = {
    12: ("dozen", ""),
    10**3: ("thousand", "thousands k"),
    10**6: ("million", "millions mn mln m"),
    10**9: ("billion", "billions bn bln b"),
    10**12: ("trillion", "trillions tn trn"),
}

_FOLD: Final = str.maketrans("أإآٱىةؤئیک", "اااايهوييك", "ءـ")
_MARKS: Final = re.compile(f"[{MARKS}]+")


def fold(word: str) -> str:
    """Bring a word to the spelling of this table: lower case, no marks, one alef, ي for ى, ه for ة, no hamza."""
    return _MARKS.sub("", word).translate(_FOLD).lower()


def lookup(word: str) -> Word | None:
    """Return what a word of a text contributes to a number, or None where it is no number word."""
    form = fold(word)
    found = _table().get(form)
    if found and form == "واحد" and "أ" in word:
        return replace(found, joined=True)  # "and one" (of eleven) folds to the same letters as "one"
    if found is None and ROMAN.match(word):
        return Word("roman", Decimal(_roman(word)), last=True)
    return found


def _roman(numeral: str) -> int:
    values = [ROMAN_VALUES[letter] for letter in numeral]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


@cache
def _table() -> dict[str, Word]:
    table = dict(_english())
    bare = dict(_arabic())
    # A whole word stands before one with a prefix: the "and" of wāḥid (one) is its first letter.
    forms = [
        (conjunction + proclitic + article + form, replace(word, joined=bool(conjunction)))
        for form, word in bare.items()
        for conjunction in ("", "و", "ف")
        for proclitic in PROCLITICS
        for article in ("", "ال")
        if (proclitic, article) != ("ل", "ال")
    ]
    forms += [(start + "لل" + form, replace(bare[form], joined=bool(start))) for form in bare for start in ("", "و")]
    for form, word in forms:
        table.setdefault(form, word)
    table.update(bare)
    return {form: word for form, word in table.items() if form not in NOT_NUMBERS}


def _arabic() -> Iterator[tuple[str, Word]]:
    def word(kind: Kind, value: int | str, scale: int = 1, counted: bool = False) -> Word:
        return Word(kind, Decimal(value), scale, arabic=True, counted=counted)

    for value, forms in ARABIC_UNITS.items():
        for form in forms.split():
            yield form, word("unit", value)
    for form in ("عشر", "عشره"):
        yield form, word("mark", 10)
    for value, forms in ARABIC_TEENS.items():
        for form in forms.split():
            yield form, word("teen", value)
    for value, stem in ARABIC_TENS.items():
        for ending in ARABIC_TEN_ENDINGS:
            yield stem + ending, word("ten", value)
    for hundred in ARABIC_HUNDRED:
        yield hundred, word("hundred", 100)
        yield hundred.removesuffix("ه") + "ات", word("hundred", 100, counted=True)
        for ending in ("تان", "تين", "تا", "تي"):
            yield hundred.removesuffix("ه") + ending, word("hundreds", 200)
        for unit, stems in ARABIC_HUNDRED_STEMS.items():
            for stem in stems.split():
                yield stem + hundred, word("hundreds", unit * 100)
    for scale, (singular, plural) in ARABIC_SCALES.items():
        for form in singular.split():
            yield form, word("scale", scale)
            for ending in ("ان", "ين", "ي"):
                yield form + ending, word("unit", 2, scale)
            # The accusative of one and the construct of two are written alike; after a figure it is the former.
            yield form + "ا", word("scale", scale)
        for form in plural.split():
            yield form, word("scale", scale, counted=True)
    yield "الالفيه", word("unit", 2, 1000)  # the millennium: "the early 2000s"
    yield "نصف", word("half", "0.5")
    yield "ربع", word("half", "0.25")


def _english() -> Iterator[tuple[str, Word]]:
    for value, forms in ENGLISH_UNITS.items():
        for form in forms.split():
            yield form, Word("unit", Decimal(value))
    for value, form in enumerate(ENGLISH_ORDINALS, start=1):
        yield form, Word("unit", Decimal(value), last=True)
    for value, forms in ENGLISH_TEENS.items():
        for form in forms.split():
            yield form, Word("teen", Decimal(value), last=form.endswith("th"))
    for value, stem in enumerate(ENGLISH_TENS, start=2):
        yield stem + "y", Word("ten", Decimal(value * 10))
        yield stem + "ies", Word("ten", Decimal(value * 10), last=True)
        yield stem + "ieth", Word("ten", Decimal(value * 10), last=True)
    yield "hundred", Word("hundred", Decimal(100))
    yield "hundreds", Word("hundred", Decimal(100), counted=True)
    for scale, (words, counted) in ENGLISH_SCALES.items():
        for form in words.split():
            yield form, Word("scale", Decimal(scale))
        for form in counted.split():
            yield form, Word("scale", Decimal(scale), counted=True)
    yield "half", Word("half", Decimal("0.5"))
    yield "quarter", Word("half", Decimal("0.25"))

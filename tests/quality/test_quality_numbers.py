"""Numbers: what is read from Arabic and English, and when two texts agree."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtpipe.quality.numbers import compare, extract

# Text, and the canonical values of its numbers in order.
FIGURES = [
    ("القرار 2254", ["2254"]),
    ("٢٢٥٤ و۱۹۷۹", ["2254", "1979"]),
    ("٣٫٥", ["3.5"]),
    ("١٬٢٣٤٬٥٦٧", ["1234567"]),
    ("1.234,5 and 1,234.5", ["1234.5", "1234.5"]),
    ("1,234", ["1234"]),
    ("1.234.567", ["1234567"]),
    ("12,50", ["12.5"]),
    ("0.750", ["0.75"]),
    ("007", ["7"]),
    ("10 000 متر", ["10000"]),
    ("10\u00a0000\u00a0000", ["10000000"]),
    ("2010-2015", ["2010", "2015"]),
    ("2010–2015", ["2010", "2015"]),
    ("من 2010 إلى 2015", ["2010", "2015"]),
    ("25% و٪30 و40 في المئة و50 بالمائة", ["25", "30", "40", "50"]),
    ("25 per cent", ["25"]),
    ("10:30", ["10:30"]),
    ("بـ25 دولاراً و30 يورو", ["25", "30"]),
    ("the 21st and the 1980s", ["21", "1980"]),
    ("12/05/2017", ["12", "5", "2017"]),
    ("192.168.1.10", ["192", "168", "1", "10"]),
    ("6½", ["6.5"]),
    ("Chinese: å¤§¼…", []),
    ("COVID-19 G20", ["19", "20"]),
    ("انتهى في 2017.", ["2017"]),
    ("1, 2 و3", ["1", "2", "3"]),
    ("12345678901234567890", ["12345678901234567890"]),
    ("500 كم2 و30م٢ و5 كلم۲ و1600 سم3.", ["500", "30", "5", "1600"]),  # what is typed for ² and ³ is no number
    ("500 km2, 30m3, 5 كم²", ["500", "30", "5"]),
    ("كم2.5 وم23 ورقم2 M2", ["2.5", "23", "2", "2"]),  # no exponent, or no unit
]
SCALES = [
    ("3.5 مليار", ["3500000000"]),
    ("٣٫٥ مليار دولار", ["3500000000"]),
    ("3.5 billion", ["3500000000"]),
    ("$2.8bn and £30m", ["2800000000", "30000000"]),
    ("5 آلاف", ["5000"]),
    ("25 ألفاً", ["25000"]),
    ("15 بليون", ["15000000000"]),
    ("2 تريليون", ["2000000000000"]),
    ("3 to 4 million", ["3", "4000000"]),
    ("19 مليوناً و500 ألف", ["19500000"]),
    ("3 million and 4 million", ["3000000", "4000000"]),
    ("162,584 mln", ["162584000000"]),
]
ARABIC_WORDS = [
    ("خمسة رجال وخمس نساء", ["5", "5"]),
    ("خمسة وعشرون", ["25"]),
    ("خمسٍ وعشرين", ["25"]),
    ("أحد عشر رجلاً وإحدى عشرة امرأة", ["11", "11"]),
    ("اثنا عشر واثنتي عشرة", ["12", "12"]),
    ("ثلاثة عشر وثلاث عشرة", ["13", "13"]),
    ("واحد وتسعون", ["91"]),
    ("مئة", ["100"]),
    ("مائة وخمسة", ["105"]),
    ("مئة وخمسة وعشرون", ["125"]),
    ("مئة وخمسة عشر", ["115"]),
    ("مئة وأحد عشر", ["111"]),
    ("مئة وواحد", ["101"]),
    ("مئتان ومئتين ومئتي", ["200", "200", "200"]),
    ("ثلاثمئة، ثلاثمائة، ثلاث مئة", ["300", "300", "300"]),
    ("ثمانمائة وخمسون", ["850"]),
    ("ألف", ["1000"]),
    ("ألفان وألفين", ["2000", "2000"]),
    ("ثلاثة آلاف", ["3000"]),
    ("ثلاثة آلاف وخمسمئة", ["3500"]),
    ("خمسة وعشرون ألفاً", ["25000"]),
    ("مئة وخمسون ألف شخص", ["150000"]),
    ("مئتا ألف", ["200000"]),
    ("ألف وتسعمئة وخمسة وأربعون", ["1945"]),
    ("مليون", ["1000000"]),
    ("مليونان ومليوني", ["2000000", "2000000"]),
    ("ثلاثة ملايين ومئتا ألف", ["3200000"]),
    ("مليون ونصف المليون", ["1500000"]),
    ("مليون ونصف مليون", ["1500000"]),
    ("مليار ومئة مليون", ["1100000000"]),
    ("نصف مليون", ["500000"]),
    ("عشرة ونصف", ["10.5"]),
    ("القرن التاسع عشر", ["19"]),
    ("القرن الحادي والعشرين", ["21"]),
    ("المرتبة الثانية والأربعين", ["42"]),
    ("في الثمانينيات وتسعينات القرن الماضي", ["80", "90"]),
    ("آلاف الناس ومئات المنازل", []),
    ("كانون الثاني وتشرين الأول وربيع الأول", []),
    ("يوم الأحد والاثنين والثلاثاء والأربعاء", []),
    ("في المئة وبالمئة", []),
    ("كمية كبيرة ولست هنا", []),
    ("ثلاثة وخمسة", ["3", "5"]),  # two numbers: nothing falls from one to the other
    ("بخمسة وللألف", ["5", "1000"]),
]
ENGLISH_WORDS = [
    ("twenty-five", ["25"]),
    ("Twenty five", ["25"]),
    ("two hundred", ["200"]),
    ("two hundred and five thousand", ["205000"]),
    ("two thousand five hundred", ["2500"]),
    ("nineteen hundred", ["1900"]),
    ("a hundred and twenty", ["120"]),
    ("one hundred thousand", ["100000"]),
    ("two and a half million", ["2500000"]),
    ("half a million", ["500000"]),
    ("three billion", ["3000000000"]),
    ("a dozen", ["12"]),
    ("the twenty-first century", ["21"]),
    ("one and two", ["1", "2"]),
    ("Louis XIV", ["14"]),
    ("I am here", []),
    ("thousands of people, dozens of homes", []),
    ("in May and March", []),
    ("ninety-nine", ["99"]),
    ("the eighties", ["80"]),
]


@pytest.mark.parametrize(("text", "values"), FIGURES + SCALES + ARABIC_WORDS + ENGLISH_WORDS)
def test_values(text: str, values: list[str]) -> None:
    assert [number.value for number in extract(text)] == values


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("وصل ٣٫٥ مليار دولار إلى البنك", ["٣٫٥ مليار"]),
        ("كان خمسةٌ وعشرون رجلاً و30 امرأة", ["خمسةٌ وعشرون", "30"]),
        ("from twenty-five to 30.", ["twenty-five", "30"]),
        ("at 10:30, on 3/4/2015", ["10:30", "3", "4", "2015"]),
    ],
)
def test_spans_lie_in_the_text(text: str, surfaces: list[str]) -> None:
    assert [text[number.start : number.end] for number in extract(text)] == surfaces


AGREEING = [
    ("3.5 مليار", "3.5 billion"),
    ("3.5 مليار", "3,500,000,000"),
    ("خمسة وعشرون", "25"),
    ("25", "twenty-five"),
    ("مئتا ألف شخص", "200,000 people"),
    ("1.234 شخصاً", "1,234 people"),
    ("نسبة 1,234", "a rate of 1.234"),
    ("عام 1950 وحتى 1953", "1950-53"),
    ("ثمانينيات القرن العشرين", "the 1980s"),
    ("خمسينيات القرن الرابع عشر", "the 1350s"),
    ("القرن الثامن عشر", "the 1700s"),
    ("بداية الألفية", "the early 2000s"),
    ("3 ملايين إلى 4 ملايين", "3-4 million"),
    ("5 ملايين إلى 6 ملايين", "5 to 6 million"),
    ("الساعة 17:30", "at 5.30pm"),
    ("الساعة 14:00", "at 2 pm"),
    ("العاشرة والنصف", "10:30"),
    ("6 سنوات ونصف", "6.5 years"),
    ("ثلاث سنوات ونصف", "3½ years"),
    ("منذ 10 سنوات", "a decade ago"),
    ("منذ عامين", "2 years ago"),
    ("منذ سنة", "1 year ago"),
    ("لويس الرابع عشر", "Louis XIV"),
    ("سوبر بول 49", "Super Bowl XLIX"),
    ("أحد الوزراء", "a minister"),
    ("واحد من الناس", "someone"),
    ("الأول", "the best"),
    ("42.5s", "42.5 seconds"),
    ("a", "one of them"),
    ("ألف شكر", "many thanks"),
    ("في 5 مايو 2017", "05/05/2017"),
    ("12/05/2017", "12 May 2017"),
    ("سباق 800 متر", "the 800m race"),
    ("في 2010 ألّف كتاباً", "in 2010 he wrote a book"),
    ("19 مليوناً و500 ألف", "19.5 million"),
    ("9 آلاف و500 رجل", "9,500 men"),
    ("2-1", "2:1"),
    ("33 في المئة", "33%"),
    ("734 156 كغم", "156,734 kg"),  # set from left to right once
    ("أكثر من 24 جائزة", "more than two-dozen awards"),
    ("نصف دزينة", "6"),
    ("ساعة ونصف", "1.5 hours"),
    ("ساعتان ونصف", "2.5 hours"),
    ("300 مليار", "$300+ billion"),
    ("كوف-2 مليون إصابة", "CoV-2, one million infections"),
    ("القرن التسعتاشر", "the 19th century"),
    ("الإطار العشري", "the 10-year framework"),
    ("42 - وتضمنت الأنشطة", "Activities included"),
    ("المدى", "ranges18"),
    ("على مساحة 185 كم2", "over 185 square kilometres"),
    ("3 آلاف م٣ من المياه", "3,000 m³ of water"),
    ("", ""),
]


@pytest.mark.parametrize(("source", "target"), AGREEING)
def test_agreement(source: str, target: str) -> None:
    assert compare(source, target) == ((), ())
    if not {"1", "2"} & {number.value for number in extract(target)}:
        assert compare(target, source) == ((), ())


DIFFERING = [
    ("القرار 2254", "Resolution 2245", ("2254",), ("2245",)),
    ("القرار 2254", "the resolution", ("2254",), ()),
    ("القرار", "Resolution 2254", (), ("2254",)),
    ("3.5 مليون", "3.5 billion", ("3500000",), ("3500000000",)),
    ("3.5 مليون", "3.5", ("3500000",), ("3.5",)),
    ("خمسة وعشرون", "thirty-five", ("25",), ("35",)),
    ("خمسة وعشرون رجلاً", "men", ("25",), ()),
    ("5 قتلى و5 جرحى", "5 dead", ("5",), ()),
    ("في 2017 و2018", "in 2017 and 2017", ("2018",), ("2017",)),
    ("10:30", "10:45", ("10:30",), ("10:45",)),
    ("25,5", "25.6", ("25.5",), ("25.6",)),
    ("ثمانينيات القرن العشرين", "the 1970s", (), ("1970",)),
    ("عام 1950 وحتى 1953", "1950-54", ("1953",), ("54",)),
    ("القرن التاسع عشر", "the 13th century", ("19",), ("13",)),
    ("1 يناير", "January", ("1",), ()),
    ("31/12/2017", "the end of 2017", ("31",), ()),
    ("3 كم3", "km3", ("3",), ()),  # the exponent is no counterpart of the number
]


@pytest.mark.parametrize(("source", "target", "missing", "extra"), DIFFERING)
def test_difference(source: str, target: str, missing: tuple[str, ...], extra: tuple[str, ...]) -> None:
    assert compare(source, target) == (missing, extra)


ARABIC_SMALL = {
    1: "واحد", 2: "اثنان", 3: "ثلاثة", 4: "أربعة", 5: "خمسة", 6: "ستة", 7: "سبعة", 8: "ثمانية", 9: "تسعة", 10: "عشرة",
}  # fmt: skip
ARABIC_TENS = {
    20: "عشرون", 30: "ثلاثون", 40: "أربعون", 50: "خمسون", 60: "ستون", 70: "سبعون", 80: "ثمانون", 90: "تسعون",
}  # fmt: skip
ARABIC_HUNDREDS = ["", "مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة"]
ENGLISH_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
ENGLISH_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def arabic_below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [ARABIC_HUNDREDS[hundreds]] if hundreds else []
    tens, unit = divmod(rest, 10)
    if 0 < rest <= 10:
        words.append(ARABIC_SMALL[rest])
    elif 10 < rest < 20:
        words.append({1: "أحد", 2: "اثنا"}.get(unit, ARABIC_SMALL[unit]) + " عشر")
    elif rest:
        words += [ARABIC_SMALL[unit]] if unit else []
        words.append(ARABIC_TENS[tens * 10])
    return " و".join(words)


def arabic(number: int) -> str:
    """The number in Arabic words, up to 999 million."""
    words = []
    for scale, one, two, few, many in (
        (10**6, "مليون", "مليونان", "ملايين", "مليوناً"),
        (10**3, "ألف", "ألفان", "آلاف", "ألفاً"),
    ):
        count, number = divmod(number, scale)
        if count == 1:
            words.append(one)
        elif count == 2:
            words.append(two)
        elif count:
            words.append(arabic_below_thousand(count) + " " + (few if 3 <= count <= 10 else many))
    if number:
        words.append(arabic_below_thousand(number))
    return " و".join(words)


def english(number: int) -> str:
    """The number in English words, up to 999 million."""
    for scale, name in ((10**6, "million"), (10**3, "thousand"), (100, "hundred")):
        if number >= scale:
            count, rest = divmod(number, scale)
            joint = " and " if rest and rest < 100 else " "
            return f"{english(count)} {name}" + (joint + english(rest) if rest else "")
    if number < 20:
        return ENGLISH_SMALL[number]
    return ENGLISH_TENS[number // 10] + (f"-{ENGLISH_SMALL[number % 10]}" if number % 10 else "")


NUMBERS = st.one_of(st.integers(1, 130), st.integers(1, 99_999), st.integers(1, 999_999_999))


@settings(deadline=None)  # the first example builds tables, on a machine that may be busy
@given(NUMBERS)
def test_arabic_words_are_read(number: int) -> None:
    assert [found.value for found in extract(f"بلغ العدد {arabic(number)} شخص")] == [str(number)]


@settings(deadline=None)  # the first example builds tables, on a machine that may be busy
@given(NUMBERS)
def test_english_words_are_read(number: int) -> None:
    assert [found.value for found in extract(f"It was {english(number)} people")] == [str(number)]


@settings(deadline=None)  # the first example builds tables, on a machine that may be busy
@given(st.lists(NUMBERS, max_size=8))
def test_words_agree_with_figures(numbers: list[int]) -> None:
    in_words = "، ".join(arabic(number) for number in numbers)
    in_figures = "; ".join(f"{number:,}" for number in numbers)
    assert compare(in_words, in_figures) == ((), ())
    assert compare(in_words, "; ".join(english(number) for number in numbers)) == ((), ())


@settings(deadline=None)  # the first example builds tables, on a machine that may be busy
@given(st.lists(NUMBERS, max_size=8), NUMBERS)
def test_a_dropped_figure_is_missed(numbers: list[int], dropped: int) -> None:
    source = " ، ".join(str(number) for number in [*numbers, dropped])
    target = " ; ".join(str(number) for number in numbers)
    missing, extra = compare(source, target)
    assert missing == (str(dropped),)
    assert extra == ()


# Pieces that the grammar reacts to: any order of them is a text that a model may write.
PIECES = """
    0 1 2 7 12 53 007 1950 2017 10.30 42.5 1,234 1.234,5 1.2.3 10:30 25:99 3/4 12/05/2017 ٣٫٥ ١٬٢٣٤ ½ 6½ s 's th m k bn
    - – + . , ، : ( ) % $ and a an or to half quarter one two ten twenty hundred thousand millions dozen first ninth
    XIV V و أو في إلى خمسة وعشرون وأحد عشر مئة مئتان المئة ألف آلاف ألفان مليون ونصف وربع النصف كانون الثاني كوف B
"""
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789٠١٢.,٫٬:/- و٪½abcsXIVمئةألفعشرون", max_size=80),
    st.lists(st.tuples(st.sampled_from(PIECES.split()), st.sampled_from(["", " ", " ", "\n"])), max_size=14).map(
        lambda pieces: "".join(piece + gap for piece, gap in pieces)
    ),
)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_any_text_agrees_with_itself_and_with_its_canonical_form(text: str) -> None:
    numbers = extract(text)
    assert compare(text, text) == ((), ())
    assert all(0 <= number.start < number.end <= len(text) for number in numbers)
    assert all(left.end <= right.start for left, right in pairwise(numbers))
    missing, _ = compare(text, " ; ".join(number.value for number in numbers))
    assert missing == ()


@pytest.mark.parametrize(
    "unit", ["1 000 ", "9.", "1,234.", "ثلاثة آلاف و", "مليون ونصف ", "12:30", "½", "3-", "وو", "a "]
)
def test_time_grows_with_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        begin = time.perf_counter()
        compare(text, text)
        return time.perf_counter() - begin

    short = max(min(seconds(5_000) for _ in range(3)), 0.001)
    assert seconds(40_000) < 40 * short  # eight times the text; a square would be 64 times

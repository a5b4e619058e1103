"""Finds the numbers of a text, in figures or in words, Arabic or English, and puts them in canonical form.

A small grammar in three steps, each one pass from left to right: tokens (figures and words), groups (what stands
under one scale: "three hundred and five" thousand), numbers (groups in falling order: two million and a half).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Literal

from mtpipe.quality.figures import Figure, canonical, figures
from mtpipe.quality.number_words import MARKS, Word, fold, lookup

Link = Literal["none", "beside", "and"]

LETTERS: Final = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}])*")
BESIDE: Final = re.compile(r"[\s\u200c-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad\-\u2010\u2011+]*$")
RANGE: Final = re.compile(r"\s*(?:[-\u2010-\u2015]|to|or|and|الى|إلى|أو|او|و|حتى)\s*$")
YEAR: Final = re.compile("[1-9][0-9]{3}")
DASH: Final = re.compile("[-\u2010-\u2015]$")
LIST_NUMBER: Final = re.compile(r"\s*\d{1,3}\s?[-\u2010-\u2015.)]\s")
DATE: Final = re.compile(r"(?<![\d/.-])\d{1,4}([/.-])\d{1,2}\1\d{1,4}(?![/.-]?\d)")
MONTHS_WITH_NUMBERS: Final = frozenset(["كانون", "تشرين", "ربيع", "جمادي"])
PER_CENT: Final = frozenset(["الميه", "المايه"])
# What is typed for ² and ³ ("كم2", "5m3") belongs to the unit, as these signs do.
EXPONENT: Final = re.compile(r"(?<![^\W\d_])((?:كل|مل|[كسم])?م|[ckm]?m)[23٢٣۲۳](?![.,٫٬]?\d)")
GLUED: Final = frozenset(["k", "m", "b"])
# Words below this value, or bare powers of ten, come and go in free translation ("one of them", "a thousand things").
SURE_WORDS_FROM: Final = 13


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``start`` to ``end`` of a text.

    ``value`` is canonical (``2254``, ``3.5``, ``10:30``). ``readings`` are other values that it may stand for,
    ``parts`` the numbers that it may be instead of one. A number that is not ``sure`` agrees with its like on the
    other side, but is not missed where there is none.
    """

    value: str
    start: int
    end: int
    sure: bool
    readings: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(slots=True)
class Group:
    """What stands under one scale, while it is being read."""

    total: Decimal
    start: int
    end: int
    last: str
    arabic: bool
    scale: int = 1
    link: Link = "none"
    figure: Figure | None = None
    words: int = 0
    half: bool = False
    readings: list[str] = field(default_factory=list)

    @property
    def value(self) -> Decimal:
        """The total under its scale."""
        return self.total * self.scale


@dataclass(frozen=True, slots=True)
class Token:
    """A figure, a number word, or a word that ends a number (``what`` is None)."""

    what: Figure | Word | None
    start: int
    end: int
    link: Link


def extract(text: str) -> list[Number]:
    """Return the numbers of a text in order. Time and memory grow with the text's length."""
    text = EXPONENT.sub(r"\1²", text)
    numbers = [number for run in _runs(text) for number in _numbers(run, text)]
    listed = LIST_NUMBER.match(text)
    if listed and numbers and numbers[0].end <= listed.end():
        numbers[0] = replace(numbers[0], sure=False)  # one side may leave the counting to the page
    return _within([match.span() for match in DATE.finditer(text)], numbers)


def _within(dates: list[tuple[int, int]], numbers: list[Number]) -> list[Number]:
    """A month may stand in figures on one side and by name on the other: it is not missed."""
    found: list[Number] = []
    at = 0
    for number in numbers:
        while at < len(dates) and dates[at][1] <= number.start:
            at += 1
        inside = at < len(dates) and dates[at][0] <= number.start
        month = inside and number.value.isdigit() and len(number.value) < 3 and int(number.value) <= 12
        found.append(replace(number, sure=False) if month else number)
    return found


def _pieces(text: str) -> Iterator[Figure | re.Match[str]]:
    """Figures and runs of letters, in order."""
    cursor = 0
    for figure in figures(text):
        yield from LETTERS.finditer(text, cursor, figure.start)
        yield figure
        cursor = figure.end
    yield from LETTERS.finditer(text, cursor)


def _tokens(text: str) -> Iterator[Token]:
    end = 0
    previous = ""
    conjunction: Link = "none"
    for piece in _pieces(text):
        start = piece.start if isinstance(piece, Figure) else piece.start()
        gap = text[end:start]
        link: Link = "beside" if BESIDE.match(gap) else "none"
        if conjunction == "and" and link == "beside":
            link = "and"
        conjunction = "none"
        if isinstance(piece, Figure):
            end, previous = piece.end, ""
            yield Token(piece, start, end, link)
            continue
        end = piece.end()
        form = fold(piece[0])
        if form in {"و", "and"} and link == "beside":
            conjunction = "and"
        elif form in {"a", "an"} and link != "none" and (link == "and" or previous == "half"):
            conjunction = link
        else:
            word = None if _is_no_number(form, previous, gap) else lookup(piece[0])
            if word is not None and word.joined and link != "none":
                link = "and"
            yield Token(word, start, end, link)
        previous = form


def _is_no_number(form: str, previous: str, gap: str) -> bool:
    """The second month of that name, the hundred of "per cent", a letter that is not glued to a figure."""
    if form in GLUED:
        return bool(gap) or previous != ""
    return previous.lstrip("وفبل") in MONTHS_WITH_NUMBERS or (previous == "في" and form in PER_CENT)


def _runs(text: str) -> Iterator[list[Group]]:
    """Groups that stand side by side."""
    run: list[Group] = []
    open_group = False
    since = 0  # words between the last group and this token
    for token in _tokens(text):
        if token.link == "none" or token.what is None:
            open_group = False
        if open_group and _extend(run[-1], token):
            continue
        since = since + 1 if token.link != "none" else 2
        if run and since == 2 and token.link == "and" and isinstance(token.what, Word) and token.what.kind == "half":
            # "three years and a half": the noun stands between
            run[-1].readings.append(canonical((run[-1].total + token.what.value) * run[-1].scale))
            continue
        group = _start(token)
        if group is None:
            open_group = False
            continue
        if not open_group:
            if run and not RANGE.match(text[run[-1].end : group.start][:12]):
                yield run
                run = []
            group.link = "none"
        run.append(group)
        open_group, since = True, 0
    if run:
        yield run


def _start(token: Token) -> Group | None:
    match token.what:
        case Figure(value=value):
            return Group(value or Decimal(0), token.start, token.end, "figure", False, 1, token.link, token.what)
        case Word(counted=False, kind=kind, value=value, scale=scale, arabic=arabic, last=last):
            group = Group(value, token.start, token.end, "last" if last else kind, arabic, scale, token.link, words=1)
            if kind == "scale":
                group.total, group.scale = Decimal(1), int(value)
            elif kind == "mark":
                group.last = "teen"
            elif scale > 1:
                group.last = "scale"
            elif kind == "half" and token.link == "and":
                group.readings = [canonical(whole + value) for whole in (1, 2)]  # "an hour and a half", and the dual
            return group
    return None


def _extend(group: Group, token: Token) -> bool:
    """Take a word into the group before it, if the two make one number."""
    word = token.what
    if not isinstance(word, Word) or (group.figure and group.figure.value is None):
        return False
    if not _joins(group, word, token.link):
        return False
    if word.kind == "scale":
        group.scale = int(word.value)
    elif word.kind == "hundred":
        group.total *= 100
    elif word.kind == "half":
        group.readings.append(canonical(group.value))
        group.total += word.value
        group.half = True
    else:
        group.total += word.value
    group.end = token.end
    group.words += 1
    group.arabic |= word.arabic
    group.last = "last" if word.last else "teen" if word.kind == "mark" else word.kind
    if word.arabic and word.kind == "ten":
        group.last = "teen"  # units come before tens: nothing can follow
    return True


def _joins(group: Group, word: Word, link: Link) -> bool:
    last, arabic = group.last, word.arabic
    after_hundred = last in {"hundred", "hundreds"} and (link == "and" or not arabic) and group.scale == 1
    match word.kind:
        case "unit":
            return word.scale == 1 and (after_hundred or (last == "ten" and link == "beside" and not arabic))
        case "mark":
            return (last == "unit" and link == "beside" and group.scale == 1) or after_hundred
        case "teen":
            return after_hundred
        case "ten":
            joined = arabic and last == "unit" and link == "and" and group.scale == 1 and group.total % 10 > 0
            return after_hundred or joined
        case "hundred":
            return link == "beside" and last in {"unit", "teen", "ten", "figure"} and 0 < group.total < 100
        case "scale":
            again = group.half and group.scale == word.value  # "two million and a half of a million"
            return link == "beside" and last != "last" and (again or (group.scale == 1 and group.value > 0))
        case "half":
            return link == "and" and last != "half" and not group.half
        case _:
            return False


def _numbers(run: list[Group], text: str) -> Iterator[Number]:
    """Join groups in falling order to numbers; let the figures of a range share the scale of its last."""
    at = 0
    while at < len(run):
        end = at + 1
        while end < len(run) and _falls(run[end - 1], run[end]):
            end += 1
        members = run[at:end]
        number = _number(members, text)
        if len(members) == 1 and at > 0:
            number = replace(number, readings=number.readings + _after(run[at - 1], members[0], text))
        if len(members) == 1 and end < len(run):
            number = replace(number, readings=number.readings + _before(members[0], run[end], text))
        yield number
        at = end


def _falls(left: Group, right: Group) -> bool:
    if left.scale == 1 or left.half or right.link == "none" or (right.figure and right.figure.value is None):
        return False
    if right.link == "beside" and (right.arabic or right.figure or left.arabic):
        return False
    if right.figure and not left.arabic:  # "2.8bn and 30m" are two, "19 مليونا و500 ألف" is one
        return False
    return 0 < right.value < left.scale


def _decade(figure: Figure, text: str) -> tuple[str, ...]:
    """The other names of the 1980s (the eighties of the 20th century) and the 1700s (the 18th century)."""
    if not YEAR.fullmatch(figure.canonical) or not re.match("['’]?s\\b", text[figure.end : figure.end + 3]):
        return ()
    century, year = int(figure.canonical[:2]) + 1, int(figure.canonical[2:])
    return (str(year), str(century)) if year else (str(century),)


def _before(group: Group, following: Group, text: str) -> tuple[str, ...]:
    """In "3-4 million" the 3 may be three million."""
    scaled = group.figure is not None and group.words == 0 and group.scale == 1 < following.scale
    ranged = scaled and RANGE.match(text[group.end : following.start])
    return (canonical(group.total * following.scale),) if ranged else ()


def _after(previous: Group, group: Group, text: str) -> tuple[str, ...]:
    """In "1950-53" the 53 is 1953."""
    left, right = previous.figure, group.figure
    if left is None or right is None or group.words or not YEAR.fullmatch(left.canonical):
        return ()
    if right.end - right.start != 2 or not right.canonical.isdigit():
        return ()
    return (left.canonical[:2] + right.canonical.zfill(2),) if DASH.match(text[left.end : right.start]) else ()


def _number(members: list[Group], text: str) -> Number:
    first, final = members[0], members[-1]
    total = sum((group.value for group in members), Decimal(0))
    words = sum(group.words for group in members)
    number = Number(
        canonical(total),
        first.start,
        final.end,
        sure=any(group.figure for group in members) or (total >= SURE_WORDS_FROM and words > 1 and not first.half),
        readings=tuple(first.readings) if len(members) == 1 else (),
        parts=tuple(canonical(group.value) for group in members) if len(members) > 1 else (),
    )
    if first.figure is None or len(members) > 1:
        return number
    return _bare(number, first.figure, text) if first.words == 0 else _scaled(number, first.figure, first.scale, text)


def _bare(number: Number, figure: Figure, text: str) -> Number:
    """A figure without a word."""
    decade = _decade(figure, text)
    before = text[figure.start - 1 : figure.start]
    named = before.isascii() and before.isalpha()  # "B2B", "ranges18": a name, or a note's number
    readings = (*number.readings, *figure.readings, *decade[:1])
    return replace(
        number, value=figure.canonical, readings=readings, parts=decade or figure.parts, sure=number.sure and not named
    )


def _scaled(number: Number, figure: Figure, scale: int, text: str) -> Number:
    """A figure before a scale that may not belong to it."""
    if re.search(r"[^\W\d_]-$", text[max(0, figure.start - 2) : figure.start]):  # "CoV-2 million" are two
        return replace(number, parts=(figure.canonical, canonical(Decimal(scale))))
    year = figure.canonical.isdigit() and 1000 <= int(figure.canonical) < 2100
    if year or text[figure.end].isalpha():
        # "800m" may be metres; a year may stand before the verb "wrote", which is spelt like "thousand".
        return replace(number, readings=(*number.readings, figure.canonical))
    return number

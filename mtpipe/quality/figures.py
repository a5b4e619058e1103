"""What a figure in a text may stand for: separators, times and digits of several scripts.

Separators are ambiguous: ``1.234`` is a thousand and more in one paper, a little over one in the next. So a figure
has one canonical value and further readings; two figures agree where they share one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

SPACES: Final = "\u00a0\u2009\u202f "
VULGAR: Final = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
FIGURE: Final = re.compile(
    rf"(?P<time>(?<![\d:.,])\d{{1,2}}:\d\d(?::\d\d)?(?![:\d]))"
    rf"|(?P<spaced>(?<![\d.,])[^\D0]\d{{0,2}}(?:(?P<space>[{SPACES}])\d{{3}})(?:(?P=space)\d{{3}})*(?![.,]?\d))"
    rf"|(?P<plain>\d+(?:[.,٫٬،]\d+)*)[{VULGAR}]?"
    rf"|(?<![^\s(])[{VULGAR}](?![^\s).,،])"  # mojibake is full of them
)
LONGEST: Final = 15  # digits of the longest figure that is calculated with; longer ones are compared as they are
_SEPARATORS: Final = str.maketrans("٫٬،", ".,,")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at ``start`` to ``end`` of a text.

    ``value`` is None for those that are compared as text: times (``10:30``) and very long figures. ``readings`` are
    further canonical values that it may stand for, ``parts`` the figures that it may be in truth (``10 200``).
    """

    canonical: str
    value: Decimal | None
    start: int
    end: int
    readings: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def canonical(value: Decimal) -> str:
    """Write a number without exponent, grouping or needless zeros: ``3500000000``, ``3.5``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def figures(text: str) -> Iterator[Figure]:
    """Find the figures of a text, in order. Figures that are no number as a whole (``1.2.3``) come one by one."""
    for match in FIGURE.finditer(text):
        start, end = match.span()
        raw = ascii_digits(match[0])
        if match["time"]:
            yield _time(raw, start, end)
        elif match["spaced"]:
            groups = re.split(f"[{SPACES}]", raw)
            figure = _integer("".join(groups), start, end, tuple(canonical(Decimal(group)) for group in groups))
            # Papers that were once set from left to right hold the groups the wrong way round.
            yield replace(figure, readings=("".join(reversed(groups)).lstrip("0") or "0",))
        else:
            yield from _plain(raw, start, end)


def ascii_digits(text: str) -> str:
    """Write the decimal digits of all scripts as 0-9, and Arabic separators as their Latin counterparts."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text).translate(_SEPARATORS)


def _integer(digits: str, start: int, end: int, parts: tuple[str, ...] = ()) -> Figure:
    digits = digits.lstrip("0") or "0"
    value = Decimal(digits) if len(digits) <= LONGEST else None
    return Figure(digits, value, start, end, parts=parts)


def _time(raw: str, start: int, end: int) -> Figure:
    hour, minute = (int(part) for part in raw.split(":")[:2])
    return Figure(f"{hour}:{minute:02}", None, start, end, _of_day(hour, minute), (str(hour), str(minute)))


def _of_day(hour: int, minute: int) -> tuple[str, ...]:
    """How else a time may be told: with a full stop, by the other clock, as hours and a half, as a bare hour."""
    readings: list[str] = []
    for clock in (hour, hour - 12 if hour > 12 else hour + 12):
        readings += [f"{clock}:{minute:02}", canonical(Decimal(f"{clock}.{minute:02}"))]
        readings.append(canonical(clock + Decimal(minute) / 60) if minute in (15, 30, 45) else str(clock))
    return tuple(readings)


def _plain(raw: str, start: int, end: int) -> Iterator[Figure]:
    fraction = Decimal(0)
    if raw[-1] in VULGAR:
        fraction = Decimal(str(round(unicodedata.numeric(raw[-1]), 4)))
        raw = raw[:-1] or "0"
    groups = re.split("[.,]", raw)
    separators = re.findall("[.,]", raw)
    if (sum(map(len, groups)) > LONGEST and separators) or not _is_number(groups, separators):
        for match in re.finditer(r"\d+", raw):
            yield _integer(match[0], start + match.start(), start + match.end())
        return
    if not separators:
        figure = _integer(raw, start, end)
        if fraction and figure.value is not None:
            figure = Figure(canonical(figure.value + fraction), figure.value + fraction, start, end)
        yield figure
        return
    value = _value(groups, separators)
    yield Figure(canonical(value), value, start, end, _readings(groups, separators), _parts(groups))


def _is_number(groups: list[str], separators: list[str]) -> bool:
    """Whether separators and group lengths make one number: at most one decimal sign, thousands in full."""
    if len(separators) < 2:
        return True
    thousands = groups[1:] if len(set(separators)) == 1 else groups[1:-1]
    in_order = len(set(separators)) == 1 or separators[-1] not in separators[:-1]
    return (
        in_order and len(set(separators)) <= 2 and len(groups[0]) <= 3 and all(len(group) == 3 for group in thousands)
    )


def _value(groups: list[str], separators: list[str]) -> Decimal:
    grouped = len(separators) > 1 and len(set(separators)) == 1
    if grouped or (separators == [","] and _may_group(groups)):
        return Decimal("".join(groups))
    return Decimal("".join(groups[:-1]) + "." + groups[-1])


def _readings(groups: list[str], separators: list[str]) -> tuple[str, ...]:
    if len(separators) > 1:
        return ()
    decimal = canonical(Decimal(".".join(groups)))
    if _may_group(groups):
        return (canonical(Decimal("".join(groups))), decimal)
    if separators == ["."] and len(groups[1]) == 2 and int(groups[0]) < 25 and int(groups[1]) < 60:
        return (f"{int(groups[0])}:{groups[1]}", decimal)
    return ()


def _may_group(groups: list[str]) -> bool:
    return len(groups[1]) == 3 and len(groups[0]) <= 3 and not groups[0].startswith("0")


def _parts(groups: list[str]) -> tuple[str, ...]:
    return tuple(canonical(Decimal(group)) for group in groups)

"""Whether a translation keeps the numbers of its source.

A report is meant to be read by people, so a false alarm costs more than a miss. Lenient, therefore:

* A number word agrees with a figure ("twenty-five" and 25) and a scale with its zeros (3.5 billion, 3,500,000,000);
  ambiguous figures agree by any of their readings (``figures``).
* Small numbers in words are not missed, nor bare powers of ten: "one of them", "two thirds", "a thousand thanks".
* 1 and 2 are not reported as extra: Arabic says "a year" and "two years" without a figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from mtpipe.quality.number_reader import Number, extract

__all__ = ["Number", "compare", "extract", "unmatched"]

WITHOUT_FIGURE: Final = frozenset({"1", "2"})


def compare(source: str, target: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the numbers of the source that the target lacks, and the reverse, in canonical form and in order."""
    missing, extra = unmatched(extract(source), extract(target))
    return tuple(number.value for number in missing), tuple(number.value for number in extra)


def unmatched(source: Sequence[Number], target: Sequence[Number]) -> tuple[list[Number], list[Number]]:
    """Return the numbers of the source to report as missing, and those of the target to report as extra.

    Numbers pair off by value, then by parts (a whole against its figures one by one), then by other readings, each
    with one of the other side. Time grows with the count of numbers.
    """
    left, right = Side(source), Side(target)
    left.pair(right, exact=True)
    left.pair_parts(right)
    right.pair_parts(left)
    left.pair(right, exact=False)
    return left.alone(), [number for number in right.alone() if number.value not in WITHOUT_FIGURE]


def keys(number: Number) -> list[str]:
    """All that a number may stand for, its own value first."""
    return [number.value, *number.readings]


class Side:
    """The numbers of one text, and which of them have found their counterpart."""

    def __init__(self, numbers: Sequence[Number]) -> None:
        self.numbers = numbers
        self.paired = [False] * len(numbers)
        self.by_value: dict[str, list[int]] = defaultdict(list)
        self.by_key: dict[str, list[int]] = defaultdict(list)
        # The sure ones stand at the end and are taken first: they are those that would be reported.
        self.order = sorted(range(len(numbers)), key=lambda place: (numbers[place].sure, -place))
        for place in self.order:
            self.by_value[numbers[place].value].append(place)
            for key in keys(numbers[place]):
                self.by_key[key].append(place)

    def free(self, wanted: Iterable[str], *, exact: bool = False) -> int | None:
        """Return the place of a number without counterpart that has one of the values, or readings, wanted."""
        table = self.by_value if exact else self.by_key
        for key in wanted:
            places = table.get(key, [])
            while places and self.paired[places[-1]]:
                places.pop()
            if places:
                return places[-1]
        return None

    def pair(self, other: Side, *, exact: bool) -> None:
        """Pair numbers of equal value or, where not ``exact``, with a common reading."""
        for place in reversed(self.order):
            number = self.numbers[place]
            if not self.paired[place]:
                found = other.free([number.value] if exact else keys(number), exact=exact)
                if found is not None:
                    self.paired[place] = other.paired[found] = True

    def alone(self) -> list[Number]:
        """The sure numbers without counterpart, in order."""
        pairs = zip(self.numbers, self.paired, strict=True)
        return [number for number, paired in pairs if number.sure and not paired]

    def pair_parts(self, other: Side) -> None:
        """Pair numbers that stand on the other side in parts: 10:45 as 10 and 45, 3,500 as three thousand and 500."""
        for place, number in enumerate(self.numbers):
            if self.paired[place] or not number.parts:
                continue
            found = [other.free([part]) for part in number.parts]
            if all(part is not None for part in found):
                self.paired[place] = True
                for part in found:
                    if part is not None:
                        other.paired[part] = True

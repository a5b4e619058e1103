"""Whether a translation keeps the numbers of its source.

A report is meant to be read by people, so a false alarm costs more than a miss. Lenient, therefore:

* A number word agrees with a figure ("twenty-five" and 25) and a scale with its zeros (3.5 billion, 3,500,000,000);
  ambiguous figures agree by any of their readings (``figures``).
* Small numbers in words are not missed, nor bare powers of ten: "one of them", "two thirds", "a thousand thanks".
* 1 and 2 are not reported as extra: Arabic says "a year" and "two years" without a figure.
* A number that one text says more often than the other is not reported, so long as the other says it once.
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

    Numbers pair off by value, then by other readings, then by parts (a whole against its figures one by one), each
    with one of the other side. Time grows with the count of numbers.
    """
    left, right = Side(source), Side(target)
    for exact in (True, False):
        for place, number in enumerate(source):
            if not left.paired[place]:
                found = right.free([number.value] if exact else keys(number), exact=exact)
                if found is not None:
                    left.paired[place] = right.paired[found] = True
    left.pair_parts(right)
    right.pair_parts(left)
    missing = [number for number in left.alone() if not right.says(number)]
    extra = [number for number in right.alone() if not left.says(number) and number.value not in WITHOUT_FIGURE]
    return missing, extra


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
        for place in sorted(range(len(numbers)), key=lambda place: (numbers[place].sure, -place)):
            self.by_value[numbers[place].value].append(place)
            for key in keys(numbers[place]):
                self.by_key[key].append(place)
        self.known = frozenset(self.by_key)

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

    def says(self, number: Number) -> bool:
        """Whether the number stands here at all, paired or not."""
        return not self.known.isdisjoint(keys(number))

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

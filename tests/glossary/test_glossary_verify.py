"""Which place of the English is tied to which mention, and when another translation may stand in for the plain one."""

from __future__ import annotations

import pytest

from mtpipe.glossary import Entry, Glossary, Matcher
from mtpipe.glossary.english import Place
from mtpipe.glossary.verify import complete, sound, tie
from mtpipe.translate.base import Hypothesis

SAUDI, ARABIA = Entry("سعوديّة", "Saudi", "nationality"), Entry("سُعودية", "Saudi Arabia", "country")
SILO, TALAL = Entry("سلو", "Silo", "person", variants=("Sello",)), Entry("طلال سلو", "Talal Silo", "person")
QATAR = Entry("قطر", "Qatar", "country")
AMMAN, OMAN = Entry("عمّان", "Amman", "city"), Entry("عُمان", "Oman", "country")


def tied(segment: str, text: str, *entries: Entry) -> list[str]:
    places = tie(text, Matcher(Glossary(entries)).find(segment))
    return [text[place.start : place.end] if place else "" for place in places]


@pytest.mark.parametrize(
    ("segment", "text", "entries", "expected"),
    [
        # homographs: a word inside the longer form is none of its own
        ("في سعودية", "in Saudi Arabia", [SAUDI, ARABIA], ["Saudi Arabia"]),
        ("في سعودية", "in the Saudi desert", [SAUDI, ARABIA], ["Saudi"]),
        ("سعودية سعودية", "a Saudi in Saudi Arabia", [SAUDI, ARABIA], ["Saudi", "Saudi Arabia"]),
        ("في عمان", "in Oman", [AMMAN, OMAN], ["Oman"]),
        ("عمان عمان", "Oman, Amman", [AMMAN, OMAN], ["Oman", "Amman"]),
        # longer terms choose first
        ("سلو وطلال سلو", "Silo and Talal Silo", [SILO, TALAL], ["Silo", "Talal Silo"]),
        ("سلو وطلال سلو", "he and Talal Silo", [SILO, TALAL], ["", "Talal Silo"]),
        # of its places a term takes those that need no change, then the first
        ("قال سلو", "Sello and Silo and Silo", [SILO], ["Silo"]),
        ("قال سلو عن سلو", "Sello and Silo and Silo", [SILO], ["Silo", "Silo"]),
        ("قال سلو عن سلو", "Sello and Silo", [SILO], ["Sello", "Silo"]),
        # where there are too few, what may be no name goes without
        ("دائرة بقطر في قطر", "a circle in Qatar", [QATAR], ["", "Qatar"]),
        ("قال", "Silo", [SILO], []),
    ],
)
def test_tie(segment: str, text: str, entries: list[Entry], expected: list[str]) -> None:
    assert tied(segment, text, *entries) == expected


EXACT, OTHER, AMMANS = Place(0, 4, True, OMAN), Place(0, 4, False, OMAN), Place(0, 5, True, AMMAN)


@pytest.mark.parametrize(
    ("places", "first", "held", "rewritable", "expected"),
    [
        ([], [], (), False, True),
        ([EXACT], [None], (), False, True),
        ([OTHER], [None], (), False, False),
        ([OTHER], [None], (), True, True),
        ([None], [None], (), True, False),
        ([None], [None], (0,), True, True),
        ([None], [EXACT], (0,), True, False),  # what is held needs its place where it had one
        ([EXACT, None], [None, None], (0,), True, False),
        ([EXACT], [EXACT], (), False, True),
        ([EXACT], [AMMANS], (), True, False),  # homographs do not turn into one another
    ],
)
def test_complete(
    places: list[Place | None], first: list[Place | None], held: tuple[int, ...], rewritable: bool, expected: bool
) -> None:
    assert complete(places, first, held, rewritable=rewritable) is expected


LONG = "He went on to speak with some of the people there."


@pytest.mark.parametrize(
    ("source", "plain", "other", "expected"),
    [
        ("قال سلو", "Sello said.", "Silo said.", True),
        ("قال سلو", "He said.", "Silo said that Silo said.", False),  # more often than source or plain have it
        ("قال سلو", "Silo said that Silo said.", "Silo told us of Silo.", True),
        ("قال طلال سلو", "He said.", "Talal Silo said.", True),  # Silo inside it is none
        # a length like the plain one's
        (f"{'نص ' * 16}", LONG, LONG[: len(LONG) // 2], True),
        (f"{'نص ' * 16}", LONG, LONG[: len(LONG) // 2 - 1], False),
        (f"{'نص ' * 16}", LONG[: len(LONG) // 2], LONG, True),
        (f"{'نص ' * 16}", LONG[: len(LONG) // 2 - 1], LONG, False),
        ("قال سلو", "He spoke.", "Yes he.", True),
        # figures
        ("وصل 80 رجلا", "80 men came.", "80 came here.", True),
        ("وصل 80 رجلا", "80 men came.", "Some men came.", False),
        ("وصل 80 رجلا", "Men came here.", "Some men came.", True),
        ("وصل رجال", "80 men came.", "Some men came.", True),
        ("وصل 1,500 رجل", "1,500 men came.", "1.500 men came.", False),
        ("وصل 1,500 رجل", "1,500 men came.", "500 men came in.", False),
        # Arabic left over
        ("وصل رجال", "Men came.", "Men وصل.", False),
        ("وصل رجال", "Men رجال.", "Men وصل.", True),
    ],
)
def test_sound(source: str, plain: str, other: str, expected: bool) -> None:
    matches = Matcher(Glossary((SILO, TALAL))).find(source)
    assert sound(source, Hypothesis(plain, -0.5, ()), Hypothesis(other, -0.5, ()), matches, ()) is expected

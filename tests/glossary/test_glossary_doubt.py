"""Which doubtful matches the source speaks for by itself."""

from __future__ import annotations

import pytest

from mtpipe.glossary import Entry, Glossary, Matcher
from mtpipe.glossary.doubt import spoken_for

BOLIVIA, CHILE = Entry("بوليفيا", "Bolivia", "country"), Entry("شيلي", "Chile", "country")
FATAH, HAMAS = Entry("فتح", "Fatah", "organisation"), Entry("حماس", "Hamas", "organisation")
ARMY = Entry("جيش", "army", "noun")


def place(source: str, kind: str) -> Entry:
    return Entry(source, "X", kind)


@pytest.mark.parametrize(
    ("text", "entries", "spoken"),
    [
        # another name of a list, behind و alone
        ("بوليفيا وشيلي", [BOLIVIA, CHILE], {1}),
        ("بوليفيا  وشيلي", [BOLIVIA, CHILE], {1}),
        ("حماس، بوليفيا وشيلي", [HAMAS, BOLIVIA, CHILE], {2}),
        ("بوليفيا، وشيلي", [BOLIVIA, CHILE], set()),
        ("بوليفيا أمس وشيلي", [BOLIVIA, CHILE], set()),
        ("بوليفيا فشيلي", [BOLIVIA, CHILE], set()),
        ("بوليفيا وبشيلي", [BOLIVIA, CHILE], set()),
        ("وشيلي", [BOLIVIA, CHILE], set()),
        ("وشيلي بوليفيا", [BOLIVIA, CHILE], set()),
        ("حماس وفتح", [HAMAS, FATAH], set()),  # three consonants: a verb may follow a name as well
        ("فتح وحماس", [HAMAS, FATAH], {1}),
        ("جيش وحماس", [HAMAS, ARMY], set()),  # what no name stands before
        ("جيشان وحماس", [HAMAS, ARMY], set()),
        ("حماس وجيش", [HAMAS, ARMY], set()),
        # places of four letters
        ("في إدلب", [place("إدلب", "city")], set()),  # no doubt about it
        ("بإدلب", [place("إدلب", "city")], {0}),
        ("بدمشق", [place("دمشق", "city")], set()),  # nor about four consonants
        ("بحائل", [place("حائل", "city")], {0}),
        ("بحائل", [place("حائل", "place")], {0}),
        ("بحائل", [place("حائل", "country")], {0}),
        ("بحائل", [place("حائل", "person")], set()),
        ("بحائل", [place("حائل", "")], set()),
        ("بقطر", [place("قطر", "country")], set()),
        ("بمالي", [place("مالي", "country")], set()),  # looks like an adjective
    ],
)
def test_spoken_for(text: str, entries: list[Entry], spoken: set[int]) -> None:
    assert spoken_for(text, Matcher(Glossary(tuple(entries))).find(text)) == spoken

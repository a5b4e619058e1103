"""The words of a translation that are a term under another spelling, and what keeps them from being rewritten."""

from __future__ import annotations

import pytest
from wordwise import Wordwise

from mtpipe.glossary import Entry, Glossary, Matcher
from mtpipe.glossary.repair import (
    ALIKE,
    AMBIGUOUS,
    NO_SPAN,
    SUPPORT,
    SUPPORTED,
    WEAK,
    Candidate,
    find,
    named,
    related,
)
from mtpipe.glossary.verify import tie

LAVROV, RAQQA = Entry("لافروف", "Lavrov", "person"), Entry("الرقة", "Raqqa", "city")
KARBALA, TRUCE = Entry("كربلاء", "The Karbala", "city"), Entry("هدنة", "ceasefire", "noun")
SALIM, IBN = Entry("سليم", "Salim", "person"), Entry("ابن رشد", "Ibn Rushd", "person")
QATIF = Entry("القطيف", "Qatif", "city")
GLOSSARY = Glossary((LAVROV, RAQQA, KARBALA, TRUCE, SALIM, QATIF, IBN))


def found(segment: str, text: str, *, held: tuple[int, ...] = (), listed: tuple[str, ...] = ()) -> list[str]:
    """Return for each mention what would be rewritten, or the reason."""
    (hypotheses,) = Wordwise(script={segment: [text]}).translate([segment])
    matches = Matcher(GLOSSARY).find(segment)
    items = find(segment, hypotheses, matches, tie(text, matches), frozenset(listed), held)
    return [item if isinstance(item, str) else text[item.start : item.end] for item in items]


@pytest.mark.parametrize(
    ("segment", "text", "expected"),
    [
        ("قال لافروف", "Lavrov said.", [""]),
        ("قال لافروف", "Lafrouf said.", ["Lafrouf"]),
        ("قال لافروف", "lafrouf said.", [NO_SPAN]),  # no name without a capital
        ("قال لافروف", "He said.", [NO_SPAN]),
        ("قال لافروف", "Lavrovian said.", [NO_SPAN]),  # another word of its family
        ("قال لافروف لسليم", "Lafrouf said to Saleem.", ["Lafrouf", "Saleem"]),
        ("قال لافروف لسليم", "Lafrouf, to Salim.", ["Lafrouf", ""]),
        ("قال لافروف ولافروف", "Lafrouf said, and Lavroff.", ["Lafrouf", "Lavroff"]),
        ("قال لافروف ولافروف", "Lafrouf said so.", ["Lafrouf", NO_SPAN]),
        ("قال لافروف", "Lafrouf said to Lavroff.", [AMBIGUOUS]),  # one too many
        ("قال ابن رشد", "ibn Roshd said.", ["ibn Roshd"]),
        ("قال ابن رشد", "Ibn, Roshd said.", [NO_SPAN]),
        # an article that the form has itself, or that stands for the Arabic one
        ("في القطيف", "in Al Katif.", ["Al Katif"]),
        ("في القطيف", "in al Katif.", ["Katif"]),
        ("في القطيف", "in the Katif.", ["Katif"]),
        ("في كربلاء", "in the Kerbela.", ["the Kerbela"]),
        ("في كربلاء", "in Kerbela.", ["Kerbela"]),
        ("هدنة", "a ceasfire holds.", ["ceasfire"]),  # what is written small needs no capital
        # another word of the source sounds like it as well
        ("قال لافروف ولافرووف", "Lafrouf said.", [AMBIGUOUS]),
    ],
)
def test_found(segment: str, text: str, expected: list[str]) -> None:
    assert found(segment, text) == expected


def test_what_is_held_is_left_alone() -> None:
    assert found("قال لافروف لسليم", "Lafrouf said to Saleem.", held=(0,)) == ["", "Saleem"]


def test_what_another_term_is_called_is_not_taken() -> None:
    assert found("قال لافروف", "Lafrouf said.", listed=("lafrouf",)) == [NO_SPAN]
    assert found("قال ابن رشد", "ibn  Roshd said.", listed=("ibn roshd",)) == [NO_SPAN]


@pytest.mark.parametrize(
    ("text", "expected"), [("Lafrouf said.", True), ("Government said.", False), ("lafrouf said.", False), ("", False)]
)
def test_named(text: str, expected: bool) -> None:
    segment = "قال لافروف"
    (hypotheses,) = Wordwise(script={segment: [text]}).translate([segment])
    (match,) = Matcher(GLOSSARY).find(segment)
    assert named(hypotheses, match, [None], frozenset(), len(segment)) is expected


@pytest.mark.parametrize(
    ("alike", "share", "weighty", "sure"),
    [
        (ALIKE, 0.0, True, True),
        (ALIKE - 0.01, 0.0, True, False),
        (1.0, 0.0, False, False),
        (SUPPORTED, SUPPORT, False, True),
        (SUPPORTED, SUPPORT - 0.01, True, False),
        (SUPPORTED - 0.01, 1.0, True, False),
    ],
)
def test_what_is_sure_enough(alike: float, share: float, weighty: bool, sure: bool) -> None:
    candidate = Candidate(0, 1, alike, share, weighty)
    assert candidate.sure is sure
    assert candidate.strength == pytest.approx(alike + share / 2)


@pytest.mark.parametrize("ending", ["ian", "ean", "an", "ish", "ese", "ic", "i", "is", "ist", "ism"])
def test_endings_of_other_words_of_a_family(ending: str) -> None:
    assert related(f"Rakk{ending}", "Raqqa")
    assert related("Raqqa", f"Rakk{ending}")
    assert not related(f"Rakk{ending}", f"Raqq{ending}")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("Raqqa", "raqqa", False), ("Deir-ez Zor", "Deir_ez Zor", False), ("Raqqas", "Raqqa", True), ("a", "b", False)],
)
def test_related(one: str, other: str, expected: bool) -> None:
    assert related(one, other) is expected


def test_half_a_match_is_weak() -> None:
    assert found("في الرقة", "Rocca.") == [WEAK]

"""What the rules of both languages are told about a stop, and the limits of what they look at."""

from __future__ import annotations

import pytest

from mtpipe.segment import arabic, english
from mtpipe.segment.rules import Stop, bare, pairs, split


def stops(text: str, *, ending: bool = False) -> list[Stop]:
    """Return the stops that a rule is asked about."""
    asked: list[Stop] = []

    def rule(stop: Stop) -> bool:
        asked.append(stop)
        return ending

    split(text, rule)
    return asked


def cut(text: str, rule: object = None) -> str:
    spans = split(text, rule or (lambda stop: True))  # type: ignore[arg-type]
    return "¦".join(text[start:end] for start, end in spans)


@pytest.mark.parametrize(
    ("text", "run", "before", "after", "follows"),
    [
        ("One two. Three four.", ".", "two", "Three four.", "Three"),
        ("One two ?! Three", "?!", "", "Three", "Three"),
        ("One two. . . Three", "...", "two", "Three", "Three"),
        ("One two.\u00a0.\u00a0Three", "..", "two", "Three", "Three"),
        ("One two. «“(- Three", ".", "two", "Three", "Three"),
        ("One two. %", ".", "two", "%", ""),
        ("One-two. Three", ".", "One-two", "Three", "Three"),
        ("! Three", "!", "", "Three", "Three"),
        ("One two.Three", ".", "two", "Three", "Three"),
        ("one " + "x" * 60 + ". Three", ".", "x" * 48, "Three", "Three"),
        ("One. " + "x" * 60, ".", "One", "x" * 48, "x" * 48),
    ],
)
def test_what_stands_around_a_stop(text: str, run: str, before: str, after: str, follows: str) -> None:
    (stop,) = stops(text)
    assert (stop.run, stop.before, stop.after, stop.follows) == (run, before, after, follows)


@pytest.mark.parametrize(
    ("text", "ellipsis", "exclaims", "glued", "closed", "set_apart"),
    [
        ("One. Two", False, False, False, False, False),
        ("One.. Two", True, False, False, False, False),
        ("One… Two", True, False, False, False, False),
        ("One...! Two", False, True, False, False, False),
        ("One…؟ Two", False, True, False, False, False),
        ("One…۔ Two", False, False, False, False, False),
        ("One⸮ Two", False, True, False, False, False),
        ("One?Two", False, True, True, False, False),
        ('"One?" Two', False, True, False, True, False),
        ('"One?"Two', False, True, True, True, False),
        ("One (! so) Two", False, True, False, False, True),
        ("One [? so] Two", False, True, False, False, True),
        ("? Two (", False, True, False, False, False),
    ],
)
def test_what_a_stop_is(text: str, ellipsis: bool, exclaims: bool, glued: bool, closed: bool, set_apart: bool) -> None:
    (stop,) = stops(text)
    assert (stop.ellipsis, stop.exclaims, stop.glued, stop.closed, stop.set_apart) == (
        ellipsis,
        exclaims,
        glued,
        closed,
        set_apart,
    )


@pytest.mark.parametrize(
    ("text", "opened", "quotation", "bracket"),
    [
        ("He «said. So» Two", -1, (3, 12), None),
        ("He «said.» Two", 3, None, None),
        ("He «said. ». Two", 3, None, None),
        ("He (said. So) Two", -1, None, (3, 12)),
        ("He ((said. So)) Two", -1, (4, 13), None),
        ("He [said. So] Two", -1, None, (3, 12)),
        ("He («said. So» it) Two", -1, (4, 13), (3, 17)),
        ("He «(said. So) it» Two", -1, (3, 17), (4, 13)),
        ("He «“said. So” it» Two", -1, (4, 13), None),
        ("He «said. So Two", -1, None, None),
        ("He said. So» Two", -1, None, None),
        ('He "said." Two', 3, None, None),
        ("He “said.” Two", 3, None, None),
        ("He (said.) [1] Two", 3, None, None),
        ("He said.[12]:5 Two", -1, None, None),
    ],
)
def test_quotations_and_brackets_around_a_stop(
    text: str, opened: int, quotation: tuple[int, int] | None, bracket: tuple[int, int] | None
) -> None:
    stop = stops(text)[0]
    assert (stop.opened, stop.quotation, stop.bracket) == (opened, quotation, bracket)


@pytest.mark.parametrize(
    ("text", "end", "following"),
    [
        ("He went.   So", 8, 11),
        ('He "went."  So', 10, 12),
        ("He «went. » So", 11, 12),  # a typist's space before what closes
        ("He «went.  » So", 9, 11),  # two are too far
        ("He went.[12][a] So", 15, 16),
        ("He went.[" + "x" * 40 + "] So", 50, 51),
        ("He went.[" + "x" * 41 + "] So", 8, 8),
        ("He went.:212–219 So", 16, 17),
        ("He went.¹² So", 10, 11),
        ("He went.)) So", 10, 11),
        ("He went.' So", 9, 10),
        ("He went.'tis So", 8, 8),
        ("He went.”) So", 10, 11),
    ],
)
def test_what_closes_belongs_to_the_stop(text: str, end: int, following: int) -> None:
    stop = stops(text)[0]
    assert (stop.end, stop.next) == (end, following)


@pytest.mark.parametrize(
    ("text", "closing"),
    [
        ("a «b» c", {2: 4}),
        ("a «b “c” d» e", {5: 7, 2: 10}),
        ("a “b” c", {2: 4}),
        ("a ”b“ c", {2: 4}),
        ('a "b" c "d" e', {2: 4, 8: 10}),
        ('"b" c', {0: 2}),
        ('a "b"', {2: 4}),
        ('a ("b") c', {3: 5, 2: 6}),
        ('x"b"x', {1: 3}),
        ("a «b (c» d) e", {2: 7}),  # the bracket was not closed inside
        ("a «b\n\nc» d", {}),
        ("a «b\n \t\n c» d «e» f", {14: 16}),
        ("a ‹b› [c] (d)", {2: 4, 6: 8, 10: 12}),
        ("a «b) c» d", {2: 7}),
        ("a» b", {}),
    ],
)
def test_pairs(text: str, closing: dict[int, int]) -> None:
    found = pairs(text)
    assert found.closing == closing
    assert found.opening == {close: start for start, close in closing.items()}


@pytest.mark.parametrize(("depth", "known"), [(7, True), (8, False)])
def test_how_deep_pairs_may_lie(depth: int, known: bool) -> None:
    assert (0 in pairs("«" + "(" * depth + "»").closing) is known


@pytest.mark.parametrize(("extra", "whole"), [(0, True), (1, False)])
@pytest.mark.parametrize("language", [arabic, english])
def test_a_short_quotation_stays_whole(language: object, extra: int, whole: bool) -> None:
    said = "«Yes. ".ljust(40 + extra, "X") + "»"
    text = f"He said {said} there."
    (start, end), *more = language.sentences(text)  # type: ignore[attr-defined]
    assert (end == len(text)) is whole
    assert whole or text[start:end] == "He said «Yes. "
    assert len(more) == (not whole)


@pytest.mark.parametrize(
    ("opening", "closing", "most", "attribute"),
    [("«", "»", 1000, "quotation"), ("(", ")", 300, "bracket")],
)
@pytest.mark.parametrize(("extra", "held"), [(0, True), (1, False)])
def test_what_is_too_long_was_never_closed_there(
    opening: str, closing: str, most: int, attribute: str, extra: int, held: bool
) -> None:
    for before in ("", "One " * 300):
        text = before + f"{opening}One. Two".ljust(most + extra, "x") + f"{closing} Three"
        assert (getattr(stops(text)[0], attribute) is not None) is held


def test_the_semicolon_inside_of_brackets_ends_nothing() -> None:
    def ends(text: str) -> int:
        return len(split(text, lambda _: False, semicolon=True))

    assert [ends("ا؛ ب"), ends("(ا؛ ب) ج"), ends("«ا؛ ب» ج"), ends("(ا) ب؛ ج")] == [2, 1, 2, 2]
    for before in ("", "ا " * 300):
        assert [ends(before + "(ا؛ ب".ljust(300 + extra, "ب") + ") ج") for extra in (0, 1)] == [1, 2]
    assert len(split("ا؛ ب", lambda _: False)) == len(arabic.sentences("ا؛ ب")) == 1


@pytest.mark.parametrize(
    "marked",
    [
        "One. ¦Two! ¦Three? ¦Four",
        "One.\n\n¦Two",
        "One\n\n¦Two",
        "\n\nOne\n\n",
        "1. One 2. two 3. three. ¦4",
        "Of: 1. One 2. two. ¦So",
        "At 7. ¦One",
        "5. One 7. ¦Two",
        "0. ¦One",
        "100. One",
        "1000. ¦One",
        "x1. ¦One",
        "One 1. ¦Two 2. ¦Three",
        "1) One. ¦Two",
        "One. ,two",
        "One. ؛ two",
        "One. : two",
        "One. ¦— two",
        "One. »",
        "One. \ufe0f",  # a sign that only shapes the one before it is no sentence
        ". ¦One",
    ],
)
def test_where_a_rule_that_always_agrees_is_heard(marked: str) -> None:
    assert cut(marked.replace("¦", "")) == marked


def test_offsets_lead_back_to_the_text_as_given() -> None:
    plain = bare("abc")
    assert (plain.offsets, plain.at(1), plain.end(2), plain.end(0)) == (None, "b", 2, 0)
    marked = bare("أَبّ\u200f ج")
    assert (marked.text, marked.offsets) == ("اب ج", [0, 2, 5, 6])
    assert [marked.at(place) for place in range(4)] == ["أ", "ب", " ", "ج"]
    assert [marked.end(place) for place in range(5)] == [0, 2, 4, 6, 7]
    assert bare("ٱىیک٣۳").text == "ايي" + "ك33"

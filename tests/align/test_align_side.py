"""A side: clauses, places where a sentence goes on, spans of vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from mtpipe.align.side import SHORTEST_CLAUSE, Side, clauses, side, window
from mtpipe.signature import Signature


class Counting:
    """Every text has a direction of its own."""

    signature = Signature((("embedder", "counting"),))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.eye(16, dtype=np.float32)[[len(text) % 16 for text in texts]].reshape(len(texts), 16)


def made(*texts: str) -> Side:
    return side([texts], [()] * len(texts), Counting())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Short, as it is.", 0),
        ("The first clause of the sentence, and the second clause of it.", 2),
        ("قال الوزير إن الاجتماع سيعقد غداً، وأضاف أن الوفود وصلت إلى المدينة.", 2),
        ("It tears us apart all the same. But we have got to carry on and fight.", 2),
        ("A pause – long as it may be – makes clauses of some length – also at the end.", 2),
        ("one, two, three, four, five, six, seven, eight, nine, ten, eleven", 2),
    ],
)
def test_clauses(text: str, count: int) -> None:
    parts = clauses(text)
    assert len(parts) == count
    assert all(len(part) >= SHORTEST_CLAUSE for part in parts)
    letters = "".join(parts or [text]).replace(" ", "").replace("–", "")
    assert letters == text.replace(" ", "").replace("–", "")


@pytest.mark.parametrize(
    ("before", "after", "broken", "unended"),
    [
        ("He said so.", "She did not.", False, False),
        ("He said so", "She did not.", False, True),
        ("He said so,", "and she did not.", True, True),
        ("He said so", "and she did not.", True, True),
        ("He said so.", "“and she did not.”", True, False),
        ("He said so.", "a…", True, False),
        ("He said so.", "élan", False, False),  # a small letter of another script tells nothing
        ("“He said so.”", "She did not.", False, False),
        ("قال ذلك،", "وأضاف", True, True),
        ("هل قال ذلك؟", "نعم", False, False),
    ],
)
def test_points(before: str, after: str, broken: bool, unended: bool) -> None:
    found = made(before, after)
    assert (bool(found.broken[1]), bool(found.unended[1])) == (broken, unended)
    assert not found.broken[[0, 2]].any()


def test_spans_are_means_by_length() -> None:
    text = made("a" * 3, "b" * 4)
    both = text.spans(2, 0, 3)
    assert not both[:2].any()
    assert both[2] == pytest.approx((3 * text.vectors[1] + 4 * text.vectors[2]) / 5)
    assert text.span_lengths(2, 2, 3).tolist() == [7]
    assert (text.spans(1, 1, 3) == text.vectors[1:]).all()


def test_paragraphs_break_inside_the_text_only() -> None:
    text = side([["one", "two"], [], ["three"], []], [()] * 3, Counting())
    assert text.breaks.tolist() == [False, False, True, False]


@pytest.mark.parametrize(("start", "stop", "expected"), [(-2, 2, [0, 0, 7, 8]), (1, 5, [8, 9, 0, 0]), (7, 9, [0, 0])])
def test_window(start: int, stop: int, expected: list[int]) -> None:
    assert window(np.array([7, 8, 9]), start, stop).tolist() == expected

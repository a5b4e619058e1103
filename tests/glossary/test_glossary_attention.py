"""What a table of attention says about spans of characters on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from mtpipe.glossary.attention import Attention
from mtpipe.translate.base import Hypotheses, Hypothesis, Token

SOURCE = (Token("▁وصل", 0, 3), Token("▁لاف", 4, 7), Token("روف", 7, 10), Token("</s>", 10, 10))
TEXT = "Lafrouf came."
TARGET = (Token("▁Laf", 0, 3), Token("rouf", 3, 7), Token("▁came", 8, 12), Token(".", 12, 13))
TABLE = [
    [0.1, 0.5, 0.2, 0.2],
    [0.0, 0.1, 0.1, 0.8],
    [0.9, 0.0, 0.1, 0.0],
    [0.02, 0.04, 0.02, 0.92],
]
NAME = (4, 10)


def attention(table: list[list[float]]) -> Attention | None:
    best = Hypothesis(TEXT, -0.5, TARGET, np.array(table, np.float32))
    return Attention.of(Hypotheses((best,), SOURCE))


def test_the_share_of_what_is_not_on_the_end_of_sentence() -> None:
    found = attention(TABLE)
    assert found is not None
    # The last piece rests on the end of sentence, and says nothing.
    assert found.on(NAME).tolist() == pytest.approx([0.7 / 0.8, 1.0, 0.1, 0.0])
    assert found.on((0, 3)).tolist() == pytest.approx([0.1 / 0.8, 0.0, 0.9, 0.0])
    assert found.on((7, 8)).tolist() == pytest.approx([0.2 / 0.8, 0.5, 0.1, 0.0])
    assert found.on((3, 4)).tolist() == [0.0] * 4  # the blank between two pieces


@pytest.mark.parametrize(
    ("resting", "share"), [(0.89, 1.0), (0.9001, 0.0), (0.91, 0.0), (1.0, 0.0)]
)  # from nine tenths on
def test_a_piece_that_rests_on_the_end_looks_nowhere(resting: float, share: float) -> None:
    found = attention([[0.0, 1 - resting, 0.0, resting], *TABLE[1:]])
    assert found is not None
    assert found.on(NAME).tolist()[0] == pytest.approx(share)


@pytest.mark.parametrize(
    ("span", "pieces"),
    [((0, 7), (0, 2)), ((0, 3), (0, 1)), ((2, 4), (0, 2)), ((3, 8), (1, 2)), ((7, 8), (2, 2)), ((8, 13), (2, 4)),
     ((12, 13), (3, 4)), ((13, 20), (4, 4))],
)  # fmt: skip
def test_pieces_share_a_character_with_the_span(span: tuple[int, int], pieces: tuple[int, int]) -> None:
    found = attention(TABLE)
    assert found is not None
    assert found.pieces(span) == pieces


def test_shares_are_means() -> None:
    found = attention(TABLE)
    assert found is not None
    shares = found.shares(NAME, [(0, 7), (8, 12), (7, 8), (8, 13)])
    assert shares == pytest.approx([(0.875 + 1.0) / 2, 0.1, 0.0, 0.05])


@pytest.mark.parametrize("table", [TABLE[:3], [row[:3] for row in TABLE]])
def test_a_table_of_another_shape_is_none(table: list[list[float]]) -> None:
    assert attention(table) is None


def test_an_engine_that_gives_none() -> None:
    assert Attention.of(Hypotheses((Hypothesis(TEXT, -0.5, TARGET, None),), SOURCE)) is None

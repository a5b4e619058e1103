from __future__ import annotations

import pytest

from mtpipe.review.cells import Piece, Stretch, cut


@pytest.mark.parametrize(
    ("text", "sentences", "mentions", "expected"),
    [
        ("", [], [], ()),
        ("gap", [], [], (Stretch((Piece("gap"),)),)),  # a paragraph that nobody has segmented
        ("a. b.", [(0, 3), (3, 5)], [[], []], (
            Stretch((Piece("a."),), 0), Stretch((Piece(" "),)), Stretch((Piece("b."),), 1))),
        ("ab", [(0, 2), (2, 2)], [[], []], (Stretch((Piece("ab"),), 0), Stretch((), 1))),  # no English
        ("  ", [(0, 2)], [[]], (Stretch((Piece("  "),), 0),)),
        ("abcd", [(0, 4)], [[(1, 3)]], (Stretch((Piece("a"), Piece("bc", (0,)), Piece("d")), 0),)),
        ("abcd", [(0, 4)], [[(2, 4), (0, 3)]], (Stretch((Piece("abcd", (1, 0)),), 0),)),  # overlap: one mark
        ("abcd", [(0, 4)], [[(0, 2), (2, 4)]], (Stretch((Piece("ab", (0,)), Piece("cd", (1,))), 0),)),  # touching: two
        ("abcd", [(0, 4)], [[(-1, -1)]], (Stretch((Piece("abcd"),), 0),)),
        ("abcd", [(0, 4)], [[(2, 9)]], (Stretch((Piece("ab"), Piece("cd", (0,))), 0),)),
        ("مدَّ", [(0, 4)], [[(0, 2)]], (Stretch((Piece("مدَّ", (0,)),), 0),)),  # the vowel signs stay with their letter
        ("مدَّ", [(0, 4)], [[(3, 4)]], (Stretch((Piece("م"), Piece("دَّ", (0,))), 0),)),
        ("أب", [(0, 2)], [[(0, 1)]], (Stretch((Piece("أ", (0,)), Piece("ب")), 0),)),
        ("ا\u0654ب", [(0, 3)], [[(0, 1)]], (Stretch((Piece("ا\u0654", (0,)), Piece("ب")), 0),)),  # decomposed hamza
    ],
)  # fmt: skip
def test_cut(
    text: str,
    sentences: list[tuple[int, int]],
    mentions: list[list[tuple[int, int]]],
    expected: tuple[Stretch, ...],
) -> None:
    assert cut(text, sentences, mentions) == expected

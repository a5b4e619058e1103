"""Scores of alignments, on cases worked out by hand after vecalign's definitions."""

from __future__ import annotations

import pytest

from mtpipe.align.evaluate import BeadScore, Places, compare, share_kept


def bead(left: str, right: str) -> Places:
    return tuple(map(int, left)), tuple(map(int, right))


GOLD = [bead("0", "0"), bead("12", "1"), bead("3", ""), bead("4", "23")]


@pytest.mark.parametrize(
    ("found", "strict", "lax", "recall", "recall_lax"),
    [
        (GOLD, 1, 1, 1, 1),
        ([], 0, 0, 0, 0),
        # 1-1 of a 2-1: wrong strictly, right laxly; the sentence left over is a wrong bead of its own in precision.
        ([bead("0", "0"), bead("1", "1"), bead("2", ""), bead("3", ""), bead("4", "23")], 3 / 5, 4 / 5, 2 / 3, 1),
        # One step off everywhere.
        ([bead("0", "1"), bead("12", "2"), bead("3", "3"), bead("4", ""), bead("", "0")], 0, 0, 0, 0),
        # All in one bead.
        ([bead("01234", "0123")], 0, 1, 0, 1),
        # Repeated beads count once, empty ones not at all.
        ([*GOLD, *GOLD, bead("", "")], 1, 1, 1, 1),
    ],
)
def test_scores(found: list[Places], strict: float, lax: float, recall: float, recall_lax: float) -> None:
    score = compare(GOLD, found)
    assert score.precision == pytest.approx(strict)
    assert score.precision_lax == pytest.approx(lax)
    assert score.recall == pytest.approx(recall)
    assert score.recall_lax == pytest.approx(recall_lax)


def test_order_does_not_matter() -> None:
    assert compare(GOLD[::-1], GOLD) == compare(GOLD, GOLD[::-1]) == compare(GOLD, GOLD)


def test_scores_of_documents_add_up() -> None:
    one, other = compare(GOLD, GOLD), compare(GOLD, [])
    both = one + other
    assert both.recall == pytest.approx(0.5)
    assert both.precision == 1
    assert both.f1 == pytest.approx(2 / 3)
    assert sum([one, other], BeadScore()) == both


def test_format_says_both_kinds() -> None:
    assert compare(GOLD, GOLD[:2]).format() == (
        "strict P 1.000 R 0.667 F1 0.800, lax P 1.000 R 0.667 F1 0.800 (3 known beads, 2 found)"
    )


def test_share_kept() -> None:
    assert share_kept([(30, True), (10, False)]) == 0.75
    assert share_kept([]) == 0

"""Scores of sentence ends."""

from __future__ import annotations

import pytest

from mtpipe.segment.evaluate import BoundaryScore, compare, inner_ends, joined


def test_joined_gives_the_ends_back() -> None:
    text, ends = joined(["One.", "Two.", "Three."])
    assert text == "One. Two. Three."
    assert ends == [4, 9, 16]


def test_white_space_and_the_last_end_do_not_count() -> None:
    assert inner_ends("One. Two. ", [5, 10]) == inner_ends("One. Two. ", [4, 9]) == {4}


@pytest.mark.parametrize(
    ("found", "known", "score"),
    [
        ([(0, 5), (5, 10), (10, 16)], [4, 9, 16], (100.0, 100.0, 100.0)),
        ([(0, 16)], [4, 9, 16], (100.0, 0.0, 0.0)),
        ([(0, 5), (5, 16)], [4, 9, 16], (100.0, 50.0, 200 / 3)),
        ([(0, 2), (2, 5), (5, 16)], [4, 9, 16], (50.0, 50.0, 50.0)),
        ([(0, 16)], [16], (100.0, 100.0, 100.0)),
    ],
)
def test_compare(found: list[tuple[int, int]], known: list[int], score: tuple[float, float, float]) -> None:
    result = compare("One. Two. Three.", found, known)
    assert (result.precision, result.recall, result.f1) == pytest.approx(score)


def test_scores_add_up_and_format() -> None:
    total = BoundaryScore(3, 4, 5) + BoundaryScore(1, 1, 5)
    assert total.format() == "F1 53.3 (precision 80.0, recall 40.0; 4 right of 5 found, 10 known)"
    assert BoundaryScore(1, 3, 6).format() == "F1 22.2 (precision 33.3, recall 16.7; 1 right of 3 found, 6 known)"
    assert BoundaryScore(0, 0, 3).precision == BoundaryScore(0, 3, 0).recall == BoundaryScore().f1 == 100

"""Pairing of documents: by name, and by vectors, numbers and names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtpipe.align.documents import Matches, Profile, by_content, by_name, stem
from mtpipe.align.names import arabic_keys, english_keys

NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x.txt", "x.txt"),
        ("x.ar.txt", "x.en.txt"),
        ("politics.txt", "politics.en.txt"),
        ("science.html", "science.en.txt"),
        ("2019/05/x_ar.html", "2019/05/x_en.html"),
        ("ar/x.txt", "en/x.txt"),
        ("ar-x.txt", "en-x.txt"),
        ("X.Arabic.txt.gz", "x.english.docx"),
        ("news.zip/ar/7.txt", "news.zip/en/7.txt"),
        ("article-12", "article-12"),
        ("الخبر.ar.txt", "الخبر.en.txt"),
    ],
)
def test_names_of_one_article(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.txt", "11.txt"),
        ("arena.txt", "enena.txt"),
        ("a/x.txt", "b/x.txt"),
        ("ar.txt", "en.txt"),
        ("x1.txt", "x2.txt"),
    ],
)
def test_names_of_two_articles(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_a_name_that_two_have_pairs_nobody() -> None:
    assert by_name(["x.txt", "x.html", "y.txt"], ["y.en.txt", "x.txt", "z.txt"]) == {2: 0}


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("قال لافروف أمس", "yesterday Lavrov said"),
        ("ولموسكو مكانتها", "the place of Moscow"),
        ("في مدينة الرقة وبالقامشلي", "in Qamishli"),
        ("الأمين العام أنطونيو غوتيريش", "Secretary Antonio Guterres"),
        ("عبر Twitter وحدها", "on Twitter alone"),
    ],
)
def test_names_meet(arabic: str, english: str) -> None:
    assert arabic_keys(arabic) & english_keys(english)


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("قال لافروف أمس", "Moscow said"),
        ("في من على", "In The On"),
        ("", "Moscow"),
        ("موسكو", "the word moscow is no name, says Moscow"),  # written small as well
    ],
)
def test_names_that_do_not_meet(arabic: str, english: str) -> None:
    assert not arabic_keys(arabic) & english_keys(english)


def vectors(count: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(count, 64))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def near(rows: NDArray[np.float32], noise: float, seed: int) -> NDArray[np.float32]:
    moved = rows + noise * vectors(len(rows), seed)
    return (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)


def profiles(rows: NDArray[np.float32]) -> list[Profile]:
    return [Profile(row, NOTHING, NOTHING, NOTHING) for row in rows]


def places(matches: Matches) -> list[tuple[int, int]]:
    return [(match.source, match.target) for match in matches.pairs]


def test_each_finds_its_own_among_thousands() -> None:
    rows = vectors(1500, 1)
    order = np.random.default_rng(2).permutation(1500)
    found = by_content(profiles(rows), profiles(near(rows, 0.5, 3)[order]), threshold=0.85)
    assert sorted((int(order[target]), source) for source, target in places(found)) == [(n, n) for n in range(1500)]


def test_those_without_counterpart_stay_alone_and_are_told_the_nearest() -> None:
    rows = vectors(90, 1)
    found = by_content(profiles(rows[:60]), profiles(near(rows, 0.5, 3)[30:]), threshold=0.85)
    assert places(found) == [(number + 30, number) for number in range(30)]
    assert set(found.sources_alone) == set(range(30))
    assert set(found.targets_alone) == set(range(30, 60))
    assert all(match is not None and match.source == place for place, match in found.sources_alone.items())


def test_numbers_and_names_decide_between_articles_on_one_thing() -> None:
    (row,) = vectors(1, 1)
    days = [frozenset({f"{day}", "2019"}) for day in range(11, 15)]
    names = [frozenset({f"name{day}", f"place{day}", "common"}) for day in range(4)]
    sources = [Profile(row, days[day], days[day], names[day]) for day in range(4)]
    order = [2, 0, 3, 1]
    found = by_content(sources, [sources[day] for day in order], threshold=0.85)
    assert places(found) == [(source, order.index(source)) for source in range(4)]


def test_the_best_sum_counts_not_who_comes_first() -> None:
    """Both prefer the first target, one by little: it takes the second."""
    sources = np.array([[1.0, 0, 0], [0.8, 0.6, 0]], dtype=np.float32)
    targets = np.array([[0.98, 0.199, 0], [0.7, 0.7, 0.141]], dtype=np.float32)
    assert places(by_content(profiles(sources), profiles(targets), threshold=0.0)) == [(0, 0), (1, 1)]


@pytest.mark.parametrize(("left", "right"), [(0, 0), (3, 0), (0, 3)])
def test_an_empty_side(left: int, right: int) -> None:
    found = by_content(profiles(vectors(left, 1)), profiles(vectors(right, 2)), threshold=0.85)
    assert found.pairs == ()
    assert (dict(found.sources_alone), dict(found.targets_alone)) == (
        dict.fromkeys(range(left)),
        dict.fromkeys(range(right)),
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 1000), st.floats(0, 2))
def test_each_article_is_in_one_pair_or_alone(left: int, right: int, seed: int, threshold: float) -> None:
    found = by_content(profiles(vectors(left, seed)), profiles(vectors(right, seed + 1)), threshold=threshold)
    assert sorted([source for source, _ in places(found)] + list(found.sources_alone)) == list(range(left))
    assert sorted([target for _, target in places(found)] + list(found.targets_alone)) == list(range(right))
    assert all(match.strength >= threshold for match in found.pairs)

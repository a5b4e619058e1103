"""The made-up work: always the same, of the lengths that it says, and fairly sampled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.bench import work
from mtpipe.bench.work import Work
from mtpipe.translate.store import resolve
from mtpipe.translate.subwords import Subwords


@pytest.fixture(scope="module")
def subwords() -> Subwords:
    return Subwords(resolve("small-ar-en"))


def make(subwords: Subwords, sentences: int, **options: int) -> Work:
    return work.make(list(subwords.vocabulary), subwords.count, sentences, **{"limit": 512, **options})


def test_the_same_arguments_make_the_same_work(subwords: Subwords) -> None:
    assert make(subwords, 40) == make(subwords, 40)
    assert make(subwords, 40).segments != make(subwords, 40, seed=2).segments
    assert make(subwords, 60).segments[:40] == make(subwords, 40).segments


def test_lengths_are_those_of_the_engines(subwords: Subwords) -> None:
    made = make(subwords, 40)
    assert made.lengths == tuple(len(subwords.encode(segment)) for segment in made.segments)


@pytest.mark.parametrize("limit", [8, 20, 64])
def test_no_sentence_is_too_long_for_the_model(subwords: Subwords, limit: int) -> None:
    assert max(make(subwords, 100, limit=limit).lengths) <= limit


def test_lengths_are_spread_as_in_news(subwords: Subwords) -> None:
    lengths = sorted(make(subwords, 1000).lengths)
    low, middle, high = lengths[50], lengths[500], lengths[950]
    assert 8 <= low <= 20
    assert 25 <= middle <= 45
    assert 60 <= high <= 110


@given(st.lists(st.integers(2, 200), min_size=1, max_size=80), st.data())
def test_a_sample_is_a_part_with_the_same_lengths(lengths: list[int], data: st.DataObject) -> None:
    whole = Work(tuple(map(str, range(len(lengths)))), tuple(lengths))
    count = data.draw(st.integers(1, len(lengths)))
    part = whole.sample(count)
    places = [int(segment) for segment in part.segments]
    assert len(places) == count
    assert places == sorted(set(places))
    assert part.lengths == tuple(lengths[place] for place in places)
    # One sentence of each of ``count`` stretches of the ranking: none is longer than what its stretch ends with.
    ranked = sorted(lengths)
    for number, length in enumerate(sorted(part.lengths)):
        first, last = number * len(lengths) // count, -(-(number + 1) * len(lengths) // count) - 1
        assert ranked[first] <= length <= ranked[last]


@pytest.mark.parametrize(("lengths", "ratio", "tokens"), [((10, 20), 1.0, 30), ((1,), 0.1, 1), ((10, 12), 0.5, 11)])
def test_tokens_asked_for(lengths: tuple[int, ...], ratio: float, tokens: int) -> None:
    assert Work(("",) * len(lengths), lengths, ratio).target_tokens == tokens

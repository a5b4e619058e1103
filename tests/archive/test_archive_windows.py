from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mtpipe.archive.windows import Item, windows
from mtpipe.article import Article, build
from mtpipe.errors import ArticleError

MOST = 900
"""Characters after which a window is full."""

sizes = st.integers(1, 7)
characters = st.sampled_from([1, 10, MOST // 3, MOST - 1, MOST, 2 * MOST])


def item(number: int, length: int | None) -> Item:
    if length is None:
        return ArticleError(f"e{number}", "empty-file", "e")
    return build(f"a{number}", [("text", "ب" * length)])


items = st.lists(st.none() | characters, max_size=20).map(lambda made: [item(*pair) for pair in enumerate(made)])


def length(window: list[Item]) -> int:
    return sum(len(item.text) for item in window if isinstance(item, Article))


@given(items, sizes)
def test_nothing_lost_nothing_doubled_in_order(given_items: list[Item], size: int) -> None:
    assert [item for window in windows(given_items, size, MOST) for item in window] == given_items


@given(items, sizes)
def test_a_window_is_full_by_number_or_by_text_and_never_empty(given_items: list[Item], size: int) -> None:
    made = list(windows(given_items, size, MOST))
    for place, window in enumerate(made, start=1):
        assert 1 <= len(window) <= size
        assert length(window[:-1]) < MOST
        assert place == len(made) or len(window) == size or length(window) >= MOST


@given(items, sizes, st.data())
def test_the_rest_after_any_window_is_cut_as_before(given_items: list[Item], size: int, data: st.DataObject) -> None:
    made = list(windows(given_items, size, MOST))
    done = data.draw(st.integers(0, len(made)))
    rest = given_items[sum(map(len, made[:done])) :]
    assert list(windows(rest, size, MOST)) == made[done:]


def test_articles_are_read_no_further_than_the_window_needs() -> None:
    """Memory: the window is the unit, so its articles are all that is held."""
    read: list[int] = []

    def reading() -> list[Item]:
        for number in range(10):
            read.append(number)
            yield item(number, 10)

    made = windows(reading(), 3, MOST)
    for count in (3, 6, 9, 10):
        next(made)
        assert len(read) == count


def test_how_much_text_a_window_takes_is_a_setting() -> None:
    given_items = [item(number, 10) for number in range(7)]
    assert [len(window) for window in windows(given_items, 5, 20)] == [2, 2, 2, 1]
    assert [len(window) for window in windows(given_items, 5, MOST)] == [5, 2]

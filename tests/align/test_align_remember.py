from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtpipe.align.remember import Remembering
from mtpipe.signature import Signature


class Lengths:
    """An embedder whose row is the text's length; writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @property
    def signature(self) -> Signature:
        return Signature((("embedder", "lengths"),))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], np.float32).reshape(len(texts), 2)


texts = st.lists(st.sampled_from(["", "a", "bc", "def", "ghij"]))


@given(st.lists(texts, max_size=5))
def test_rows_are_those_of_the_embedder_whatever_came_before(calls: list[list[str]]) -> None:
    inner = Lengths()
    remembering = Remembering(inner)
    for call in calls:
        assert np.array_equal(remembering.encode(call), Lengths().encode(call))
    assert sorted(inner.asked) == sorted({text for call in calls for text in call})


def test_what_was_forgotten_is_asked_again() -> None:
    inner = Lengths()
    remembering = Remembering(inner)
    remembering.encode(["a", "bc"])
    remembering.forget()
    remembering.encode(["bc"])
    assert inner.asked == ["a", "bc", "bc"]
    assert remembering.signature == inner.signature

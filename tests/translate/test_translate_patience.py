"""An engine that gives no answer ends the run; one that answers is not touched."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mtpipe.errors import ModelError, StuckError
from mtpipe.translate.patience import is_stuck, within
from mtpipe.translate.store import ModelFolder

Make = Callable[..., Any]


def test_what_comes_back_comes_through() -> None:
    assert within(60, lambda: 42) == 42
    with pytest.raises(ModelError, match="out of ink"):
        within(60, lambda: (_ for _ in ()).throw(ModelError("out of ink")))
    assert not is_stuck()


def test_what_does_not_is_told() -> None:
    answer = threading.Event()
    with pytest.raises(StuckError, match=r"no answer to a batch after 0\.01 s.*translate\.batch_timeout"):
        within(0.01, answer.wait)
    assert is_stuck()
    answer.set()


@pytest.mark.parametrize("kind", ["ct2", "torch"])
def test_engines_wait_no_longer_than_the_setting_says(tiny: ModelFolder, make_engine: Make, kind: str) -> None:
    engine = make_engine(kind, tiny, batch_timeout=1e-9)
    with pytest.raises(StuckError):
        engine.translate(["وصل الوزير إلى القاهرة."] * 50)
    while is_stuck():  # what is under way ends before the model goes
        time.sleep(0.01)

"""Several batches at a time: on a processor's cores, on several cards; the same translations as one after another."""

from __future__ import annotations

from typing import Any

import pytest

from mtpipe.errors import UsageError
from mtpipe.settings import changed, load
from mtpipe.translate import device
from mtpipe.translate.store import ModelFolder
from mtpipe.translate.workers import cores, layout


@pytest.mark.parametrize(
    ("threads", "workers", "expected"),
    [
        (4, 0, (4, 1)),
        (4, 1, (1, 4)),
        (4, 2, (2, 2)),
        (5, 2, (2, 2)),
        (1, 8, (1, 1)),
        (3, 3, (3, 1)),
    ],
)
def test_layout(threads: int, workers: int, expected: tuple[int, int]) -> None:
    assert layout(threads, workers) == expected


def test_the_default_is_a_worker_for_each_core() -> None:
    assert layout(0) == (cores(), 1)
    assert cores() >= 1


@pytest.mark.parametrize(
    ("name", "split", "single"),
    [
        ("cpu", ("cpu", [0]), ["cpu"]),
        ("mps", ("mps", [0]), ["mps"]),
        ("cuda:0", ("cuda", [0]), ["cuda:0"]),
        ("cuda:0,2", ("cuda", [0, 2]), ["cuda:0", "cuda:2"]),
    ],
)
def test_devices_of_a_name(name: str, split: tuple[str, list[int]], single: list[str]) -> None:
    assert device.numbered(name) == split
    assert device.each(name) == single


@pytest.mark.parametrize("name", ["cuda:0,1", "cuda:3", "cuda", "cpu", "mps", "auto"])
def test_devices_that_settings_take(name: str) -> None:
    assert changed(load(), {"translate.device": name}).translate.device == name


@pytest.mark.parametrize("name", ["cuda:", "cuda:0,", "cuda:0,a", "cpu:0", "gpu"])
def test_devices_that_settings_refuse(name: str) -> None:
    with pytest.raises(UsageError, match=r"translate\.device"):
        changed(load(), {"translate.device": name})


@pytest.mark.parametrize("kind", ["ct2", "torch"])
@pytest.mark.parametrize("attention", [False, True])
def test_two_workers_say_what_one_says(
    tiny: ModelFolder, make_engine: Any, sentences: list[str], kind: str, attention: bool
) -> None:
    given = [sentence for sentence in sentences if len(sentence) < 40][:24]
    # A thread for each worker: those of one batch wait for each other, which takes long where others are at work.
    one, two = (make_engine(kind, tiny, workers=count, threads=count, batch_tokens=64, beam=2) for count in (1, 2))
    found, again = (engine.translate(given, n_best=2, attention=attention) for engine in (one, two))
    assert [hypotheses.best.text for hypotheses in again] == [hypotheses.best.text for hypotheses in found]
    assert one.signature == two.signature
    for a, b in zip(found, again, strict=True):
        assert a.best.score == pytest.approx(b.best.score, abs=1e-4)
        if attention and a.best.attention is not None:
            assert b.best.attention == pytest.approx(a.best.attention, abs=1e-4)

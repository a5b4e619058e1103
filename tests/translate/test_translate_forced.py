"""Forced lengths, on which rates are measured: exactly as many target pieces as were asked for, in any engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mtpipe.translate.batching import forced_target, max_target, plan

SHORT = "شكرا جزيلا لكم"
LONG = "وصل الوزير إلى مدينة حلب بعد يوم طويل من السفر عبر الصحراء الكبرى في شمال البلاد."


@pytest.mark.parametrize("kind", ["embedded_ct2", "embedded_torch"])
@pytest.mark.parametrize("beam", [1, 4])
@pytest.mark.parametrize("ratio", [0.5, 1.5])
def test_each_batch_has_the_length_of_its_longest(
    request: pytest.FixtureRequest, kind: str, beam: int, ratio: float
) -> None:
    engine = request.getfixturevalue(kind)
    found = engine.translate([SHORT, LONG, SHORT], decoding=replace(engine.decoding, beam=beam, forced=ratio))
    for hypotheses in found:  # the two are of different classes of length, so that they never share a batch
        assert len(hypotheses.best.tokens) == round(ratio * len(hypotheses.source))


@pytest.mark.parametrize(
    ("length", "forced", "limit", "target"), [(10, 0.95, 512, 10), (1, 0.1, 512, 1), (400, 2.0, 512, 511)]
)
def test_forced_targets(length: int, forced: float, limit: int, target: int) -> None:
    assert forced_target(length, forced, limit) == target


def test_batches_are_those_of_earnest_work() -> None:
    lengths = [5, 9, 33, 70, 12, 33, 5, 64, 17, 100]
    free, forced = (plan(lengths, budget=100, limit=512, forced=ratio) for ratio in (0.0, 1.0))
    assert [batch.places for batch in free] == [batch.places for batch in forced]
    for plain, fixed in zip(free, forced, strict=True):
        longest = max(lengths[place] for place in plain.places)
        assert (plain.min_target, plain.max_target) == (0, max_target(longest, 512))
        assert fixed.min_target == fixed.max_target == longest

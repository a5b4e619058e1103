"""Comparisons on a quick model: every contender does the work that was asked, and the report says what was measured."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from mtpipe import bench
from mtpipe.bench import contenders, work
from mtpipe.bench.models import open_model
from mtpipe.bench.spread import Spread
from mtpipe.errors import ModelError
from mtpipe.settings import Settings, TranslateSettings
from mtpipe.translate.subwords import Subwords

NAMES = [
    "transformers, one at a time",
    "transformers, batches of 32",
    "mtpipe, torch",
    "CTranslate2 int8, one at a time",
    "CTranslate2 int8, sorted batches",
    "mtpipe, ct2 int8",
]
SETTINGS = TranslateSettings(device="cpu", threads=1)


@pytest.fixture(scope="module")
def compared(small: Path) -> bench.Comparison:
    return bench.compare(str(small), SETTINGS, beam=2, sentences=32, rounds=2, machine=bench.describe())


def test_all_contenders_are_measured_in_each_round(compared: bench.Comparison) -> None:
    assert [row.name for row in compared.rows] == NAMES
    assert all(len(row.seconds) == compared.rounds == 2 for row in compared.rows)


def test_rates_are_of_the_tokens_asked_for(compared: bench.Comparison) -> None:
    for row in compared.rows:
        fastest, slowest = min(row.seconds), max(row.seconds)
        assert row.tokens_per_second.high == pytest.approx(row.target_tokens / fastest)
        assert row.tokens_per_second.low == pytest.approx(row.target_tokens / slowest)
        assert row.sentences_per_second.high == pytest.approx(row.sentences / fastest)
        assert row.bound is not None


def test_the_first_two_are_what_the_others_are_measured_against(compared: bench.Comparison) -> None:
    one, batched, *_, last = compared.rows
    assert one.against[0] == batched.against[1] == Spread(1, 1, 1)
    rounds = [
        (last.target_tokens / a) / (one.target_tokens / b) for a, b in zip(last.seconds, one.seconds, strict=True)
    ]
    assert dataclasses.astuple(last.against[0]) == pytest.approx(dataclasses.astuple(Spread.of(rounds)))


def test_slow_contenders_get_a_part_of_the_work(compared: bench.Comparison) -> None:
    shares = {row.name: row.sentences for row in compared.rows}
    assert shares["mtpipe, ct2 int8"] == shares["CTranslate2 int8, sorted batches"] == compared.sentences == 32
    assert shares["transformers, one at a time"] == 2
    assert shares["transformers, batches of 32"] == 32


def test_plain_contenders_give_a_text_for_each_sentence(small: Path) -> None:
    model = open_model(str(small))
    subwords = Subwords(model)
    made = work.make(list(subwords.vocabulary), subwords.count, 34, limit=model.max_pieces)
    for contender in contenders.open_all(model, SETTINGS, 1):
        found = contender.run(made)
        assert isinstance(found, list)
        assert len(found) == 34


def test_sorted_batches_come_back_in_order(small: Path) -> None:
    model = open_model(str(small))
    subwords = Subwords(model)
    made = work.make(list(subwords.vocabulary), subwords.count, 60, limit=model.max_pieces)
    stock = contenders.Stock(model, subwords, SETTINGS.model_copy(update={"batch_tokens": 16}), beam=1, where="cpu")
    # Under a budget of 16 pieces hardly two sentences share a batch, so that each has the length of its own.
    batched, alone = stock.in_batches(made), stock.one_at_a_time(made)
    assert sum(a == b for a, b in zip(batched, alone, strict=True)) > 50
    assert len(set(alone)) > 50


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match="no-such-model"):
        bench.open_model("no-such-model")


def test_the_whole_run_is_measured_against_its_engine(small: Path) -> None:
    settings = Settings.model_validate(
        {"translate": {"device": "cpu", "threads": 1}, "quality": {"similarity": False}, "corpus": {"window": 1}}
    )
    found = bench.throughput(str(small), settings, beam=1, sentences=60, rounds=2)
    assert found.windows == found.articles > 1
    assert found.sentences == 60
    assert 0 < found.share.low <= found.share.high <= 1
    assert found.of_rate.low <= found.whole.high / found.alone.low
    assert 0 < found.of_cpu.low <= found.of_cpu.high


def test_reports_hold_all_rows(compared: bench.Comparison) -> None:
    machine = bench.describe()
    text, markdown = bench.text(machine, [compared]), bench.markdown(machine, [compared])
    for row in compared.rows:
        assert row.name in text
        (line,) = [line for line in markdown.splitlines() if line.startswith(f"| {row.name} |")]
        assert line.count("|") == 8
    assert all(part in text for part in (machine.processor, "ctranslate2", "32 sentences", "of 2 rounds"))
    assert json.loads(json.dumps(bench.as_json(machine, [compared])))["results"][0]["rows"][0]["name"] == NAMES[0]

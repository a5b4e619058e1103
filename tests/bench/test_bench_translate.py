"""Comparisons on a quick model: every contender does the work that was asked, and the report says what was measured."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from mtpipe import bench
from mtpipe.bench import contenders, work
from mtpipe.bench.archive import Forced, StandIn
from mtpipe.bench.models import open_engine, open_model
from mtpipe.bench.spread import Spread
from mtpipe.errors import ModelError, UsageError
from mtpipe.settings import Settings, TranslateSettings
from mtpipe.translate.subwords import Subwords

NAMES = [
    "transformers, one at a time",
    "transformers, batches of 32",
    "mtpipe, torch",
    "CTranslate2 int8, one at a time",
    "CTranslate2 int8, sorted batches",
    "mtpipe, ct2 int8",
    "mtpipe, ct2 int8, shortlist",
]
SETTINGS = TranslateSettings(device="cpu", threads=1)


@pytest.fixture(scope="module")
def compared(small: Path) -> bench.Comparison:
    return bench.compare(str(small), SETTINGS, beam=2, sentences=32, rounds=2)


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


def test_ratios_are_of_the_same_round(compared: bench.Comparison) -> None:
    rows = {row.name: row for row in compared.rows}
    last = rows["mtpipe, ct2 int8, shortlist"]
    references = [rows[name] for name in (NAMES[0], NAMES[3], NAMES[4])]
    for place, reference in enumerate(references):
        assert reference.against[place] == reference.against_processor[place] == Spread(1, 1, 1)
        for measured, own, its in (
            (last.against[place], last.seconds, reference.seconds),
            (last.against_processor[place], last.processor, reference.processor),
        ):
            rounds = [(last.target_tokens / a) / (reference.target_tokens / b) for a, b in zip(own, its, strict=True)]
            assert measured is not None
            assert dataclasses.astuple(measured) == pytest.approx(dataclasses.astuple(Spread.of(rounds)))


def test_trimming_and_a_shortlist_lower_the_cost_of_a_token(compared: bench.Comparison) -> None:
    rows = [next(row for row in compared.rows if row.name == name) for name in NAMES[4:]]
    assert rows[0].rows > rows[1].rows > rows[2].rows
    assert rows[0].cost.operations > rows[1].cost.operations > rows[2].cost.operations
    assert rows[0].cost.bytes > rows[1].cost.bytes > rows[2].cost.bytes


def test_what_is_left_out_is_not_there(small: Path) -> None:
    found = bench.compare(
        str(small),
        SETTINGS,
        beam=1,
        sentences=32,
        rounds=1,
        leave_out=["transformers", "torch", "shortlist"],
    )
    assert [row.name for row in found.rows] == NAMES[3:6]
    assert all(row.against[0] is None for row in found.rows)
    assert bench.text(bench.describe(), [found])
    with pytest.raises(UsageError, match="nothing to measure"):
        bench.compare(str(small), SETTINGS, beam=1, sentences=32, rounds=1, leave_out=["t"])


def test_slow_contenders_get_a_part_of_the_work(compared: bench.Comparison) -> None:
    shares = {row.name: row.sentences for row in compared.rows}
    assert shares["mtpipe, ct2 int8"] == shares["CTranslate2 int8, sorted batches"] == compared.sentences == 32
    assert shares["transformers, one at a time"] == 2
    assert shares["transformers, batches of 32"] == 32


def test_plain_contenders_give_a_text_for_each_sentence(small: Path, tmp_path: Path) -> None:
    model = open_model(str(small))
    subwords = Subwords(model)
    made = work.make(list(subwords.vocabulary), subwords.count, 34, limit=model.max_pieces)
    for contender in contenders.open_all(model, SETTINGS, 1, tmp_path):
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


def test_compute_types_are_those_of_the_names(small: Path, tmp_path: Path) -> None:
    model = open_model(str(small))
    asked = SETTINGS.model_copy(update={"compute_type": "float32"})
    subwords = Subwords(model)
    given = work.make(list(subwords.vocabulary), subwords.count, 8, limit=model.max_pieces)
    answers = []
    for settings in (SETTINGS, asked):
        names = {one.name: one for one in contenders.open_all(model, settings, 1, tmp_path, ["transformers", "torch"])}
        answers.append(names["mtpipe, ct2 int8"].run(given))
    assert answers[0] == answers[1]


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
    assert found.bound is not None
    assert found.alone.high < found.bound
    assert f"a token costs {found.cost.operations / 1e6:.0f} MFLOP" in bench.text(bench.describe(), [found])


def test_an_engine_does_its_work_on_the_stand_in_and_gives_the_english(small: Path) -> None:
    made = "ا ب ج د ه و."
    plain = open_engine(open_model(str(small)), SETTINGS)
    engine = Forced(plain, 1.0, {"وقّع الوزير.": StandIn(made, "The minister signed.")})
    exchanged, own, other = engine.translate(["وقّع الوزير.", made, "وصل الوزير."])
    assert exchanged.best.text == "The minister signed."
    assert (exchanged.source, exchanged.best.score) == (own.source, own.best.score)
    assert "The minister signed." not in (own.best.text, other.best.text)


def test_pairs_give_the_run_its_text(small: Path, tmp_path: Path) -> None:
    arabic = [f"وقّع الوزير الاتفاق رقم {number} يوم الخميس." for number in range(40)]
    lines = ["ar\ten", *(f"{source}\tThe minister signed number {place}." for place, source in enumerate(arabic))]
    # Two sentences in one paragraph: which English belongs to which is not known.
    lines.append("وصل الوزير صباح الخميس. ثم عاد إلى العاصمة مساءً.\tHe came. He went.")
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("\n".join(lines), encoding="utf-8")
    settings = Settings.model_validate({"translate": {"device": "cpu"}, "quality": {"similarity": False}})
    found = bench.throughput(str(small), settings, beam=1, sentences=60, rounds=1, pairs=pairs)
    assert (found.sentences, found.articles) == (40, 3)
    assert f"the text of {pairs}" in bench.text(bench.describe(), [found])
    pairs.write_text("\n".join(lines[:6]), encoding="utf-8")
    with pytest.raises(UsageError, match="5 usable pairs"):
        bench.throughput(str(small), settings, beam=1, sentences=60, rounds=1, pairs=pairs)


def test_reports_hold_all_rows(compared: bench.Comparison) -> None:
    machine = bench.describe()
    text, markdown = bench.text(machine, [compared]), bench.markdown(machine, [compared])
    for row in compared.rows:
        assert row.name in text
        (line,) = [line for line in markdown.splitlines() if line.startswith(f"| {row.name} |")]
        assert line.count("|") == 10
    assert all(part in text for part in (machine.processor, "ctranslate2", "32 sentences", "of 2 rounds"))
    assert json.loads(json.dumps(bench.as_json(machine, [compared])))["results"][0]["rows"][0]["name"] == NAMES[0]

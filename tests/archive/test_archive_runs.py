"""Second runs, memories, new, changed, mended and vanished articles, failures."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import stand_in

from mtpipe import archive, corpus, intake
from mtpipe.archive import Journal, Outcome
from mtpipe.article import build
from mtpipe.errors import ArticleError, ModelError
from mtpipe.pipeline import Pipeline


def failed(out: Path) -> dict[str, str]:
    lines = (out / "failed.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["article_id"]: row["reason"] for row in map(json.loads, lines)}


def articles(out: Path) -> list[str]:
    """Return the articles of a dataset in order; each must stand in one place."""
    ids = list(dict.fromkeys(row["article_id"] for row in corpus.read(out / "dataset")))
    rows = Counter(row["id"] for row in corpus.read(out / "dataset", "sentences"))
    assert set(rows.values()) <= {1}
    return ids


def record(out: Path) -> dict[str, object]:
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", 5)


def test_second_run_translates_nothing_and_changes_nothing(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = stand_in.run(inputs, out)
    before = stand_in.tree(out)
    line = stand_in.pipeline()
    second = archive.run(intake.read([inputs], line.settings.intake), out, line)
    assert stand_in.tree(out) == before
    assert line.translator.asked == []
    assert second == Outcome(first.counts, skipped=5, translated=0, signature=first.signature)
    assert record(out)["translated_sentences"] == 0
    assert record(out)["skipped_articles"] == 5


def test_another_output_with_the_memory_translates_nothing(inputs: Path, tmp_path: Path) -> None:
    memory = tmp_path / "memory.sqlite"
    stand_in.run(inputs, tmp_path / "one", stand_in.settings(memory=memory))
    again = stand_in.run(inputs, tmp_path / "two", stand_in.settings(memory=memory))
    assert (again.translated, again.skipped) == (0, 0)
    assert stand_in.tree(tmp_path / "one") == stand_in.tree(tmp_path / "two")


@pytest.mark.parametrize("window", [1, 3])
def test_the_state_of_an_output_is_a_memory_for_another(inputs: Path, tmp_path: Path, window: int) -> None:
    stand_in.run(inputs, tmp_path / "one")
    state = tmp_path / "one" / ".mtpipe" / "state.sqlite"
    assert stand_in.run(inputs, tmp_path / "two", stand_in.settings(window, memory=state)).translated == 0
    for config in corpus.CONFIGS:
        one, two = (list(corpus.read(tmp_path / name / "dataset", config)) for name in ("one", "two"))
        assert one == two


def test_the_own_state_as_memory_is_no_harm(inputs: Path, tmp_path: Path) -> None:
    own = tmp_path / "out" / ".mtpipe" / "state.sqlite"
    stand_in.run(inputs, tmp_path / "out", stand_in.settings(memory=own))
    stand_in.run(inputs, tmp_path / "plain")
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "plain")


class Stops(stand_in.Speller):
    """Fails from the call of that number on."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._left = at

    def translate(self, segments, **options):
        self._left -= 1
        if self._left <= 0:
            raise ModelError("out of ink")
        return super().translate(segments, **options)


def stopped(inputs: Path, out: Path, at: int, **options: object) -> Stops:
    engine = Stops(at)
    line = Pipeline(stand_in.settings(**options), engine, stand_in.GLOSSARY, None)
    with pytest.raises(ModelError, match="out of ink"):
        archive.run(intake.read([inputs], line.settings.intake), out, line)
    return engine


@pytest.mark.parametrize(("at", "some"), [(1, False), (5, True), (9, True)])  # a window takes three or four calls
def test_an_engine_that_fails_in_the_middle_costs_its_window(inputs: Path, tmp_path: Path, at: int, some: bool) -> None:
    stopped(inputs, tmp_path / "out", at)
    kept = articles(tmp_path / "out") if some else []
    assert len(kept) == record(tmp_path / "out")["counts"]["articles"] < 5
    stand_in.run(inputs, tmp_path / "out")
    stand_in.run(inputs, tmp_path / "whole")
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "whole")
    assert articles(tmp_path / "out")[: len(kept)] == kept


def test_a_resumed_run_sees_the_memory_of_its_first_start(inputs: Path, tmp_path: Path) -> None:
    """What others add to the memory meanwhile would change the batches, and so could change bytes."""
    memory = tmp_path / "memory.sqlite"
    other = stand_in.write_articles(tmp_path / "other", 2)
    stand_in.run(other, tmp_path / "first", stand_in.settings(memory=memory))
    stopped(inputs, tmp_path / "out", 4, memory=memory)
    stand_in.run(inputs, tmp_path / "rival", stand_in.settings(memory=memory))  # adds all that is wanted
    resumed = stand_in.run(inputs, tmp_path / "out", stand_in.settings(memory=memory))
    assert resumed.translated > 0
    assert stand_in.run(inputs, tmp_path / "late", stand_in.settings(memory=memory)).translated == 0


def test_an_interrupted_run_does_not_see_what_was_added_to_its_own_state(inputs: Path, tmp_path: Path) -> None:
    stand_in.run(stand_in.write_articles(tmp_path / "other", 1), tmp_path / "out")
    for _ in range(2):  # runs without a row in the memory, so that its greatest run number lags behind
        stand_in.run(tmp_path / "other", tmp_path / "out")
    stopped(inputs, tmp_path / "out", 1)
    state = tmp_path / "out" / ".mtpipe" / "state.sqlite"
    stand_in.run(inputs, tmp_path / "rival", stand_in.settings(memory=state))
    assert stand_in.run(inputs, tmp_path / "out").translated > 0


def test_equal_sentences_of_a_window_are_translated_once(tmp_path: Path) -> None:
    same = [build(name, [("text", "وصل الوزير أمس.")]) for name in ("a", "b", "c")]
    line = stand_in.pipeline(stand_in.settings(3))
    assert archive.run(same, tmp_path / "out", line).translated == 1
    assert len(articles(tmp_path / "out")) == 3


def test_new_articles_form_windows_after_the_old(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    before = stand_in.tree(out)
    for name, number in (("a0005.txt", 50), ("z.txt", 51), ("z2.txt", 52)):
        (inputs / name).write_text(stand_in.text(number), encoding="utf-8")
    outcome = stand_in.run(inputs, out)
    assert outcome.skipped == 5
    assert articles(out) == [f"a00{number}.txt" for number in range(5)] + ["a0005.txt", "z.txt", "z2.txt"]
    after = stand_in.tree(out)
    for name, content in before.items():
        if name.endswith(".jsonl"):
            assert after[name].startswith(content)
        elif name not in ("dataset/README.md", "review/index.html", "review/data/run.js"):
            assert after[name] == content
    assert outcome.counts.articles == 8


def test_the_same_file_by_another_path_has_not_changed(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.run(inputs, tmp_path / "out")
    monkeypatch.chdir(tmp_path)
    assert stand_in.run(Path("articles"), tmp_path / "out").skipped == 5


def test_an_article_that_was_mended_is_translated_and_leaves_the_failures(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    good = (inputs / "a001.txt").read_bytes()
    (inputs / "a001.txt").write_bytes(b"\xff\xfe\xff")
    (inputs / "a003.txt").write_bytes(b"")
    stand_in.run(inputs, out)
    assert failed(out).keys() == {"a001.txt", "a003.txt"}
    (inputs / "a001.txt").write_bytes(good)
    outcome = stand_in.run(inputs, out)
    assert failed(out).keys() == {"a003.txt"}
    assert articles(out) == ["a000.txt", "a002.txt", "a004.txt", "a001.txt"]
    assert (outcome.counts.articles, outcome.counts.failed) == (4, 1)


def test_a_failure_changes_its_reason_or_goes_with_its_file(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (inputs / "a001.txt").write_bytes(b"")
    (inputs / "a002.txt").write_text("English.")
    stand_in.run(inputs, out)
    assert failed(out) == {"a001.txt": "empty-file", "a002.txt": "not-arabic"}
    (inputs / "a001.txt").write_text("English too.")
    (inputs / "a002.txt").unlink()
    stand_in.run(inputs, out)
    assert failed(out) == {"a001.txt": "not-arabic"}


def test_an_article_that_can_no_longer_be_read_stays_and_is_told(inputs: Path, tmp_path: Path) -> None:
    stand_in.run(inputs, tmp_path / "out")
    (inputs / "a002.txt").write_bytes(b"")
    stand_in.run(inputs, tmp_path / "out")
    assert "a002.txt" in articles(tmp_path / "out")
    assert failed(tmp_path / "out") == {"a002.txt": "empty-file"}


@pytest.mark.parametrize("window", [1, 2, 5, 9])
def test_a_second_article_with_an_id_fails_beside_the_first(tmp_path: Path, window: int) -> None:
    """Whether both stand in one window or not, at the first start and at the next."""
    rows = [{"id": "twice", "text": stand_in.text(1)}, {"id": "once", "text": stand_in.text(2)}]
    table = tmp_path / "table.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in (*rows, rows[0], rows[0])), encoding="utf-8")
    out = tmp_path / "out"
    for _ in range(2):
        outcome = stand_in.run(table, out, stand_in.settings(window))
        assert articles(out) == ["twice", "once"]
        assert failed(out) == {"twice": "duplicate-id"}
        assert (outcome.counts.articles, outcome.counts.failed) == (2, 2)


def test_the_same_failure_twice_is_one(tmp_path: Path) -> None:
    items = [ArticleError("x", "empty-file", "x: empty.") for _ in range(5)]
    outcome = archive.run(items, tmp_path / "out", stand_in.pipeline(stand_in.settings(2)))
    assert outcome.counts.failed == 1


def test_all_articles_failed(tmp_path: Path) -> None:
    inputs = stand_in.write_articles(tmp_path / "articles", 3, broken=range(3))
    outcome = stand_in.run(inputs, tmp_path / "out")
    assert (outcome.counts.articles, outcome.counts.failed) == (0, 3)
    assert set(failed(tmp_path / "out").values()) == {"not-arabic"}
    assert articles(tmp_path / "out") == []


def test_outputs_among_the_inputs_are_no_input(inputs: Path) -> None:
    """``mtpipe run . -o out``, twice."""
    stand_in.run(inputs, inputs / "out")
    before = stand_in.tree(inputs / "out")
    assert stand_in.run(inputs, inputs / "out").skipped == 5
    assert stand_in.tree(inputs / "out") == before


def test_progress_counts_articles_and_failures(tmp_path: Path) -> None:
    inputs = stand_in.write_articles(tmp_path / "articles", 5, broken=[1])
    line = stand_in.pipeline()
    told: list[archive.Progress] = []
    archive.run(intake.read([inputs], line.settings.intake), tmp_path / "out", line, progress=told.append)
    assert [(step.articles, step.counts.articles, step.counts.failed) for step in told] == [
        (2, 1, 1),
        (4, 3, 1),
        (5, 4, 1),
    ]


def test_counts_are_those_of_the_files(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    counts = stand_in.run(inputs, out).counts
    lines = {path.name: path.read_text(encoding="utf-8").count("\n") for path in out.glob("*.jsonl")}
    ledger = [json.loads(line) for line in (out / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines["dataset.jsonl"] == counts.paragraphs == len(list(corpus.read(out / "dataset")))
    assert lines["ledger.jsonl"] == counts.mentions > 0
    assert lines["set_aside.jsonl"] == counts.set_aside == 5
    assert counts.flagged_mentions == sum(line["rung"] == "flagged" for line in ledger)
    assert counts.sentences == corpus.count(out / "dataset")["sentences"]
    assert len(list((out / "review" / "pages").glob("a*.html"))) == counts.articles


def test_dataset_jsonl_says_what_the_parquet_says(inputs: Path, tmp_path: Path) -> None:
    stand_in.run(inputs, tmp_path / "out")
    lines = (tmp_path / "out" / "dataset.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(corpus.read(tmp_path / "out" / "dataset"))


def test_without_pages_there_is_no_review(inputs: Path, tmp_path: Path) -> None:
    stand_in.run(inputs, tmp_path / "out", stand_in.settings(review={"pages": False}))
    assert not (tmp_path / "out" / "review").exists()
    journal = Journal(tmp_path / "out")
    assert journal.windows() == 3
    journal.close()

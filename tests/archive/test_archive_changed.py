"""Articles that changed since they were translated are translated anew, those that are gone are told; killed or not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import killed
import pytest
import stand_in

from mtpipe import archive, corpus, intake
from mtpipe.archive import Choice, Outcome
from mtpipe.errors import ArticleError, ModelError
from mtpipe.pipeline import Pipeline

ARTICLES = 9
CHANGED = (0, 2, 3, 7)
"""Both articles of a window of two, and one of two."""


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", ARTICLES, broken=[5])


def run(inputs: Path, out: Path, choice: Choice = Choice()) -> Outcome:  # noqa: B008  # frozen
    line = stand_in.pipeline()
    return archive.run(intake.read([inputs], line.settings.intake), out, line, inputs=[inputs], choice=choice)


def run_it(inputs: Path, out: Path) -> Outcome:
    """As ``run``, for a process of its own."""
    return run(inputs, out)


def change(inputs: Path, numbers: tuple[int, ...] = CHANGED) -> None:
    for number in numbers:
        (inputs / f"a00{number}.txt").write_text(stand_in.text(70 + number), encoding="utf-8")


def check_consistent(out: Path, inputs: Path, order: list[str]) -> None:
    """Each article once, as its file says now; logs, pages and index tell of the same."""
    rows = list(corpus.read(out / "dataset"))
    assert list(dict.fromkeys(row["article_id"] for row in rows)) == order
    for config in corpus.CONFIGS:
        assert set(Counter(row["id"] for row in corpus.read(out / "dataset", config)).values()) == {1}
    lines = [json.loads(line) for line in (out / "dataset.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == rows
    for article in order:
        said = "\n\n".join(row["translation"]["ar"] for row in rows if row["article_id"] == article)
        file = (inputs / article).read_text(encoding="utf-8")
        assert said == file.removesuffix("\n").removesuffix(stand_in.REMNANT).strip()
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    sentences = {row["id"] for row in corpus.read(out / "dataset", "sentences")}
    assert record["counts"]["articles"] == len(order)
    assert record["counts"]["sentences"] == len(sentences)
    assert len((out / "set_aside.jsonl").read_text(encoding="utf-8").splitlines()) == len(order)
    ledger = [json.loads(line)["sentence_id"] for line in (out / "ledger.jsonl").read_text("utf-8").splitlines()]
    assert set(ledger) <= sentences
    assert len(ledger) == record["counts"]["mentions"]
    assert len(list((out / "review" / "pages").glob("*.html"))) == len(order)


def test_changed_articles_are_translated_anew_and_the_old_ones_go(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(inputs, out)
    old = [f"a00{number}.txt" for number in range(ARTICLES) if number not in (*CHANGED, 5)]
    change(inputs)
    outcome = run(inputs, out)
    assert (outcome.changed, outcome.skipped, outcome.counts.articles) == (4, 5, 8)
    check_consistent(out, inputs, [*old, *(f"a00{number}.txt" for number in CHANGED)])
    after = stand_in.tree(out)
    again = run(inputs, out)
    assert (again.changed, again.translated, again.skipped) == (0, 0, ARTICLES)
    assert stand_in.tree(out) == after


def test_changed_back_is_changed_again(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(inputs, out)
    before = (inputs / "a002.txt").read_bytes()
    change(inputs, (2,))
    run(inputs, out)
    (inputs / "a002.txt").write_bytes(before)
    assert run(inputs, out).changed == 1
    check_consistent(out, inputs, [f"a00{number}.txt" for number in (0, 1, 3, 4, 6, 7, 8, 2)])


@pytest.mark.parametrize("last_change", [12, 31, 44, 60])
def test_killed_in_the_midst_of_it(inputs: Path, tmp_path: Path, last_change: int) -> None:
    for folder in ("out", "whole"):
        run(inputs, tmp_path / folder)
    change(inputs)
    run(inputs, tmp_path / "whole")
    out = tmp_path / "out"
    assert killed.ended(killed.start(inputs, out, last_change=last_change, run=run_it)) in (-9, 0)
    assert killed.ended(killed.start(inputs, out, run=run_it)) == 0
    assert stand_in.tree(out) == stand_in.tree(tmp_path / "whole")


@pytest.mark.slow
def test_killed_before_every_change_of_a_file(inputs: Path, tmp_path: Path) -> None:
    run(inputs, tmp_path / "first")
    change(inputs)
    states = []
    for last_change in range(1, 1000):
        out = tmp_path / f"out{last_change}"
        _copy(tmp_path / "first", out)
        if killed.ended(killed.start(inputs, out, last_change=last_change, run=run_it)) == 0:
            break
        assert killed.ended(killed.start(inputs, out, run=run_it)) == 0
        states.append(stand_in.tree(out))
    assert 50 < last_change < 999
    assert all(state == stand_in.tree(out) for state in states)


def _copy(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            (target / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            (target / path.relative_to(source)).write_bytes(path.read_bytes())


def test_an_engine_that_fails_in_the_midst_leaves_one_version_of_each(inputs: Path, tmp_path: Path) -> None:
    out, calls = tmp_path / "out", 0
    run(inputs, out)
    change(inputs)

    class Stops(stand_in.Speller):
        def translate(self, segments, **options):
            nonlocal calls
            calls += 1
            if calls > 3:
                raise ModelError("out of ink")
            return super().translate(segments, **options)

    line = Pipeline(stand_in.settings(), Stops(), stand_in.GLOSSARY, None)
    with pytest.raises(ModelError, match="out of ink"):
        archive.run(intake.read([inputs], line.settings.intake), out, line, inputs=[inputs])
    for config in corpus.CONFIGS:
        assert set(Counter(row["id"] for row in corpus.read(out / "dataset", config)).values()) == {1}
    run(inputs, out)
    check_consistent(out, inputs, [f"a00{number}.txt" for number in (1, 4, 6, 8, *CHANGED)])


@pytest.mark.parametrize("content", [b"", b"English only.\n"])
def test_one_that_can_no_longer_be_read_stays_and_is_told(inputs: Path, tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "out"
    run(inputs, out)
    rows = list(corpus.read(out / "dataset"))
    (inputs / "a002.txt").write_bytes(content)
    outcome = run(inputs, out)
    assert (outcome.failed, outcome.changed, outcome.vanished) == (2, 0, ())
    assert list(corpus.read(out / "dataset")) == rows


def test_vanished_articles_stay_and_are_told(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(inputs, out).vanished == ()
    before = stand_in.tree(out)
    for number in (0, 3):
        (inputs / f"a00{number}.txt").unlink()
    assert run(inputs, out).vanished == ("a000.txt", "a003.txt")
    assert json.loads((out / "run.json").read_text())["vanished_articles"] == ["a000.txt", "a003.txt"]
    assert stand_in.tree(out) == before
    assert run(inputs, out, Choice(limit=1)).vanished == ()  # nobody looked


def test_what_came_from_other_inputs_has_not_vanished(inputs: Path, tmp_path: Path) -> None:
    other = stand_in.write_articles(tmp_path / "other", 1)
    (other / "a000.txt").rename(other / "z.txt")
    run(inputs, tmp_path / "out")
    assert run(other, tmp_path / "out").vanished == ()


@pytest.mark.parametrize("make", [lambda: ArticleError("x", "empty-file", "x: empty.")])
def test_without_inputs_nothing_is_said_to_have_vanished(
    inputs: Path, tmp_path: Path, make: Callable[[], ArticleError]
) -> None:
    run(inputs, tmp_path / "out")
    assert archive.run([make()], tmp_path / "out", stand_in.pipeline()).vanished == ()


def test_what_was_done_to_a_folder_stays_on_record(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(inputs, out)
    change(inputs, (2,))
    run(inputs, out)
    told = json.loads((out / "run.json").read_text(encoding="utf-8"))["changes"]
    assert [one["superseded"] for one in told] == [1]
    (inputs / "z.txt").write_text(stand_in.text(60), encoding="utf-8")
    run(inputs, out)
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["changes"] == told

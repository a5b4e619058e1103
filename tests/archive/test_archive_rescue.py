"""An engine that fails on some articles: the others come through, and a run that was stopped ends the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import stand_in

from mtpipe import archive, corpus, intake
from mtpipe.archive import Outcome
from mtpipe.errors import DeviceMemoryError, ModelError
from mtpipe.pipeline import Pipeline

ARTICLES = 9
POISON = "زرافة"
"""A word that the stand-in's articles do not hold."""


class Poisoned(stand_in.Speller):
    """Fails on segments with one of the words; from the call of a number on, on all."""

    def __init__(self, error: Exception | None, *, breaks_at: int = 10**9) -> None:
        super().__init__()
        self._error = error
        self._left = breaks_at
        self.calls = 0

    def translate(self, segments, **options):
        self.calls += 1
        if self.calls >= self._left:
            raise ModelError("out of ink.")
        if self._error and any(POISON in segment for segment in segments):
            raise self._error
        return super().translate(segments, **options)


def run(inputs: Path, out: Path, engine: Poisoned, window: int = 4) -> Outcome:
    line = Pipeline(stand_in.settings(window), engine, stand_in.GLOSSARY, None)
    return archive.run(intake.read([inputs], line.settings.intake), out, line, inputs=[inputs])


def failed(out: Path) -> list[tuple[str, str]]:
    rows = map(json.loads, (out / "failed.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row["article_id"], row["reason"]) for row in rows]


def articles(out: Path) -> list[str]:
    return list(dict.fromkeys(row["article_id"] for row in corpus.read(out / "dataset")))


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """Articles of which the third and the seventh hold what is poison to the engine."""
    folder = stand_in.write_articles(tmp_path / "articles", ARTICLES)
    for number in (2, 6):
        with (folder / f"a00{number}.txt").open("a", encoding="utf-8") as file:
            file.write(f"\n\nزار الوفد {POISON} أمس.\n")
    return folder


NAMES = [f"a00{number}.txt" for number in range(ARTICLES)]
GOOD = [name for number, name in enumerate(NAMES) if number not in (2, 6)]


def broken() -> Exception:
    """Return an error as Python raises it, with a place."""
    try:
        raise KeyError("no such\nterm")
    except KeyError as error:
        return error


@pytest.mark.parametrize("window", [1, 4, 64])
@pytest.mark.parametrize(
    ("error", "reason", "told"),
    [
        (DeviceMemoryError("the device has no memory for a single segment."), "out-of-memory", "has no memory for"),
        (MemoryError(), "out-of-memory", "needs more memory than there is"),
        (ModelError("marian: exit code 139 (no message)."), "engine-failed", "exit code 139"),
        (broken(), "internal-error", "KeyError: 'no such\\nterm' (test_archive_rescue.py line "),
    ],
)
def test_what_the_engine_fails_on_is_a_row(
    inputs: Path, tmp_path: Path, window: int, error: Exception, reason: str, told: str
) -> None:
    out = tmp_path / "out"
    outcome = run(inputs, out, Poisoned(error), window)
    assert failed(out) == [("a002.txt", reason), ("a006.txt", reason)]
    assert articles(out) == GOOD
    assert (outcome.failed, outcome.counts.failed, outcome.counts.articles) == (2, 2, ARTICLES - 2)
    rows = [json.loads(row) for row in (out / "failed.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(row["message"].startswith(f"{row['article_id']}: ") for row in rows)
    assert all(told in row["message"] and "\n" not in row["message"] for row in rows)


def test_the_others_are_as_if_the_failed_were_not_there(inputs: Path, tmp_path: Path) -> None:
    run(inputs, tmp_path / "out", Poisoned(MemoryError()), 64)
    for name in ("a002.txt", "a006.txt"):
        (inputs / name).unlink()
    run(inputs, tmp_path / "plain", Poisoned(None), 64)
    with_failures, plain = stand_in.tree(tmp_path / "out"), stand_in.tree(tmp_path / "plain")
    for counted in ("failed.jsonl", "dataset/README.md"):
        assert with_failures.pop(counted) != plain.pop(counted)
    assert with_failures == plain


def test_an_engine_that_breaks_is_no_fault_of_articles(inputs: Path, tmp_path: Path) -> None:
    engine = Poisoned(None, breaks_at=5)
    with pytest.raises(ModelError, match=r"^out of ink\.$"):
        run(inputs, tmp_path / "out", engine)
    assert failed(tmp_path / "out") == []
    assert engine.calls <= 7  # it is not asked for each article


def test_an_engine_that_breaks_while_a_window_is_rescued(inputs: Path, tmp_path: Path) -> None:
    """Articles that it never saw must not be told as those it failed on."""
    for breaks_at in range(1, 40, 2):
        out = tmp_path / f"out{breaks_at}"
        try:
            run(inputs, out, Poisoned(MemoryError(), breaks_at=breaks_at))
        except (ModelError, MemoryError):
            assert {name for name, _ in failed(out)} <= {"a002.txt", "a006.txt"}
            run(inputs, out, Poisoned(MemoryError()))
        assert failed(out) == [("a002.txt", "out-of-memory"), ("a006.txt", "out-of-memory")]
        assert articles(out) == GOOD


def test_an_error_of_ours_in_every_article_ends_the_run(inputs: Path, tmp_path: Path) -> None:
    for path in inputs.iterdir():
        path.write_text(f"زار الوفد {POISON} أمس.\n\nثم عاد {path.stem}.\n", encoding="utf-8")
    with pytest.raises(KeyError):
        run(inputs, tmp_path / "out", Poisoned(broken()))


@pytest.mark.parametrize("window", [1, 2, 4])
def test_a_stopped_run_ends_as_one_that_was_not(inputs: Path, tmp_path: Path, window: int) -> None:
    error = ModelError("marian: exit code 139.")
    run(inputs, tmp_path / "whole", Poisoned(error), window)
    whole = stand_in.tree(tmp_path / "whole")
    stops = 0
    for breaks_at in range(2, 60, 7):
        out = tmp_path / f"out{breaks_at}"
        try:
            run(inputs, out, Poisoned(error, breaks_at=breaks_at), window)
        except ModelError:
            stops += 1
            run(inputs, out, Poisoned(error), window)
        assert stand_in.tree(out) == whole
    assert stops > 2


@pytest.mark.parametrize("window", [1, 4])
def test_the_next_run_tries_again(inputs: Path, tmp_path: Path, window: int) -> None:
    out = tmp_path / "out"
    run(inputs, out, Poisoned(MemoryError()), window)
    before = stand_in.tree(out)
    again = Poisoned(MemoryError())
    assert run(inputs, out, again, window).failed == 2
    assert again.calls > 0
    assert stand_in.tree(out) == before  # nothing came of it, so nothing was written
    outcome = run(inputs, out, Poisoned(None), window)
    assert (outcome.failed, outcome.counts.failed, outcome.counts.articles) == (0, 0, ARTICLES)
    assert articles(out) == [*GOOD, "a002.txt", "a006.txt"]
    assert failed(out) == []


def test_another_reason_takes_the_place_of_the_first(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(inputs, out, Poisoned(MemoryError()))
    (inputs / "a006.txt").write_bytes(b"")
    run(inputs, out, Poisoned(ModelError("marian: exit code 139.")))
    assert sorted(failed(out)) == [("a002.txt", "engine-failed"), ("a006.txt", "empty-file")]


def test_failures_with_new_articles_around_them(inputs: Path, tmp_path: Path) -> None:
    """A second run, stopped, in which old failures fail again beside articles that are new."""

    def both(out: Path, second: Callable[[], Poisoned]) -> None:
        for name in ("z1.txt", "z2.txt", "a0025.txt"):
            (inputs / name).unlink(missing_ok=True)
        run(inputs, out, Poisoned(MemoryError()), 2)
        for number, name in enumerate(("z1.txt", "z2.txt", "a0025.txt")):
            (inputs / name).write_text(stand_in.text(80 + number), encoding="utf-8")
        try:
            run(inputs, out, second(), 2)
        except (ModelError, MemoryError):
            run(inputs, out, Poisoned(MemoryError()), 2)

    both(tmp_path / "whole", lambda: Poisoned(MemoryError()))
    for breaks_at in range(2, 16, 2):
        both(tmp_path / f"out{breaks_at}", lambda: Poisoned(MemoryError(), breaks_at=breaks_at))  # noqa: B023  # called at once
        assert stand_in.tree(tmp_path / f"out{breaks_at}") == stand_in.tree(tmp_path / "whole")

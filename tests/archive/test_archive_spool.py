"""Windows worked off elsewhere: by a crew in this process, in any order, that dies; the bytes are those of one run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import stand_in

from mtpipe import archive, intake
from mtpipe.archive import Choice
from mtpipe.archive.job import Job
from mtpipe.archive.outcome import Outcome
from mtpipe.archive.spool import SPOOL, Spool
from mtpipe.archive.window_files import Look
from mtpipe.archive.windows import Item
from mtpipe.errors import ModelError, UsageError
from mtpipe.pipeline import Pipeline
from mtpipe.settings import Settings
from mtpipe.translate import memory

ARTICLES = 11
BROKEN = (3, 8)


class DeadError(Exception):
    """The end of a process, at the place where it is raised."""


class Crew:
    """Does what ``archive.ray.Workers`` does, without Ray: windows in another order, a new line for each batch."""

    def __init__(self, settings: Settings, *, order: int = -1, dies_after: int = 10**9, takes: int = 10**9) -> None:
        self._settings = settings
        self._order = order
        self._left = dies_after
        self._takes = takes
        self.asked: list[str] = []

    def work(self, job: Job, out: Path, windows: Iterable[list[Item]]) -> None:
        spool = Spool(out, job.look)
        spool.open(job.first, job.approved)
        places: list[int] = []

        def fill() -> None:
            for place, items in enumerate(windows):
                spool.put(place, items, job.known(items))
                places.append(place)

        with ThreadPoolExecutor(1) as helper:  # as Ray's do, but for the first few thousand
            helper.submit(fill).result()
        first = job.first
        while places:
            rows = [(place, first + shift) for shift, place in enumerate(places)]
            for row in rows[:: self._order]:
                if not self._left:
                    raise DeadError
                self._left -= 1
                line = Pipeline(self._settings, stand_in.Speller(), stand_in.GLOSSARY, None)
                spool.work_off(line, [row])
                self.asked += line.translator.asked  # type: ignore[attr-defined]
            for place, number in rows:
                if not self._takes:
                    raise DeadError
                self._takes -= 1
                receipt = spool.receipt(place, number)
                assert receipt is not None
                places.remove(place)
                if not job.take(receipt):
                    break
                receipt.drop()
                first += 1
        spool.clear()


def run(inputs: Path, out: Path, crew: Crew | None, settings: Settings | None = None) -> Outcome:
    line = stand_in.pipeline(settings)
    items = intake.read([inputs], line.settings.intake)
    return archive.run(items, out, line, inputs=[inputs], workers=crew)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", ARTICLES, broken=BROKEN)


@pytest.fixture
def whole(inputs: Path, tmp_path: Path) -> dict[str, bytes]:
    run(inputs, tmp_path / "whole", None)
    return stand_in.tree(tmp_path / "whole")


@pytest.mark.parametrize("order", [1, -1])
def test_the_bytes_are_those_of_one_machine(inputs: Path, whole: dict[str, bytes], tmp_path: Path, order: int) -> None:
    outcome = run(inputs, tmp_path / "out", Crew(stand_in.settings(), order=order))
    assert stand_in.tree(tmp_path / "out") == whole
    assert (outcome.failed, outcome.counts.failed, outcome.counts.articles) == (2, 2, ARTICLES - 2)
    assert not (tmp_path / "out" / ".mtpipe" / SPOOL).exists()
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["engine_seconds"] > 0
    assert record["translated_sentences"] == outcome.translated > 0


def test_a_memory_is_asked_as_on_one_machine(inputs: Path, tmp_path: Path) -> None:
    known = tmp_path / "tm.sqlite"
    settings = stand_in.settings(memory=known)
    run(stand_in.write_articles(tmp_path / "some", 3), tmp_path / "first", None, settings)
    text = stand_in.text(4).split("\n\n")[0]
    with closing(memory.connect(known)) as connection, connection:
        assert memory.approve(connection, text, "A person wrote this.", "Amal", "2026-11-20T10:00:00Z")
    crew = Crew(settings)
    run(inputs, tmp_path / "out", crew, settings)
    run(inputs, tmp_path / "whole", None, settings)
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "whole")
    assert text not in crew.asked
    assert "A person wrote this." in (tmp_path / "out" / "dataset.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("dies_after", [0, 1, 4])
def test_what_a_worker_had_finished_is_not_done_again(
    inputs: Path, whole: dict[str, bytes], tmp_path: Path, dies_after: int
) -> None:
    first, again = Crew(stand_in.settings(), dies_after=dies_after), Crew(stand_in.settings())
    with pytest.raises(DeadError):
        run(inputs, tmp_path / "out", first)
    run(inputs, tmp_path / "out", again)
    assert stand_in.tree(tmp_path / "out") == whole
    complete = Crew(stand_in.settings())
    run(inputs, tmp_path / "other", complete)
    assert sorted(first.asked + again.asked) == sorted(complete.asked)


@pytest.mark.parametrize("takes", [0, 1, 3])
@pytest.mark.parametrize("locally", [True, False])
def test_a_driver_that_dies_goes_on(
    inputs: Path, whole: dict[str, bytes], tmp_path: Path, takes: int, locally: bool
) -> None:
    with pytest.raises(DeadError):
        run(inputs, tmp_path / "out", Crew(stand_in.settings(), takes=takes))
    run(inputs, tmp_path / "out", None if locally else Crew(stand_in.settings()))
    assert stand_in.tree(tmp_path / "out") == whole


def test_a_receipt_whose_files_were_moved_is_none(inputs: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    """The driver died between moving the files and committing."""
    out = tmp_path / "out"
    with pytest.raises(DeadError):
        run(inputs, out, Crew(stand_in.settings(), takes=2))
    shard = next((out / ".mtpipe" / SPOOL / "000002").rglob("*.parquet"))
    shard.rename(out / "dataset" / "paragraphs" / "part-000002.parquet")
    run(inputs, out, Crew(stand_in.settings()))
    assert stand_in.tree(out) == whole


def test_a_receipt_of_other_work_is_none(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(DeadError):
        run(inputs, out, Crew(stand_in.settings(), takes=1))
    for number in (4, 6):
        (inputs / f"a{number:03}.txt").write_text(stand_in.text(70 + number), encoding="utf-8")
    run(inputs, out, Crew(stand_in.settings()))
    run(inputs, tmp_path / "whole", None)
    assert stand_in.tree(out)["dataset.jsonl"] == stand_in.tree(tmp_path / "whole")["dataset.jsonl"]


def test_what_was_translated_before_is_sent_along(inputs: Path, tmp_path: Path) -> None:
    """A memory is the driver's; workers are told what it knows, and ask their engine for the rest."""
    memory = stand_in.settings(memory=tmp_path / "memory.sqlite")
    run(inputs, tmp_path / "first", None, memory)
    crew = Crew(memory)
    outcome = run(inputs, tmp_path / "second", crew, memory)
    assert (outcome.translated, crew.asked) == (0, [])
    assert stand_in.tree(tmp_path / "second") == stand_in.tree(tmp_path / "first")


def test_windows_behind_one_that_only_fails_again_move_up(tmp_path: Path) -> None:
    """It is no window in the second run, so those behind it have other numbers than they were given out with."""
    inputs = stand_in.write_articles(tmp_path / "articles", 2)

    def change(out: Path, crew: Callable[[], Crew | None]) -> dict[str, bytes]:
        run(inputs, out, crew())
        (inputs / "b.txt").write_bytes(b"")
        run(inputs, out, crew())
        (inputs / "b2.txt").write_bytes(b"")
        for number in range(3):
            (inputs / f"c{number}.txt").write_text(stand_in.text(50 + number), encoding="utf-8")
        run(inputs, out, crew())
        tree = stand_in.tree(out)
        for path in (*inputs.glob("b*"), *inputs.glob("c*")):
            path.unlink()
        return tree

    local = change(tmp_path / "local", lambda: None)
    assert change(tmp_path / "crew", lambda: Crew(stand_in.settings())) == local


def test_an_engine_that_breaks_ends_the_run(inputs: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    class Broken(Crew):
        def work(self, job: Job, out: Path, windows: Iterable[list[Item]]) -> None:
            raise ModelError("out of ink.")

    with pytest.raises(ModelError):
        run(inputs, tmp_path / "out", Broken(stand_in.settings()))
    run(inputs, tmp_path / "out", None)
    assert stand_in.tree(tmp_path / "out") == whole


def test_a_spool_that_is_not_there_is_told(tmp_path: Path) -> None:
    """As on a machine that has another disk under that path."""
    spool = Spool(tmp_path / "elsewhere", Look("s", "machine", stand_in.settings().review))
    with pytest.raises(UsageError, match="must lie on a disk that all machines of the cluster share"):
        spool.work_off(stand_in.pipeline(), [(0, 0)])


def test_a_choice_works_as_on_one_machine(inputs: Path, tmp_path: Path) -> None:
    for out, crew in ((tmp_path / "one", None), (tmp_path / "two", Crew(stand_in.settings()))):
        line = stand_in.pipeline()
        items = intake.read([inputs], line.settings.intake)
        archive.run(items, out, line, inputs=[inputs], choice=Choice(seed=5, limit=6), workers=crew)
    assert stand_in.tree(tmp_path / "one") == stand_in.tree(tmp_path / "two")

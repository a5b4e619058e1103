"""A finished folder that is changed and killed meanwhile is as it was or as it should be, never something between."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import killed
import pytest
import rewriting
import stand_in

from mtpipe import archive
from mtpipe.archive import terms
from mtpipe.archive.finished import opened
from mtpipe.archive.journal import LOCK
from mtpipe.archive.lock import locked
from mtpipe.archive.names import Pairs
from mtpipe.archive.renewal import Renewal
from mtpipe.errors import UsageError
from mtpipe.review import decisions

CHANGES = {"glossary": rewriting.apply_glossary, "decisions": rewriting.apply_decisions}


@dataclass
class Case:
    """A finished folder, what is to be done to it, and both its states."""

    inputs: Path
    out: Path
    run: killed.Run
    old: dict[str, bytes]
    new: dict[str, bytes]

    def copy(self, folder: Path) -> Path:
        shutil.copytree(self.out, folder)
        return folder

    def start(self, out: Path, last_change: int | None = None, run: killed.Run | None = None) -> int:
        return killed.ended(killed.start(self.inputs, out, last_change=last_change, run=run or self.run))

    def check(self, out: Path) -> None:
        """After a kill: the old or the new state, at once or once a command has looked at the folder."""
        decided = (out / ".mtpipe" / "next").is_dir()
        if not decided:
            assert stand_in.tree(out) in (self.old, self.new)
        archive.settle(out)
        assert stand_in.tree(out) in ((self.new,) if decided else (self.old, self.new))
        assert not (out / ".mtpipe" / "next").exists()


@pytest.fixture(scope="module", params=CHANGES)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("case")
    inputs = stand_in.write_articles(folder / "articles", 4)
    out = folder / "out"
    stand_in.run(inputs, out)
    rewriting.write_glossary(inputs / "other.csv")
    decisions.write(inputs / "decisions.json", rewriting.some(out))
    new = folder / "new"
    shutil.copytree(out, new)
    run = CHANGES[request.param]
    run(inputs, new)
    made = Case(inputs, out, run, stand_in.tree(out), stand_in.tree(new))
    assert made.old != made.new
    return made


def test_written_again_it_is_the_same(tmp_path: Path) -> None:
    """What is read back from the files is all that was written into them."""
    inputs = stand_in.write_articles(tmp_path / "articles", 7, broken=(2,))
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    before = stand_in.tree(out)
    with opened(out) as finished:
        renewal = Renewal(finished, signature=finished.signature, settings=finished.settings, notice=None)
        for window in finished.windows():
            if window.number == 1:
                renewal.keep(window)
            else:
                renewal.put(window, finished.articles(window))
        renewal.finish({})
    assert stand_in.tree(out) == before


@pytest.mark.parametrize("last_change", [20, 45])
def test_killed_before_a_change_of_a_file(case: Case, tmp_path: Path, last_change: int) -> None:
    out = case.copy(tmp_path / "out")
    assert case.start(out, last_change) == -9
    case.check(out)
    case.run(case.inputs, out)
    assert stand_in.tree(out) == case.new


def test_killed_again_and_again_while_it_is_carried_out(case: Case, tmp_path: Path) -> None:
    """Each command comes a few files further than the one before, and the card is the last: ``load_dataset`` keeps
    what it has read under the version that the card tells.
    """
    out = case.copy(tmp_path / "out")
    _stop_when_decided(case, out)
    starts = 0
    while case.start(out, 10, rewriting.settle) == -9:
        starts += 1
        assert starts < 20
        if (out / "dataset" / "README.md").read_bytes() != case.old["dataset/README.md"]:
            assert stand_in.tree(out) == case.new
    assert starts > 1
    assert stand_in.tree(out) == case.new
    with opened(out):  # the journal knows it too
        pass
    assert not (out / ".mtpipe" / "staging").exists()


def _stop_when_decided(case: Case, out: Path) -> None:
    """Make a change up to the moment where the new state holds and nothing of it is in its place yet."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mtpipe.archive.renewal.carry_out", stop)
        with pytest.raises(KeyboardInterrupt):
            case.run(case.inputs, out)
    assert (out / ".mtpipe" / "next").is_dir()
    assert stand_in.tree(out) == case.old


def test_whoever_reads_the_folder_carries_out_what_was_decided(case: Case, tmp_path: Path) -> None:
    out = case.copy(tmp_path / "out")
    _stop_when_decided(case, out)
    sentences = list(Pairs(out))
    assert stand_in.tree(out) == case.new
    assert [pair.target for pair in sentences] == [
        row["translation"]["en"] for row in rewriting.sentences(out).values()
    ]


def test_a_report_is_of_one_state(case: Case, tmp_path: Path) -> None:
    out = case.copy(tmp_path / "out")
    _stop_when_decided(case, out)
    first = terms.report(out).json()
    assert stand_in.tree(out) == case.new
    assert terms.report(out).json() == first


def test_in_use_by_another(case: Case, tmp_path: Path) -> None:
    out = case.copy(tmp_path / "out")
    with locked(out / ".mtpipe" / LOCK, out), pytest.raises(UsageError, match="another mtpipe is writing there"):
        case.run(case.inputs, out)
    assert stand_in.tree(out) == case.old


def test_an_error_leaves_the_old_state(case: Case, tmp_path: Path) -> None:
    out = case.copy(tmp_path / "out")
    (out / "ledger.jsonl").unlink()
    with pytest.raises((UsageError, OSError)):
        case.run(case.inputs, out)
    (out / "ledger.jsonl").write_bytes(case.old["ledger.jsonl"])
    assert stand_in.tree(out) == case.old
    assert not (out / ".mtpipe" / "staging").exists()


def test_killed_at_any_moment(case: Case, tmp_path: Path) -> None:
    assert _kills(case, tmp_path, wanted=2) == 2


@pytest.mark.slow
def test_killed_at_two_hundred_moments(case: Case, tmp_path: Path) -> None:
    assert _kills(case, tmp_path, wanted=200) == 200


@pytest.mark.slow
def test_killed_before_every_change_of_a_file(case: Case, tmp_path: Path) -> None:
    for last_change in range(1, 1000):
        out = case.copy(tmp_path / f"out{last_change}")
        if case.start(out, last_change) == 0:
            break
        case.check(out)
        case.run(case.inputs, out)
        assert stand_in.tree(out) == case.new
        shutil.rmtree(out)
    assert 30 < last_change < 999


def _kills(case: Case, folder: Path, *, wanted: int) -> int:
    seconds = 0.0
    for name in ("first", "timed"):  # the first start waits for the server's imports
        began = time.monotonic()
        assert case.start(case.copy(folder / name)) == 0
        seconds = time.monotonic() - began
    kills = number = 0
    while kills < wanted:
        number += 1
        out = case.copy(folder / f"out{number}")
        child = killed.start(case.inputs, out, run=case.run)
        time.sleep(random.uniform(0, seconds))
        child.kill()
        kills += killed.ended(child) == -9
        case.check(out)
        case.run(case.inputs, out)
        assert stand_in.tree(out) == case.new
        with closing(sqlite3.connect(out / ".mtpipe" / "state.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        shutil.rmtree(out)
    return kills

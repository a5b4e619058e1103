"""The translation memory: keys, snapshots, and files that are none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.article import Mention, Rendering
from mtpipe.errors import UsageError
from mtpipe.signature import Signature
from mtpipe.translate import Memory
from mtpipe.translate.memory import connect, copy_rows

ENGINE = Signature((("model", "m"), ("beam", "4")))
GLOSSARY = Signature((("glossary", "abc"),))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCORES = st.floats(-50, 0)


def rendering(text: str) -> Rendering:
    return Rendering(text, text.lower(), -0.5)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    yield opened
    opened.close()


def test_every_part_of_a_key_counts(connection: sqlite3.Connection) -> None:
    sources = ["", "a", "ab", "abc", "c", "bc", "a|b"]
    scopes = [
        (),
        (Signature(()),),
        (ENGINE,),
        (ENGINE, GLOSSARY),
        (GLOSSARY, ENGINE),
        (ENGINE + GLOSSARY,),
        (Signature((("model", "m"), ("beam", "5"))),),
        (Signature((("a", "b"),)), Signature((("c", "d"),))),
        (Signature((("a", "b"), ("c", "d"))),),
    ]
    keys = [Memory(connection, *scope).key(source) for scope in scopes for source in sources]
    assert len(set(keys)) == len(keys)


@given(st.lists(TEXT, min_size=2, max_size=2, unique=True))
def test_parts_do_not_run_together(texts: list[str]) -> None:
    """("ab", "c") and ("a", "bc") are two keys, wherever the border lies."""
    connection = sqlite3.connect(":memory:")
    whole = "".join(texts)
    keys = {
        Memory(connection, Signature((("s", whole[cut:]),))).key(whole[:cut] + "|s:") for cut in range(len(whole) + 1)
    }
    connection.close()
    assert len(keys) == len(whole) + 1


def test_a_run_sees_the_runs_before_it_only(connection: sqlite3.Connection) -> None:
    memory = Memory(connection, ENGINE)
    memory.add({"one": rendering("One")}, run=1)
    memory.add({"two": rendering("Two")}, run=2)
    assert memory.look_up(["one", "two", "three"], before=1) == {}
    assert memory.look_up(["one", "two", "three"], before=2) == {"one": rendering("One")}
    assert memory.look_up(["two", "one", "two"], before=3) == {"one": rendering("One"), "two": rendering("Two")}


def test_what_is_there_stays(connection: sqlite3.Connection) -> None:
    memory = Memory(connection, ENGINE)
    memory.add({"one": rendering("First")}, run=1)
    memory.add({"one": rendering("Second"), "two": rendering("Two")}, run=2)
    assert memory.look_up(["one"], before=2) == {"one": rendering("First")}
    assert memory.look_up(["one", "two"], before=9) == {"one": rendering("First"), "two": rendering("Two")}


def test_scopes_do_not_see_each_other(connection: sqlite3.Connection) -> None:
    Memory(connection, ENGINE).add({"one": rendering("One")}, run=1)
    assert Memory(connection, ENGINE, GLOSSARY).look_up(["one"], before=9) == {}


def test_more_sources_than_sqlite_takes_parameters(connection: sqlite3.Connection) -> None:
    memory = Memory(connection, ENGINE)
    every = {f"source {number}": rendering(f"Target {number}") for number in range(2345)}
    memory.add(every, run=1)
    assert memory.look_up([*every, *every, "other"], before=2) == every


MENTIONS = st.builds(
    Mention,
    entry=TEXT,
    target=TEXT,
    source_start=st.integers(0, 99),
    source_end=st.integers(0, 99),
    target_start=st.integers(-1, 99),
    target_end=st.integers(-1, 99),
    rung=st.sampled_from(["present", "injected", "n-best", "repaired", "flagged"]),
    before=TEXT,
    after=TEXT,
    reason=TEXT,
)
RENDERINGS = st.builds(
    Rendering,
    text=TEXT,
    machine=TEXT,
    score=SCORES,
    flags=st.lists(TEXT, max_size=3).map(tuple),
    mentions=st.lists(MENTIONS, max_size=3).map(tuple),
)


@given(st.dictionaries(TEXT, RENDERINGS, max_size=5))
def test_renderings_come_back_whole(renderings: dict[str, Rendering]) -> None:
    connection = sqlite3.connect(":memory:")
    memory = Memory(connection, ENGINE)
    memory.add(renderings, run=1)
    found = memory.look_up(renderings, before=2)
    connection.close()
    assert found == renderings


def test_rows_are_copied_once(tmp_path: Path) -> None:
    old, new = connect(tmp_path / "old.db"), connect(tmp_path / "new.db")
    Memory(old, ENGINE).add({"one": rendering("One"), "two": rendering("Two")}, run=5)
    Memory(new, ENGINE).add({"two": rendering("Kept")}, run=1)
    for run in (2, 3):
        copy_rows(old, new, run=run)
    rows = new.execute("SELECT run, source FROM memory ORDER BY source").fetchall()
    assert rows == [(2, "one"), (1, "two")]
    assert Memory(new, ENGINE).look_up(["two"], before=9) == {"two": rendering("Kept")}
    assert old.execute("SELECT count(*) FROM memory").fetchone() == (2,)
    old.close()
    new.close()


def test_a_memory_outlives_its_connection(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "memory.db"
    first = connect(path)
    with first:
        Memory(first, ENGINE).add({"one": rendering("One")}, run=1)
    first.close()
    second = connect(path)
    assert Memory(second, ENGINE).look_up(["one"], before=2) == {"one": rendering("One")}
    second.close()


def write_text(path: Path) -> None:
    path.write_text("source,target\n" * 100)


def write_other_table(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE memory (address INTEGER)")
    other.commit()
    other.close()


@pytest.mark.parametrize("make", [write_text, write_other_table, Path.mkdir])
def test_files_that_are_no_memory(tmp_path: Path, make: object) -> None:
    path = tmp_path / "thing"
    make(path)  # type: ignore[operator]  # one of three functions of a path
    kept = path.read_bytes() if path.is_file() else None
    with pytest.raises(UsageError, match=r"memory .*thing: can't be used \(.*--memory") as caught:
        connect(path)
    assert "\n" not in str(caught.value)
    assert kept == (path.read_bytes() if path.is_file() else None)


def test_a_memory_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=r"can't be used"):
        connect(tmp_path / "file" / "memory.db")

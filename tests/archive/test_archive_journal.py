"""The journal alone: what each question about a folder's state is answered with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mtpipe.archive.journal import LOCK, Entry, Failure, Journal
from mtpipe.article import Rendering
from mtpipe.corpus import Counts
from mtpipe.errors import ArticleError, UsageError
from mtpipe.signature import Signature, digest

ENGINE = Signature((("model", "speller"),))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "out")) as opened:
        yield opened


def entry(name: str, content: str = "hash", **row: object) -> Entry:
    return Entry(name, content, {"id": name, **row})


def failure(name: str, reason: str = "empty-file", message: str = "is empty", content: str = "") -> Failure:
    return Failure(ArticleError(name, reason, f"{name}: {message}"), content)


def commit(
    journal: Journal,
    number: int,
    *entries: Entry | Failure,
    run: int = 1,
    counts: Counts | None = None,
    renderings: dict[str, Rendering] | None = None,
) -> None:
    journal.commit(
        number,
        run,
        entries,
        sizes={"ledger.jsonl": 10 * (number + 1)},
        counts=counts or Counts(articles=len(entries)),
        content=f"content {number}",
        memory=journal.memory(ENGINE),
        renderings=renderings or {},
    )


def stopped(journal: Journal, statement: str) -> None:
    """Fail inside a transaction, after a statement."""
    with journal.transaction():
        journal.connection.execute(statement)
        raise TypeError


def message(error: pytest.ExceptionInfo[UsageError]) -> str:
    return str(error.value)


def test_a_new_journal_knows_nothing(journal: Journal) -> None:
    assert journal.is_new
    assert (journal.windows(), journal.newest(), journal.sizes(), journal.content()) == (0, 0, {}, "0")
    assert (journal.fingerprint, journal.terms, journal.counts()) == ({}, (), Counts())
    assert (list(journal.index_rows()), list(journal.failures()), journal.failed_articles()) == ([], [], set())
    assert (journal.find("a"), journal.superseded(), list(journal.articles_of(["/in"]))) == (None, [], [])
    assert journal.first_window() == digest()


def test_a_journal_lies_where_others_look_for_it_and_is_a_memory_as_well(journal: Journal, tmp_path: Path) -> None:
    assert (journal.folder, journal.path) == (tmp_path / "out/.mtpipe", tmp_path / "out/.mtpipe/state.sqlite")
    assert LOCK == "lock"
    assert journal.connection.execute("PRAGMA busy_timeout").fetchone() == (60_000,)  # milliseconds
    for table in ("memory", "learned"):
        assert journal.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_window_tells_what_it_was_given(journal: Journal) -> None:
    commit(journal, 0, entry("a", "1", title="أ"), failure("b"), entry("c", "3"), counts=Counts(articles=2, failed=9))
    commit(journal, 1, entry("d", "4"), counts=Counts(articles=1, sentences=5))
    assert (journal.windows(), journal.newest()) == (2, 3)
    assert (journal.sizes(), journal.content()) == ({"ledger.jsonl": 20}, "content 1")
    assert journal.counts() == Counts(articles=3, sentences=5, failed=1)  # failures are counted, not summed
    assert list(journal.index_rows()) == [{"id": "a", "title": "أ"}, {"id": "c"}, {"id": "d"}]
    assert list(journal.failures()) == [{"article_id": "b", "reason": "empty-file", "message": "b: is empty"}]
    assert journal.failed_articles() == {"b"}
    assert (journal.find("a"), journal.find("d"), journal.find("b")) == ((1, "1"), (3, "4"), None)
    assert journal.first_window() == digest("a", "1", "c", "3")


def test_letters_lie_in_the_file_as_they_are(journal: Journal) -> None:
    commit(journal, 0, entry("a", title="الرقة"))
    (row,) = journal.connection.execute("SELECT row FROM article").fetchone()
    assert "الرقة" in row


def test_rows_come_by_window_and_place_whatever_their_numbers(journal: Journal) -> None:
    commit(journal, 0, entry("b"), entry("a"), failure("z"), failure("y"))
    commit(journal, 1, failure("x"), entry("b", "changed"))
    assert [row["id"] for row in journal.index_rows()] == ["a", "b"]
    assert [row["article_id"] for row in journal.failures()] == ["z", "y", "x"]


def test_renderings_enter_the_memory_with_the_run(journal: Journal) -> None:
    commit(journal, 0, entry("a"), run=3, renderings={"نص": Rendering("text", "text", -0.5)})
    memory = journal.memory(ENGINE)
    assert memory.look_up(["نص"], before=3) == {}
    assert memory.look_up(["نص"], before=4)["نص"].text == "text"
    assert journal.memory(Signature((("model", "other"),))).look_up(["نص"], before=4) == {}


def test_a_window_that_can_not_be_whole_is_not_there_at_all(journal: Journal) -> None:
    commit(journal, 0, entry("a"))
    with pytest.raises(sqlite3.IntegrityError):
        commit(journal, 0, entry("b"))
    with pytest.raises(TypeError):
        stopped(journal, "INSERT INTO superseded VALUES (0, 'a')")
    assert not journal.connection.in_transaction
    assert (journal.windows(), journal.find("b"), journal.superseded()) == (1, None, [])


def test_a_transaction_that_sqlite_has_ended_itself_is_no_second_fault(journal: Journal) -> None:
    with pytest.raises(TypeError):
        stopped(journal, "ROLLBACK")


def test_what_is_committed_is_on_the_disk(tmp_path: Path) -> None:
    with closing(Journal(tmp_path)) as journal:
        assert journal.connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        commit(journal, 0, entry("a"))
    with closing(Journal(tmp_path)) as journal:
        assert journal.find("a") == (1, "hash")
    with pytest.raises(sqlite3.ProgrammingError):
        journal.windows()  # closed is closed


def test_an_interrupted_run_goes_on_and_a_finished_one_does_not(journal: Journal) -> None:
    assert journal.start(5, ["/a", "/b"]) == (1, 5)
    assert journal.start(9, ["/b", "/c"]) == (1, 5)  # it keeps its view of the memory
    assert journal.connection.execute("SELECT inputs FROM run").fetchall() == [('["/a", "/b", "/c"]',)]
    journal.finish(1)
    assert journal.start(9, []) == (2, 9)
    assert journal.start(11, []) == (2, 9)
    journal.finish(1)  # another run's end is not this one's
    assert journal.start(12, []) == (2, 9)


def test_the_fingerprint_of_a_start_without_windows_is_replaced(journal: Journal) -> None:
    journal.check_fingerprint({"beam": "4", "old": "1"}, ["one", "two"])
    assert not journal.is_new
    journal.check_fingerprint({"beam": "2"}, ["three", "four", "five"])
    assert journal.fingerprint == {"beam": "2"}
    assert journal.terms == ("three", "four", "five")


def test_the_fingerprint_of_windows_stays_and_is_asked_for(journal: Journal) -> None:
    journal.check_fingerprint({"beam": "4", "model": "m"}, ["one"])
    commit(journal, 0, entry("a"))
    journal.check_fingerprint({"model": "m", "beam": "4"}, ["two"])
    assert (journal.fingerprint, journal.terms) == ({"beam": "4", "model": "m"}, ("one",))
    with pytest.raises(UsageError) as error:
        journal.check_fingerprint({"beam": "2", "batch": "7"})
    assert message(error) == (
        f"{journal.folder.parent}: was made with other settings (batch was absent, is 7; beam was 4, is 2; "
        f"model was m, is absent). Use a new --out (--memory {journal.path} saves what is the same), or the old "
        "settings."
    )


def test_a_folder_of_another_version_is_refused_and_left(tmp_path: Path) -> None:
    with closing(Journal(tmp_path)) as journal:
        assert journal.connection.execute("PRAGMA user_version").fetchone() == (2,)
        journal.connection.execute("PRAGMA user_version = 1")
    path = journal.path
    with pytest.raises(UsageError) as error:
        Journal(tmp_path)
    assert message(error) == (
        f"{tmp_path}: was made by another version of mtpipe. Use a new --out (--memory {path} saves translating again)."
    )
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_state_that_is_a_memory_already_becomes_a_journal(tmp_path: Path) -> None:
    (tmp_path / ".mtpipe").mkdir()
    with closing(sqlite3.connect(tmp_path / ".mtpipe" / "state.sqlite")) as connection:
        connection.execute("CREATE TABLE other (a)")
    with closing(Journal(tmp_path)) as journal:
        assert journal.is_new
        assert journal.connection.execute("PRAGMA user_version").fetchone() == (2,)


@pytest.mark.parametrize("kind", ["text", "folder", "file-as-folder"])
def test_a_state_that_can_not_be_opened_is_one_line(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    path = out / ".mtpipe" / "state.sqlite"
    if kind == "file-as-folder":
        out.write_text("a file", encoding="utf-8")
    else:
        path.parent.mkdir(parents=True)
        path.mkdir() if kind == "folder" else path.write_text("no database " * 99, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        Journal(out)
    assert message(error).startswith(f"{path}: can't be opened (")
    assert message(error).endswith("). Name another folder with --out.")
    assert "\n" not in message(error)


def test_articles_of_inputs_are_those_of_runs_that_they_cover(journal: Journal) -> None:
    first, _ = journal.start(1, ["/in/a", "/in/b"])
    commit(journal, 0, entry("2"), entry("1"), run=first)
    journal.finish(first)
    second, _ = journal.start(1, ["/else"])
    commit(journal, 1, entry("3"), run=second)
    assert list(journal.articles_of(["/in"])) == [(1, "2"), (2, "1")]
    assert list(journal.articles_of(["/in/a"])) == []
    assert list(journal.articles_of(["/else"])) == [(3, "3")]
    assert list(journal.articles_of(["/in", "/else"])) == [(1, "2"), (2, "1"), (3, "3")]


def test_an_article_made_again_leaves_its_older_window_to_be_cleaned(journal: Journal) -> None:
    commit(journal, 0, entry("a"), entry("b"), entry("a#x"))
    commit(journal, 1, entry("b", "new"), entry("c"))
    commit(journal, 2, entry("a", "new"), entry("b", "newer"))
    assert journal.superseded() == [(0, "a"), (0, "b"), (1, "b")]
    assert journal.find("b") == (7, "newer")
    for paragraph in ("a#p1", "b#p2", "ab#p1", "a#x#p1", "c#p1", "a"):
        journal.connection.execute("INSERT INTO reviewed VALUES (?, '', '')", (paragraph,))
    journal.forget_superseded()
    assert journal.superseded() == []
    left = journal.connection.execute("SELECT paragraph FROM reviewed ORDER BY paragraph").fetchall()
    assert left == [("a",), ("a#x#p1",), ("ab#p1",), ("c#p1",)]


def test_a_failure_is_known_by_article_reason_and_message(journal: Journal) -> None:
    known = failure("a", content="1")
    commit(journal, 0, known, run=4)
    assert journal.has_failure(known.key)
    for other in (failure("b"), failure("a", "too-long"), failure("a", message="is full")):
        assert not journal.has_failure(other.key)
    assert failure("a", content="2").key == known.key == digest("a", "empty-file", "a: is empty")
    assert journal.failed_in(4, "a", "1") == known.key
    others = (3, "a", "1"), (4, "b", "1"), (4, "a", "2")
    assert [journal.failed_in(*other) for other in others] == [None, None, None]


def test_what_fails_again_belongs_to_the_later_run(journal: Journal) -> None:
    commit(journal, 0, failure("a"), failure("b"), run=1)
    commit(journal, 1, failure("a"), run=2)
    assert [row["article_id"] for row in journal.failures()] == ["b", "a"]
    assert journal.failed_in(1, "a", "") is None
    assert journal.failed_in(2, "a", "") == failure("a").key
    assert journal.counts().failed == 2


@pytest.mark.parametrize(
    ("met", "seen", "read", "left"),
    [
        ((), (), [], ["a", "b", "c", "d"]),  # what failed elsewhere stays
        ((), (), ["/one"], ["d"]),  # no file of that input fails any more
        (("a", "b"), (), ["/one"], ["a", "b", "d"]),  # they failed again
        ((), ("a", "d"), [], ["b", "c"]),  # they are articles now
        ((), ("b", "c"), [], ["a", "b", "c", "d"]),  # the id was another text's, which says nothing of the duplicate
        (("a",), ("a",), ["/one", "/two"], ["a"]),
    ],
)
def test_failures_are_forgotten_where_a_run_knows_better(
    journal: Journal, met: tuple[str, ...], seen: tuple[str, ...], read: list[str], left: list[str]
) -> None:
    every = {
        "a": failure("a"),
        "b": failure("b", "duplicate-id", "is there twice"),
        "c": failure("c", "duplicate", "is there twice"),
        "d": failure("d"),
    }
    first, _ = journal.start(1, ["/one"])
    commit(journal, 0, every["a"], every["b"], every["c"], run=first)
    journal.finish(first)
    second, _ = journal.start(1, ["/two"])
    commit(journal, 1, every["d"], run=second)
    journal.forget_failures(met={every[name].key for name in met}, seen=set(seen), read=read)
    assert [row["article_id"] for row in journal.failures()] == left

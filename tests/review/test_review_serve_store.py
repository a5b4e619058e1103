from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serve_sample import BASE, RUN, draft, folder

from mtpipe import review
from mtpipe.errors import UsageError
from mtpipe.review import decisions
from mtpipe.review.decisions import Record, Term
from mtpipe.review.serve import STORE, Held, Store

TIME = "2026-11-24T15:40:02Z"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return folder(tmp_path / "out")


@pytest.fixture
def store(out: Path) -> Any:
    opened = Store(out / STORE, RUN)
    yield opened
    opened.close()


def record(paragraph: str = "boats#p1", text: str = "Boats.", reviewer: str = "Muna", **more: Any) -> Record:
    tie = {"source_start": 0, "source_end": 19, "text": text, "state": "open", **more}
    return decisions.record({"paragraph": paragraph, "base": BASE, "ties": [tie], "reviewer": reviewer, "time": TIME})


def term(source: str = "قارب", target: str = "boat") -> Term:
    return Term(source=source, target=target, reviewer="Muna", time=TIME)


def test_revisions_count_the_saves(store: Store) -> None:
    first = store.save(record(), on=0)
    second = store.save(record(text="Ships."), on=1)
    assert (first.revision, second.revision) == (1, 2)
    assert store.records("boats") == [second]
    assert store.records("boat") == []


@pytest.mark.parametrize("on", [0, 2, 7])
def test_a_save_on_another_revision_changes_nothing(store: Store, on: int) -> None:
    held = store.save(record(), on=0)
    with pytest.raises(Held) as caught:
        store.save(record(text="Ships.", reviewer="Omar"), on=on)
    assert caught.value.now == held
    assert store.records("boats") == [held]
    assert len(store.audit()) == 1


def test_a_save_on_what_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(Held) as caught:
        store.save(record(), on=3)
    assert caught.value.now is None
    assert store.audit() == []


def test_a_save_that_comes_twice_is_kept_once(store: Store) -> None:
    kept = store.save(record(), on=0)
    assert store.save(record(), on=0) == kept
    assert len(store.audit()) == 1
    with pytest.raises(Held):  # the same words by somebody else are another save
        store.save(record(reviewer="Omar"), on=0)


def test_of_many_at_once_one_is_kept(store: Store) -> None:
    barrier, kept, refused = threading.Barrier(8), [], []

    def save(number: int) -> None:
        barrier.wait()
        try:
            kept.append(store.save(record(text=f"Boat {number}.", reviewer=f"R{number}"), on=0))
        except Held as held:
            refused.append(held.now)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 1
    assert refused == kept * 7
    assert store.records("boats") == kept


def test_two_servers_on_one_folder_see_each_other(store: Store, out: Path) -> None:
    other = Store(out / STORE, RUN)
    try:
        held = store.save(record(), on=0)
        with pytest.raises(Held):
            other.save(record(text="Ships."), on=0)
        assert other.save(record(text="Ships."), on=1).revision == 2
        assert [entry["before"] for entry in store.audit()] == [None, held.model_dump()]
    finally:
        other.close()


def test_the_log_tells_who_when_what_before_and_after(store: Store) -> None:
    first = store.save(record(), on=0, session="s1")
    second = store.save(record(text="Ships.", reviewer="Omar"), on=1, session="s2")
    store.settle(term(), on="", session="s2")
    entries = store.audit()
    assert [(e["sequence"], e["time"], e["reviewer"], e["action"], e["paragraph"]) for e in entries] == [
        (1, TIME, "Muna", "save", "boats#p1"),
        (2, TIME, "Omar", "save", "boats#p1"),
        (3, TIME, "Muna", "term", ""),
    ]
    assert [(e["before"], e["after"]) for e in entries[:2]] == [
        (None, first.model_dump()),
        (first.model_dump(), second.model_dump()),
    ]
    assert store.audit(after=2) == entries[2:]
    assert store.audit(paragraph="boats#p1", after=1) == entries[1:2]


@pytest.mark.parametrize("statement", ["DELETE FROM audit", "UPDATE audit SET reviewer = 'x'"])
def test_the_log_can_only_grow(store: Store, out: Path, statement: str) -> None:
    store.save(record(), on=0)
    connection = sqlite3.connect(out / STORE)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    finally:
        connection.close()


def test_counts_and_changes(store: Store) -> None:
    store.save(record("a#p1", state="approved"), on=0)
    store.save(record("a#p2", state="rejected", reviewer=""), on=0)
    assert store.counts() == {"open": 0, "approved": 1, "rejected": 1, "reviewed": 2, "reviewers": ["Muna"]}
    store.save(record("a#p1", reviewer="Omar"), on=1)
    assert store.counts()["reviewers"] == ["Omar"]
    assert store.sequence() == 3
    assert store.changed(2) == [{"paragraph": "a#p1", "revision": 2, "state": "open", "reviewer": "Omar"}]
    assert store.changed(3) == []


def test_terms_are_settled_replaced_and_taken_away(store: Store) -> None:
    kept = store.settle(term(), on="")
    assert store.settle(term(), on="") == kept  # asked twice
    with pytest.raises(Held) as caught:
        store.settle(term(target="ship"), on="")
    assert caught.value.now == kept
    assert store.settle(term(target="ship"), on="boat").target == "ship"
    with pytest.raises(Held):
        store.unsettle("قارب", on="boat", reviewer="Omar")
    store.unsettle("قارب", on="ship", reviewer="Omar")
    assert store.terms() == []
    with pytest.raises(Held):
        store.unsettle("قارب", on="ship", reviewer="Omar")
    assert [entry["after"] and entry["after"]["target"] for entry in store.audit()] == ["boat", "ship", None]


def test_what_is_applied_is_exported_no_more(store: Store, out: Path) -> None:
    first = store.save(record("a#p1"), on=0)
    second = store.save(record("a#p2"), on=0)
    store.settle(term(), on="")
    exported = review.held_decisions(out)
    assert exported is not None
    assert (exported.run, exported.paragraphs, exported.terms) == (RUN, [first, second], [term()])
    later = store.save(record("a#p2", text="Ships."), on=1)  # while they were being applied
    review.mark_applied(out, exported)
    assert store.records("a") == [later]
    remaining = review.held_decisions(out)
    assert remaining is not None
    assert remaining.paragraphs == [later]
    assert [entry["action"] for entry in store.audit(paragraph="a#p1")] == ["save", "apply"]


@pytest.mark.parametrize("on", [0, 1])
def test_a_save_after_applying_goes_on_counting(store: Store, out: Path, on: int) -> None:
    store.save(record(), on=0)
    exported = review.held_decisions(out)
    assert exported is not None
    review.mark_applied(out, exported)
    assert store.save(record(text="Ships."), on=on).revision == 2
    assert store.counts()["reviewed"] == 1


def test_there_may_be_no_store(tmp_path: Path) -> None:
    assert review.held_decisions(tmp_path) is None
    assert not list(tmp_path.iterdir())


def test_wrong_files_are_told(out: Path) -> None:
    (out / STORE).write_text("no database at all, but long enough to be looked at" * 20)
    for opening in (lambda: Store(out / STORE, RUN), lambda: review.held_decisions(out)):
        with pytest.raises(UsageError, match=r"review\.sqlite: can't be"):
            opening()


def test_a_later_version_is_refused(out: Path) -> None:
    Store(out / STORE, RUN).close()
    connection = sqlite3.connect(out / STORE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UsageError, match="another version of mtpipe"):
        Store(out / STORE, RUN)


def test_the_same_folder_under_another_id_keeps_its_records(store: Store, out: Path) -> None:
    kept = store.save(record(), on=0)
    other = Store(out / STORE, "another")
    try:
        assert other.records("boats") == [kept]
        assert other.export().run == "another"
    finally:
        other.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(saves=st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 1), st.sampled_from("MO")), max_size=25))
def test_nothing_is_overwritten_unseen(
    saves: list[tuple[int, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Each save is made on the revision that is held, or one beside it; a model of a dozen lines says what is due.
    opened = Store(tmp_path_factory.mktemp("store") / "review.sqlite", RUN)
    try:
        model: dict[str, list[str]] = {}
        for number, (paragraph, beside, name) in enumerate(saves):
            texts = model.setdefault(f"a#p{paragraph}", [])
            wanted = record(f"a#p{paragraph}", text=f"{number}", reviewer=name)
            on = len(texts) + beside
            if on < 0:
                continue
            before = opened.records("a")
            try:
                kept = opened.save(wanted, on=on)
            except Held as refusal:
                kept, held = None, refusal.now
            assert (kept is not None) == (beside == 0)
            if kept is not None:
                texts.append(f"{number}")
            else:
                assert held == next((one for one in before if one.paragraph == wanted.paragraph), None)
                assert opened.records("a") == before
        known = {one.paragraph: (one.revision, one.ties[0].text) for one in opened.records("a")}
        assert known == {name: (len(texts), texts[-1]) for name, texts in model.items() if texts}
        for name, texts in model.items():
            assert [entry["after"]["ties"][0]["text"] for entry in opened.audit(paragraph=name)] == texts
    finally:
        opened.close()


def test_drafts_of_the_sample_are_sound() -> None:
    assert decisions.Draft.model_validate({k: v for k, v in draft().items() if k != "on"}).source_end == 19

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serve_sample import ARABIC, BASE, PARAGRAPHS, RUN, Texts, client, draft, folder, place, reviewer, server
from serve_sample import store as opened
from starlette.testclient import TestClient

from mtpipe.review import decisions
from mtpipe.review.serve import STORE, Store
from mtpipe.review.serve.guard import LARGEST_BODY

LONGEST = 1_000_000


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return folder(tmp_path / "out")


@pytest.fixture
def store(out: Path) -> Iterator[Store]:
    kept = opened(out)
    yield kept
    kept.close()


@pytest.fixture
def muna(out: Path, store: Store) -> TestClient:
    return reviewer(server(out, store), "Muna")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Store]]:
    """A client, and the store that its requests must leave alone."""
    place = folder(tmp_path_factory.mktemp("untouched") / "out")
    kept = opened(place)
    yield reviewer(server(place, kept), "Muna"), kept
    assert kept.sequence() == 0
    kept.close()


def raw(value: object) -> dict[str, Any]:
    """What a client sends that escapes whatever UTF-8 can't hold."""
    return {"content": json.dumps(value).encode(), "headers": {"content-type": "application/json"}}


def tie(start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"source_start": start, "source_end": end, "text": "x", "state": "open", "comment": "", **more}


def test_a_session_has_a_name_once_it_is_given(out: Path, store: Store) -> None:
    browser = reviewer(server(out, store))
    before = browser.get("/api/session").json()
    assert (before["run"], before["reviewer"]) == (RUN, "")
    named = browser.post("/api/session", json={"reviewer": "  منى\n\u202eX "}).json()
    assert named == {**before, "reviewer": "منى X"}
    assert browser.get("/api/session").json() == named
    for wrong in ({"reviewer": ""}, {"reviewer": "\u202e"}, {"reviewer": 7}, {"name": "x"}, []):
        answer = browser.post("/api/session", json=wrong)
        assert answer.status_code == 422
        assert "error" in answer.json()


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_a_draft_is_kept_with_name_and_time_of_the_server(muna: TestClient, store: Store, paragraph: str) -> None:
    sent = draft(paragraph, reviewer="Somebody Else", time="1999-01-01T00:00:00Z")
    before = decisions.now()
    answer = muna.put(place(paragraph), json=sent)
    assert answer.status_code == 200
    kept = answer.json()
    assert kept == {
        **{key: sent[key] for key in ("paragraph", "base", "ties")},
        "reviewer": "Muna",
        "revision": 1,
        "time": kept["time"],
    }
    assert before <= kept["time"] <= decisions.now()
    article = paragraph.rpartition("#")[0]
    assert muna.get("/api/paragraphs", params={"article": article}).json() == {"paragraphs": [kept], "sequence": 1}
    assert store.records(article) == [decisions.record(kept)]


def test_who_comes_second_is_shown_what_is_held(out: Path, store: Store, muna: TestClient) -> None:
    omar = reviewer(server(out, store), "Omar")
    kept = muna.put(place("boats#p1"), json=draft()).json()
    other = draft(ties=[tie(0, len(ARABIC), text="Something else.")])
    answer = omar.put(place("boats#p1"), json=other)
    assert answer.status_code == 409
    assert answer.json()["held"] == kept
    assert "error" in answer.json()
    merged = omar.put(place("boats#p1"), json={**other, "on": 1})
    assert (merged.status_code, merged.json()["revision"], merged.json()["reviewer"]) == (200, 2, "Omar")
    stale = muna.put(place("boats#p1"), json=draft(on=1))
    assert (stale.status_code, stale.json()["held"]) == (409, merged.json())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"paragraph": "boats#p2"}, "paragraph: is another one"),
        ({"ties": []}, "ties: "),
        ({"ties": [tie(0, 12)]}, "ties: end at 12, where the Arabic ends at 19"),
        ({"ties": [tie(0, 25)]}, "ties: end at 25"),
        ({"ties": [tie(1, 19)]}, "ties[0] spans 1 to 19"),
        ({"ties": [tie(0, 10), tie(11, 19)]}, "ties[1] spans 11 to 19"),
        ({"ties": [tie(0, 10), tie(10, 10), tie(10, 19)]}, "ties[1] spans 10 to 10"),
        ({"ties": [tie(0, 19, state="done")]}, "ties[0].state: "),
        ({"ties": [tie(0, 19, html="<b>")]}, "ties[0].html: is no field that is known"),
        ({"ties": [tie(0, 19, text="\ud800")]}, "ties[0].text: "),
        ({"ties": [tie(0, 19, text="a\0")]}, "ties[0].text: holds U+0000"),
        ({"ties": [tie(0, 19, text="x" * (LONGEST + 1))]}, "ties[0].text: "),
        ({"ties": [tie(0, 19, comment=["x"])]}, "ties[0].comment: "),
        ({"ties": [tie(0, "19")]}, "ties[0].source_end: "),
        ({"ties": [tie(0, 2**70)]}, "ties[0].source_end: "),
        ({"ties": {"0": tie(0, 19)}}, "ties: "),
        ({"base": "0" * 16}, "base: the text has changed"),
        ({"base": "../../etc"}, "base: "),
        ({"on": -1}, "on: "),
        ({"on": "0"}, "on: "),
        ({"on": 2**80}, "on: "),
        ({"revision": 3}, "revision: is no field that is known"),
        ({"a\nb": 3}, "'a\\nb': is no field that is known"),
    ],
)
def test_hostile_drafts_are_refused_in_one_line(
    untouched: tuple[TestClient, Store], change: dict[str, Any], said: str
) -> None:
    muna, store = untouched
    answer = muna.put(place("boats#p1"), **raw({**draft(), **change}))
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error.startswith(said)
    assert "\n" not in error
    assert len(error) < 300
    assert store.sequence() == 0


@pytest.mark.parametrize(
    "paragraph",
    ["boats#p3", "boats", "#p1", "boats#p1/../boats#p2", "'; DROP TABLE record; --#p1", "\0#p1", "x" * 20_000 + "#p1"],
)
def test_paragraphs_that_are_not_there(untouched: tuple[TestClient, Store], paragraph: str) -> None:
    muna, store = untouched
    answer = muna.put(place(paragraph), **raw(draft(paragraph)))
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("paragraph: ")
    assert store.sequence() == 0


@pytest.mark.parametrize(
    ("content", "statuses"),
    [
        (b"", {422}),
        (b"{", {422}),
        (b"\xff\xfe", {400, 422}),
        (b"null", {422}),
        (b"[" * 100_000, {400, 422}),
        (b'{"on": ' + b"9" * 5000 + b"}", {400, 422}),
        (b"NaN", {422}),
    ],
)
def test_bodies_that_are_no_json(untouched: tuple[TestClient, Store], content: bytes, statuses: set[int]) -> None:
    muna, store = untouched
    answer = muna.put(place("boats#p1"), content=content, headers={"content-type": "application/json"})
    assert answer.status_code in statuses
    assert "\n" not in answer.json()["error"]
    assert store.sequence() == 0


def test_bodies_have_a_limit(muna: TestClient, store: Store) -> None:
    large = json.dumps(draft(ties=[tie(0, 19, text="x" * (10 * 2**20))])).encode()
    json_type = {"content-type": "application/json"}
    assert muna.put(place("boats#p1"), content=large, headers=json_type).status_code == 413

    def chunks() -> Iterator[bytes]:  # sent without a word of its length
        for start in range(0, len(large), 2**16):
            yield large[start : start + 2**16]

    answer = muna.put(place("boats#p1"), content=chunks(), headers=json_type)
    assert answer.status_code == 413
    assert str(LARGEST_BODY) in answer.json()["error"]
    assert store.sequence() == 0
    wide = draft(ties=[tie(0, 19, text="س" * LONGEST)])  # the longest that is taken
    content = json.dumps(wide, ensure_ascii=False).encode()
    assert muna.put(place("boats#p1"), content=content, headers=json_type).status_code == 200


def test_a_page_of_an_older_text_must_be_opened_again(out: Path, store: Store) -> None:
    texts = Texts()
    muna = reviewer(server(out, store, texts=texts), "Muna")
    muna.put(place("boats#p1"), json=draft())
    texts.base = "f" * 16  # as when decisions were applied
    assert muna.put(place("boats#p1"), json=draft(on=1)).status_code == 422
    assert muna.put(place("boats#p1"), json=draft(on=1, base="f" * 16)).json()["revision"] == 2
    entries = muna.get("/api/audit").json()["entries"]
    assert [entry["after"]["base"] for entry in entries] == [BASE, "f" * 16]


def test_terms(out: Path, store: Store, muna: TestClient) -> None:
    omar = reviewer(server(out, store), "Omar")
    wanted = {"source": "قارب", "target": "boat", "type": "term"}
    kept = muna.post("/api/terms", json=wanted).json()
    assert (kept["reviewer"], kept["target"], kept["type"]) == ("Muna", "boat", "term")
    assert omar.get("/api/terms").json() == {"terms": [kept]}
    answer = omar.post("/api/terms", json={**wanted, "target": "ship"})
    assert (answer.status_code, answer.json()["held"]) == (409, kept)
    assert omar.post("/api/terms", json={**wanted, "target": "ship", "on": "boat"}).json()["target"] == "ship"
    gone = muna.post("/api/terms", json={"source": "قارب", "target": "", "on": "ship"})
    assert (gone.status_code, gone.json()) == (200, {"source": "قارب", "target": ""})
    assert muna.get("/api/terms").json() == {"terms": []}
    for wrong, said in (
        (("قارب", "مركب"), "is not English"),
        (("،", "boat"), "holds no word"),
        (("قارب", " "), "empty"),
    ):
        answer = muna.post("/api/terms", json={"source": wrong[0], "target": wrong[1]})
        assert (answer.status_code, said in answer.json()["error"]) == (422, True)
    for wrong in ({**wanted, "source": ""}, {**wanted, "source": "\ud800"}, {**wanted, "case": "any"}, {}):
        assert muna.post("/api/terms", **raw(wrong)).status_code == 422


def test_counts_audit_and_the_decisions_file(muna: TestClient, store: Store, tmp_path: Path) -> None:
    assert muna.get("/api/counts").json() == {
        "paragraphs": 3,
        "open": 0,
        "approved": 0,
        "rejected": 0,
        "reviewed": 0,
        "reviewers": [],
        "sequence": 0,
    }
    kept = muna.put(place("boats#p1"), json=draft()).json()
    muna.post("/api/terms", json={"source": "قارب", "target": "boat"})
    counts = muna.get("/api/counts").json()
    assert (counts["open"], counts["reviewed"], counts["reviewers"], counts["sequence"]) == (1, 1, ["Muna"], 2)
    entries = muna.get("/api/audit").json()["entries"]
    assert [(entry["action"], entry["before"]) for entry in entries] == [("save", None), ("term", None)]
    assert entries[0]["after"] == kept
    assert muna.get("/api/audit", params={"after": 1}).json()["entries"] == entries[1:]
    assert muna.get("/api/audit", params={"after": "x"}).json()["error"].startswith("after: ")
    answer = muna.get("/api/decisions.json")
    assert "attachment" in answer.headers["content-disposition"]
    (tmp_path / "d.json").write_bytes(answer.content)
    assert decisions.read(tmp_path / "d.json") == store.export()


def test_what_could_not_be_kept_is_told(out: Path, store: Store, muna: TestClient) -> None:
    other = sqlite3.connect(out / STORE)
    full = "SELECT RAISE(ABORT, 'database or disk is full')"
    other.execute(f"CREATE TRIGGER full BEFORE INSERT ON audit BEGIN {full}; END")
    other.close()
    answer = muna.put(place("boats#p1"), json=draft())
    assert answer.status_code == 503
    assert "database or disk is full" in answer.json()["error"]
    assert muna.get("/api/paragraphs", params={"article": "boats"}).json()["paragraphs"] == []


def test_the_description_names_what_there_is(out: Path, store: Store, muna: TestClient) -> None:
    paths = muna.get("/api/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/session",
        "/api/paragraphs",
        "/api/paragraphs/{paragraph}",
        "/api/terms",
        "/api/counts",
        "/api/events",
        "/api/audit",
        "/api/decisions.json",
    }
    assert client(server(out, store)).get("/api/openapi.json").status_code == 401
    assert muna.get("/docs").status_code == 404
    assert muna.get("/api/nothing").json() == {"error": "Not Found"}
    assert muna.get("/api/terms/").status_code == 404
    assert muna.request("DELETE", "/api/terms", **raw({})).status_code == 405

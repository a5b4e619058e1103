"""Requests that the description allows, and many that it does not: no error of ours, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serve_sample import ARABIC, BASE, PARAGRAPHS, draft, folder, place, reviewer, server
from serve_sample import store as opened
from starlette.testclient import TestClient

from mtpipe.review.serve import Store

pytestmark = pytest.mark.slow

TEXT = st.text(max_size=30)  # with half surrogates, NUL and all
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
EXPECTED = {200, 303, 400, 401, 403, 404, 405, 409, 413, 415, 421, 422}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Store]]:
    out: Path = folder(tmp_path_factory.mktemp("fuzz") / "out")
    kept = opened(out)
    yield reviewer(server(out, kept), "Muna"), kept
    kept.close()


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A sound draft with something in it replaced, left out, or added."""
    value: Any = json.loads(json.dumps(draft(draw(st.sampled_from(PARAGRAPHS)), draw(st.integers(0, 3)))))
    for _ in range(draw(st.integers(0, 3))):
        part = value if draw(st.booleans()) else draw(st.sampled_from(value["ties"])) if value.get("ties") else value
        if not isinstance(part, dict):
            continue
        key = draw(st.sampled_from([*part, "more"]))
        if draw(st.booleans()):
            part.pop(key, None)
        else:
            part[key] = draw(JSON)
        if not isinstance(value.get("ties"), list) or not all(isinstance(tie, dict) for tie in value["ties"]):
            break
    return value


def sent(value: object) -> dict[str, Any]:
    return {"content": json.dumps(value).encode(), "headers": {"content-type": "application/json"}}


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    value=mutated() | JSON, paragraph=st.sampled_from(PARAGRAPHS) | st.text(st.characters(exclude_categories=["Cs"]))
)
def test_drafts(served: tuple[TestClient, Store], value: Any, paragraph: str) -> None:
    muna, store = served
    before = store.sequence()
    answer = muna.put(place(paragraph), **sent(value))
    assert answer.status_code in EXPECTED
    if answer.status_code == 200:
        kept = answer.json()
        assert kept["base"] == BASE
        assert kept["ties"][-1]["source_end"] == len(ARABIC)
        assert kept in [record.model_dump() for record in store.records(kept["paragraph"].rpartition("#")[0])]
    else:
        assert store.sequence() == before
        if paragraph:
            assert "\n" not in answer.json()["error"]


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_everything_that_is_described(served: tuple[TestClient, Store], data: st.DataObject) -> None:
    muna, _ = served
    paths = muna.get("/api/openapi.json").json()["paths"]
    path = data.draw(st.sampled_from([known for known in paths if known != "/api/events"]))
    method = data.draw(st.sampled_from([*paths[path], "get", "put", "post", "delete", "patch", "options", "head"]))
    named = st.dictionaries(
        st.sampled_from(["after", "article", "paragraph", "token", "x"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        max_size=3,
    )
    where = path.replace("{paragraph}", data.draw(st.sampled_from(["boats%23p1", "%00", "..%2f..", "a/b", "%ff"])))
    answer = muna.request(method, where, params=data.draw(named), **sent(data.draw(JSON)))
    assert answer.status_code in EXPECTED
    assert answer.headers["x-content-type-options"] == "nosniff"


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=st.binary(max_size=200), kind=st.sampled_from(["application/json", "application/json; charset=utf-16", "x"]))
def test_bytes(served: tuple[TestClient, Store], raw: bytes, kind: str) -> None:
    muna, store = served
    before = store.sequence()
    for method, where in (("PUT", place("boats#p1")), ("POST", "/api/terms"), ("POST", "/api/session")):
        answer = muna.request(method, where, content=raw, headers={"content-type": kind})
        assert answer.status_code in EXPECTED - {200}
    assert store.sequence() == before

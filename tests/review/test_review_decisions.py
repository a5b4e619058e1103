from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.errors import UsageError
from mtpipe.review import decisions

TIME = "2026-11-24T15:40:02Z"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def tie(start: int = 0, end: int = 5, **more: Any) -> dict[str, Any]:
    return {"source_start": start, "source_end": end, "text": "Boats.", "state": "open", "comment": "", **more}


def record(**more: Any) -> dict[str, Any]:
    return {
        "paragraph": "a#p3",
        "base": "0123456789abcdef",
        "ties": [tie(), tie(5, 9, text="", state="approved")],
        "reviewer": "Muna",
        "time": TIME,
        **more,
    }


def file(**more: Any) -> dict[str, Any]:
    return {"format": "mtpipe decisions", "version": 1, "run": "r1", "paragraphs": [record()], "terms": [], **more}


def parsed(value: object) -> decisions.Decisions:
    return decisions.parse(json.dumps(value).encode(), where="d.json")


def test_base_is_the_hash_of_the_contract() -> None:
    # Written out here once, since a browser, a server and `apply` must agree on it.
    text = '["قارب \\"أزرق\\"","A boat\\nof blue",[[0,5,0,6],[5,11,7,14]]]'
    expected = hashlib.sha256(text.encode()).hexdigest()[:16]
    spans = [(0, 5, 0, 6), (5, 11, 7, 14)]
    assert decisions.base_of('قارب "أزرق"', "A boat\nof blue", spans) == expected
    columns = ("source_start", "source_end", "target_start", "target_end")
    sentences = [{"id": "x", **dict(zip(columns, span, strict=True))} for span in spans]
    row = {"translation": {"ar": 'قارب "أزرق"', "en": "A boat\nof blue"}, "sentences": sentences}
    assert decisions.base_of_row(row) == expected


@pytest.mark.parametrize("other", [("ab", "c", ()), ("a", "bc", ()), ("ab", "", [(0, 1, 0, 0)])])
def test_base_tells_texts_apart(other: Any) -> None:
    assert decisions.base_of(*other) != decisions.base_of("ab", "", ())


def test_run_id_depends_on_both_parts() -> None:
    ids = {decisions.run_id(*parts) for parts in [("s", "w"), ("sw", ""), ("s", "w2")]}
    assert len(ids) == 3
    assert decisions.run_id("s", "w") in ids


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("approved", "approved"), "approved"),
        (("approved", "open"), "open"),
        (("open", "rejected"), "rejected"),
        (("approved", "rejected"), "rejected"),
        (("open", "open"), "open"),
    ],
)
def test_state_of_a_paragraph(states: tuple[str, str], expected: str) -> None:
    made = decisions.record(record(ties=[tie(0, 5, state=states[0]), tie(5, 9, state=states[1])]))
    assert (made.state, made.source_end) == (expected, 9)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ties": []}, "ties: "),
        ({"ties": [tie(1, 5)]}, "ties[0] spans 1 to 5, where one that begins at 0"),
        ({"ties": [tie(0, 5), tie(6, 9)]}, "ties[1] spans 6 to 9"),
        ({"ties": [tie(0, 5), tie(4, 9)]}, "ties[1] spans 4 to 9"),
        ({"ties": [tie(0, 0)]}, "ties[0] spans 0 to 0"),
        ({"ties": [tie(0, 5, state="edited")]}, "ties[0].state: "),
        ({"ties": [tie(0, 5, note="x")]}, "ties[0].note: is no field that is known"),
        ({"ties": [tie(0, "5")]}, "ties[0].source_end: "),
        ({"ties": [tie(0, 5.0)]}, "ties[0].source_end: "),
        ({"ties": [tie(0, 10**30)]}, "ties[0].source_end: "),
        ({"ties": [tie(False, 5)]}, "ties[0].source_start: "),
        ({"ties": [tie(0, 5, text=None)]}, "ties[0].text: "),
        ({"ties": [tie(0, 5, text="x" * 1_000_001)]}, "ties[0].text: "),
        ({"ties": [tie(0, 5, text="a\0b")]}, "ties[0].text: holds U+0000"),
        ({"ties": [tie(0, 5, comment="\ud800")]}, "ties[0].comment: "),
        ({"ties": "all"}, "ties: "),
        ({"base": "0123456789ABCDEF"}, "base: "),
        ({"time": "2026-11-24 15:40"}, "time: must be a time in UTC"),
        ({"time": "2026-11-31T15:40:02Z"}, "time: must be a time in UTC"),
        ({"time": "٢٠٢٦-11-24T15:40:02Z"}, "time: must be a time in UTC"),
        ({"reviewer": "x" * 300}, "reviewer: "),
        ({"revision": -1}, "revision: "),
        ({"colour": 1}, "colour: is no field that is known"),
    ],
)
def test_wrong_records_are_told_in_one_line(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed(file(paragraphs=[record(paragraph="a#p1"), record(**change)]))
    message = str(caught.value)
    assert message.startswith("d.json: paragraphs[1]: paragraph 'a#p3': " + said)
    assert "\n" not in message
    assert len(message) < 300
    message.encode()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (file(format="x"), 'd.json: is no decisions file ("format" must be "mtpipe decisions")'),
        ([], "d.json: is no decisions file"),
        (file(version=2), "d.json: version must be 1 (is 2)"),
        (file(run=None), "d.json: run: "),
        (file(runs="x"), "d.json: runs: is no field that is known"),
        (file(**{"a\nb\0": "x"}), "d.json: 'a\\nb\\x00': is no field that is known"),
        (file(**{"x" * 1000: "x"}), "d.json: 'xxxxxx"),
        (file(paragraphs={}), "d.json: paragraphs: must be a list (is {})"),
        (file(paragraphs=[7]), "d.json: paragraphs[0]: "),
        (file(paragraphs=[record(paragraph="")]), "d.json: paragraphs[0]: paragraph '': paragraph: "),
        (file(paragraphs=[record(paragraph="\ud800")]), "d.json: paragraphs[0]: paragraph '\\ud800': paragraph: "),
        (file(paragraphs=[record(), record()]), "d.json: paragraph 'a#p3': is there twice"),
        (file(terms=[{"source": "قارب", "target": "", "time": TIME}]), "d.json: terms[0]: target: "),
        (file(terms=[{"source": "قارب", "target": "x", "time": "now"}]), "d.json: terms[0]: time: "),
    ],
)
def test_wrong_files_are_told_in_one_line(value: object, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed(value)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff{}", b"[" * 200_000, b"1" * 10_000, b'{"a": NaN}'])
def test_what_is_no_json_is_told(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_bytes(raw)
    with pytest.raises(UsageError, match=r"d\.json: is no"):
        decisions.read(path)
    with pytest.raises(UsageError, match="can't be read"):
        decisions.read(tmp_path / "absent.json")


@st.composite
def whole(draw: Callable[..., Any]) -> decisions.Decisions:
    records = []
    for name in draw(st.lists(TEXT.filter(bool), unique=True, max_size=4)):
        lengths = draw(st.lists(st.integers(1, 50), min_size=1, max_size=5))
        edges = [sum(lengths[:number]) for number in range(len(lengths) + 1)]
        ties = [
            tie(start, end, text=draw(TEXT), comment=draw(TEXT), state=draw(st.sampled_from(("open", "rejected"))))
            for start, end in pairwise(edges)
        ]
        records.append(record(paragraph=name, ties=ties, reviewer=draw(TEXT), revision=draw(st.integers(0, 9))))
    terms = [{"source": "قارب", "target": "boat", "type": draw(TEXT), "reviewer": draw(TEXT), "time": TIME}]
    return parsed(file(paragraphs=records, terms=terms))


@given(value=whole())
def test_what_was_written_is_read_back(value: decisions.Decisions, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "decisions.json"
    decisions.write(path, value)
    assert decisions.read(path) == value
    assert decisions.to_json(value) + "\n" == path.read_text(encoding="utf-8")

"""JSON, Arrow, datasets folders, columns within columns."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import TEXT, articles, brief, results

from mtpipe.intake import limits
from mtpipe.settings import IntakeSettings

ROWS = [{"id": f"r{number}", "text": TEXT, "url": f"https://e.org/{number}"} for number in range(5)]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8))


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, ensure_ascii=False, indent=2),
        "".join(json.dumps(row, indent=1) + "\n" for row in ROWS),
        ",\n".join(map(json.dumps, ROWS)),
        "\ufeff" + json.dumps(ROWS, ensure_ascii=False),
    ],
)
def test_json(tmp_path: Path, content: str) -> None:
    (tmp_path / "j.json").write_text(content, encoding="utf-8")
    found = articles(tmp_path)
    assert [article.id for article in found] == [row["id"] for row in ROWS]
    assert {article.text for article in found} == {TEXT}
    assert found[2].meta.url == "https://e.org/2"


def test_json_of_one_article(tmp_path: Path) -> None:
    (tmp_path / "j.json").write_text(json.dumps({"text": TEXT}), encoding="utf-8")
    assert brief(results(tmp_path)) == ["j.json:1"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=4), SCALARS, max_size=3), max_size=5), st.sampled_from([None, 1]))
def test_json_values_are_those_of_the_library(
    tmp_path_factory, rows: list[dict[str, object]], indent: int | None
) -> None:
    path = tmp_path_factory.mktemp("json") / "j.json"
    whole = [{**row, "id": f"r{number}", "text": TEXT} for number, row in enumerate(rows)]
    path.write_text(json.dumps([*whole, {"id": "last", "text": TEXT}], indent=indent), encoding="utf-8")
    assert brief(results(path)) == [*(f"r{number}" for number in range(len(rows))), "last"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('[{"id": "a", "text": "نص"}, {"id": "b", "text"', ["a", "j.json: bad-row"]),
        ('[{"id": "a", "text": "نص"}, oops, {"id": "b", "text": "نص"}]', ["a", "j.json: bad-row"]),
        ('[{"id": "a", "text": "نص"}, 12, "x", null, [', None),
        ("[" * 100_000, ["j.json: no-article"]),
        ('{"a":' * 100_000, ["j.json: bad-row"]),
        ("", ["j.json: empty-file"]),
        ("[]", ["j.json: no-article"]),
        ('{"name": "x", "version": 1}', ["j.json:1: bad-row"]),
    ],
)
def test_bad_json(tmp_path: Path, content: str, expected: list[str] | None) -> None:
    (tmp_path / "j.json").write_text(content, encoding="utf-8")
    if expected is None:  # values that are no articles, each told
        expected = ["a", *(f"j.json article {number}: bad-row" for number in (2, 3, 4))]
    assert brief(results(tmp_path / "j.json")) == expected


def test_json_in_part_undecodable(tmp_path: Path) -> None:
    good = json.dumps(ROWS[0], ensure_ascii=False).encode()
    (tmp_path / "j.json").write_bytes(b"[" + good + b"," + good.replace("مكتبة".encode(), b"\xff\xfe") + b"]")
    assert brief(results(tmp_path)) == ["r0", "j.json article 2: undecodable"]


def test_a_row_beyond_the_limit(tmp_path: Path) -> None:
    """It is skipped without being held, and the next row is read."""
    row = json.dumps(ROWS[0])
    for name, content in (
        ("t.jsonl", f'{{"text": "{"x" * limits.ARTICLE}"}}\n{row}\n'),
        ("t.csv", f"id,text\na,{'x' * limits.ARTICLE}\nr0,نص قصير\n"),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
        line = 1 if name.endswith("jsonl") else 2
        assert brief(results(tmp_path / name)) == [f"{name} line {line}: too-large", "r0"]
    (tmp_path / "j.json").write_text(f'[{row}, {{"text": "{"x" * limits.ARTICLE}"}}]', encoding="utf-8")
    assert brief(results(tmp_path / "j.json")) == ["r0", "j.json article 2: too-large"]


def test_an_article_beyond_the_limit(tmp_path: Path) -> None:
    for name in ("a.txt", "b.html", "c.rss"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(limits.ARTICLE + 1)
    assert brief(results(tmp_path)) == ["a.txt: too-large", "b.html: too-large", "c.rss: too-large"]


@pytest.mark.parametrize("writer", [pa.ipc.new_stream, pa.ipc.new_file])
def test_arrow(tmp_path: Path, writer) -> None:
    table = pa.table({"id": ["a", "b", None], "text": [TEXT, None, TEXT], "x": [[1], [2], [3]]})
    with writer(str(tmp_path / "t.arrow"), table.schema) as sink:
        sink.write_table(table, max_chunksize=2)
    assert brief(results(tmp_path)) == ["a", "b: bad-row", "t.arrow:3"]


def test_damaged_arrow(tmp_path: Path) -> None:
    table = pa.table({"text": [TEXT, TEXT]})
    with pa.ipc.new_stream(str(tmp_path / "t.arrow"), table.schema) as sink:
        for _ in range(3):
            sink.write_table(table)
    raw = (tmp_path / "t.arrow").read_bytes()
    for content in (b"", b"ARROW1", b"noise" * 99, raw[:100], raw[: len(raw) * 2 // 3]):
        (tmp_path / "t.arrow").write_bytes(content)
        assert brief(results(tmp_path))[-1] in ("t.arrow: unreadable", "t.arrow: too-large")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("kind", ["arrow", "parquet"])
def test_any_damage_of_columns_is_told(tmp_path_factory, kind: str, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damage")
    path = folder / f"t.{kind}"
    table = pa.table({"id": ["a", "b"], "text": [TEXT, TEXT]})
    if kind == "parquet":
        pq.write_table(table, path)
    else:
        with pa.ipc.new_stream(str(path), table.schema) as sink:
            sink.write_table(table)
    raw = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=3)):
        raw[place] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    brief(results(path))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import datasets

    datasets.disable_progress_bars()
    folder = tmp_path_factory.mktemp("saved") / "set"
    train = datasets.Dataset.from_dict({"id": [f"t{n}" for n in range(4)], "text": [TEXT] * 4, "label": [0, 1, 0, 1]})
    test = datasets.Dataset.from_dict({"text": [TEXT]})
    datasets.DatasetDict({"train": train, "test": test}).save_to_disk(str(folder), num_shards={"train": 2, "test": 1})
    return folder


def test_a_dataset_folder(saved: Path) -> None:
    (saved / "train" / "cache-1234.arrow").write_bytes(b"left by a map()")
    expected = ["test/data-00000-of-00001.arrow:1", "t0", "t1", "t2", "t3"]
    assert brief(results(saved)) == expected
    assert brief(results(saved / "train")) == expected[1:]


def test_a_shard_that_is_missing_is_told(saved: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(saved, tmp_path / "set")
    (tmp_path / "set/train/data-00001-of-00002.arrow").unlink()
    assert brief(results(tmp_path / "set/train")) == ["t0", "t1", "data-00001-of-00002.arrow: unreadable"]


def test_a_state_that_leads_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "secret.arrow").write_bytes(b"x")
    state = {"_data_files": [{"filename": "../secret.arrow"}]}
    (tmp_path / "a/state.json").write_text(json.dumps(state))
    (tmp_path / "a/b.txt").write_text(TEXT, encoding="utf-8")
    assert brief(results(tmp_path / "a")) == ["b.txt"]


def test_a_column_within_a_column(tmp_path: Path) -> None:
    settings = IntakeSettings(text_field="translation.ar", title_field="meta.title")
    rows = [{"id": "a", "translation": {"ar": TEXT, "en": "x"}, "meta": {"title": "عنوان"}}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "p.parquet")
    (tmp_path / "t.jsonl").write_text(
        json.dumps({**rows[0], "id": "b"}) + '\n{"id": "c", "translation": 5}\n', encoding="utf-8"
    )
    found = results(tmp_path, settings=settings)
    assert brief(found) == ["a", "b", "c: bad-row"]
    (error,) = results(tmp_path / "p.parquet", settings=IntakeSettings(text_field="text.ar"))
    assert "no column 'text.ar'; it has id, translation, meta" in str(error)

"""The dataset as others open it: datasets, pyarrow, the card."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import stand_in
import yaml

from mtpipe import corpus
from mtpipe.corpus import Counts
from mtpipe.corpus.rows import SCHEMAS
from mtpipe.errors import UsageError

Opened = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    inputs = stand_in.write_articles(folder / "articles", 7, broken=[2, 3])  # the second window holds none but them
    stand_in.run(inputs, folder / "out")
    for config in corpus.CONFIGS:  # what a killed start may leave is no data, even before the next start
        (folder / "out" / "dataset" / config / ".part-000009.parquet.tmp").write_bytes(b"half")
    return folder / "out"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    stand_in.run(stand_in.write_articles(folder / "articles", 1, broken=[0]), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def opened(out: Path, empty: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Opened, Opened]:
    """What ``load_dataset`` gives in a process that cannot reach the hub: of a run, and of one that failed wholly."""
    cache = tmp_path_factory.mktemp("cache")
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(cache), "HF_HOME": str(cache)}
    command = [sys.executable, str(Path(__file__).with_name("opens.py")), str(out / "dataset"), str(empty / "dataset")]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    first, second = json.loads(done.stdout.decode().splitlines()[-1])
    return first, second


def record(out: Path) -> dict[str, Any]:
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def test_load_dataset_opens_both_configurations(out: Path, opened: tuple[Opened, Opened]) -> None:
    counts = record(out)["counts"]
    for config, found in zip(corpus.CONFIGS, opened[0], strict=True):
        assert found["ids"] == [row["id"] for row in corpus.read(out / "dataset", config)]
        assert len(found["ids"]) == counts[config] > 0
        assert (found["translation"], found["languages"]) == ("Translation", ["ar", "en"])
        assert found["columns"] == list(SCHEMAS[config])
        assert found["first"] == next(corpus.read(out / "dataset", config))
        assert found["first"]["signature"] == record(out)["signature"]


def test_load_dataset_opens_a_dataset_without_rows(opened: tuple[Opened, Opened]) -> None:
    for config, found in zip(corpus.CONFIGS, opened[1], strict=True):
        assert found["ids"] == []
        assert found["translation"] == "Translation"
        assert found["columns"] == list(SCHEMAS[config])


@pytest.mark.parametrize("config", corpus.CONFIGS)
def test_pyarrow_reads_each_shard_with_its_signature(out: Path, config: corpus.rows.Config) -> None:
    paths = corpus.shard_paths(out / "dataset", config)
    assert [path.name for path in paths] == [f"part-{number:06}.parquet" for number in range(4)]
    rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
    assert rows == list(corpus.read(out / "dataset", config))
    assert len(rows) == corpus.count(out / "dataset")[config]
    for path in paths:
        metadata = pq.read_schema(path).metadata
        assert json.loads(metadata[b"mtpipe"]) == {"signature": record(out)["signature"]}
        assert json.loads(metadata[b"huggingface"])["info"]["features"]["translation"]["_type"] == "Translation"


def test_the_same_rows_are_the_same_bytes(out: Path, tmp_path: Path) -> None:
    for config in corpus.CONFIGS:
        path = corpus.shard_path(out / "dataset", config, 0)
        rows = pq.read_table(path).to_pylist()
        again = corpus.write_shard(tmp_path, config, 0, rows, record(out)["signature"])
        assert again.read_bytes() == path.read_bytes()


def test_shards_stand_in_the_order_of_their_windows(tmp_path: Path) -> None:
    numbers = [0, 9, 10, 99_999, 100_000, 999_999]
    for number in reversed(numbers):
        corpus.write_shard(tmp_path, "paragraphs", number, [], "s")
    assert corpus.shard_paths(tmp_path, "paragraphs") == [
        corpus.shard_path(tmp_path, "paragraphs", number) for number in numbers
    ]


def test_reading_what_is_no_dataset_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no mtpipe dataset \(no folder paragraphs/\)"):
        list(corpus.read(tmp_path))


def card(text: str) -> tuple[dict[str, Any], str]:
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body


def test_the_card_names_both_configurations_columns_and_signature(out: Path) -> None:
    head, body = card((out / "dataset" / "README.md").read_text(encoding="utf-8"))
    assert [item["config_name"] for item in head["configs"]] == list(corpus.CONFIGS)
    assert [item.get("default", False) for item in head["configs"]] == [True, False]
    for item in head["configs"]:
        assert len(list((out / "dataset").glob(item["data_files"]))) == 4
    assert head["language"] == ["ar", "en"]
    assert f"`{record(out)['signature']}`" in body
    for config in corpus.CONFIGS:
        line = next(line for line in body.splitlines() if line.startswith(f"* `{config}`:"))
        assert all(f"`{name}`" in line for name in SCHEMAS[config])
    counts = record(out)["counts"]
    for row in (f"| articles | {counts['articles']} |", f"| articles that failed | {counts['failed']} |"):
        assert row in body


def test_the_card_says_a_warning_and_holds_for_any_signature() -> None:
    signature = "model:{x}|command:a%b\\1"  # nothing of it is a format of ours
    head, body = card(corpus.render_card(Counts(articles=3), signature, "A small {model}."))
    assert "> A small {model}." in body
    assert signature in body
    assert len(head["configs"]) == 2

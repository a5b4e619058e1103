"""The dataset as others open it: datasets, pyarrow, the card."""

from __future__ import annotations

import json
import os
import shutil
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

BROKEN = [0, 1]  # the first window holds none but these
Opened = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    inputs = stand_in.write_articles(folder / "articles", 7, broken=BROKEN)
    stand_in.run(inputs, folder / "out")
    for config in corpus.CONFIGS:  # what a killed start may leave is no data, even before the next start
        (folder / "out" / "dataset" / config / ".part-000009.parquet.tmp").write_bytes(b"half")
    return folder / "out"


@pytest.fixture(scope="module")
def opened(out: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Opened]:
    """What ``load_dataset`` gives without network: of the run, of another, of the first one grown."""
    folder = tmp_path_factory.mktemp("opened")
    stand_in.run(stand_in.write_articles(folder / "articles", 3), folder / "other")
    shutil.copytree(out.parent, folder / "grown")
    stand_in.run(stand_in.write_articles(folder / "grown" / "articles", 8, broken=BROKEN), folder / "grown" / "out")
    cache = str(folder / "cache")
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": cache, "HF_HOME": cache}
    folders = [str(place / "dataset") for place in (out, folder / "other", folder / "grown" / "out")]
    command = [sys.executable, str(Path(__file__).with_name("opens.py")), *folders]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout.decode().splitlines()[-1])


def record(out: Path) -> dict[str, Any]:
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def test_load_dataset_opens_both_configurations(out: Path, opened: list[Opened]) -> None:
    counts = record(out)["counts"]
    for config, found in zip(corpus.CONFIGS, opened[0], strict=True):
        assert found["ids"] == [row["id"] for row in corpus.read(out / "dataset", config)]
        assert len(found["ids"]) == counts[config] > 0
        assert (found["translation"], found["languages"]) == ("Translation", ["ar", "en"])
        assert found["columns"] == list(SCHEMAS[config])
        assert found["first"] == next(corpus.read(out / "dataset", config))
        assert found["first"]["signature"] == record(out)["signature"]


def test_load_dataset_takes_no_output_for_another(opened: list[Opened]) -> None:
    """All are called "dataset", and load_dataset keeps what it has read: the version in the card tells them apart."""
    numbers = [sorted({name.partition("#")[0] for name in found[0]["ids"]}) for found in opened]
    assert numbers == [
        ["a002.txt", "a003.txt", "a004.txt", "a005.txt", "a006.txt"],
        ["a000.txt", "a001.txt", "a002.txt"],
        ["a002.txt", "a003.txt", "a004.txt", "a005.txt", "a006.txt", "a007.txt"],
    ]


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
    head, body = card(corpus.render_card(Counts(articles=3), signature, "A small {model}.", content="00000000000f"))
    assert "> A small {model}." in body
    assert signature in body
    assert [item["version"] for item in head["configs"]] == ["1.3.15", "1.3.15"]

"""Reading a dataset back: what was written is counted before it is called done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mtpipe.corpus.rows import CONFIGS, Config
from mtpipe.errors import UsageError


def shard_paths(dataset: Path, config: Config) -> list[Path]:
    """Return a configuration's shards in order."""
    return sorted((dataset / config).glob("part-*.parquet"))


def count(dataset: Path) -> dict[Config, int]:
    """Return the number of rows of each configuration, read from the files on disk."""
    import pyarrow.parquet as pq

    return {config: sum(pq.read_metadata(path).num_rows for path in shard_paths(dataset, config)) for config in CONFIGS}


def read_shard(path: Path) -> list[dict[str, Any]]:
    """Return the rows of one shard."""
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def signature_of(path: Path) -> str:
    """Return the signature that a shard was written with."""
    import pyarrow.parquet as pq

    metadata = pq.read_schema(path).metadata or {}
    return str(json.loads(metadata.get(b"mtpipe", b"{}")).get("signature", ""))


def read(dataset: Path, config: Config = "paragraphs") -> Iterator[dict[str, Any]]:
    """Yield the rows in order, a shard in memory at a time. Raises ``UsageError`` where there is no dataset."""
    import pyarrow.parquet as pq

    if not (dataset / config).is_dir():
        raise UsageError(f"{dataset}: holds no mtpipe dataset (no folder {config}/). Name out/dataset of a run.")
    for path in shard_paths(dataset, config):
        yield from pq.read_table(path).to_pylist()

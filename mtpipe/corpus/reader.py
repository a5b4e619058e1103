"""Reading a dataset back: what was written is counted before it is called done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
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

    found: dict[Config, int] = dict.fromkeys(CONFIGS, 0)
    for config in CONFIGS:
        for path in shard_paths(dataset, config):
            with shard_errors(path):
                found[config] += pq.read_metadata(path).num_rows
    return found


def read_table(path: Path, columns: list[str] | None = None) -> Any:
    """Return a shard as an Arrow table. Raises ``UsageError`` where it is damaged or gone."""
    import pyarrow.parquet as pq

    with shard_errors(path):
        return pq.read_table(path, columns=columns)


def read_shard(path: Path) -> list[dict[str, Any]]:
    """Return the rows of one shard."""
    rows: list[dict[str, Any]] = read_table(path).to_pylist()
    return rows


def read_schema(path: Path) -> Any:
    """Return the Arrow schema of a shard. Raises ``UsageError`` where it is damaged or gone."""
    import pyarrow.parquet as pq

    with shard_errors(path):
        return pq.read_schema(path)


def told_by(path: Path) -> dict[str, Any]:
    """Return what a file of ours says of itself beside its rows."""
    told: dict[str, Any] = json.loads((read_schema(path).metadata or {}).get(b"mtpipe", b"{}"))
    return told


def signature_of(path: Path) -> str:
    """Return the signature that a shard was written with."""
    return str(told_by(path).get("signature", ""))


@contextmanager
def shard_errors(path: Path) -> Iterator[None]:
    """Turn what pyarrow says of a shard that is damaged or gone into a ``UsageError``."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        what = " ".join(str(error).split())
        raise UsageError(f"{path}: can't be read ({what}). Put it back, or run again into a new folder.") from error


def read(dataset: Path, config: Config = "paragraphs") -> Iterator[dict[str, Any]]:
    """Yield the rows in order, a shard in memory at a time. Raises ``UsageError`` where there is no dataset."""
    if not (dataset / config).is_dir():
        raise UsageError(f"{dataset}: holds no mtpipe dataset (no folder {config}/). Name out/dataset of a run.")
    for path in shard_paths(dataset, config):
        yield from read_shard(path)

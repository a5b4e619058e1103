"""Parquet shards that ``datasets.load_dataset`` opens with its own features."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from mtpipe.article import Origin
from mtpipe.corpus.aligned import SCHEMAS_OF
from mtpipe.corpus.files import replacing
from mtpipe.corpus.rows import LANGUAGES, Config


def shard_path(dataset: Path, config: Config, window: int) -> Path:
    """Return where a window's rows of a configuration lie."""
    return dataset / config / f"part-{window:06d}.parquet"


def write_shard(
    dataset: Path,
    config: Config,
    window: int,
    rows: list[dict[str, Any]],
    signature: str,
    *,
    origin: Origin = "machine",
) -> Path:
    """Write a window's rows, whole or not at all; the same bytes for the same rows and libraries."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema(config, origin)
    schema = schema.with_metadata({**schema.metadata, b"mtpipe": json.dumps({"signature": signature}).encode()})
    path = shard_path(dataset, config, window)
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        if rows:  # load_dataset takes a file without row groups, but not one with an empty row group
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return path


@cache
def arrow_schema(config: Config, origin: Origin = "machine") -> Any:
    """Return the Arrow schema, with the features of datasets in its metadata.

    Without them a ``translation`` column would load as a plain struct.
    """
    from datasets import Features

    return Features({name: _feature(kind) for name, kind in SCHEMAS_OF[origin][config].items()}).arrow_schema


def _feature(kind: Any) -> Any:
    from datasets import List, Translation, Value

    if kind == "translation":
        return Translation(LANGUAGES)
    if isinstance(kind, list):
        return List(_feature(kind[0]))
    if isinstance(kind, dict):
        return {name: _feature(inner) for name, inner in kind.items()}
    return Value(kind)

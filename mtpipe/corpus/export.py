"""Exports: a dataset streamed from its shards into a format that other tools open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mtpipe.corpus.formats.base import EMPTY, REJECTED, UNAPPROVED, Head, Pair, Tally
from mtpipe.corpus.formats.lines import moses_paths
from mtpipe.corpus.formats.registry import Format
from mtpipe.corpus.reader import shard_paths
from mtpipe.corpus.rows import Config
from mtpipe.errors import UsageError

BATCH: Final = 256
"""Rows in memory at a time."""
RECORD: Final = "run.json"


@dataclass(slots=True)
class Exported:
    """What was written: pairs, and what was left out or changed on the way."""

    pairs: int = 0
    tally: Tally = field(default_factory=Tally)


def export(
    folder: Path,
    path: Path,
    known: Format,
    *,
    level: Config | None = None,
    approved_only: bool = False,
    force: bool = False,
) -> Exported:
    """Write the pairs of an output folder, or of its dataset, to a file.

    Raises ``UsageError`` where there is no dataset, where the file is there already and not to be replaced (``force``),
    or can't be written.
    """
    dataset = dataset_of(folder)
    config = level or known.level
    refuse_existing(known, path, force=force)
    done = Exported()
    chosen = _chosen(rows(dataset, config), known, done, approved_only=approved_only)
    known.write(chosen, path, head(dataset, config), done.tally)
    return done


def dataset_of(folder: Path) -> Path:
    """Return the dataset in an output folder, or the folder where it is one. Raises ``UsageError``."""
    for place in (folder / "dataset", folder):
        if (place / "sentences").is_dir() and (place / "paragraphs").is_dir():
            return place
    raise UsageError(f"{folder}: holds no dataset of mtpipe. Name the output folder of a run or an alignment.")


def refuse_existing(known: Format, path: Path, *, force: bool) -> None:
    """Raise ``UsageError`` where one of the files is there and not to be replaced."""
    for place in moses_paths(path) if known.name == "moses" else [path]:
        if place.is_dir():
            raise UsageError(f"{place}: is a folder. Name a file with -o.")
        if place.exists() and not force:
            raise UsageError(f"{place}: is there already. --force replaces it.")


def rows(dataset: Path, config: Config) -> Iterator[dict[str, Any]]:
    """Yield the rows in order, ``BATCH`` of them in memory at a time."""
    import pyarrow.parquet as pq

    for path in shard_paths(dataset, config):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
                yield from batch.to_pylist()


def head(dataset: Path, config: Config) -> Head:
    """Return what is said of the whole: the last shard's signature, the date of the ``run.json`` beside the dataset."""
    import pyarrow.parquet as pq

    signature = ""
    if paths := shard_paths(dataset, config):
        metadata = pq.read_schema(paths[-1]).metadata or {}
        signature = json.loads(metadata.get(b"mtpipe", b"{}")).get("signature", "")
    try:
        record = json.loads((dataset.parent / RECORD).read_text(encoding="utf-8"))
        date = str(record["finished"])
    except (OSError, ValueError, KeyError, TypeError):
        date = None
    return Head(signature, config, date)


def _chosen(found: Iterable[dict[str, Any]], known: Format, done: Exported, *, approved_only: bool) -> Iterator[Pair]:
    for row in found:
        pair = Pair(row)
        if pair.rejected:
            done.tally[REJECTED] += 1
        elif approved_only and pair.status != "approved":
            done.tally[UNAPPROVED] += 1
        elif not known.whole and not (pair.source.strip() and pair.target.strip()):
            done.tally[EMPTY] += 1
        else:
            done.pairs += 1
            yield pair
    if not done.pairs:
        left = f" ({'; '.join(done.tally.format())})" if done.tally else ""
        raise UsageError(f"no pair to write{left}. Nothing was written.")

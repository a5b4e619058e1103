"""Datasets made of others: a selection of their rows, in the order and with the columns that they had."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from mtpipe.corpus.card import front_matter
from mtpipe.corpus.files import make_folder, sync_folder, write_text
from mtpipe.corpus.reader import read_table, shard_paths, signature_of
from mtpipe.corpus.rows import CONFIGS, Config
from mtpipe.errors import UsageError
from mtpipe.quality.filters import Pair

DATASET: Final = "dataset"
DATED: Final = (("run.json", "finished"), ("filter.json", "run"), ("split.json", "run"))
"""Records that tell when a run was finished, and under which key: a selection hands on what its source says."""

_CARD: Final = """{head}# Arabic-English parallel corpus, {pretty}

{words}

Signature: `{signature}`

```python
from datasets import load_dataset

rows = load_dataset("path/to/this/folder", split="train")
```
"""


@dataclass(frozen=True, slots=True)
class Corpus:
    """One configuration of a dataset on disk, with what its shards say of themselves."""

    dataset: Path
    config: Config

    @classmethod
    def open(cls, path: Path, config: Config = "sentences") -> Corpus:
        """Find the dataset in an output folder, or take the folder for one.

        Raises ``UsageError`` where there is none, or none of that configuration.
        """
        dataset = path / DATASET if (path / DATASET).is_dir() else path
        found = [name for name in CONFIGS if shard_paths(dataset, name)]
        if not found and any(any((dataset / name).glob("*.parquet")) for name in CONFIGS):
            raise UsageError(f"{path}: is split, or an export. Name the folder that it was made of.")
        if not found:
            raise UsageError(f"{path}: holds no mtpipe dataset. Name the output folder of a run.")
        if config not in found:
            raise UsageError(f"{path}: has no {config}, only {found[0]}. Use --level {found[0]}.")
        return cls(dataset, config)

    @property
    def shards(self) -> list[Path]:
        """The shards in order."""
        return shard_paths(self.dataset, self.config)

    @property
    def signature(self) -> str:
        """What the first shard says it was made with."""
        return signature_of(self.shards[0])

    @property
    def run_date(self) -> str | None:
        """When the run that it comes from was finished, ISO 8601; None where nothing tells it."""
        return run_date(self.dataset.parent)

    def tables(self) -> Iterator[Any]:
        """Return the shards as Arrow tables, one in memory at a time."""
        return map(read_table, self.shards)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows in order."""
        for table in self.tables():
            yield from table.to_pylist()

    def pairs(self) -> Iterator[Pair]:
        """Yield the rows as filters see them."""
        return map(pair, self.rows())


def pair(row: Mapping[str, Any]) -> Pair:
    """Return a row as filters see it; columns of other versions may be absent."""
    quality = row.get("quality") or {}
    return Pair(
        id=row["id"],
        article=row["article_id"],
        source=row["translation"]["ar"] or "",
        target=row["translation"]["en"] or "",
        similarity=quality.get("similarity"),
        score=quality.get("score"),
        probability=row.get("probability"),
        state=row.get("state") or "open",
    )


def run_date(folder: Path) -> str | None:
    """Return what the records in a folder say of when its run was finished, ISO 8601: ``run.json`` in that of a run."""
    for name, key in DATED:
        try:
            date = json.loads((folder / name).read_text(encoding="utf-8"))[key]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        return str(date) if date else None
    return None


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside ``path`` that takes its name after the block; nothing is left where the block fails.

    Raises ``UsageError`` where ``path`` is there and is not an empty folder.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"{path}: is there already. Name a new folder, or remove this one.")
    path = path.absolute()
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        make_folder(path.parent)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        yield temporary
        if path.exists():
            path.rmdir()
        temporary.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise UsageError(f"{path}: can't be written ({error}). Mend that, or name another folder.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_table(path: Path, table: Any) -> None:
    """Write rows as a Parquet file with the schema, and so the features and signature, that they came with."""
    import pyarrow.parquet as pq

    make_folder(path.parent)
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        if table.num_rows:  # load_dataset takes a file without row groups, but not one with an empty row group
            writer.write_table(table)


def write_card(
    dataset: Path, config: Config, *, pretty: str, words: str, signature: str, splits: Sequence[str] = ()
) -> None:
    """Write the card of one split, or of several whose files bear their names.

    Its version is made of the files, so that ``load_dataset`` takes no other folder for this one.
    """
    content = sha256()
    for path in sorted((dataset / config).glob("*.parquet")):
        content.update(path.read_bytes())
    files = {split: f"{config}/{split if splits else 'part'}-*.parquet" for split in splits or ("train",)}
    head = front_matter({config: files}, content.hexdigest(), made=f", {pretty}")
    write_text(dataset / "README.md", _CARD.format(head=head, pretty=pretty, words=words, signature=signature))

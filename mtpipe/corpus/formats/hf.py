"""A folder for the datasets library: a Parquet file for each configuration and split, and a card.

The rows go through as Arrow, with the schema and so the features that they have. ``load_dataset(FOLDER)`` opens it, and
the Hugging Face hub shows it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mtpipe.corpus.card import front_matter
from mtpipe.corpus.files import make_folder, write_text
from mtpipe.corpus.formats.base import Head
from mtpipe.errors import UsageError

if TYPE_CHECKING:
    from mtpipe.corpus.rows import Config

GROUP: Final = 10_000
"""Rows of a row group: what a reader holds at a time."""
GROUP_BYTES: Final = 8 << 20
"""Bytes of rows from which a group is as large as it gets, however few they are."""

CARD: Final = "README.md"
MARK: Final = "Exported by mtpipe"

_CARD: Final = """{head}# Arabic-English parallel corpus

{mark} from Arabic articles. `origin` says of each row whether the English is machine translation
(`machine`) or was written by people and aligned (`aligned`), `state` whether a reviewer approved it. The rights are
those of the articles.

| configuration | split | rows |
|---|---|---:|
{counts}

Signature: `{signature}`
{date}
```python
from datasets import load_dataset

{first} = load_dataset("path/to/this/folder", "{first}", split="{split}")
```
"""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a split of a configuration, as Arrow batches of one schema."""

    config: Config
    split: str
    schema: Any
    batches: Iterable[Any]


def write_folder(parts: Iterable[Part], folder: Path, head: Head) -> Mapping[tuple[Config, str], int]:
    """Write the parts and the card into a folder; return the rows of each. Parts without a row are left out."""
    written: dict[tuple[Config, str], int] = {}
    content = sha256()
    for part in parts:
        path = folder / part.config / f"{part.split}-00000-of-00001.parquet"
        if number := _write(part, path):
            written[part.config, part.split] = number
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    content.update(piece)
        else:
            path.unlink(missing_ok=True)
    if not written:
        raise UsageError("no row to write. Nothing was written.")
    write_text(folder / CARD, _card(written, head, content.hexdigest()))
    return written


def is_ours(folder: Path) -> bool:
    """Tell whether a folder is an export of this kind."""
    card = folder / CARD
    return card.is_file() and MARK in card.read_text(encoding="utf-8", errors="replace")


def _write(part: Part, path: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    make_folder(path.parent)
    number = 0
    with pq.ParquetWriter(path, part.schema, compression="zstd") as writer:
        for group in _groups(part.batches):
            table = pa.Table.from_batches(group).select(part.schema.names).cast(part.schema)
            writer.write_table(table, row_group_size=GROUP)
            number += table.num_rows
    return number


def _groups(batches: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield batches that together have about ``GROUP`` rows or ``GROUP_BYTES``: small row groups are slow to read."""
    group: list[Any] = []
    for batch in batches:
        if batch.num_rows:
            group.append(batch)
        if sum(item.num_rows for item in group) >= GROUP or sum(item.nbytes for item in group) >= GROUP_BYTES:
            yield group
            group = []
    if group:
        yield group


def _card(written: Mapping[tuple[Config, str], int], head: Head, content: str) -> str:
    """Return the card. ``content`` is as for ``front_matter``."""
    files: dict[Config, dict[str, str]] = {}
    for config, name in written:
        files.setdefault(config, {})[name] = f"{config}/{name}-*.parquet"
    (first, split), *_ = written
    return _CARD.format(
        head=front_matter(files, content),
        counts="\n".join(f"| {config} | {name} | {number} |" for (config, name), number in written.items()),
        signature=head.signature,
        date=f"\nDate of the run: {head.date}\n" if head.date else "",
        mark=MARK,
        first=first,
        split=split,
    )

"""Exports: a dataset streamed from its shards into a format that other tools open."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mtpipe.corpus.derived import new_folder, run_date
from mtpipe.corpus.formats.base import EMPTY, REJECTED, UNAPPROVED, Head, Pair, Tally
from mtpipe.corpus.formats.files import PACKED, bare, told
from mtpipe.corpus.formats.hf import Part, is_ours, write_folder
from mtpipe.corpus.formats.lines import moses_paths
from mtpipe.corpus.formats.registry import Format
from mtpipe.corpus.reader import read_schema, shard_errors, shard_paths, signature_of
from mtpipe.corpus.rows import CONFIGS, Config
from mtpipe.corpus.splitting import SPLITS
from mtpipe.errors import UsageError

BATCH: Final = 256
"""Rows in memory at a time."""
WHOLE: Final = "train"
"""The split of what is not split, as the datasets library has it."""


@dataclass(slots=True)
class Exported:
    """What was written: pairs, and what was left out or changed on the way."""

    pairs: int = 0
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset on disk: where it lies, and the shards of each configuration and split, in order."""

    folder: Path
    shards: Mapping[Config, Mapping[str, list[Path]]]

    @classmethod
    def open(cls, folder: Path) -> Dataset:
        """Find the dataset in an output folder of a run, an alignment, or of mtpipe corpus; or take the folder for it.

        Raises ``UsageError`` where there is none.
        """
        for place in (folder / "dataset", folder):
            found = {config: by_split for config in CONFIGS if (by_split := _by_split(place, config))}
            if found:
                return cls(place, found)
        raise UsageError(f"{folder}: holds no dataset of mtpipe. Name the output folder of a run or an alignment.")

    def chosen(self, level: Config | None, usual: Config, split: str | None) -> tuple[Config, list[Path]]:
        """Return the configuration and the shards that are asked for. Raises ``UsageError`` where they are not there.

        ``usual`` is the configuration where nobody asks for one, if it is there.
        """
        there: Config = next(iter(self.shards))
        config: Config = level or (usual if usual in self.shards else there)
        if config not in self.shards:
            raise UsageError(f"{self.folder}: has no {config}, only {there}. Use --level {there}.")
        splits = self.shards[config]
        if split is None and len(splits) > 1:
            raise UsageError(f"{self.folder}: is split into {', '.join(splits)}. Name one with --split.")
        if split is not None and split not in splits:
            raise UsageError(f"{self.folder}: has no split {split!r}, only {', '.join(splits)}.")
        return config, splits[split or next(iter(splits))]

    def head(self, config: Config) -> Head:
        """Return what is said of the whole: the last shard's signature, the date of the run."""
        paths = [path for found in self.shards[config].values() for path in found]
        return Head(signature_of(paths[-1]), config, run_date(self.folder.parent))


def _by_split(place: Path, config: Config) -> dict[str, list[Path]]:
    if parts := shard_paths(place, config):
        return {WHOLE: parts}
    return {split: found for split in SPLITS if (found := sorted((place / config).glob(f"{split}-*.parquet")))}


def export(
    folder: Path,
    path: Path,
    known: Format,
    *,
    level: Config | None = None,
    split: str | None = None,
    approved_only: bool = False,
    force: bool = False,
) -> Exported:
    """Write the pairs of a dataset to a file.

    Raises ``UsageError`` where there is no dataset, or no such part of it, where the file is there already and not to
    be replaced (``force``), or can't be written.
    """
    dataset = Dataset.open(folder)
    config, shards = dataset.chosen(level, known.level, split)
    check_target(known, path, force=force)
    done = Exported()
    pairs = _chosen(map(Pair, rows(shards)), known, done, approved_only=approved_only)
    known.write(pairs, path, dataset.head(config), done.tally)
    return done


def export_folder(
    folder: Path, path: Path, *, level: Config | None = None, approved_only: bool = False, force: bool = False
) -> Exported:
    """Write a dataset, all configurations and splits of it, as a folder for the datasets library.

    Raises ``UsageError`` as ``export`` does. What is replaced (``force``) must be such a folder.
    """
    dataset = Dataset.open(folder)
    configs: list[Config] = [level] if level else list(dataset.shards)
    if level and level not in dataset.shards:
        raise UsageError(f"{dataset.folder}: has no {level}, only {next(iter(dataset.shards))}.")
    replaced = path.is_dir() and any(path.iterdir())
    if replaced and not force:
        raise UsageError(f"{path}: is there already. --force replaces it.")
    if replaced and not is_ours(path):
        raise UsageError(f"{path}: holds files that are no export of mtpipe. Name a new folder with -o.")
    done = Exported()
    parts = (
        Part(config, split, read_schema(shards[0]), _batches(shards, done, approved_only=approved_only))
        for config in configs
        for split, shards in dataset.shards[config].items()
    )
    if replaced:
        path = path.resolve()  # "." and ".." have no name, and one above would take the new folder with it
    made = path.with_name(f"{path.name}.new") if replaced else path
    with new_folder(made) as temporary:
        written = write_folder(parts, temporary, dataset.head(configs[0]))
    if replaced:
        with told(path):
            shutil.rmtree(path)
            made.rename(path)
    done.pairs = sum(written.values())
    return done


def check_target(known: Format, path: Path, *, force: bool) -> None:
    """Raise ``UsageError`` where a file can't be written under its name, or is there and not to be replaced."""
    if bare(path) != path and not (known.packs and path.suffix.lower() in PACKED):
        packings = " or ".join(PACKED) if known.packs else "nothing, it is packed already"
        raise UsageError(f"{path}: {known.name} can't be packed as {path.suffix}, only as {packings}.")
    for place in moses_paths(path) if known.name == "moses" else [path]:
        if place.is_dir():
            raise UsageError(f"{place}: is a folder. Name a file with -o.")
        if place.exists() and not force:
            raise UsageError(f"{place}: is there already. --force replaces it.")


def rows(shards: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield the rows in order, ``BATCH`` of them in memory at a time."""
    for batch in _read(shards):
        yield from batch.to_pylist()


def _read(shards: Iterable[Path]) -> Iterator[Any]:
    import pyarrow.parquet as pq

    for path in shards:
        with shard_errors(path), pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=BATCH, use_threads=False)


def _batches(shards: Iterable[Path], done: Exported, *, approved_only: bool) -> Iterator[Any]:
    for batch in _read(shards):
        decided = [name for name in ("accepted", "state") if name in batch.schema.names]
        kept = []
        for row in batch.select(decided).to_pylist() if decided else [{}] * batch.num_rows:
            reason = _reason(Pair(row), approved_only=approved_only)
            kept.append(not reason)
            if reason:
                done.tally[reason] += 1
        yield batch.filter(kept) if decided else batch


def _reason(pair: Pair, *, approved_only: bool) -> str:
    if pair.rejected:
        return REJECTED
    return UNAPPROVED if approved_only and pair.status != "approved" else ""


def _chosen(found: Iterable[Pair], known: Format, done: Exported, *, approved_only: bool) -> Iterator[Pair]:
    for pair in found:
        if reason := _reason(pair, approved_only=approved_only):
            done.tally[reason] += 1
        elif not known.whole and not (pair.source.strip() and pair.target.strip()):
            done.tally[EMPTY] += 1
        else:
            done.pairs += 1
            yield pair
    if not done.pairs:
        raise nothing(done.tally)


def nothing(tally: Tally) -> UsageError:
    """Return the error of an export that no pair would be in; raised before the file takes its name."""
    left = f" ({'; '.join(tally.format())})" if tally else ""
    return UsageError(f"no pair to write{left}. Nothing was written.")

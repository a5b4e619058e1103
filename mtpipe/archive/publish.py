"""A finished output on an object store: copied object by object, each read back, the manifest last.

Object stores have no rename, no append and no locks, and SQLite can't live there. So work is done in a folder on disk,
and what is finished there is published. ``mtpipe-manifest.json`` names every object with its size and its hash; it is
written when all of them are there and right, so whoever finds the objects as the manifest says has a whole output.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mtpipe.archive.finished import opened
from mtpipe.archive.journal import FOLDER, STATE
from mtpipe.archive.output import DATASET
from mtpipe.archive.pairs import PAIRS
from mtpipe.errors import UsageError
from mtpipe.intake.remote import located, told

MANIFEST: Final = "mtpipe-manifest.json"
AT_ONCE: Final = 8
"""Objects on their way at a time."""
PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Published:
    """What was done: objects copied, found right as they were, and removed since they are in the output no more."""

    copied: int
    same: int
    removed: int
    size: int


def publish(
    out: Path,
    url: str,
    *,
    dataset_only: bool = False,
    state: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Published:
    """Copy an output folder to an object store; what is there and right is not copied again.

    ``state`` takes the journal and the memory along, so that another machine can go on from a copy. Nothing is removed
    but what an earlier manifest names. Raises ``UsageError`` where the place holds something else or can't be written;
    the next call goes on from there.
    """
    with opened(out) as finished, told(url):
        store, root = located(url)
        here = {path.relative_to(out).as_posix(): path for path in _files(out, dataset_only=dataset_only, state=state)}
        there = {name.strip("/").removeprefix(root.strip("/")).strip("/"): size for name, size in _listed(store, root)}
        before = _manifest(store, root) if MANIFEST in there else {}
        if there and not before and set(there) - set(here):
            raise UsageError(f"{url}: holds objects that are not mtpipe's. Name an empty place.")
        wanted: dict[str, dict[str, Any]] = {
            name: {"size": path.stat().st_size, "sha256": _hash(path)} for name, path in here.items()
        }
        done: list[bool] = []

        def bring(name: str) -> bool:
            known = before.get(name) == wanted[name] and there.get(name) == wanted[name]["size"]
            return not known and _bring(store, f"{root}/{name}", here[name], wanted[name], there.get(name), url)

        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="publishing") as pool:
            for copied in pool.map(bring, wanted):
                done.append(copied)
                progress(len(done))
        gone = [name for name in before if name not in wanted and name in there]
        for name in gone:
            store.rm_file(f"{root}/{name}")
        if before != wanted:
            text = {"signature": finished.signature, "objects": wanted}
            store.pipe_file(f"{root}/{MANIFEST}", json.dumps(text, ensure_ascii=False, indent=1).encode())
    size = sum(int(one["size"]) for one in wanted.values())
    return Published(sum(done), len(done) - sum(done), len(gone), size)


def _files(out: Path, *, dataset_only: bool, state: bool) -> Iterator[Path]:
    for path in sorted((out / DATASET if dataset_only else out).rglob("*")):
        if path.is_file() and FOLDER not in path.relative_to(out).parts:
            yield path
    if state:
        yield out / FOLDER / STATE
        yield from sorted((out / FOLDER / PAIRS).glob("*.jsonl"))  # of an alignment, which its rows do not tell whole


def _listed(store: Any, root: str) -> Iterable[tuple[str, int]]:
    if not store.exists(root):
        return []
    return [(name, int(info["size"])) for name, info in store.find(root, detail=True).items()]


def _manifest(store: Any, root: str) -> dict[str, Any]:
    try:
        return dict(json.loads(store.cat_file(f"{root}/{MANIFEST}"))["objects"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{root}/{MANIFEST}: is not one of mtpipe's. Name another place.") from error


def _bring(store: Any, target: str, path: Path, wanted: dict[str, Any], size: int | None, url: str) -> bool:
    """Copy a file unless it is there and right; tell whether it was copied."""
    if size == wanted["size"] and _hash_there(store, target) == wanted["sha256"]:
        return False
    with path.open("rb") as source, store.open(target, "wb") as sink:
        while piece := source.read(PIECE):
            sink.write(piece)
    if _hash_there(store, target) != wanted["sha256"]:
        raise UsageError(f"{url}: {target} reads otherwise than it was written. Give the command again.")
    return True


def _hash_there(store: Any, target: str) -> str:
    state = hashlib.sha256()
    with store.open(target, "rb") as stream:
        while piece := stream.read(PIECE):
            state.update(piece)
    return state.hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

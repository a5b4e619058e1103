"""The files of an output folder, before and after a stop: what must be there, and what must go."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mtpipe import corpus, review
from mtpipe.archive.journal import FOLDER, Journal
from mtpipe.corpus.files import append, make_folder, remove_temporaries
from mtpipe.errors import UsageError

DATASET: Final = "dataset"
REVIEW: Final = "review"
RECORD: Final = "run.json"
"""What the clock says stands here and in no other file that is read again."""
LOGS: Final = ("dataset.jsonl", "ledger.jsonl", "set_aside.jsonl")
"""Files that grow by a window at a time."""


def check_folder(out: Path) -> None:
    """Make the folder, or see that it is ours. Raises ``UsageError`` where it is not, or can't be made."""
    try:
        blocking = next((folder for folder in (out, *out.parents) if folder.exists() and not folder.is_dir()), None)
        foreign = out.is_dir() and any(out.iterdir()) and not (out / FOLDER).is_dir()
    except OSError as error:
        raise UsageError(f"{out}: can't be read ({error.strerror}). Name another folder with --out.") from error
    if blocking:
        above = "is" if blocking == out else f"can't be made, {blocking} is"
        raise UsageError(f"{out}: {above} a file. Name a folder with --out.")
    if foreign:
        raise UsageError(f"{out}: holds files that are not mtpipe's. Name an empty or a new folder with --out.")
    try:
        make_folder(out / FOLDER)
    except OSError as error:
        raise UsageError(f"{out}: can't be written ({error.strerror}). Name another folder with --out.") from error


def check_committed(out: Path, journal: Journal) -> None:
    """See that what the journal tells of is there, and that there is a journal of what is there.

    Raises ``UsageError``, before anything is removed, where files were lost or taken away.
    """
    shards = {path for config in corpus.CONFIGS for path in corpus.shard_paths(out / DATASET, config)}
    if journal.is_new and (shards or any((out / name).exists() for name in LOGS)):
        raise UsageError(
            f"{journal.path}: is lost, and with it what tells which of the files beside it are finished. "
            "Put it back, or use a new --out."
        )
    missing = [path for path in _committed(out, journal) if path not in shards]
    if missing:
        raise UsageError(
            f"{missing[0]}: is missing, although it was finished. Put it back, or use a new --out "
            f"(--memory {journal.path} saves translating again)."
        )


def remove_uncommitted(out: Path, journal: Journal) -> None:
    """Remove what a start that was stopped has left behind: shards and lines without a row in the journal."""
    committed = set(_committed(out, journal))
    for config in corpus.CONFIGS:
        for path in corpus.shard_paths(out / DATASET, config):
            if path not in committed:
                path.unlink()
    review.remove_leftovers(out / REVIEW, journal.windows())
    for folder in (out, out / DATASET, *(out / DATASET / config for config in corpus.CONFIGS)):
        remove_temporaries(folder)
    sizes = journal.sizes()
    for name in LOGS:
        append(out / name, "", at=sizes.get(name, 0))


def _committed(out: Path, journal: Journal) -> list[Path]:
    return [
        corpus.shard_path(out / DATASET, config, number)
        for number in range(journal.windows())
        for config in corpus.CONFIGS
    ]

"""The Hugging Face hub: a model is fetched once, whole and checked, and used without network ever after.

Only what a translation needs is fetched, with one file of weights: not the copies for TensorFlow and Rust that many
OPUS-MT repositories hold. huggingface_hub retries, resumes a file that breaks off, and draws its bar on a terminal.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mtpipe.errors import ModelError
from mtpipe.translate.layout import CARD, OPTIONAL, REQUIRED, WEIGHTS

if TYPE_CHECKING:
    from huggingface_hub import CachedRepoInfo

SMALL: Final = [*REQUIRED, *OPTIONAL, *CARD]
UNREACHABLE: Final = (ConnectionRefusedError, TimeoutError, socket.gaierror)
OFFLINE: Final = (
    "Without a network there are: a model downloaded before (mtpipe models list), the folder of one copied from "
    "another machine (--model FOLDER), or the built-in one (--model small-ar-en)."
)


def find(name: str, revision: str | None) -> Path | None:
    """Return the folder of a model that was downloaded whole, or None. Asks no network.

    A branch is what it was when it was last fetched; ``fetch`` follows it.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        path = Path(snapshot_download(name, revision=revision, allow_patterns=SMALL, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    whole = all((path / file).is_file() for file in REQUIRED) and any((path / file).is_file() for file in WEIGHTS)
    return path if whole else None


def fetch(name: str, revision: str | None) -> Path:
    """Download what is not here yet of a model as the hub has it now; return the folder, named by the commit.

    Raises ``ModelError`` that says what is wrong: the name, the revision, the permission, the network, the disk.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not sys.stderr.isatty():  # not all of them look for themselves
        disable_progress_bars()
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    try:
        path = Path(snapshot_download(name, revision=revision, allow_patterns=SMALL))
        files = {
            file.rfilename: file
            for file in HfApi().model_info(name, revision=path.name, files_metadata=True).siblings or ()
        }
        missing = [file for file in REQUIRED if file not in files]
        weights = next((file for file in WEIGHTS if file in files), None)
        if missing or not weights:
            wanted = ", ".join(missing) or f"the weights ({' or '.join(WEIGHTS)})"
            raise ModelError(f"model {name!r}: the hub's copy lacks {wanted}, so it is no MarianMT model for PyTorch.")
        snapshot_download(name, revision=path.name, allow_patterns=[weights])
        damaged = [file for file in (*SMALL, weights) if file in files and not _intact(path / file, files[file])]
    except ModelError:
        raise
    except Exception as error:  # among them those of whichever HTTP client huggingface_hub has under it
        raise ModelError(_told(name, revision, error)) from error
    if damaged:
        with contextlib.suppress(OSError):  # what was written can be deleted
            forget(name, path.name)
        raise ModelError(
            f"model {name!r}: {', '.join(damaged)} came damaged (the checksum is not the hub's) and was thrown away. "
            "The same command fetches it again."
        )
    return path


def downloaded() -> list[CachedRepoInfo]:
    """Return the MarianMT models of the hub's cache, by name. Raises ``ModelError`` where it can't be read."""
    from huggingface_hub import constants, scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        repositories = scan_cache_dir().repos
    except CacheNotFound:
        return []
    except (OSError, ValueError) as error:  # ValueError: it is a file
        why = error.strerror if isinstance(error, OSError) else "no folder"
        raise ModelError(
            f"the cache {constants.HF_HUB_CACHE} can't be read ({why}). Set HF_HOME to another folder."
        ) from error
    marian = [
        repository
        for repository in repositories
        if repository.repo_type == "model"
        and any(file.file_name == "source.spm" for revision in repository.revisions for file in revision.files)
    ]
    return sorted(marian, key=lambda repository: repository.repo_id)


def forget(name: str, *commits: str) -> int:
    """Delete commits of a model from the hub's cache, all where none is named; return the bytes that it frees.

    Raises ``OSError`` where they can't be deleted.
    """
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    # What can't be deleted is a traceback in its log, and an error here.
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    try:
        cache = scan_cache_dir()
    except (CacheNotFound, ValueError):  # ValueError: it is a file
        return 0
    freed = 0
    for repository in cache.repos:
        if repository.repo_type == "model" and repository.repo_id == name:
            present = {revision.commit_hash for revision in repository.revisions}
            # Of this repository alone: a copy of it under another name has the same commits.
            alone = replace(cache, repos=frozenset({repository}))
            strategy = alone.delete_revisions(*(present & set(commits) if commits else present))
            strategy.execute()
            for path in strategy.repos | strategy.snapshots:
                if path.exists():
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            freed += strategy.expected_freed_size
    return freed


def _intact(path: Path, listed: Any) -> bool:
    """Compare a file with its checksum: SHA-256 of a large file, of others git's SHA-1. The sizes are compared before.

    huggingface_hub compares sizes alone where a file comes by plain HTTP.
    """
    with path.open("rb") as file:
        if listed.lfs:
            return bool(hashlib.file_digest(file, "sha256").hexdigest() == listed.lfs.sha256)
        data = file.read()
    return listed.blob_id is None or hashlib.sha1(b"blob %d\0%b" % (len(data), data)).hexdigest() == listed.blob_id


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from: HTTP clients wrap what the system says in errors of their own."""
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _told(name: str, revision: str | None, error: Exception) -> str:
    """Say in a line what went wrong, and what to do."""
    from huggingface_hub import constants, get_token
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    # What can't be had is looked for in the cache, and reported as not found there: the reason is the cause.
    cause = error.__cause__ if isinstance(error, LocalEntryNotFoundError) and error.__cause__ else error
    status = cause.response.status_code if isinstance(cause, HfHubHTTPError) else None
    bad_token = "Invalid credentials" in str(cause) or (status == 401 and get_token())
    what = f"model {name!r}:"
    if isinstance(cause, HFValidationError):
        return f"{what} no such folder, and no name that the Hugging Face hub could have (owner/name)."
    if isinstance(cause, GatedRepoError):
        page = f"{constants.ENDPOINT}/{name}"
        return f"{what} its owner lets in only those who asked. Ask at {page}, then set HF_TOKEN to your token."
    if isinstance(cause, RepositoryNotFoundError) or (status == 401 and not bad_token):  # the hub does not tell which
        return f"{what} not on the Hugging Face hub, or private (set HF_TOKEN)."
    if isinstance(cause, RevisionNotFoundError):
        return (
            f"{what} the hub has no revision {revision!r} of it. Name a branch, a tag or a commit that its page lists."
        )
    if status in (401, 403):
        return f"{what} the hub refuses access ({status}). Check the token in HF_TOKEN, or unset it for a public model."
    if status == 429:
        return f"{what} the hub lets this address ask no more for now (429). Wait some minutes, or set HF_TOKEN."
    if status is not None and status >= 500:
        return f"{what} the hub is out of order ({status}). Try again later. {OFFLINE}"
    if isinstance(error, LocalEntryNotFoundError):
        return f"{what} not in the local Hugging Face cache and the hub can't be reached. {OFFLINE}"
    if any(
        isinstance(deeper, (*UNREACHABLE, OfflineModeIsEnabled)) for deeper in _chain(cause)
    ):  # some of its files are here
        return f"{what} not whole in the local Hugging Face cache and the hub can't be reached. {OFFLINE}"
    if isinstance(cause, OSError) and cause.strerror and cause.filename:
        where = constants.HF_HUB_CACHE
        return f"{what} the cache {where} can't be written ({cause.strerror}). Make room, or set HF_HOME elsewhere."
    reason = " ".join(str(error).split()).rstrip(".")
    return f"{what} download failed ({reason}). The same command tries again."

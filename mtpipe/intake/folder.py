"""The files of a folder that can be read, by name, one directory at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from mtpipe.errors import ArticleError, UsageError
from mtpipe.intake.names import Form, form, is_hidden, readable

_STATE: Final = "state.json"
_STATE_SIZE: Final = 1 << 20


def files(folder: Path) -> Iterator[tuple[str, Form | ArticleError]]:
    """Yield (path below the folder, how it is read) in the order of the whole paths' code points.

    Links to folders are not followed, so that none can lead in a circle. What can't be read, a folder below or a
    device, is an ``ArticleError``; raises ``UsageError`` where it is the folder itself. Memory holds the names of the
    directories on the way to the present one, no more.
    """
    # Each level is a list of names in reverse, those of folders with a slash: "a b" stands before "a/c" that way,
    # as in a sorted list of whole paths.
    try:
        levels = [("", _names(folder))]
    except OSError as error:
        raise UsageError(
            f"{readable(str(folder))}: the folder cannot be read ({error.strerror}). Check its permissions."
        ) from error
    while levels:
        parent, names = levels[-1]
        if not names:
            levels.pop()
            continue
        relative = parent + names.pop()
        if not relative.endswith("/"):
            yield from _file(folder, relative)
            continue
        try:
            levels.append((relative, _names(folder / relative)))
        except OSError as error:
            place = readable(relative.rstrip("/"))
            yield (
                relative,
                ArticleError(place, "unreadable", f"{place}: the folder cannot be read ({error.strerror})."),
            )


def _file(folder: Path, relative: str) -> Iterator[tuple[str, Form | ArticleError]]:
    found = form(relative)
    path = folder / relative
    if found is None:
        return
    if _told(path.exists) and not _told(path.is_file):  # opening a pipe would wait for ever
        place = readable(relative)
        yield relative, ArticleError(place, "not-a-file", f"{place}: a pipe or a device, not a file. Remove it.")
        return
    yield relative, found


def _names(folder: Path) -> list[str]:
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_hidden((entry.name,)):
                continue
            if entry.is_dir(follow_symlinks=False):
                # What mtpipe has written (.mtpipe is its state) is no input: "mtpipe run . -o out" may be given twice.
                if not _told(Path(entry.path, ".mtpipe").is_dir):
                    names.append(f"{entry.name}/")
            elif not _told(Path(entry.path).is_dir):  # what the entry itself says of a link in a circle is an error
                names.append(entry.name)
    listed = _listed(folder) if _STATE in names else None
    if listed is not None:
        names = sorted({name for name in names if not name.endswith(".arrow")} | set(listed))
    return sorted(names, reverse=True)


def _told(question: Callable[[], bool]) -> bool:
    """Ask of a path; where one may not look, the answer is no, and the error is told when it is read."""
    try:
        return question()
    except OSError:
        return False


def _listed(folder: Path) -> list[str] | None:
    """Return the files of a dataset as ``save_to_disk`` lists them: one that is missing is told when it is read."""
    try:
        with (folder / _STATE).open("rb") as file:
            state = json.loads(file.read(_STATE_SIZE))
        names = [entry["filename"] for entry in state["_data_files"]]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    # A name with a slash would lead out of the folder.
    return names if all(isinstance(name, str) and name and "/" not in name for name in names) else None

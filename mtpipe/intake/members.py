"""Which members of an archive are read: the same rules for zip and tar."""

from __future__ import annotations

import re
from typing import Final

from mtpipe.errors import ArticleError
from mtpipe.intake.names import Form, form, is_hidden, readable, tidy_id
from mtpipe.intake.sources import Source

_DRIVE: Final = re.compile(r"[A-Za-z]:")


def candidate(archive: Source, name: str, *, special: str) -> Form | ArticleError | None:
    """Return how a member is read, None where no reader knows it, or why it is refused.

    ``special`` says what it is where it is no plain file. Members are never written under their names, so a name that
    leads out of the folder could do no harm here; but no honest archive holds one, and its id would mislead.
    """
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if special:
        return None if is_hidden(parts) else refused(archive, name, "not-a-file", f"{special}, not a file. Skipped.")
    if ".." in parts or name.startswith("/") or _DRIVE.match(name):
        return refused(archive, name, "unsafe-name", "the name leads out of the archive. Pack it again without.")
    found = form(name)
    if found is None or is_hidden(parts):
        return None
    if found.kind in ("zip", "tar"):
        return refused(archive, name, "nested-archive", "an archive inside an archive. Unpack the outer one.")
    return found


def refused(archive: Source, name: str, reason: str, why: str) -> ArticleError:
    """Return the error of a member."""
    return ArticleError(f"{archive.id}/{tidy_id(name)}", reason, f"{archive.shown}/{tidy_id(readable(name))}: {why}")

"""Names that reviewers settled, put into a glossary file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mtpipe.errors import UsageError
from mtpipe.glossary import Entry
from mtpipe.glossary.compare import merge
from mtpipe.glossary.entries import from_cells
from mtpipe.glossary.files import format_of, read, write
from mtpipe.review.decisions import Term


def entries(terms: Iterable[Term]) -> list[Entry]:
    """Return terms as entries of a glossary. Raises ``UsageError`` for one that no glossary takes."""
    return [
        from_cells({"source": term.source, "target": term.target, "type": term.type}, f"term {term.source!r}")
        for term in terms
    ]


def add(terms: Iterable[Term], path: Path) -> int:
    """Put terms into a glossary file, which may not be there yet; return how many it had not.

    A term that the file renders otherwise is rendered as the reviewer wants from now on, and its old English becomes a
    variant. The file is there whole or as it was. Raises ``UsageError``.
    """
    format_of(path)
    known = list(read(path)) if path.exists() else []
    listed = {(entry.source, entry.target) for entry in known}
    new = [entry for entry in entries(terms) if (entry.source, entry.target) not in listed]
    if not new:
        return 0
    merged = merge([known, new], "last")
    temporary = path.with_name(f".{path.stem}.tmp{path.suffix}")
    try:
        write(merged, temporary)
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: can't be written ({error.strerror}).") from error
    finally:
        temporary.unlink(missing_ok=True)
    return len(new)

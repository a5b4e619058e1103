"""Which files are read, in which order, under which ids: named files, folders, globs and standard input."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from mtpipe.errors import UsageError
from mtpipe.intake.clean import clean

Kind = Literal["txt", "html", "jsonl", "csv", "tsv", "parquet"]

KINDS: Final[dict[str, Kind]] = {
    ".txt": "txt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
"""Readers by extension, in lower case."""

STDIN: Final = "-"
_WILD: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. ``id`` is that of its article, or the beginning of its rows' ids.

    ``path`` is None for standard input. ``shown`` is what messages and data call it: as given, never absolute.
    """

    path: Path | None
    kind: Kind
    id: str
    shown: str


def find(inputs: Sequence[str | Path]) -> list[Source]:
    """Return the files that the inputs name, each once, in the order of the inputs; inside a folder by name.

    The order of names is that of their code points, the same on every machine. Raises ``UsageError`` for an input
    that does not exist, has an unknown extension, or holds nothing that can be read.
    """
    if not inputs:
        raise UsageError("no input: name files, folders, globs, or - for standard input.")
    found: list[Source] = []
    seen: set[str] = set()
    for given in inputs:
        for source in _resolve(os.fspath(given)):
            # The same file by two ways (a folder, and a file in it) is one article, not a duplicate.
            place = os.path.realpath(source.path) if source.path else STDIN
            if place not in seen:
                seen.add(place)
                found.append(source)
    return found


def count(inputs: Sequence[str | Path]) -> int | None:
    """Return how many articles the inputs hold; None where a table is among them, which only reading could tell."""
    sources = find(inputs)
    return len(sources) if all(source.kind in ("txt", "html") for source in sources) else None


def tidy_id(given: str) -> str:
    """Return an id without ``#`` (which ids of paragraphs put after it), white space and characters of no text."""
    readable = given.encode("utf-8", "backslashreplace").decode()  # file names may hold bytes that are no UTF-8
    return re.sub(r"[\s#]+", "_", clean(readable))


def _resolve(given: str) -> Iterator[Source]:
    if given == STDIN:
        yield Source(None, "txt", "stdin", "standard input")
        return
    if not given:  # Path("") is the current folder: mtpipe run "$UNSET" would translate all that lies there
        raise UsageError("an input has no name. Name files, folders, globs, or - for standard input.")
    path = Path(given)
    if path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield _named(path, path.name)
    elif _WILD.search(given):
        yield from _glob(given)
    else:
        raise UsageError(f"{given}: there is no such file or folder. Check the path.")


def _named(path: Path, relative: str) -> Source:
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise UsageError(f"{path}: cannot read {path.suffix or 'files without extension'}; known: {', '.join(KINDS)}.")
    return _source(path, relative, kind)


def _source(path: Path, relative: str, kind: Kind) -> Source:
    posix = PurePosixPath(Path(relative)).as_posix()
    shown = posix if path.is_absolute() else path.as_posix()
    return Source(path, kind, tidy_id(posix), clean(shown.encode("utf-8", "backslashreplace").decode()))


def _folder(folder: Path) -> list[Source]:
    def refuse(error: OSError) -> None:
        raise UsageError(f"{error.filename}: the folder cannot be read ({error.strerror}). Check its permissions.")

    names: list[str] = []
    for parent, folders, files in os.walk(folder, onerror=refuse):
        # What mtpipe has written (.mtpipe is its state) is no input: "mtpipe run . -o out" may be given twice.
        folders[:] = [
            name for name in folders if not name.startswith(".") and not Path(parent, name, ".mtpipe").is_dir()
        ]
        names += [
            Path(parent, name).relative_to(folder).as_posix()
            for name in files
            if not name.startswith(".") and Path(name).suffix.lower() in KINDS
        ]
    if not names:
        raise UsageError(f"{folder}: holds no file that can be read; known: {', '.join(KINDS)}.")
    return [_source(folder / name, name, KINDS[Path(name).suffix.lower()]) for name in sorted(names)]


def _glob(pattern: str) -> Iterator[Source]:
    # Ids are relative to the part before the first wild card, as they are to a folder.
    parts = Path(pattern).parts
    fixed = next(number for number, part in enumerate(parts) if _WILD.search(part))
    root = Path(*parts[:fixed])
    matches = (match.relative_to(root) for match in root.glob("/".join(parts[fixed:])) if match.is_file())
    names = sorted(
        match.as_posix()
        for match in matches
        if match.suffix.lower() in KINDS and not any(part.startswith(".") for part in match.parts)
    )
    if not names:
        raise UsageError(f"{pattern}: matches no file that can be read; known: {', '.join(KINDS)}.")
    for name in names:
        yield _named(root / name, name)

"""Glossary files of all formats, by the ending of their names, and what each format can't hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mtpipe import resources
from mtpipe.errors import UsageError
from mtpipe.glossary import entries as comma
from mtpipe.glossary import table, tbx, tmx, xlsx, yaml_terms
from mtpipe.glossary.compare import beside
from mtpipe.glossary.entries import Entry, default_case


@dataclass(frozen=True, slots=True)
class Format:
    """A way of writing glossaries. ``lacks`` are the fields of an entry that it has no place for."""

    name: str
    endings: tuple[str, ...]
    read: Callable[[Path], Iterator[Entry]]
    write: Callable[[Iterable[Entry], Path], None]
    lacks: tuple[str, ...] = ()


FORMATS: Final = (
    Format("csv", (".csv",), comma.read, table.write),
    Format("tsv", (".tsv", ".tab", ".txt"), comma.read, table.write_tabbed),
    Format("xlsx", (".xlsx",), xlsx.read, xlsx.write),
    Format("yaml", (".yaml", ".yml"), yaml_terms.read, yaml_terms.write),
    Format("tmx", (".tmx",), tmx.read, tmx.write),
    Format("tbx", (".tbx", ".xml"), tbx.read, tbx.write, ("case",)),
    Format("tbx-core", (), tbx.read, tbx.write_core, ("case", "type")),
    Format("tbx-v2", (), tbx.read, tbx.write_old, ("case",)),
)
NAMES: Final = tuple(known.name for known in FORMATS)


@dataclass(frozen=True, slots=True)
class Loss:
    """A field of an entry that a format could not hold."""

    entry: Entry
    field: str

    @property
    def value(self) -> str:
        """What was lost."""
        return str(getattr(self.entry, self.field))


def format_of(path: Path, name: str | None = None) -> Format:
    """Return a format by its name, or by the ending of a file. Raises ``UsageError``."""
    for known in FORMATS:
        if name == known.name or (name is None and path.suffix.lower() in known.endings):
            return known
    if name is not None:
        raise UsageError(f"{name!r} is no format of glossaries. There are {', '.join(NAMES)}.")
    endings = ", ".join(ending for known in FORMATS for ending in known.endings)
    raise UsageError(f"{path}: {path.suffix or 'no ending'!r} tells no format of glossaries. Endings are {endings}.")


def found(path: Path) -> Path:
    """Return a file, or the built-in glossary of that name where there is no such file. Raises ``UsageError``."""
    if _is_there(path):
        return path
    built_in = resources.glossary(str(path))
    if built_in is None and not path.suffix:
        listed = ", ".join(one.stem for one in resources.glossaries())
        raise UsageError(f"{path}: no such file and no built-in glossary. Built in are {listed}.")
    return built_in or path


def read(path: Path) -> Iterator[Entry]:
    """Read a glossary of any format, or a built-in one by its name. Raises ``UsageError``."""
    place = found(path)
    known = format_of(place)
    yield from known.read(place)


def together(paths: Iterable[Path]) -> list[Entry]:
    """Read several glossaries as one. Files come before built-in lists, which yield where a file has a spelling.

    Raises ``UsageError``.
    """
    return joined((path, list(read(path))) for path in paths)


def joined(glossaries: Iterable[tuple[Path, Sequence[Entry]]]) -> list[Entry]:
    """Join glossaries that were read, as ``together`` does."""
    own: list[Entry] = []
    built_in: list[Entry] = []
    for path, entries in glossaries:
        (built_in if is_built_in(path) else own).extend(entries)
    return [*own, *beside(own, built_in)]


def is_built_in(path: Path) -> bool:
    """Tell whether this is the name of a built-in glossary, and no file has it."""
    return not _is_there(path) and resources.glossary(str(path)) is not None


def _is_there(path: Path) -> bool:
    """Tell whether there is such a file. A folder may well be called ``groups``, and is no glossary."""
    try:
        return path.exists() and not path.is_dir()
    except OSError:  # a folder that one may not look into, a name that is too long: the reader tells
        return True


def write(entries: Sequence[Entry], path: Path, name: str | None = None) -> tuple[Loss, ...]:
    """Write a glossary in the format of that name, or of the file's ending; return what could not be kept.

    Raises ``UsageError``.
    """
    known = format_of(path, name)
    known.write(entries, path)
    return tuple(Loss(entry, field) for field in known.lacks for entry in entries if _tells(entry, field))


def _tells(entry: Entry, field: str) -> bool:
    """Tell whether a field says more than what is taken for granted where it is missing."""
    return entry.case != default_case(entry.target) if field == "case" else bool(getattr(entry, field))

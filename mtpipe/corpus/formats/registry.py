"""Which formats there are, by name and by the ending of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mtpipe.corpus.formats import docx, lines, tables, terms, tmx, xliff1, xliff2, xliff_in
from mtpipe.corpus.formats.base import Head, Incoming, Pair, Tally
from mtpipe.corpus.formats.files import bare
from mtpipe.corpus.rows import Config
from mtpipe.errors import UsageError

Writer = Callable[[Iterable[Pair], Path, Head, Tally], None]


Reader = Callable[[Path], Iterator[Incoming]]


@dataclass(frozen=True, slots=True)
class Format:
    """A way of writing parallel text, and perhaps of reading it.

    ``level`` is what it holds where nobody asks for the other. ``whole`` formats keep pairs with an empty side: they
    are for people, or tell everything; in the others such a pair would teach something wrong.
    ``remark`` says what was done with the pairs where they were not written.
    """

    name: str
    endings: tuple[str, ...]
    write: Writer
    read: Reader | None = None
    level: Config = "sentences"
    whole: bool = False
    packs: bool = True
    remark: str = ""


FORMATS: Final = (
    Format("jsonl", (".jsonl",), tables.write_jsonl, tables.read_jsonl, "paragraphs", whole=True),
    Format("csv", (".csv",), tables.write_csv, tables.read_csv, "paragraphs", whole=True),
    Format("tsv", (".tsv", ".tab"), tables.write_tsv, tables.read_tsv, "paragraphs", whole=True),
    Format("moses", (".ar-en",), lines.write_moses, lines.read_moses),
    Format("tmx", (".tmx",), tmx.write, tmx.read),
    Format("xliff-1.2", (".xlf",), xliff1.write, xliff_in.read, "paragraphs"),
    Format("xliff-2.1", (".xliff",), xliff2.write, xliff_in.read, "paragraphs"),
    Format("docx", (".docx",), docx.write, None, "paragraphs", whole=True, packs=False),
    Format("tbx", (".tbx",), terms.write, whole=True, packs=False, remark=" looked through for terms"),
    Format("text", (".txt",), lines.write_text, None, "paragraphs", whole=True),
)
FOLDER: Final = "hf"
"""The format that is no file: a folder for the datasets library (``hf.py``)."""
NAMES: Final = (*(known.name for known in FORMATS), FOLDER)
READABLE: Final = tuple(known.name for known in FORMATS if known.read)


def format_of(path: Path, name: str | None = None) -> Format:
    """Return a format by its name, or by the ending of a file. Raises ``UsageError``."""
    ending = bare(path).suffix.lower()
    for known in FORMATS:
        if name == known.name or (name is None and ending in known.endings):
            return known
    if name == FOLDER:
        raise UsageError("hf is a folder for the datasets library: mtpipe export writes it, and it is not read here.")
    if name is not None:
        raise UsageError(f"{name!r} is no format. There are {', '.join(NAMES)}.")
    endings = ", ".join(known_ending for known in FORMATS for known_ending in known.endings)
    raise UsageError(
        f"{path}: {ending or 'no ending'!r} tells no format. Name one with --format, or use one of {endings}."
    )


def reader_of(path: Path, name: str | None = None) -> Reader:
    """Return what reads a file. ``corpus.ar-en.ar`` and ``corpus.ar`` are the Arabic side of a Moses corpus.

    Raises ``UsageError``.
    """
    side = bare(path).suffix.lower() in (".ar", ".en")
    known = format_of(path, name or ("moses" if side else None))
    if known.read is None:
        raise UsageError(f"{path}: {known.name} is for people and not read back. Readable are {', '.join(READABLE)}.")
    return known.read

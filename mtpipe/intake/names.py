"""What a file's name tells: its reader, its compression, and the id that its articles get."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from mtpipe.intake.clean import clean

Kind = Literal[
    "txt", "html", "jsonl", "json", "csv", "tsv", "parquet", "arrow", "docx", "epub", "feed", "warc", "zip", "tar"
]  # fmt: skip
Codec = Literal["gzip", "bzip2", "xz", "zstd"]

KINDS: Final[dict[str, Kind]] = {
    ".txt": "txt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".docx": "docx",
    ".epub": "epub",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".warc": "warc",
    ".zip": "zip",
    ".tar": "tar",
}
"""Readers by extension, in lower case."""

CODECS: Final[dict[str, Codec]] = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
"""Compressions by the extension that stands after the reader's: ``dump.jsonl.zst``."""

_SHORT: Final[dict[str, Codec]] = {".tgz": "gzip", ".tbz2": "bzip2", ".txz": "xz", ".tzst": "zstd"}

KNOWN: Final = f"{', '.join(KINDS)}, also with {', '.join(CODECS)} after it"
"""For messages."""

_SIDECARS: Final = frozenset(("dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"))
"""What the datasets library writes beside its data."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is read: which reader, after which decompression."""

    kind: Kind
    codec: Codec | None = None


def form(name: str) -> Form | None:
    """Return how a file of that name is read, None where no reader knows it."""
    path = PurePosixPath(name.rpartition("/")[2].lower())
    if path.name in _SIDECARS or (path.suffix == ".arrow" and path.name.startswith("cache-")):
        return None  # cache-*.arrow is what datasets leaves of work on a folder, not its data
    if path.suffix in _SHORT:
        return Form("tar", _SHORT[path.suffix])
    codec = CODECS.get(path.suffix)
    kind = KINDS.get(PurePosixPath(path.stem).suffix if codec else path.suffix)
    return Form(kind, codec) if kind else None


def is_hidden(parts: tuple[str, ...]) -> bool:
    """Tell names that are left out without a word: dot files, and what macOS adds to archives."""
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def readable(name: str) -> str:
    """Return a name as text: bytes of it that are no UTF-8 become escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def tidy_id(given: str) -> str:
    """Return an id without ``#`` (which ids of paragraphs put after it), white space and characters of no text."""
    return re.sub(r"[\s#]+", "_", clean(readable(given)))

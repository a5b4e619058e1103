"""Files that are written whole or not at all, and packed as their name says."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from mtpipe.corpus.files import replacing
from mtpipe.errors import ArticleError, UsageError
from mtpipe.intake.names import CODECS
from mtpipe.intake.streams import inflated

PACKED: Final = (".gz", ".zst")
"""What we write; ``reading`` knows more."""
GZIP_LEVEL: Final = 6
ZSTD_LEVEL: Final = 9


def bare(path: Path) -> Path:
    """Return a path without the ending of its packing."""
    return path.with_suffix("") if path.suffix.lower() in CODECS else path


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Give a stream whose content is packed by the ending of the name, and has the name once all is written.

    The same bytes in give the same bytes on disk. Raises ``UsageError`` where the file can't be written.
    """
    with told(path), replacing(path) as temporary, temporary.open("wb") as raw, _packed(raw, path) as stream:
        yield stream


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """Give the content of a file, unpacked by the ending of its name (those of intake: .gz, .bz2, .xz, .zst).

    Raises ``UsageError`` where it can't be read, is damaged, or inflates as a bomb does.
    """
    try:
        with path.open("rb") as raw, inflated(raw, CODECS.get(path.suffix.lower()), str(path)) as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{path}: can't be read ({error.strerror or error}). Name an existing file.") from error
    except ArticleError as error:
        raise UsageError(str(error)) from error


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system says about writing a file into a ``UsageError``."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path}: can't be written ({error.strerror or error}). Name another file with -o.") from error


@contextmanager
def _packed(raw: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    with ExitStack() as stack:
        if path.suffix.lower() == ".gz":
            # Neither name nor time in the header: the same content is the same file.
            packed = gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=raw, mtime=0)
            yield cast(IO[bytes], stack.enter_context(packed))
        elif path.suffix.lower() == ".zst":
            import zstandard

            packer = zstandard.ZstdCompressor(level=ZSTD_LEVEL)
            yield cast(IO[bytes], stack.enter_context(packer.stream_writer(raw, closefd=False)))
        else:
            yield raw

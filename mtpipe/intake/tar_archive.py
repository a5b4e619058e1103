"""Members of a tar, as a stream in the tar's own order: nothing is unpacked, and nothing is read twice."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO, Final, cast

from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.members import candidate
from mtpipe.intake.sources import Source, member
from mtpipe.intake.streams import some

_CHUNK: Final = 1 << 16
_END: Final = bytes(tarfile.BLOCKSIZE)
_GLOBALS: Final = 1000  # entries of global headers, which add up over the tar


class _Forward(io.RawIOBase):
    """A stream with a position, which can only grow; ``tarfile`` reads headers of any stated size into memory, so that
    what it may read of them is counted.
    """

    def __init__(self, stream: BinaryIO, shown: str) -> None:
        self._stream, self._shown = stream, shown
        self._position = 0
        self._headers = limits.HEADERS
        self.last = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def next_headers(self) -> None:
        """Say that those of another member are read from now on."""
        self._headers = limits.HEADERS

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or offset < self._position:
            raise io.UnsupportedOperation("forward only")
        while self._position < offset:
            piece = self._stream.read(min(_CHUNK, offset - self._position))
            if not piece:
                break
            self._position += len(piece)
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        size = self._headers + 1 if size is None or size < 0 else size
        self._headers -= size
        if self._headers < 0:
            raise _damaged(self._shown, "the headers of a member have no end")
        self.last = self._stream.read(size)
        self._position += len(self.last)
        return self.last

    def some(self, size: int) -> bytes:
        """Read bytes of a member."""
        piece = some(self._stream, size)
        self._position += len(piece)
        return piece


class _Member(io.RawIOBase):
    """A member's bytes; fewer than its header states are an error."""

    def __init__(self, file: _Forward, size: int, shown: str) -> None:
        self._file, self._left, self._shown = file, size, shown

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._file.some(min(len(buffer), self._left)) if self._left else b""
        if not piece and self._left:
            raise _damaged(self._shown, "cut short")
        self._left -= len(piece)
        buffer[: len(piece)] = piece
        return len(piece)


def tar_members(source: Source) -> Iterator[Source | ArticleError]:
    """Yield the members that can be read, and an ``ArticleError`` for each that can't; never writes one to disk.

    Raises ``ArticleError`` where the tar itself is damaged or a bomb.
    """
    with source.open() as stream:
        file = _Forward(stream, source.shown)
        try:
            tar = tarfile.TarFile(fileobj=file, mode="r")
        except (tarfile.TarError, ValueError, RecursionError, OSError) as error:
            raise _damaged(source.shown, str(error)) from error
        with tar:
            while True:
                info = _next(tar, file, source)
                if info is None:
                    return
                if info.isdir():
                    continue
                found = candidate(source, info.name, special=_special(info))
                if isinstance(found, ArticleError):
                    yield found
                elif found:
                    yield member(source, info.name, found, partial(_open, file, info))


def _next(tar: tarfile.TarFile, file: _Forward, source: Source) -> tarfile.TarInfo | None:
    file.next_headers()
    try:
        info = tar.next()
    except (tarfile.TarError, ValueError, RecursionError, OSError) as error:
        raise _damaged(source.shown, str(error)) from error
    tar.members.clear()  # type: ignore[attr-defined]  # a list of all so far, which typeshed leaves out
    if len(tar.pax_headers) > _GLOBALS:
        raise _damaged(source.shown, "its global headers have no end")
    if info is None and file.last != _END:  # tarfile ends quietly at whatever is no header
        raise _damaged(source.shown, "no header where one was expected, or cut short")
    return info


def _open(file: _Forward, info: tarfile.TarInfo, shown: str) -> BinaryIO:
    file.seek(info.offset_data)
    return cast(BinaryIO, io.BufferedReader(_Member(file, info.size, shown), 2 * _CHUNK))


def _special(info: tarfile.TarInfo) -> str:
    if info.issparse():
        return "a sparse file"
    if info.isreg():
        return ""
    return "a link" if info.issym() or info.islnk() else "a device or a pipe"


def _damaged(shown: str, why: str) -> ArticleError:
    return ArticleError(
        shown, "damaged", f"{shown}: a damaged tar ({why}). What follows is lost; get the file from its source again."
    )

"""Members of a zip, in the order of their names."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, BinaryIO, Final, cast

from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.members import candidate
from mtpipe.intake.sources import Source, member
from mtpipe.intake.streams import bomb, capped, seekable, some

_ENCRYPTED: Final = 0x1
_UTF8: Final = 0x800
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BUFFER: Final = 1 << 17


class Zip:
    """An open zip that counts what is taken out of it.

    Only stored and deflated members are read: those are all that Office, browsers and e-books write, and zipfile
    inflates the others without a bound. Reading raises ``ArticleError``: ``damaged``, ``encrypted``, ``bomb``.
    """

    def __init__(self, file: BinaryIO, shown: str) -> None:
        self.shown = shown
        self._most = max(limits.RATIO_FREE, limits.RATIO * file.seek(0, io.SEEK_END))
        self._made = 0
        # NotImplementedError is zipfile's for a directory of a later version, RuntimeError (below) for a locked member.
        try:
            self._zip = zipfile.ZipFile(capped(file, limits.DIRECTORY, shown))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
            raise damaged(shown, error) from error

    @property
    def exhausted(self) -> bool:
        """Whether more came out than can be honest."""
        return self._made > self._most

    @property
    def infos(self) -> list[zipfile.ZipInfo]:
        """The directory."""
        return self._zip.infolist()

    def open(self, info: zipfile.ZipInfo, shown: str) -> BinaryIO:
        """Return a member's bytes."""
        if info.flag_bits & _ENCRYPTED:
            raise ArticleError(shown, "encrypted", f"{shown}: encrypted. Unpack the zip with its password first.")
        if info.compress_type not in _METHODS:
            raise ArticleError(
                shown,
                "unreadable",
                f"{shown}: packed by method {info.compress_type}; mtpipe reads stored and deflated. Pack it again.",
            )
        try:
            stream = self._zip.open(info)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
            raise damaged(shown, error) from error
        return cast(BinaryIO, io.BufferedReader(_Member(self, cast(BinaryIO, stream), shown), _BUFFER))

    def count(self, size: int) -> None:
        """Take note of bytes that came out. Raises ``ArticleError`` (``bomb``)."""
        self._made += size
        if self.exhausted:
            raise bomb(self.shown)

    def close(self) -> None:
        """Close the directory; the file below is its opener's."""
        self._zip.close()


class _Member(io.RawIOBase):
    def __init__(self, archive: Zip, stream: BinaryIO, shown: str) -> None:
        self._archive, self._stream, self._shown = archive, stream, shown
        self._error: ArticleError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._error:  # whoever met it may have kept it for later
            raise self._error
        try:
            piece = some(self._stream, len(buffer))
            self._archive.count(len(piece))
        except (zipfile.BadZipFile, EOFError, zlib.error) as error:
            self._error = damaged(self._shown, error)
            raise self._error from error
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()


def damaged(shown: str, error: Exception) -> ArticleError:
    """Return the error of a zip, or a member, that cannot be read."""
    told = " ".join(str(error).split()) or "cut short"
    return ArticleError(shown, "damaged", f"{shown}: a damaged zip ({told}). Get the file from its source again.")


@contextmanager
def opened(source: Source) -> Iterator[Zip]:
    """Open a source as a zip; Word documents and e-books are zips too."""
    with seekable(source.open(), source.shown) as file:
        archive = Zip(file, source.shown)
        try:
            yield archive
        finally:
            archive.close()


def zip_members(source: Source) -> Iterator[Source | ArticleError]:
    """Yield the members that can be read, and an ``ArticleError`` for each that can't; never writes one to disk.

    Raises ``ArticleError`` where the zip itself is damaged or a bomb.
    """
    with opened(source) as archive:
        for name, info in sorted(((name_of(info), info) for info in archive.infos), key=lambda pair: pair[0]):
            if info.is_dir() or name.endswith("/"):
                continue
            mode = info.external_attr >> 16
            special = stat.S_IFMT(mode) not in (0, stat.S_IFREG)
            found = candidate(source, name, special="a link or a device" if special else "")
            if isinstance(found, ArticleError):
                yield found
            elif found:
                yield member(source, name, found, partial(archive.open, info))
            if archive.exhausted:
                return


def name_of(info: zipfile.ZipInfo) -> str:
    """Return a member's name, with slashes. Without its UTF-8 flag, UTF-8 is still likelier than code page 437."""
    name = info.orig_filename.partition("\0")[0]
    if not info.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")

"""Streams of bytes that keep what is read bounded: decompression, a head read twice, files that must be seekable.

All raise ``ArticleError`` out of ``read``: whoever reads need not know what lies below.
"""

from __future__ import annotations

import bz2
import io
import lzma
import tempfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Final, Protocol, cast

from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.names import Codec

_CHUNK: Final = 1 << 16
_BUFFER: Final = 1 << 17
_ZSTD_STEP: Final = 1 << 10  # three bytes may stand for a block of 128 KiB: this much packed is at most 45 MB


class _Engine(Protocol):
    """What bz2 and lzma decompressors are. ``decompress`` may be given data only where ``needs_input``."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail or data, max(0, max_length))


class _Zstd:
    """Feeds small steps, since zstandard knows no bound of what comes out at once."""

    def __init__(self) -> None:
        import zstandard

        self._inner = zstandard.ZstdDecompressor(max_window_size=limits.WINDOW).decompressobj()
        self._packed = memoryview(b"")

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._packed

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + bytes(self._packed)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        import zstandard

        del max_length
        self._packed = self._packed or memoryview(data)
        step, self._packed = self._packed[:_ZSTD_STEP], self._packed[_ZSTD_STEP:]
        try:
            return self._inner.decompress(step)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error


_ENGINES: Final[dict[Codec, Callable[[], _Engine]]] = {
    "gzip": _Gzip,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=limits.WINDOW),
    "zstd": _Zstd,
}


class _Inflater(io.RawIOBase):
    """The bytes of a compressed stream, of one member or of several.

    Raises ``ArticleError``: ``damaged`` where the stream is cut short or is not what its name says, ``bomb`` where it
    inflates beyond ``limits.RATIO``.
    """

    def __init__(self, packed: BinaryIO, codec: Codec, shown: str) -> None:
        self._packed, self._codec, self._shown = packed, codec, shown
        self._engine = _ENGINES[codec]()
        self._ready = memoryview(b"")
        self._rest = b""
        self._taken = self._made = 0
        self._error: ArticleError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._error:  # whoever met it may have kept it for later
            raise self._error
        try:
            self._fill(len(buffer))
        except ArticleError as error:
            self._error = error
            raise
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def close(self) -> None:
        self._packed.close()
        super().close()

    def _fill(self, size: int) -> None:
        """Inflate until some bytes are ready, about ``size``, or the end is reached."""
        while not self._ready:
            if self._engine.eof and not self._next_member():
                return
            data = self._input() if self._engine.needs_input else b""
            if data is None:
                return
            try:
                self._ready = memoryview(self._engine.decompress(data, size))
            except (OSError, ValueError, EOFError, zlib.error, lzma.LZMAError) as error:
                raise self._damaged(f"not {self._codec} data ({error})") from error
            self._made += len(self._ready)
            if self._made > max(limits.RATIO_FREE, limits.RATIO * self._taken):
                raise bomb(self._shown)

    def _input(self) -> bytes | None:
        """Return packed bytes; None for the end of a file that holds none at all."""
        data, self._rest = self._rest or self._take(), b""
        if data or not self._taken:
            return data or None
        raise self._damaged("cut short")

    def _next_member(self) -> bool:
        """Go on to the next member; zeros between members and at the end are padding."""
        rest = self._engine.unused_data.lstrip(b"\0")
        while not rest:
            data = self._take()
            if not data:
                return False
            rest = data.lstrip(b"\0")
        self._engine, self._rest = _ENGINES[self._codec](), rest
        return True

    def _take(self) -> bytes:
        data = some(self._packed, _CHUNK)
        self._taken += len(data)
        return data

    def _damaged(self, what: str) -> ArticleError:
        return ArticleError(
            self._shown, "damaged", f"{self._shown}: {what}. What follows is lost; get the file from its source again."
        )


def bomb(shown: str) -> ArticleError:
    """Return the error of what inflates too far."""
    return ArticleError(
        shown,
        "bomb",
        f"{shown}: inflates to more than {limits.RATIO} times its size, as a zip bomb does. If you trust it, unpack it "
        "and name what was in it.",
    )


def some(stream: BinaryIO, size: int) -> bytes:
    """Read what one read gives, at most ``size`` bytes; none only at the end.

    A full ``read`` that meets an error after some bytes would lose those bytes.
    """
    return cast(bytes, getattr(stream, "read1", stream.read)(size))


def head(stream: BinaryIO, size: int) -> bytes:
    """Read up to ``size`` bytes, fewer where an error comes first; the error is met again by whoever reads on."""
    found = bytearray()
    while len(found) < size:
        try:
            piece = some(stream, size - len(found))
        except ArticleError:
            if found:
                break
            raise
        if not piece:
            break
        found += piece
    return bytes(found)


def inflated(packed: BinaryIO, codec: Codec | None, shown: str) -> BinaryIO:
    """Return the stream decompressed; without a codec the stream itself."""
    return cast(BinaryIO, io.BufferedReader(_Inflater(packed, codec, shown), _BUFFER)) if codec else packed


class _Rejoined(io.RawIOBase):
    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._head[: len(buffer)] or some(self._rest, len(buffer))
        self._head = self._head[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._rest.close()
        super().close()


class _Capped(io.RawIOBase):
    def __init__(self, file: BinaryIO, most: int, shown: str) -> None:
        self._file, self._most, self._shown = file, most, shown

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > self._most:
            raise ArticleError(
                self._shown,
                "too-large",
                f"{self._shown}: states a part of {size >> 20} MiB, more than {self._most >> 20}. Split the file.",
            )
        return self._file.read(-1 if size is None else size)

    def readinto(self, buffer: Any) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def rejoined(head: bytes, rest: BinaryIO) -> io.BufferedReader:
    """Return a head that was read to look at it, and the stream that it was read from, as one stream again."""
    return io.BufferedReader(_Rejoined(head, rest), _BUFFER)


def capped(file: BinaryIO, most: int, shown: str) -> BinaryIO:
    """Return a seekable file that raises ``ArticleError`` (``too-large``) where it is read in a piece beyond ``most``.

    Who asks for so much means to hold it: a zip's directory, a block of Parquet, by a length that the file states.
    """
    return cast(BinaryIO, _Capped(file, most, shown))


def seekable(stream: BinaryIO, shown: str) -> BinaryIO:
    """Return the stream where it can be read out of order, else a temporary copy, and close the stream.

    Raises ``ArticleError`` (``too-large``) beyond ``limits.SPOOLED``.
    """
    if stream.seekable():
        return stream
    copy = tempfile.SpooledTemporaryFile(limits.SPOOL_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        with stream:
            while piece := stream.read(_BUFFER):
                if copy.tell() + len(piece) > limits.SPOOLED:
                    raise ArticleError(
                        shown, "too-large", f"{shown}: more than {limits.SPOOLED >> 30} GiB. Unpack it, and name it."
                    )
                copy.write(piece)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return cast(BinaryIO, copy)


def read_article(stream: BinaryIO, shown: str) -> bytes:
    """Read what is one article, whole. Raises ``ArticleError`` (``too-large``) beyond ``limits.ARTICLE``."""
    raw = stream.read(limits.ARTICLE + 1)
    if len(raw) > limits.ARTICLE:
        raise ArticleError(
            shown,
            "too-large",
            f"{shown}: more than {limits.ARTICLE >> 20} MiB for one article. Give many articles as .jsonl.",
        )
    return raw

"""Bytes to text: which encoding a file is in, told by what its bytes make, not by what it says.

In this order: a byte order mark; UTF-16 by the zero bytes and the Arabic block's 06; UTF-8 where it holds (other
encodings almost never pass for it); then Windows-1256 and ISO 8859-6 by how plausible the Arabic is that they make;
where it is not, but nearly all is ASCII, Windows-1252.
A declared charset of a page is not asked: it is wrong more often than this is.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

from mtpipe.errors import ArticleError, UsageError
from mtpipe.intake.mojibake import best_code_page, mend
from mtpipe.intake.plausible import PLAUSIBLE, plausibility

_MARKS: Final = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_MARKS: Final = (
    b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd", b"\x7fELF",
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"PAR1", b"SQLite format 3", b"{\\rtf",
)  # fmt: skip
_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1a\x1b"))
_TOO_MANY_CONTROLS: Final = 0.01
_UTF16_ZEROS: Final = 0.7  # share of 00, 06 and 20 (punctuation) among the high bytes of Arabic text in UTF-16
_SAMPLE: Final = 1 << 16
_FEW_HIGH: Final = 0.2  # high bytes to ASCII letters: French has some 0.05, Arabic beside Latin names many more
WESTERN: Final = "windows-1252"
"""The encoding of English, and of what can't be Arabic."""
_BROKEN: Final = 0.1  # share of broken sequences under which bytes are damaged UTF-8 rather than something else


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the Python name of the encoding it was in."""

    text: str
    encoding: str


def check_encoding(name: str | None) -> None:
    """Raise ``UsageError`` for a forced encoding that there is not."""
    try:
        "".encode(name or "utf-8")  # refuses codecs that are no text encodings, such as hex
    except (LookupError, ValueError) as error:
        raise UsageError(
            f"intake.encoding: {name!r} is no text encoding. Use for example utf-8, utf-16, windows-1256, iso-8859-6, "
            "or null to detect it."
        ) from error


def decode(raw: bytes, place: str, forced: str | None = None) -> Decoded:
    """Decode a file's bytes; mojibake is mended.

    Raises ``ArticleError`` with the reason ``empty-file``, ``binary`` or ``undecodable``, never passes on a guess.
    """
    if not raw.strip(b"\x00 \t\r\n\x1a"):
        raise _empty(place)
    encoding = encoding_of(raw, place, forced)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise ArticleError(
            place,
            "undecodable",
            f"{place}: not {encoding} at byte {error.start} ({error.reason}). Mend the file, or name its encoding "
            "with intake.encoding.",
        ) from error
    if not text.strip("\x00\ufeff \t\r\n\x1a"):
        raise _empty(place)
    return Decoded(mended(text, place), encoding)


def mended(text: str, place: str) -> str:
    """Return the text with mojibake undone. Raises ``ArticleError`` (``undecodable``) where it cannot be."""
    try:
        return mend(text)
    except ValueError as error:
        raise ArticleError(place, "undecodable", f"{place}: {error}. Get the text from its source again.") from error


def encoding_of(raw: bytes, place: str, forced: str | None) -> str:
    """Return the encoding of a file's bytes, or of its beginning: the forced one, or what ``detect`` tells.

    A byte order mark is no text, so that UTF-8 with one is ``utf-8-sig``; Python reads no stream of UTF-16 or UTF-32
    without one, so that the byte order becomes part of the name.
    """
    if not forced:
        return detect(raw, place)
    name = codecs.lookup(forced).name
    marked = any(raw.startswith(mark) for mark, encoding in _MARKS if encoding.removesuffix("-sig") == name)
    if name == "utf-8" and marked:
        return "utf-8-sig"
    if name in ("utf-16", "utf-32") and not marked:
        return (_utf16(raw[:_SAMPLE]) if name == "utf-16" else None) or f"{name}-le"
    return forced


def is_wide(encoding: str) -> bool:
    """Tell UTF-16 and UTF-32, whatever they are called: no single byte of them can be told apart as damaged."""
    return codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))


def detect(raw: bytes, place: str) -> str:
    """Return the encoding of a file's bytes, or of its beginning.

    Raises ``ArticleError`` where the bytes are no text (``binary``) or in no encoding known here (``undecodable``).
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    if raw.startswith(_BINARY_MARKS):
        raise _binary(place)
    sixteen = _utf16(raw[:_SAMPLE])
    if sixteen:
        return sixteen
    sample = raw[:_SAMPLE]
    if len(sample) - len(sample.translate(None, _CONTROLS)) > _TOO_MANY_CONTROLS * len(sample):
        raise _binary(place)
    if _is_utf8(raw):
        return "utf-8"
    score, code_page, _ = best_code_page(raw)
    if score <= PLAUSIBLE and _mostly_ascii(sample):
        return WESTERN
    if score <= PLAUSIBLE:
        raise ArticleError(
            place,
            "undecodable",
            f"{place}: not Arabic in UTF-8, UTF-16, Windows-1256 or ISO 8859-6. Name its encoding with "
            "intake.encoding.",
        )
    return code_page


def _mostly_ascii(sample: bytes) -> bool:
    """Tell text of Latin letters with some others, or some quotation marks, between."""
    high = sum(byte >= 0x80 for byte in sample)
    return high <= _FEW_HIGH * sum(0x41 <= byte <= 0x7A for byte in sample)


def _is_utf8(raw: bytes) -> bool:
    """Tell UTF-8, also damaged: that is found, with its place, when it is decoded."""
    try:
        raw.decode()
        return True
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd") - raw.count("\ufffd".encode())
    whole = sum(character > "\x7f" for character in text) - broken
    return broken <= _BROKEN * whole if whole else not broken


def _utf16(sample: bytes) -> str | None:
    """Return which UTF-16 bytes without a mark are in, None where in neither."""
    sample = sample[: len(sample) & ~1]
    readings = []
    for encoding, high_bytes in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        usual = high_bytes.count(0x00) + high_bytes.count(0x06) + high_bytes.count(0x20)
        low_controls = high_bytes.count(0x00) + high_bytes.count(0x06)
        if not low_controls or usual < _UTF16_ZEROS * len(high_bytes):
            continue
        text = sample.decode(encoding, "replace")
        if sum(character.isprintable() or character.isspace() for character in text) > 0.95 * len(text):
            readings.append((plausibility(text), encoding))
    return max(readings)[1] if readings else None


def _empty(place: str) -> ArticleError:
    return ArticleError(place, "empty-file", f"{place}: the file is empty. Leave it out, or fill it.")


def _binary(place: str) -> ArticleError:
    return ArticleError(place, "binary", f"{place}: not a text file. Give text, HTML or a table.")

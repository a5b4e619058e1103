"""Mojibake: text that was read with the wrong encoding somewhere before it came here, and saved so.

Two kinds are common in Arabic: UTF-8 read as a single-byte code page (``Ø§Ù„``, ``ط§ظ„``) and Windows-1256 or
ISO 8859-6 read as Latin-1 (``ÇáÚÑÈíÉ``). Both are undone by turning the characters back into their bytes, but only
where the bytes then make plausible Arabic. As pages mix good text with bad, this is done run by run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mtpipe.intake.plausible import PLAUSIBLE, plausibility

_ROUNDS: Final = 3  # text may have been through the wrong encoding more than once
_LEAST_PAIRS: Final = 3  # UTF-8 letters that make a text mojibake
_SHARE_OF_PAIRS: Final = 0.5  # of ط and ظ that precede a stray sign; next to none do in good text
_ORDINARY: Final = "،؛؟»›…”’–—•ھںپچژڈگکڑٹ\u00a0\u200c\u200d\u200e\u200f"  # what may follow a ط in good text
_LEAST_LETTERS: Final = 4  # French "à été" is no mojibake
# How much rarer than the other a code page is among files, as a natural logarithm: it settles a word or two.
_RARER: Final = {"windows-1256": 0.0, "iso-8859-6": 1.0}
_LOST: Final = 0.005  # share of characters lost for good that makes a text unfit: one in every 200


def _bytes_of(code_page: str) -> dict[str, int]:
    """Return the byte of each high character, as browsers read it: what the code page lacks is a C1 control."""
    bytes_of = {chr(byte): byte for byte in range(0x80, 0xA0)} if code_page == "windows-1252" else {}
    for byte in range(0x80, 0x100):
        bytes_of[bytes([byte]).decode(code_page, "ignore") or chr(byte)] = byte
    return bytes_of


def _class(bytes_of: dict[str, int], low: int, high: int) -> str:
    return "[" + "".join(re.escape(character) for character, byte in bytes_of.items() if low <= byte <= high) + "]"


@dataclass(frozen=True, slots=True)
class Misreading:
    """UTF-8 that was read as a single-byte code page.

    ``leads`` begin a letter, ``pairs`` are whole ones that no good text has. ``natural``: the leads are letters of
    Arabic themselves (ط, ظ), so that they prove nothing alone.
    """

    bytes_of: dict[str, int]
    runs: re.Pattern[str]
    leads: re.Pattern[str]
    pairs: re.Pattern[str]
    natural: bool

    @classmethod
    def of(cls, code_page: str) -> Misreading:
        """Prepare the patterns of a code page."""
        bytes_of = _bytes_of(code_page)
        natural = code_page == "windows-1256"
        trail = _class(bytes_of, 0x80, 0xBF)
        two, three = _class(bytes_of, 0xC2, 0xDF) + trail, _class(bytes_of, 0xE0, 0xEF) + trail * 2
        # D8 and D9 begin Arabic letters; C2 and C3 what has been through this twice (Ã˜Â§), but in 1256 they are آ أ.
        lead = _class(bytes_of, 0xD8, 0xD9) if natural else "[ØÙÃÂ]"
        pair = f"{lead}(?![{_ORDINARY}]){trail}"
        return cls(bytes_of, re.compile(f"(?:{two}|{three})+"), re.compile(lead), re.compile(pair), natural)

    def found(self, text: str) -> bool:
        """Tell whether the text was misread so."""
        pairs = len(self.pairs.findall(text))
        if not self.natural:
            return pairs >= _LEAST_PAIRS
        return pairs >= _LEAST_PAIRS and pairs >= _SHARE_OF_PAIRS * len(self.leads.findall(text))

    def left(self, text: str) -> bool:
        """Tell whether stray beginnings of letters are left in a text that has been undone."""
        return not self.natural and bool(self.leads.search(text))

    def undone(self, text: str) -> str:
        """Return the text with the runs that are UTF-8 read again as such."""
        return self.runs.sub(self._read_again, text)

    def _read_again(self, run: re.Match[str]) -> str:
        try:
            return bytes(self.bytes_of[character] for character in run[0]).decode()
        except UnicodeDecodeError:
            return run[0]


_UTF8_MISREAD: Final = tuple(Misreading.of(code_page) for code_page in ("windows-1252", "windows-1256"))
_LATIN: Final = _UTF8_MISREAD[0].bytes_of
_HIGH: Final = _class(_LATIN, 0x80, 0xFF)
_LATIN_RUN: Final = re.compile(rf"{_HIGH}(?:[\x00-@\[-`{{-\x7f]|{_HIGH})*")


def mend(text: str) -> str:
    """Return the text with its mojibake undone; text without any as it is.

    Raises ``ValueError`` where mojibake or lost letters remain.
    """
    undone: list[Misreading] = []
    for _ in range(_ROUNDS):
        before = text
        for misreading in filter(lambda one: one.found(before), _UTF8_MISREAD):
            text = misreading.undone(text)
            undone.append(misreading)
        text = _LATIN_RUN.sub(_as_arabic, text)
        if text == before:
            break
    if any(one.found(text) for one in _UTF8_MISREAD) or any(one.left(text) for one in undone):
        raise ValueError("it is mojibake, read with the wrong encoding before, and not all of it can be undone")
    lost = text.count("\ufffd")
    if lost > _LOST * len(text):
        raise ValueError(f"{lost} of its characters were lost before it came here (U+FFFD)")
    return text


def best_code_page(raw: bytes) -> tuple[float, str, str]:
    """Return the most plausible Arabic reading of single-byte text: its plausibility, encoding and text."""
    readings = []
    high = max(1, sum(byte >= 0x80 for byte in raw))
    for code_page in _RARER:
        try:
            text = raw.decode(code_page)
        except UnicodeDecodeError:
            continue
        readings.append((plausibility(text) - _RARER[code_page] / high, code_page, text))
    return max(readings, key=lambda reading: reading[0])  # windows-1256 reads any bytes


def _as_arabic(run: re.Match[str]) -> str:
    letters = sum("\u00c0" <= character <= "\u00ff" for character in run[0])
    if letters < _LEAST_LETTERS:
        return run[0]
    raw = bytes(_LATIN.get(character, ord(character)) for character in run[0])
    score, _, text = best_code_page(raw)
    return text if score > PLAUSIBLE else run[0]

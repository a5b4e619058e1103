"""A stand-in engine that spells Arabic letters in Latin ones; no model, the same English for the same Arabic always.

As a program (``python speller.py FOLDER``) it answers line by line, for ``translate.engine=command``. It appends a line
with the number of segments to FOLDER/calls, sleeps for as many seconds as FOLDER/pause says, and exits with 1 from the
call on whose number FOLDER/fail holds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ"
LATIN = "abtvghxdzrjscwpTZoGfqklmnhuyaieaaiui"
_LETTERS = str.maketrans(ARABIC, LATIN)


def spell(text: str) -> str:
    """Latin words, figures and ASCII signs are copied: a term that the glossary writes in comes through."""
    return " ".join("".join(letter for letter in text.translate(_LETTERS) if letter.isascii()).split())


def calls(folder: Path) -> list[int]:
    """Return the number of segments of each call so far."""
    log = folder / "calls"
    return [int(line) for line in log.read_text().split()] if log.exists() else []


def main(folder: Path) -> None:
    lines = sys.stdin.buffer.read().decode().removesuffix("\n").split("\n")
    with (folder / "calls").open("a") as log:
        log.write(f"{len(lines)}\n")
    if (folder / "pause").exists():
        time.sleep(float((folder / "pause").read_text()))
    if (folder / "fail").exists() and len(calls(folder)) >= int((folder / "fail").read_text()):
        sys.exit("out of ink")
    sys.stdout.buffer.write("".join(f"{spell(line)}\n" for line in lines).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))

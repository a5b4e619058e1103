"""A line of alignment for tests: an embedder that hears how words are spelled, and English of the same letters."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import stand_in
from numpy.typing import NDArray
from speller import spell

from mtpipe import archive, intake, pairing, segment
from mtpipe.aligning import Aligning
from mtpipe.archive import Outcome
from mtpipe.glossary import Glossary
from mtpipe.settings import Settings
from mtpipe.signature import Signature

DIMENSIONS = 256


class Spelled:
    """Counts trigrams of the spelling: an Arabic text and its ``english`` have the same vector."""

    @property
    def signature(self) -> Signature:
        return Signature((("embedder", "spelled"),))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([_row(text) for text in texts], dtype=np.float32).reshape(len(texts), DIMENSIONS)


def _row(text: str) -> NDArray[np.float64]:
    row = np.zeros(DIMENSIONS)
    for word in spell(text).lower().split():
        for place in range(len(word)):
            row[
                int.from_bytes(hashlib.blake2b(word[place : place + 3].encode(), digest_size=2).digest()) % DIMENSIONS
            ] += 1
    norm = np.linalg.norm(row)
    return row / norm if norm else row


def english(arabic: str) -> str:
    """Return what the stand-in takes for the English of a paragraph: its spelling, sentences with a capital."""
    sentences = (spell(arabic[start:end].replace("؟", "?")) for start, end in segment.split(arabic, "ar"))
    return " ".join(text[:1].upper() + text[1:] for text in sentences if text)


def write_pairs(
    folder: Path, count: int, *, broken: Sequence[int] = (), alone: Sequence[int] = ()
) -> tuple[Path, Path]:
    """Write ``ar/a000.txt`` ... and ``en/b000.txt`` ..., whose names say nothing; the order is reversed.

    The broken Arabic ones hold no Arabic, ``alone`` are those without English.
    """
    arabic, english_folder = folder / "ar", folder / "en"
    folder.mkdir(parents=True, exist_ok=True)
    stand_in.write_articles(arabic, count, broken=broken)
    english_folder.mkdir()
    for number in range(count):
        if number in broken or number in alone:
            continue
        paragraphs = stand_in.text(number).strip().split("\n\n")[:-1]
        text = "\n\n".join(map(english, paragraphs)) + "\n"
        (english_folder / f"b{count - number:03}.txt").write_text(text, encoding="utf-8")
    return arabic, english_folder


def settings(**align: object) -> Settings:
    """Return settings under which the stand-in's likeness counts, whatever the real embedder's is worth."""
    return Settings.model_validate({"corpus": {"window": 2}, "align": {"least_kept": 0.0, **align}})


def line(**align: object) -> Aligning:
    return Aligning(settings(**align), Spelled())


def run(inputs: Path, out: Path, glossary: Glossary | None = None) -> Outcome:
    """Align the folders ``ar`` and ``en`` of a folder, as the command line does."""
    aligning = Aligning(settings(), Spelled(), glossary)
    wanted = aligning.settings
    left = intake.read([inputs / "ar"], wanted.intake)
    right = intake.read([inputs / "en"], wanted.intake, language="en")
    items = pairing.pairs(left, right, aligning.embedder, wanted)
    return archive.run(items, out, aligning, inputs=[inputs / "ar", inputs / "en"])

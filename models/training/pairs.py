"""Sentence pairs: reading, cleaning, deduplication."""

from __future__ import annotations

import lzma
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.training.recipe import Cleaning, RecipeError

SUFFIXES = (".tsv", ".tsv.xz")
ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
LATIN = re.compile("[A-Za-z]")
MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
DIGITS = {0x0660 + i: str(i) for i in range(10)} | {0x06F0 + i: str(i) for i in range(10)}
# Markup, code and placeholders: a translator of articles meets none of it, and the model repeats it when unsure.
MARKUP = re.compile(r"[<>{}\\|`=_#@]|https?:|\]\(|%[sd]|\$\d|&\w+;|--\w")


@dataclass(frozen=True, slots=True)
class Pair:
    """An Arabic sentence and its English translation."""

    source: str
    target: str


def stem(path: Path) -> str:
    """The file's name without ``.tsv`` or ``.tsv.xz``."""
    return path.name.removesuffix(".xz").removesuffix(".tsv")


def files(folder: Path) -> list[Path]:
    """The pair files of a folder, by name. Raises ``RecipeError`` when there is none."""
    found = sorted(path for path in folder.glob("*") if path.name.endswith(SUFFIXES))
    if not found:
        raise RecipeError(f"{folder}: no .tsv or .tsv.xz file there. Name the folder of ar<TAB>en files with --data.")
    return found


def rows(path: Path) -> Iterator[list[str]]:
    """The columns of each line of a file, compressed or not."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


def read(path: Path) -> Iterator[Pair]:
    """The pairs of a file; lines with fewer than two filled columns are passed over."""
    for columns in rows(path):
        if len(columns) >= 2 and columns[0].strip() and columns[1].strip():
            yield Pair(" ".join(columns[0].split()), " ".join(columns[1].split()))


def western_digits(text: str) -> str:
    """The text with 0-9 for Arabic and Persian digits."""
    return text.translate(DIGITS)


def letters(text: str) -> str:
    """What two spellings of a sentence share: lower-case letters and digits, without marks and punctuation."""
    folded = MARKS.sub("", unicodedata.normalize("NFKC", western_digits(text))).casefold()
    return " ".join(re.findall(r"\w+", folded))


def fault(pair: Pair, rules: Cleaning) -> str | None:
    """Why a pair is no good for training, or None."""
    source, target = pair.source, pair.target
    if not all(rules.shortest <= len(text) <= rules.longest for text in (source, target)):
        return "length"
    if not rules.lowest_ratio <= len(target) / len(source) <= rules.highest_ratio:
        return "ratio"
    if MARKUP.search(source) or MARKUP.search(target):
        return "markup"
    for pattern, text in ((ARABIC, source), (LATIN, target)):
        if len(pattern.findall(text)) < rules.least_script_share * len(text.replace(" ", "")):
            return "script"
    if sorted(re.findall(r"\d{3,}", western_digits(source))) != sorted(re.findall(r"\d{3,}", target)):
        return "numbers"
    return None


def unseen(pairs: Iterable[Pair], seen: set[int]) -> Iterator[Pair]:
    """The pairs whose letters, digits masked, were not met yet; ``seen`` grows. Templated lines count once."""
    for pair in pairs:
        masked = re.sub(r"\d+", "0", letters(pair.source) + "\t" + letters(pair.target))
        key = hash(masked)
        if key not in seen:
            seen.add(key)
            yield pair


def numbered(pair: Pair) -> bool:
    """Does a number stand on both sides?"""
    return re.search(r"\d", western_digits(pair.source)) is not None and re.search(r"\d", pair.target) is not None

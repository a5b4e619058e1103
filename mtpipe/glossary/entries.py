"""Glossary entries, and the CSV and TSV files that they are kept in.

A file has a header: ``source`` and ``target``, and perhaps ``type``, ``note``, ``case``, ``variants``. Variants are
separated by ``|``. Those in Arabic are more spellings of the source; what stands in ``[ ]`` may be missing. Those in
Latin letters are English spellings that engines are known to write: an archive renders a term one way, so where one is
found it is rewritten to ``target``.

Two entries may differ in vowel marks alone (عمّان Amman, عُمان Oman). What is translated has no marks, so the text does
not tell which of them is meant: there the translation decides, or the mention is flagged (``Match.rivals``).
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Final, Literal, cast, get_args

from mtpipe.errors import UsageError
from mtpipe.glossary.fold import folded_words
from mtpipe.glossary.plural import plural, singular
from mtpipe.intake.clean import clean
from mtpipe.intake.normalise import normalise
from mtpipe.signature import digest

Case = Literal["exact", "sentence", "any"]

REQUIRED: Final = ("source", "target")
COLUMNS: Final = (*REQUIRED, "type", "note", "case", "variants")
SEPARATOR: Final = "|"
"""Between variants."""
DELIMITERS: Final = ("\t", ",", ";")
"""The semicolon is what Excel writes in countries with a decimal comma."""

NAMES: Final = frozenset(("person", "place", "city", "country", "organisation", "organization", "agency"))
"""Types of proper names: they keep the article that they have or have not, whatever their case rule."""
COMMON: Final = frozenset(("term", "noun", "adjective", "nationality"))
"""Types of words that may be definite or not, and that take endings: pronouns, dual, sound plural."""
AGREEING: Final = frozenset(("adjective", "nationality"))
"""Those of them that agree with a noun: روسي, روسية, روسيون. Their English has no number of its own."""
MOST_OPTIONAL: Final = 4
"""Optional parts of a spelling: each doubles what is to be looked for."""

_UNSEEN: Final = re.compile("[ـ\u200c-\u200f\u061c]")
_ARABIC: Final = re.compile(r"[\u0621-\u064a\u0671-\u06d3]")
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term and its one English form.

    ``source`` and ``target`` are as listed, vowel marks kept. ``type`` is free, but some mean something: ``verb``
    allows the prefix س, ``COMMON`` always and ``NAMES`` never an article that is not listed. ``case`` says how the
    English may be written: ``exact`` as listed everywhere, ``sentence`` as listed or capitalised at the start of a
    sentence, ``any`` in any case. ``where`` is file and line.
    """

    source: str
    target: str
    type: str = ""
    note: str = ""
    case: Case = "exact"
    variants: tuple[str, ...] = ()
    where: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """The Arabic spellings, normalised as the text is, optional parts in and out, the listed one first."""
        return _normalised(self.written)

    @property
    def written(self) -> tuple[str, ...]:
        """The Arabic spellings as listed."""
        return (self.source, *(variant for variant in self.variants if is_arabic(variant)))

    @property
    def accepted(self) -> tuple[str, ...]:
        """The English spellings that stand for the term but are rewritten to ``target``."""
        return tuple(variant for variant in self.variants if not is_arabic(variant))

    @property
    def takes_article(self) -> bool:
        """Whether a word with ال may be the term though it is listed without: common nouns only.

        قطر is Qatar and القطر "the diameter", مالي Mali and المالي "financial", حسن and الحسن two men.
        """
        return self.type in COMMON or (self.case != "exact" and self.type not in NAMES)

    @property
    def bends(self) -> bool:
        """Whether its words take endings: a pronoun, dual and sound plural, the accusative's alef."""
        return self.type in COMMON

    @property
    def inflected(self) -> tuple[str, ...]:
        """English forms that are as right as ``target``: the plural of a common noun, and its singular."""
        return _inflected(self.target) if self.bends else ()


@dataclass(frozen=True, slots=True)
class Glossary:
    """The entries of one or more files, in order. No two share an Arabic spelling, unless vowel marks differ."""

    entries: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        _refuse_doubles(self.entries)

    @classmethod
    def load(cls, paths: Iterable[Path]) -> Glossary:
        """Read glossaries of any format (``files.py``), or built-in ones by name, which yield to files.

        Raises ``UsageError``, one line with file, line and values, for whatever can't be used.
        """
        from mtpipe.glossary import files

        return cls(tuple(files.together(paths)))

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that differ when anything that can change a translation differs (notes cannot)."""
        return digest(*(part for entry in self.entries for part in _parts(entry)))


def _parts(entry: Entry) -> tuple[str, ...]:
    return (entry.source, entry.target, entry.type, entry.case, str(len(entry.variants)), *entry.variants)


@lru_cache(maxsize=65_536)
def _normalised(spellings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalise(form) for spelling in spellings for form in optional(spelling)))


@lru_cache(maxsize=65_536)
def _inflected(target: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in (plural(target), singular(target)) if form != target))


def optional(spelling: str) -> tuple[str, ...]:
    """Return the spellings that one with optional parts stands for, all parts in first, all out last.

    >>> optional("محمد [بن سلمان] آل سعود")
    ('محمد بن سلمان آل سعود', 'محمد آل سعود')
    """
    if "[" not in spelling:
        return (spelling,)
    parts = _OPTIONAL.split(spelling)
    kept = (((part,) if place % 2 == 0 else (part, "")) for place, part in enumerate(parts))
    return tuple(dict.fromkeys(" ".join("".join(choice).split()) for choice in product(*kept)))


def as_listed(text: str) -> str:
    """Return an Arabic spelling as it is kept: its letters and marks, nothing that readers do not see."""
    return " ".join(_UNSEEN.sub("", clean(text)).split())


def is_arabic(text: str) -> bool:
    """Tell whether the text holds an Arabic letter."""
    return _ARABIC.search(text) is not None


def spelling_key(spelling: str) -> tuple[str, ...]:
    """Return what two spellings share that match the same text: their folded words and what stands between them."""
    key: list[str] = []
    end = 0
    for word in folded_words(spelling):
        if key:
            key.append(separator(spelling[end : word.start]))
        key.append(word.folded)
        end = word.end
    return tuple(key)


def separator(between: str) -> str:
    """Fold what stands between two words: any white space is one space."""
    return re.sub(r"\s+", " ", between)


def default_case(target: str) -> Case:
    """Return the case rule of an entry that names none: names exactly as listed, others as a sentence wants them.

    ``al-Qaeda`` begins with a small letter, and is ``Al-Qaeda`` at the start of a sentence.
    """
    return "sentence" if target[:1].islower() else "exact"


def read(path: Path) -> Iterator[Entry]:
    """Read one file. Raises ``UsageError``."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Name an existing CSV or TSV file.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UsageError(f"{path} line {line}: not UTF-8. Save the glossary as 'CSV UTF-8'.") from error
    delimiter = _delimiter(text, path)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _header(next(rows), path)
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _entry(columns, row, f"{path} line {line}")
            line = rows.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{path} line {rows.line_num}: {error}. Mend the quotation marks of that row.") from error


def _delimiter(text: str, path: Path) -> str:
    header, _, _ = text.partition("\n")
    if not header.strip():
        raise UsageError(f"{path} line 1: no header. Begin the file with a line 'source,target'.")
    by_columns = max(DELIMITERS, key=header.count)
    return by_columns if by_columns in header else ","


def _header(row: Sequence[str], path: Path) -> list[str]:
    columns = [cell.strip().lower() for cell in row]
    while columns and not columns[-1]:  # Excel writes the commas of columns that were emptied
        columns.pop()
    for name in REQUIRED:
        if name not in columns:
            raise UsageError(
                f"{path} line 1: no column {name!r} among {', '.join(map(repr, columns))}. "
                "Begin the file with a line 'source,target'."
            )
    check_columns(columns, f"{path} line 1")
    return columns


def check_columns(columns: Sequence[str], where: str) -> None:
    """Raise ``UsageError`` for a column that no entry has, or that stands twice."""
    for name in columns:
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(COLUMNS)}."
            raise UsageError(f"{where}: unknown column {name!r}. {hint}")
        if columns.count(name) > 1:
            raise UsageError(f"{where}: column {name!r} stands twice. Keep one.")


def _entry(columns: Sequence[str], row: Sequence[str], where: str) -> Entry:
    beyond = [cell for cell in row[len(columns) :] if cell.strip()]
    if beyond:
        raise UsageError(
            f"{where}: {len(row)} cells for {len(columns)} columns, the last {beyond[-1]!r}. "
            "Put a value that holds the separator in double quotes."
        )
    return from_cells(dict(zip(columns, row, strict=False)), where)


def from_cells(cells: Mapping[str, str], where: str) -> Entry:
    """Make an entry of the texts of its fields, as any format has them; ``where`` is file and place in it.

    Raises ``UsageError`` for what can't be used.
    """
    cells = {name: clean(cell) for name, cell in cells.items()}
    source, target = as_listed(cells.get("source", "")), cells.get("target", "")
    for name, value in (("source", source), ("target", target)):
        if not value:
            other = target if name == "source" else source
            raise UsageError(f"{where}: empty {name!r} (beside {other!r}). Fill it in or delete the row.")
    if not spelling_key(source):
        raise UsageError(f"{where}: source {source!r} holds no word. Write the Arabic term.")
    _check_optional(source, where)
    if is_arabic(target) or not any(character.isalnum() for character in target):
        raise UsageError(f"{where}: target {target!r} of {source!r} is not English. Write the form wanted in English.")
    return Entry(
        source,
        target,
        cells.get("type", "").lower(),
        cells.get("note", ""),
        _case(cells.get("case", ""), target, where),
        tuple(dict.fromkeys(_variants(cells.get("variants", ""), target, where))),
        where,
    )


def joined(variants: Iterable[str], where: str) -> str:
    """Return variants as ``from_cells`` takes them. Raises ``UsageError`` for one with the separator in it."""
    kept = list(variants)
    for variant in kept:
        if SEPARATOR in variant:
            raise UsageError(f"{where}: variant {variant!r} holds {SEPARATOR!r}, which separates variants. Delete it.")
    return SEPARATOR.join(kept)


def _check_optional(spelling: str, where: str) -> None:
    if re.search(r"[\[\]]", _OPTIONAL.sub("", spelling)):
        raise UsageError(f"{where}: the brackets of {spelling!r} do not pair. Write [ ] around each optional part.")
    if spelling.count("[") > MOST_OPTIONAL:
        raise UsageError(f"{where}: {spelling!r} has more than {MOST_OPTIONAL} optional parts. List it in two entries.")
    if not all(map(spelling_key, optional(spelling))):
        raise UsageError(f"{where}: all of {spelling!r} is optional. Write [ ] around what may be missing only.")


def _case(value: str, target: str, where: str) -> Case:
    if not value:
        return default_case(target)
    if value.lower() not in get_args(Case):
        raise UsageError(f"{where}: case {value!r} of {target!r} is none of {', '.join(get_args(Case))}.")
    return cast(Case, value.lower())


def _variants(value: str, target: str, where: str) -> Iterator[str]:
    for part in value.split(SEPARATOR):
        variant = " ".join(part.split())
        if is_arabic(variant):
            variant = as_listed(variant)
        if not variant or variant == target:
            continue
        if not spelling_key(variant):
            raise UsageError(f"{where}: variant {variant!r} of {target!r} holds no word. Delete it.")
        if is_arabic(variant):
            _check_optional(variant, where)
        yield variant


def _refuse_doubles(entries: Iterable[Entry]) -> None:
    """Raise ``UsageError`` where one Arabic spelling, folded, stands in two entries, and marks do not part them."""
    seen: dict[tuple[str, ...], list[tuple[Entry, str]]] = {}
    for entry in entries:
        for spelling in (form for listed in entry.written for form in optional(listed)):
            others = seen.setdefault(spelling_key(spelling), [])
            for first, first_spelling in others:
                if first is not entry and (first.target == entry.target or not homographs(first_spelling, spelling)):
                    raise UsageError(double(entry, spelling, first, first_spelling))
            others.append((entry, spelling))


def homographs(one: str, other: str) -> bool:
    """Tell whether two spellings differ in vowel marks alone: عمّان and عُمان."""
    return one != other and normalise(one) == normalise(other)


def double(entry: Entry, spelling: str, first: Entry, first_spelling: str) -> str:
    """Say which spelling of which two entries is listed twice."""
    place = first.where.removeprefix(entry.where.rpartition(" line ")[0]).strip() or "another entry"
    alike = "" if spelling == first_spelling else f" (which reads the same as {first_spelling!r})"
    if first.target == entry.target:
        return (
            f"{entry.where}: {spelling!r}{alike} is listed twice with the target {entry.target!r} "
            f"(first at {place}). Delete one."
        )
    return (
        f"{entry.where}: {spelling!r}{alike} is listed twice with different targets "
        f"({first.target!r} at {place}, {entry.target!r}). Keep one, or name the other in 'variants'; if they are two "
        "words, write the vowel marks that tell them apart."
    )

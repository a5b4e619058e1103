"""What is wrong, or looks wrong, with glossaries, found before a run.

Errors are what no run would accept; warnings are what one would accept and hardly anybody wants.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from mtpipe.errors import UsageError
from mtpipe.glossary import files
from mtpipe.glossary.entries import COMMON, NAMES, Entry, Glossary, double, homographs, optional, spelling_key
from mtpipe.glossary.function_words import FUNCTION_WORDS
from mtpipe.glossary.match import Matcher
from mtpipe.segment import split

CODES: Final = {
    "unreadable": "a file or a row that can't be used",
    "duplicate": "one spelling twice, with one target",
    "conflict": "one spelling twice, with different targets",
    "collision": "two spellings that differ for people and read the same for the matcher",
    "never-matching": "a spelling that no sentence has, since a sentence ends within it, or that is not found alone",
    "quotes": "a spelling with quotation marks or brackets, found only where the text has the same ones",
    "function-word": "a spelling that is a word such as من or على, found at every turn",
    "case": "targets that differ in capitals only",
    "variant-is-target": "an English variant that is another entry's target: it would be rewritten",
    "variant-twice": "an English variant of two entries",
    "type": "a type that looks like a misspelling of one that means something",
}
KNOWN: Final = (*sorted(NAMES | COMMON), "verb")
ALIKE: Final = 0.8
QUOTES: Final = re.compile('[«»"“”„()]')


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong; ``code`` is one of ``CODES``, ``text`` says where and what in one line."""

    code: str
    level: Literal["error", "warning"]
    text: str

    def __str__(self) -> str:
        return f"{self.level} {self.code}: {self.text}"


def lint(paths: Iterable[Path]) -> list[Finding]:
    """Check files together, as a run would load them: errors first, in the order of the files."""
    findings: list[Finding] = []
    read: list[tuple[Path, list[Entry]]] = []
    for path in paths:
        try:
            read.append((path, list(files.read(path))))
        except UsageError as error:
            findings.append(Finding("unreadable", "error", str(error)))
    findings += check(files.joined(read))
    return sorted(findings, key=lambda finding: finding.level != "error")


def check(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield what is wrong with entries."""
    usable: list[Entry] = []
    for entry, finding in _doubles(entries):
        if finding is None:
            usable.append(entry)
        else:
            yield finding
    yield from _spellings(usable)
    yield from _targets(entries)
    for entry in entries:
        near = difflib.get_close_matches(entry.type, KNOWN, n=1, cutoff=ALIKE) if entry.type else []
        if near and entry.type not in KNOWN:
            text = f"{entry.where}: type {entry.type!r} means nothing to the matcher. Did you mean {near[0]!r}?"
            yield Finding("type", "warning", text)


def _doubles(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Finding | None]]:
    """Yield each entry with the first reason why it can't stand beside those before it."""
    seen: dict[tuple[str, ...], list[tuple[Entry, str]]] = {}
    for entry in entries:
        finding = None
        forms = [form for listed in entry.written for form in optional(listed)]
        for spelling in forms:
            for first, other in seen.get(spelling_key(spelling), ()):
                if finding is None and (first.target == entry.target or not homographs(other, spelling)):
                    code = "duplicate" if first.target == entry.target else "conflict"
                    finding = Finding(
                        code if spelling == other else "collision", "error", double(entry, spelling, first, other)
                    )
        if finding is None:
            for spelling in forms:
                seen.setdefault(spelling_key(spelling), []).append((entry, spelling))
        yield entry, finding


def _spellings(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield spellings that match never, seldom or everywhere."""
    matcher = Matcher(Glossary(tuple(entries)))
    for entry in entries:
        for spelling in entry.spellings:
            if len(split(spelling, "ar")) > 1:
                text = f"a sentence ends within {spelling!r}, so that no sentence has it. List its parts."
                yield Finding("never-matching", "warning", f"{entry.where}: {text}")
            elif not any(entry in match.candidates for match in matcher.find(spelling)):
                text = f"{spelling!r} is not found even where it stands alone. Write it as articles do."
                yield Finding("never-matching", "warning", f"{entry.where}: {text}")
            elif QUOTES.search(spelling):
                text = f"{spelling!r} is found only where the text has these marks, too. List it without them."
                yield Finding("quotes", "warning", f"{entry.where}: {text}")
            elif spelling in FUNCTION_WORDS:
                yield Finding("function-word", "warning", f"{entry.where}: {spelling!r} is found at every turn.")


def _targets(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Yield targets that differ in case only, and English variants that are somebody else's."""
    targets: dict[str, Entry] = {}
    variants: dict[str, Entry] = {}
    kept = list(entries)
    for entry in kept:
        first = targets.setdefault(entry.target.casefold(), entry)
        if first.target != entry.target:
            text = f"{entry.where}: target {entry.target!r} and {first.target!r} ({first.where}) differ in case only."
            yield Finding("case", "warning", f"{text} Write both the same.")
    for entry in kept:
        for variant in entry.accepted:
            owner = targets.get(variant.casefold())
            if owner is not None and owner.target.casefold() != entry.target.casefold():
                text = f"{entry.where}: variant {variant!r} of {entry.target!r} is the target at {owner.where}."
                yield Finding("variant-is-target", "warning", f"{text} Delete the variant.")
            other = variants.setdefault(variant.casefold(), entry)
            if other.target != entry.target:
                text = f"{entry.where}: variant {variant!r} of {entry.target!r} is one of {other.target!r}, too"
                yield Finding("variant-twice", "warning", f"{text} ({other.where}). Delete one.")

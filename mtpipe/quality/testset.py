"""Test sets: segments with a human reference each, and their translation sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mtpipe.article import Rendering
from mtpipe.errors import UsageError
from mtpipe.intake import normalise
from mtpipe.segment import split

COLUMNS: Final = 3

Render = Callable[[Sequence[str]], list[Rendering]]


@dataclass(frozen=True, slots=True)
class TestSet:
    """Arabic segments, of one sentence or several, their references, and their ids (none, or one each)."""

    __test__ = False  # pytest takes it for a test

    name: str
    sources: tuple[str, ...]
    references: tuple[str, ...]
    ids: tuple[str, ...] = ()

    def first(self, number: int | None) -> TestSet:
        """Return the set cut to its first segments; whole for None."""
        return TestSet(self.name, self.sources[:number], self.references[:number], self.ids[:number])


def read(path: Path) -> TestSet:
    """Read lines of id, Arabic, English, with tabs between. Raises ``UsageError`` with the line that is not so."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Name a file of id, Arabic, English.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8. Save it as UTF-8.") from error
    rows: list[list[str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        cells = line.removesuffix("\r").split("\t")
        if line.strip() and (len(cells) != COLUMNS or not (cells[1].strip() and cells[2].strip())):
            raise UsageError(f"{path} line {number}: wants three cells, id, Arabic and English, with tabs between.")
        if line.strip():
            rows.append(cells)
    if not rows:
        raise UsageError(f"{path}: no segments to evaluate. Name a file that holds some.")
    ids, sources, references = (tuple(cell.strip() for cell in column) for column in zip(*rows, strict=True))
    return TestSet(path.stem, sources, references, ids)


def read_translations(path: Path, sets: Sequence[TestSet]) -> list[tuple[str, ...]]:
    """Read translations made elsewhere, a line a segment, of all sets one after the other; return each set's.

    Raises ``UsageError`` where the lines are too many or too few.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read as UTF-8 ({error}). Name a file with a translation a line.") from error
    wanted = sum(len(item.sources) for item in sets)
    if len(lines) != wanted:
        raise UsageError(f"{path}: {len(lines)} lines for {wanted} segments. It must hold a translation a line.")
    remaining = iter(lines)
    return [tuple(next(remaining).strip() for _ in item.sources) for item in sets]


def rendered(sources: Sequence[str], render: Render) -> list[list[Rendering]]:
    """Translate segments sentence by sentence; a list of renderings, one a sentence, for each segment."""
    pieces: list[str] = []
    owners: list[int] = []
    for owner, source in enumerate(sources):
        for start, end in split(source, "ar"):
            piece = normalise(source[start:end])
            if piece:
                pieces.append(piece)
                owners.append(owner)
    joined: list[list[Rendering]] = [[] for _ in sources]
    for owner, rendering in zip(owners, render(pieces), strict=True):
        joined[owner].append(rendering)
    return joined


def text(renderings: Sequence[Rendering]) -> str:
    """Return the English of a segment: its sentences' with a space between."""
    return " ".join(rendering.text for rendering in renderings if rendering.text)

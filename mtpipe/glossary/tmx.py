"""TMX 1.4b: a unit for each term. What TMX has no place for stands in properties of ours (``x-mtpipe-...``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtpipe.errors import UsageError
from mtpipe.glossary.entries import Entry, from_cells, joined
from mtpipe.glossary.markup import SOURCE, TARGET, elements, label, language, local, node, text_of, within, writing

if TYPE_CHECKING:
    from lxml import etree

PROPERTY: Final = "x-mtpipe-"
NATIVE: Final = frozenset(("bpt", "ept", "ph", "it", "ut"))
"""Elements that hold the codes of another program, no text."""
HEADER: Final = {
    "creationtool": "mtpipe",
    "segtype": "phrase",
    "o-tmf": "mtpipe",
    "adminlang": "en",
    "srclang": SOURCE,
    "datatype": "plaintext",
}


def read(path: Path) -> Iterator[Entry]:
    """Read the units that have an Arabic and an English side. Raises ``UsageError``."""
    for unit in elements(path, frozenset(("tmx",)), frozenset(("tu",))):
        where = f"{path} line {unit.sourceline}"
        if name := label(unit, "tuid"):
            where += f" (tu {name})"
        cells: dict[str, str] = {}
        notes: list[str] = []
        variants: list[str] = []
        for side, code in (("source", SOURCE), ("target", TARGET)):
            segments = [
                text_of(segment, where, NATIVE)
                for variant in within(unit, "tuv")
                if language(variant) == code
                for segment in within(variant, "seg")
            ]
            if not segments:
                raise UsageError(f"{where}: no {code!r} among the languages of this unit. Export Arabic and English.")
            cells[side], *others = segments
            variants += others
        for child in unit:
            kind = str(child.get("type", "")).removeprefix(PROPERTY)
            if local(child) == "note":
                notes.append(text_of(child, where))
            elif local(child) == "prop" and kind in ("type", "case") and PROPERTY in str(child.get("type")):
                cells[kind] = text_of(child, where)
            elif local(child) == "prop" and kind == "variant":
                variants.append(text_of(child, where))
        yield from_cells({**cells, "note": "; ".join(notes), "variants": joined(variants, where)}, where)


def write(entries: Iterable[Entry], path: Path) -> None:
    """Write entries; nothing is lost."""
    from mtpipe import __version__

    with writing(path, '<!DOCTYPE tmx SYSTEM "tmx14.dtd">') as out, out.element("tmx", {"version": "1.4"}):
        out.write("\n", node("header", **HEADER, creationtoolversion=__version__), "\n")
        with out.element("body"):
            for entry in entries:
                out.write("\n", _unit(entry))
            out.write("\n")


def _unit(entry: Entry) -> etree._Element:
    unit = node("tu")
    if entry.note:
        unit.append(node("note", entry.note))
    for name, values in (("type", (entry.type,)), ("case", (entry.case,)), ("variant", entry.variants)):
        unit.extend(node("prop", value, type=PROPERTY + name) for value in values if value)
    for code, text in ((SOURCE, entry.source), (TARGET, entry.target)):
        variant = node("tuv", lang=code)
        variant.append(node("seg", text))
        unit.append(variant)
    return unit

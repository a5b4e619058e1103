"""TBX: version 2 (ISO 30042:2008, ``<martif>``) and version 3 (2019, ``<tbx>``), the dialects Core and Basic.

A concept's first Arabic term, or the one marked as preferred, is the source, the English one the target; the others are
variants. Read are both styles of version 3, categories as attributes (DCA) and as elements (DCT); written is DCA.

The kind of a term is the concept's ``subjectField``, read from ``partOfSpeech`` where there is none. TBX has no place
for the case rule, and Core none for kinds and ranks: its first terms are the preferred ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtpipe.errors import UsageError
from mtpipe.glossary.entries import Entry, from_cells, joined
from mtpipe.glossary.markup import (
    LANG,
    SOURCE,
    TARGET,
    XML,
    elements,
    label,
    language,
    local,
    node,
    text_of,
    within,
    writing,
)

if TYPE_CHECKING:
    from lxml import etree

ROOTS: Final = frozenset(("martif", "tbx"))
CONCEPTS: Final = frozenset(("termEntry", "conceptEntry"))
SECTIONS: Final = ("langSet", "langSec")
TERMS: Final = ("tig", "ntig", "termSec")

STATUS: Final = "administrativeStatus"
PREFERRED: Final = "preferredTerm-admn-sts"
ADMITTED: Final = "admittedTerm-admn-sts"
DEPRECATED: Final = "deprecatedTerm-admn-sts"
SUBJECT: Final = "subjectField"
PART: Final = "partOfSpeech"
NAMESPACE: Final = "urn:iso:std:iso:30042:ed-2"
PARTS: Final = {"noun": "noun", "verb": "verb", "adjective": "adjective"}


def read(path: Path) -> Iterator[Entry]:
    """Read the concepts that have an Arabic and an English term. Raises ``UsageError``."""
    for concept in elements(path, ROOTS, CONCEPTS):
        where = f"{path} line {concept.sourceline}"
        if name := label(concept, "id"):
            where += f" ({local(concept)} {name})"
        source, *spellings = _terms(concept, SOURCE, where)
        target, *variants = _terms(concept, TARGET, where)
        notes = [text_of(child, where) for child in concept if local(child) == "note"]
        yield from_cells(
            {
                "source": source,
                "target": target,
                "type": _category(concept, SUBJECT, where) or PARTS.get(_category(concept, PART, where).lower(), ""),
                "note": "; ".join(notes),
                "variants": joined((*spellings, *variants), where),
            },
            where,
        )


def _terms(concept: etree._Element, code: str, where: str) -> list[str]:
    """Return the terms of a language, the preferred one first."""
    ranked: list[tuple[int, str]] = []
    for section in within(concept, *SECTIONS):
        if language(section) == code:
            for group in within(section, *TERMS):
                term = next(within(group, "term"), None)
                if term is not None:
                    ranked.append((_rank(_category(group, STATUS, where)), text_of(term, where)))
    if not ranked:
        raise UsageError(f"{where}: no term in {code!r}. Export Arabic and English, or delete the entry.")
    return [text for _, text in sorted(ranked, key=lambda item: item[0])]


def _rank(status: str) -> int:
    """Order administrative statuses (preferredTerm-admn-sts and the like); none is in the middle."""
    return {"pref": 0, "depr": 2, "supe": 2, "obso": 2, "notR": 2}.get(status[:4], 1)


def _category(element: etree._Element, name: str, where: str) -> str:
    """Return the value of a data category, in either style."""
    for child in within(element, "descrip", "termNote", "admin", name):
        if local(child) == name or child.get("type") == name:
            return text_of(child, where).strip()
    return ""


def write(entries: Iterable[Entry], path: Path, *, dialect: str = "basic") -> None:
    """Write entries in version 3; ``dialect`` is ``basic`` or ``core``."""
    attributes = {"type": f"TBX-{dialect.title()}", "style": "dca", "xmlns": NAMESPACE}
    _write(entries, path, root="tbx", attributes=attributes, names=("text", "conceptEntry", "langSec", "termSec"))


def write_old(entries: Iterable[Entry], path: Path) -> None:
    """Write entries in version 2, TBX-Basic."""
    names = ("text", "termEntry", "langSet", "tig")
    doctype = '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">'
    _write(entries, path, root="martif", attributes={"type": "TBX-Basic"}, names=names, doctype=doctype)


def _write(
    entries: Iterable[Entry],
    path: Path,
    *,
    root: str,
    attributes: dict[str, str],
    names: Sequence[str],
    doctype: str | None = None,
) -> None:
    text, concept, section, group = names
    ranks = attributes["type"] != "TBX-Core"
    header = "tbxHeader" if root == "tbx" else "martifHeader"
    namespaces: dict[str | None, str] = {"xml": XML}  # or lxml's incremental writer makes up a prefix for xml:lang
    if "xmlns" in attributes:
        namespaces[None] = attributes["xmlns"]
    plain = {name: value for name, value in attributes.items() if name != "xmlns"}
    with writing(path, doctype) as out, out.element(root, {**plain, LANG: SOURCE}, nsmap=namespaces):
        out.write("\n", _header(header), "\n")
        with out.element(text), out.element("body"):
            for number, entry in enumerate(entries, start=1):
                out.write("\n", _concept(entry, f"c{number}", concept, section, group, ranks=ranks))
            out.write("\n")


def _header(name: str) -> etree._Element:
    header, described, source = node(name), node("fileDesc"), node("sourceDesc")
    source.append(node("p", "Glossary written by mtpipe"))
    described.append(source)
    header.append(described)
    return header


def _concept(entry: Entry, number: str, concept: str, section: str, group: str, *, ranks: bool) -> etree._Element:
    element = node(concept, id=number)
    if entry.type and ranks:
        element.append(node("descrip", entry.type, type=SUBJECT))
    if entry.note:
        element.append(node("note", entry.note))
    arabic, english = entry.written, (entry.target, *entry.accepted)
    for code, terms, other in ((SOURCE, arabic, ADMITTED), (TARGET, english, DEPRECATED)):
        spoken = node(section, lang=code)
        for place, text in enumerate(terms):
            term = node(group)
            term.append(node("term", text))
            if ranks:
                term.append(node("termNote", other if place else PREFERRED, type=STATUS))
            spoken.append(term)
        element.append(spoken)
    return element


write_core = partial(write, dialect="core")

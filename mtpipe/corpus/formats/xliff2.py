"""XLIFF 2.1: a file for each article, a unit for each pair, a segment for each sentence; glossary and metadata modules.

Machine translation is ``translated`` with the sub-state ``mtpipe:machine``, never more; what a reviewer approved is
``reviewed``. "final" is the state of a whole project, and not ours to give. Ids in XLIFF 2 are short names
(``NMTOKEN``): our ids are the units' ``name``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtpipe.corpus.formats.base import SOURCE, TARGET, Head, Pair, Status, Tally
from mtpipe.corpus.formats.files import writing
from mtpipe.corpus.formats.xml import Make, Span, element, fill, legal
from mtpipe.glossary.markup import XML, writing_to

if TYPE_CHECKING:
    from lxml import etree

CORE: Final = "urn:oasis:names:tc:xliff:document:2.0"
GLOSSARY: Final = "urn:oasis:names:tc:xliff:glossary:2.0"
METADATA: Final = "urn:oasis:names:tc:xliff:metadata:2.0"
SPACES: Final[dict[str | None, str]] = {None: CORE, "xml": XML, "gls": GLOSSARY, "mda": METADATA}
STATES: Final[dict[Status, str]] = {
    "machine": "translated",
    "edited": "translated",
    "human": "translated",
    "approved": "reviewed",
    "rejected": "initial",
}


def write(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write one file, streaming."""
    root = {"version": "2.1", "srcLang": SOURCE, "trgLang": TARGET}
    with writing(path) as stream, writing_to(stream) as out, out.element(f"{{{CORE}}}xliff", root, nsmap=SPACES):
        number = 0
        for place, (article, group) in enumerate(groupby(pairs, key=attrgetter("article")), start=1):
            out.write("\n")
            attributes = {"id": f"f{place}", "original": legal(article, Tally()), "srcDir": "rtl", "trgDir": "ltr"}
            with out.element(f"{{{CORE}}}file", attributes):
                first = next(group)
                out.write("\n", _told(first, head, tally))
                for pair in chain((first,), group):
                    number += 1
                    out.write("\n", _unit(pair, number, tally))
                out.write("\n")
        out.write("\n")


def _told(first: Pair, head: Head, tally: Tally) -> etree._Element:
    from mtpipe import __version__

    notes = element(CORE, "notes")
    told = (("signature", head.signature), ("tool", f"mtpipe {__version__}"), ("run", head.zulu or ""))
    for category, text in chain(told, first.about()):
        if text:
            notes.append(element(CORE, "note", legal(text, tally), category=category))
    return notes


def _unit(pair: Pair, number: int, tally: Tally) -> etree._Element:
    unit = element(CORE, "unit", id=f"u{number}", name=legal(pair.id, tally))
    source, target = legal(pair.source, tally), legal(pair.target, tally)
    spans = pair.sentences or [((0, len(source)), (0, len(target)))]
    left = _marks(pair, "source", [span for span, _ in spans])
    right = _marks(pair, "target", [span for _, span in spans])
    if left:
        unit.append(_glossary(pair, left, tally))
    unit.append(_facts(pair, tally))
    if (notes := _notes(pair, tally)) is not None:
        unit.append(notes)
    status = pair.status
    for place, (source_span, target_span) in enumerate(spans, start=1):
        segment = element(CORE, "segment", id=f"s{place}", state=STATES[status], subState=f"mtpipe:{status}")
        for name, text, span, marks in (
            ("source", source, source_span, left),
            ("target", target, target_span, right),
        ):
            side = element(CORE, name, space="preserve")
            fill(side, text, span, [(where, _mark(term)) for term, where in marks.items()])
            segment.append(side)
        unit.append(segment)
    return unit


def _marks(pair: Pair, side: str, segments: Sequence[Span]) -> dict[int, Span]:
    """Return where terms stand, by number: those that lie whole in a segment, none over another."""
    found: dict[int, Span] = {}
    cursor = 0
    spans = [((term[f"{side}_start"], term[f"{side}_end"]), number) for number, term in enumerate(pair.terms, start=1)]
    for (start, end), number in sorted(spans):
        if cursor <= start < end and any(first <= start and end <= last for first, last in segments):
            found[number] = (start, end)
            cursor = end
    return found


def _mark(number: int) -> Make:
    return lambda: element(CORE, "mrk", id=f"m{number}", type="term")


def _glossary(pair: Pair, marks: Iterable[int], tally: Tally) -> etree._Element:
    """Return the terms of a unit; each points at its place in the source."""
    glossary = element(GLOSSARY, "glossary")
    terms = pair.terms
    for number in marks:
        term = terms[number - 1]
        entry = element(GLOSSARY, "glossEntry", id=f"g{number}", ref=f"#m{number}")
        entry.append(element(GLOSSARY, "term", legal(str(term["entry"]), tally)))
        entry.append(element(GLOSSARY, "translation", legal(str(term["target"]), tally)))
        glossary.append(entry)
    return glossary


def _facts(pair: Pair, tally: Tally) -> etree._Element:
    data, group = element(METADATA, "metadata"), element(METADATA, "metaGroup", category="mtpipe")
    group.extend(element(METADATA, "meta", legal(text, tally), type=name) for name, text in pair.facts())
    for name in ("reviewer", "reviewed"):
        if text := pair.text(name):
            group.append(element(METADATA, "meta", legal(text, tally), type=name))
    data.append(group)
    return data


def _notes(pair: Pair, tally: Tally) -> etree._Element | None:
    comment = pair.text("comment")
    if not comment:
        return None
    notes = element(CORE, "notes")
    notes.append(element(CORE, "note", legal(comment, tally), category="comment"))
    return notes

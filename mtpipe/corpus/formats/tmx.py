"""TMX 1.4b: a unit for each pair. Ids, scores and provenance are properties of ours (``x-mtpipe-...``)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtpipe.corpus.formats.base import SOURCE, TARGET, Head, Pair, Tally
from mtpipe.corpus.formats.files import writing
from mtpipe.corpus.formats.xml import legal
from mtpipe.glossary.markup import node, writing_to

if TYPE_CHECKING:
    from lxml import etree

DOCTYPE: Final = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'
PROPERTY: Final = "x-mtpipe-"
SEGMENTS: Final = {"sentences": "sentence", "paragraphs": "paragraph"}


def write(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write one file, streaming."""
    with writing(path) as stream, writing_to(stream, DOCTYPE) as out, out.element("tmx", {"version": "1.4"}):
        out.write("\n", _header(head, tally), "\n")
        with out.element("body"):
            for pair in pairs:
                out.write("\n", _unit(pair, head, tally))
            out.write("\n")


def _header(head: Head, tally: Tally) -> etree._Element:
    from mtpipe import __version__

    dated = {"creationdate": head.compact_date} if head.compact_date else {}
    header = node(
        "header",
        creationtool="mtpipe",
        creationtoolversion=__version__,
        segtype=SEGMENTS[head.level],
        **{"o-tmf": "mtpipe"},
        adminlang="en",
        srclang=SOURCE,
        datatype="plaintext",
        **dated,
    )
    header.append(_property("signature", head.signature, tally))
    return header


def _unit(pair: Pair, head: Head, tally: Tally) -> etree._Element:
    # White space is not for a tuid: "Text without white spaces", says TMX. The id itself is a property.
    unit = node("tu", tuid="%20".join(legal(pair.id, Tally()).split()))
    if comment := pair.text("comment"):
        unit.append(node("note", legal(comment, tally)))
    unit.append(_property("id", pair.id, tally))
    for name, text in chain(pair.facts(), pair.about()):
        unit.append(_property(name, text, tally))
    if (signature := pair.text("signature")) and signature != head.signature:
        unit.append(_property("signature", signature, tally))
    unit.append(_variant(SOURCE, pair.source, tally))
    unit.append(_variant(TARGET, pair.target, tally, **_changed(pair, tally)))
    return unit


def _changed(pair: Pair, tally: Tally) -> dict[str, str]:
    """Return who last touched the English, and when, as attributes."""
    attributes = {}
    if reviewer := pair.text("reviewer"):
        attributes["changeid"] = legal(reviewer, tally)
    if date := Head("", "sentences", pair.text("reviewed")).compact_date:
        attributes["changedate"] = date
    return attributes


def _variant(language: str, text: str, tally: Tally, **attributes: str) -> etree._Element:
    variant = node("tuv", lang=language, **attributes)
    variant.append(node("seg", legal(text, tally)))
    return variant


def _property(name: str, text: str, tally: Tally) -> etree._Element:
    return node("prop", legal(text, tally), type=PROPERTY + name)

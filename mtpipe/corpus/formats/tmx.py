"""TMX 1.4b: a unit for each pair. Ids, scores and provenance are properties of ours (``x-mtpipe-...``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtpipe.corpus.formats.base import SOURCE, TARGET, Head, Incoming, Pair, Tally, expanded
from mtpipe.corpus.formats.files import reading, writing
from mtpipe.corpus.formats.xml import legal
from mtpipe.glossary.markup import label, language, node, streamed, text_of, within, writing_to
from mtpipe.glossary.tmx import NATIVE

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


def read(path: Path) -> Iterator[Incoming]:
    """Yield the Arabic and English of each unit that has both; a unit without them yields empty texts.

    A unit of ours says whether it was approved, one of another program says nothing. Raises ``UsageError``.
    """
    with reading(path) as stream:
        for number, unit in enumerate(streamed(stream, str(path), frozenset(("tmx",)), frozenset(("tu",))), start=1):
            name = label(unit, "tuid")
            where = f"unit {number}" + (f" ({name})" if name else "")
            texts: dict[str, str] = {}
            changed: dict[str, str] = {}
            for variant in within(unit, "tuv"):
                code = language(variant)
                for segment in within(variant, "seg"):
                    texts.setdefault(code, text_of(segment, f"{path} {where}", NATIVE).strip())
                if code == TARGET:
                    changed = {key: str(variant.get(key) or "") for key in ("changeid", "changedate")}
            status = _ours(unit, "status", f"{path} {where}")
            yield Incoming(
                texts.get(SOURCE, ""),
                texts.get(TARGET, ""),
                where,
                approved=status == "approved" if status else None,
                reviewer=changed.get("changeid", ""),
                time=expanded(changed.get("changedate", "")),
                languages=tuple(texts),
            )


def _ours(unit: etree._Element, name: str, where: str) -> str:
    for child in within(unit, "prop"):
        if child.get("type") == PROPERTY + name:
            return text_of(child, where)
    return ""


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

"""A Word document for readers: the articles one after another, Arabic beside English, paragraph by paragraph.

The few parts of WordprocessingML (ECMA-376) that this needs are written here, since python-docx holds a whole document
in memory. What is Arabic is said three times, as Word wants it: the paragraph (``w:bidi``), the run (``w:rtl``) and the
language (``w:lang``); Latin words inside Arabic are runs of their own, and the reverse.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

import regex

from mtpipe.corpus.formats.base import Head, Pair, Tally
from mtpipe.corpus.formats.files import writing
from mtpipe.corpus.formats.xml import legal
from mtpipe.errors import UsageError
from mtpipe.glossary.markup import node, writing_to

if TYPE_CHECKING:
    from lxml import etree

WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every part, the first that a zip can tell: the same rows are the same bytes."""

LARGEST: Final = (1 << 31) - 1
"""Bytes of the text of a document."""

WIDTHS: Final = (4700, 4700, 700)
"""Of the columns, in twentieths of a point: Arabic, English, number. Together the text width of an A4 page."""

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CONTENT_TYPES: Final = f"""{DECLARATION}<Types \
xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="{TYPES}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{TYPES}.styles+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>\
</Types>"""
ROOT_RELATIONS: Final = f"""{DECLARATION}<Relationships xmlns="{RELATIONS}">\
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>\
<Relationship Id="rId2" Type="{RELATIONS}/metadata/core-properties" Target="docProps/core.xml"/>\
</Relationships>"""
DOCUMENT_RELATIONS: Final = f"""{DECLARATION}<Relationships xmlns="{RELATIONS}">\
<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>"""
CORE: Final = f"""{DECLARATION}<cp:coreProperties \
xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Arabic and English, side by side</dc:title>\
<dc:creator>mtpipe</dc:creator>{{date}}</cp:coreProperties>"""
STYLES: Final = f"""{DECLARATION}<w:styles xmlns:w="{WORD}"><w:docDefaults><w:rPrDefault><w:rPr>\
<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Calibri" w:cs="Arial"/><w:sz w:val="22"/><w:szCs w:val="26"/>\
<w:lang w:val="en-US" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>\
<w:spacing w:after="80" w:line="288" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>\
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>\
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>\
<w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="480"/><w:outlineLvl w:val="0"/></w:pPr>\
<w:rPr><w:b/><w:bCs/><w:sz w:val="30"/><w:szCs w:val="34"/></w:rPr></w:style>\
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Remark"><w:name w:val="Remark"/><w:basedOn w:val="Normal"/>\
<w:rPr><w:color w:val="666666"/><w:sz w:val="16"/><w:szCs w:val="18"/></w:rPr></w:style></w:styles>"""

ORIGINS: Final = {
    "machine": "Machine translation, not read by a person.",
    "edited": "Changed by a person, not yet approved.",
    "approved": "Approved",
}

# Neutral signs and figures inside go with the words around them, those at the edge with the paragraph.
LATIN: Final = regex.compile(r"\p{Script=Latin}(?:[^\p{Script=Arabic}]*[\p{Script=Latin}\p{N}])?")
ARABIC: Final = regex.compile(r"\p{Script=Arabic}(?:[^\p{Script=Latin}]*\p{Script=Arabic})?")


def write(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write one document, streaming."""
    with writing(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        date = f'<dcterms:created xsi:type="dcterms:W3CDTF">{head.zulu}</dcterms:created>' if head.zulu else ""
        for name, text in (
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", ROOT_RELATIONS),
            ("docProps/core.xml", CORE.format(date=date)),
            ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS),
            ("word/styles.xml", STYLES),
        ):
            archive.writestr(_part(name), text)
        # Word opens no zip64, so the text of a document has the bounds of a plain zip.
        with archive.open(_part("word/document.xml"), "w") as document:
            _document(pairs, cast(IO[bytes], _Bounded(document, path)), head, tally)


class _Bounded:
    """A stream that says in our words when a document is too large."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path, self._left = stream, path, LARGEST

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise UsageError(
                f"{self._path}: more text than a Word document holds (2 GiB). Export a part of it "
                "(mtpipe corpus sample), or as text."
            )
        return self._stream.write(data)


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, EPOCH)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _document(pairs: Iterable[Pair], stream: IO[bytes], head: Head, tally: Tally) -> None:
    with writing_to(stream) as out, out.element(_w("document"), nsmap={"w": WORD}), out.element(_w("body")):
        for article, group in groupby(pairs, key=attrgetter("article")):
            first = next(group)
            title = first.text("title") or article
            arabic = regex.search(r"\p{Script=Arabic}", title) is not None
            out.write(_paragraph(legal(title, tally), rtl=arabic, style="Heading1"))
            about = " · ".join(text for text in (article, first.text("date"), first.text("url")) if text)
            out.write(_paragraph(legal(about, tally), style="Remark"))
            with out.element(_w("tbl")):
                out.write(_table_properties(), _grid())
                for pair in chain((first,), group):
                    out.write(_row(pair, tally))
        out.write(_paragraph(legal(head.signature, tally), style="Remark"), _section())


def _table_properties() -> etree._Element:
    properties = _node("tblPr")
    properties.append(_node("bidiVisual"))  # the first column, the Arabic, stands at the right
    properties.append(_node("tblW", w=str(sum(WIDTHS)), type="dxa"))
    borders = _node("tblBorders")
    for edge in ("top", "bottom", "insideH"):
        borders.append(_node(edge, val="single", sz="4", space="0", color="CCCCCC"))
    properties.append(borders)
    properties.append(_node("tblLayout", type="fixed"))
    return properties


def _grid() -> etree._Element:
    grid = _node("tblGrid")
    grid.extend(_node("gridCol", w=str(width)) for width in WIDTHS)
    return grid


def _row(pair: Pair, tally: Tally) -> etree._Element:
    row = _node("tr")
    number = legal(pair.id.removeprefix(f"{pair.article}#"), tally)
    english = [_paragraph(text) for text in _parts(legal(pair.target, tally))]
    if remark := _remark(pair):
        english.append(_paragraph(legal(remark, tally), style="Remark"))
    arabic = [_paragraph(text, rtl=True) for text in _parts(legal(pair.source, tally))]
    for width, content in zip(WIDTHS, (arabic, english, [_paragraph(number, style="Remark")]), strict=True):
        cell, properties = _node("tc"), _node("tcPr")
        properties.append(_node("tcW", w=str(width), type="dxa"))
        cell.append(properties)
        cell.extend(content)
        row.append(cell)
    return row


def _parts(text: str) -> list[str]:
    """Return the paragraphs of a bead; one that is empty for no text, since a cell must hold one."""
    return [part for part in text.split("\n") if part.strip()] or [""]


def _remark(pair: Pair) -> str:
    words = ORIGINS.get(pair.status, "") if pair.status != "machine" else ""
    if pair.status == "approved" and pair.text("reviewer"):
        words += f" by {pair.text('reviewer')}"
    return " · ".join(part for part in (words, pair.text("comment")) if part)


def _paragraph(text: str, *, rtl: bool = False, style: str = "") -> etree._Element:
    paragraph, properties = _node("p"), _node("pPr")
    if style:
        properties.append(_node("pStyle", val=style))
    if rtl:
        properties.append(_node("bidi"))
    if len(properties):
        paragraph.append(properties)
    paragraph.extend(_run(piece, rtl=arabic) for piece, arabic in runs(text, rtl=rtl))
    return paragraph


def runs(text: str, *, rtl: bool) -> Iterator[tuple[str, bool]]:
    """Cut a text into runs of one direction, in order: joined they are the text.

    >>> [piece for piece, _ in runs("قال NATO اليوم", rtl=True)]
    ['قال ', 'NATO', ' اليوم']
    """
    cursor = 0
    for found in (LATIN if rtl else ARABIC).finditer(text):
        if found.start() > cursor:
            yield text[cursor : found.start()], rtl
        yield found.group(), not rtl
        cursor = found.end()
    if cursor < len(text):
        yield text[cursor:], rtl


def _run(text: str, *, rtl: bool) -> etree._Element:
    run, properties, content = _node("r"), _node("rPr"), _node("t")
    if rtl:
        properties.append(_node("rtl"))
        properties.append(_node("lang", bidi="ar-SA"))
    else:
        properties.append(_node("lang", val="en-US"))
    content.text = text
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(properties)
    run.append(content)
    return run


def _section() -> etree._Element:
    section = _node("sectPr")
    section.append(_node("pgSz", w="11906", h="16838"))
    margins = dict.fromkeys(("top", "right", "bottom", "left"), "900")
    section.append(_node("pgMar", **margins, header="450", footer="450", gutter="0"))
    return section


def _node(name: str, **attributes: str) -> etree._Element:
    element = node(_w(name))
    for key, value in attributes.items():
        element.set(_w(key), value)
    return element


def _w(name: str) -> str:
    return f"{{{WORD}}}{name}"

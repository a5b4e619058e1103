"""Word documents (.docx, ECMA-376): paragraphs, lists and tables in reading order.

Read from the XML: python-docx would lose what stands in content controls and in tracked insertions, and it holds every
picture in memory.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, cast

from mtpipe.article import Meta
from mtpipe.errors import ArticleError
from mtpipe.intake.clean import clean
from mtpipe.intake.raw import Raw
from mtpipe.intake.sources import Source
from mtpipe.intake.streams import read_article, seekable
from mtpipe.intake.zip_archive import Zip
from mtpipe.settings import IntakeSettings

if TYPE_CHECKING:
    from lxml import etree

_RELATIONS: Final = "_rels/.rels"
_CORE: Final = "docProps/core.xml"
_OLE: Final = b"\xd0\xcf\x11\xe0"  # Office puts a document with a password into the container of old Word
_TITLE_STYLES: Final = ("title", "heading")  # names are in English in every language of Word
_BREAKS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SKIPPED: Final = frozenset(("Fallback", "moveFrom"))  # what Choice says again for old Word; text moved elsewhere


def read_document(source: Source, settings: IntakeSettings) -> Iterator[Raw]:
    """Yield the article of a Word document. A first paragraph in a style of titles or headings is its title.

    Left out: headers, footers, footnotes, comments, deleted text, automatic numbers of lists. Raises ``ArticleError``:
    ``encrypted``, ``damaged``, ``too-large``.
    """
    del settings  # XML says its own encoding
    with seekable(source.open(), source.shown) as file:
        if file.read(len(_OLE)) == _OLE:
            raise ArticleError(
                source.id, "encrypted", f"{source.shown}: has a password, or is an old .doc. Save it as a plain .docx."
            )
        archive = Zip(file, source.shown)
        try:
            yield _article(source, _Parts(archive))
        finally:
            archive.close()


class _Parts:
    """The parts of a document by name; one that is not there is None."""

    def __init__(self, archive: Zip) -> None:
        self.shown = archive.shown
        self._archive = archive
        self._infos = {info.filename: info for info in archive.infos}

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def events(self, name: str) -> Iterator[tuple[str, str, etree._Element]]:
        """Yield (start or end, local name, element) of a part, and clear what has ended."""
        from lxml import etree

        info: zipfile.ZipInfo | None = self._infos.get(name)
        if info is None:
            return
        with self._archive.open(info, self.shown) as stream:
            raw = read_article(stream, self.shown)
        try:
            nodes = etree.iterparse(
                io.BytesIO(raw),
                ("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            )
            for event, node in nodes:
                yield event, _local(node.tag), node
                if event == "end":
                    node.clear(keep_tail=True)
        except etree.XMLSyntaxError as error:
            told = f"{self.shown}: {clean(name)} is not XML ({clean(str(error))}). Save the document again."
            raise ArticleError(self.shown, "damaged", told) from error


def _article(source: Source, parts: _Parts) -> Raw:
    document = _document(parts)
    styles = _styles(parts, posixpath.join(posixpath.dirname(document), "styles.xml"))
    found = [(styles.get(style, ""), text) for style, text in _paragraphs(parts, document) if text.strip()]
    title = None
    if len(found) > 1 and found[0][0].startswith(_TITLE_STYLES):
        title = clean(found[0][1])
        del found[0]
    author = next((node.text for event, name, node in parts.events(_CORE) if (event, name) == ("end", "creator")), None)
    # The date in core.xml is the file's, often its template's: not the article's.
    meta = Meta(title=title, author=clean(author or "") or None, path=source.path)
    return Raw(source.id, source.shown, tuple(text for _, text in found), title, meta)


def _document(parts: _Parts) -> str:
    for event, name, node in parts.events(_RELATIONS):
        if (event, name) == ("start", "Relationship") and node.get("Type", "").endswith("/officeDocument"):
            path = node.get("Target", "").lstrip("/")
            if path in parts:
                return path
    raise ArticleError(parts.shown, "damaged", f"{parts.shown}: a zip, but no Word document. Save the document again.")


def _styles(parts: _Parts, path: str) -> Mapping[str, str]:
    """Return the names of the paragraph styles by their ids, in lower case."""
    names: dict[str, str] = {}
    style = ""
    for event, name, node in parts.events(path):
        if (event, name) == ("start", "style"):
            style = _value(node, "styleId")
        elif (event, name) == ("end", "name"):
            names.setdefault(style, _value(node, "val").lower())
    return names


def _paragraphs(parts: _Parts, path: str) -> Iterator[tuple[str, str]]:
    """Yield (style id, text) of each paragraph; those of a text box before the one that it hangs on."""
    open_paragraphs: list[tuple[list[str], list[str]]] = []
    skipped = 0
    for event, name, node in parts.events(path):
        starts = event == "start"
        if name in _SKIPPED:
            skipped += 1 if starts else -1
        if skipped:
            continue
        if name == "p" and starts:
            open_paragraphs.append(([], []))
        if not open_paragraphs:
            continue
        styles, texts = open_paragraphs[-1]
        if name == "pStyle" and starts:
            styles.append(_value(node, "val"))
        elif name == "t" and not starts:
            texts.append(node.text or "")
        elif name in _BREAKS and starts:
            texts.append(_BREAKS[name])
        elif name == "p" and not starts:
            open_paragraphs.pop()
            yield (styles[0] if styles else ""), "".join(texts)


def _value(node: etree._Element, name: str) -> str:
    """Return an attribute, whatever namespace it stands in: strict documents have another."""
    return next((cast(str, value) for key, value in node.attrib.items() if _local(key) == name), "")


def _local(name: object) -> str:
    """Return a name without its namespace. lxml's QName refuses names that its own parser lets pass (``a::b``)."""
    return str(name).rpartition("}")[2]

"""Reading and writing XML term files: streaming, nothing fetched, no entity resolved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final

from mtpipe.errors import UsageError

if TYPE_CHECKING:  # lxml is imported when an XML file is met, so that --help is quick
    from lxml import etree

XML: Final = "http://www.w3.org/XML/1998/namespace"
LANG: Final = f"{{{XML}}}lang"
SOURCE: Final = "ar"
TARGET: Final = "en"


def elements(path: Path, roots: frozenset[str], wanted: frozenset[str]) -> Iterator[etree._Element]:
    """Yield the elements of a file with one of the ``wanted`` local names, whole, and forget them afterwards.

    Raises ``UsageError`` where the file can't be read, is no XML, or has a root other than ``roots``.
    """
    try:
        with path.open("rb") as stream:
            yield from streamed(stream, str(path), roots, wanted)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Name an existing file.") from error


def streamed(stream: BinaryIO, shown: str, roots: frozenset[str], wanted: frozenset[str]) -> Iterator[etree._Element]:
    """Yield elements of a stream as ``elements`` does; memory does not grow with the stream."""
    from lxml import etree

    root = None
    inside = 0
    try:
        for event, element in etree.iterparse(
            stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            if root is None:
                root = element
                if local(root) not in roots:
                    wanted_roots = " or ".join(f"<{name}>" for name in sorted(roots))
                    raise UsageError(f"{shown} line {root.sourceline}: <{local(root)}> where {wanted_roots} begins.")
            is_wanted = local(element) in wanted
            if is_wanted:
                inside += 1 if event == "start" else -1
            if event == "end" and is_wanted:
                yield element
            if event == "end" and (is_wanted or not inside):
                _forget(element)
    except etree.XMLSyntaxError as error:
        line, words = error.lineno or 1, " ".join(str(error.msg).split())
        raise UsageError(f"{shown} line {line}: not XML ({words}). Export the file again.") from error


def _forget(element: Any) -> None:
    """Empty an element and drop its elder siblings and those of what it stands in: even empty ones would add up."""
    element.clear(keep_tail=True)
    while (parent := element.getparent()) is not None:
        while element.getprevious() is not None:
            del parent[0]
        element = parent


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def label(element: etree._Element, name: str) -> str:
    """Return an attribute on one line, "" where there is none: a character reference may put line breaks into it."""
    return " ".join(str(element.get(name) or "").split())


def within(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the descendants that have one of the local names, in order."""
    for child in element.iter():
        if child is not element and local(child) in names:
            yield child


def language(element: etree._Element) -> str:
    """Return the primary language of an element (``ar`` of ``ar-SA``), "" where it names none.

    TMX before 1.4 has ``lang`` without a namespace.
    """
    code = str(element.get(LANG) or element.get("lang") or "")
    return code.replace("_", "-").partition("-")[0].lower()


def text_of(element: etree._Element, where: str, skip: frozenset[str] = frozenset()) -> str:
    """Return the text in an element, the content of elements named in ``skip`` left out.

    Raises ``UsageError`` at an entity reference: what it stands for is outside the text.
    """
    from lxml import etree

    parts = [element.text or ""]
    for child in element:
        if isinstance(child, etree._Entity):
            raise UsageError(f"{where}: the entity {child.text!r} is not resolved. Write the characters themselves.")
        if isinstance(child.tag, str) and local(child) not in skip:
            parts.append(text_of(child, where, skip))
        parts.append(child.tail or "")
    return "".join(parts)


@contextmanager
def writing(path: Path, doctype: str | None = None) -> Iterator[etree._IncrementalFileWriter]:
    """Write an XML file in UTF-8, streaming. Raises ``UsageError`` where that is impossible."""
    try:
        with path.open("wb") as stream, writing_to(stream, doctype) as writer:
            yield writer
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}). Name another file.") from error


@contextmanager
def writing_to(stream: IO[bytes], doctype: str | None = None) -> Iterator[etree._IncrementalFileWriter]:
    """Write XML in UTF-8 to a stream."""
    from lxml import etree

    with etree.xmlfile(stream, encoding="utf-8") as writer:
        writer.write_declaration(doctype=doctype) if doctype else writer.write_declaration()
        yield writer


def node(name: str, text: str = "", **attributes: str) -> etree._Element:
    """Make an element; an attribute ``lang`` is ``xml:lang``."""
    from lxml import etree

    element = etree.Element(name, {(LANG if key == "lang" else key): value for key, value in attributes.items()})
    element.text = text or None
    return element

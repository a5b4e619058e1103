"""Paragraphs of a piece of HTML that is all article: an item of a feed, a chapter of a book.

Pages of websites have frames, and go through trafilatura instead (``html.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import html5
from typing import TYPE_CHECKING, Final

from mtpipe.errors import ArticleError
from mtpipe.intake import limits

if TYPE_CHECKING:
    from lxml import etree

_INLINE: Final = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "img", "ins", "kbd", "label", "mark", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span",
        "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    )
)  # fmt: skip
_SILENT: Final = frozenset(
    ("audio", "canvas", "iframe", "math", "noscript", "object", "script", "style", "svg", "template", "video")
)
_SILENT_BLOCKS: Final = frozenset(("form", "head", "nav"))
_HEADING: Final = re.compile(r"h[1-6]")
DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
"""The text is decoded already: by what a declaration says, a parser would decode it again."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The paragraphs, not cleaned; ``title`` is a heading that stands before all of them, and is not among them."""

    title: str | None
    paragraphs: tuple[str, ...]


def blocks(text: str, shown: str) -> Blocks:
    """Return the paragraphs of HTML or XHTML. Raises ``ArticleError`` (``too-large``) beyond ``limits.PAGE_TAGS``."""
    from lxml import etree

    check_tags(text, limits.PAGE_TAGS, shown)
    page = DECLARATION.sub("", text.replace("\0", "")).encode("utf-8", "replace")
    # Well-formed XHTML says <script/> and <title/>, which an HTML parser takes for the start of one.
    try:
        root = etree.fromstring(page, safe_parser("utf-8"))
    except etree.XMLSyntaxError:
        parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
        try:
            root = etree.fromstring(b"<div>%s</div>" % page, parser)
        except etree.XMLSyntaxError:  # nothing that is a document
            root = None
    if root is None:
        return Blocks(None, ())
    found = [(heading, text) for heading, text in _walk(root) if text.strip()]
    if found and found[0][0]:
        return Blocks(found[0][1], tuple(text for _, text in found[1:]))
    return Blocks(None, tuple(text for _, text in found))


def safe_parser(encoding: str | None = None) -> etree.XMLParser:
    """Return a parser for foreign XML: no entity is expanded, nothing is fetched, depth and sizes have limits."""
    from lxml import etree

    return etree.XMLParser(encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def check_tags(text: str, most: int, shown: str) -> None:
    """Raise ``ArticleError`` (``too-large``) for a page of more than so many tags: they cost time and memory each."""
    if text.count("<") > most:
        raise ArticleError(shown, "too-large", f"{shown}: more than {most} tags. Give its text as .txt.")


def _walk(root: etree._Element) -> list[tuple[bool, str]]:
    """Return (whether in a heading, text) of each run of text that no block breaks."""
    from lxml import etree

    runs: list[tuple[bool, list[str]]] = [(False, [])]
    headings = silent = breaks = 0

    def add(text: str | None) -> None:
        nonlocal breaks
        if text and not silent:
            if breaks > 1 and text.strip():
                runs.append((headings > 0, []))
            breaks = breaks if not text.strip() else 0
            runs[-1][1].append(text)

    # No recursion: depth is whatever the parser lets through.
    for event, node in etree.iterwalk(root, ("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            add(node.tail)
            continue
        if node.tag is etree.Entity:
            add(html5.get(f"{node.name};", ""))
            add(node.tail)
            continue
        tag = str(node.tag).rpartition("}")[2].lower()  # QName refuses what HTML parsers call a tag
        starts = event == "start"
        if tag in _SILENT or tag in _SILENT_BLOCKS:
            silent += 1 if starts else -1
        if tag == "br":
            if starts:
                add("\n")
                breaks += 1
        elif tag not in _INLINE and tag not in _SILENT:
            headings += (1 if starts else -1) if _HEADING.fullmatch(tag) else 0
            runs.append((headings > 0, []))
            breaks = 0
        add(node.text if starts else (node.tail if node is not root else None))
    return [(heading, "".join(parts)) for heading, parts in runs]

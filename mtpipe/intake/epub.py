"""E-books: an article a chapter, in the order of the book's spine (EPUB 2 and 3)."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from mtpipe.article import Meta
from mtpipe.errors import ArticleError
from mtpipe.intake.blocks import blocks, safe_parser
from mtpipe.intake.clean import clean
from mtpipe.intake.encoding import decode
from mtpipe.intake.names import tidy_id
from mtpipe.intake.raw import Raw
from mtpipe.intake.sources import Source
from mtpipe.intake.streams import read_article
from mtpipe.intake.zip_archive import Zip, opened
from mtpipe.settings import IntakeSettings

if TYPE_CHECKING:
    from lxml import etree

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_PAGES: Final = ("application/xhtml+xml", "text/html", "application/html+xml")


def read_book(source: Source, settings: IntakeSettings) -> Iterator[Raw | ArticleError]:
    """Yield the chapters of a book. Pages without text (covers) and the table of contents of EPUB 3 are passed over.

    Raises ``ArticleError``: ``damaged`` where the file is no book.
    """
    with opened(source) as archive:
        members = {info.filename: info for info in archive.infos}
        opf = _package_path(archive, members)
        package = _xml(archive, members, opf)
        locked = _encrypted(archive, members)
        for path in _spine(package, posixpath.dirname(opf)):
            try:
                chapter = _chapter(source, archive, members, path, locked, settings)
            except ArticleError as error:
                yield ArticleError(f"{source.id}/{tidy_id(path)}", error.reason, str(error))
                continue
            if chapter[1]:
                place = f"{source.shown}/{clean(path)}"
                title, texts, encoding = chapter
                yield Raw(f"{source.id}/{tidy_id(path)}", place, texts, title, _meta(package, title, place, encoding))


def _chapter(
    source: Source,
    archive: Zip,
    members: dict[str, zipfile.ZipInfo],
    path: str,
    locked: frozenset[str],
    settings: IntakeSettings,
) -> tuple[str | None, tuple[str, ...], str]:
    """Return title, paragraphs and encoding."""
    shown = f"{source.shown}/{clean(path)}"
    if path in locked:
        raise ArticleError(shown, "encrypted", f"{shown}: encrypted (the book has DRM). Get it without.")
    decoded = decode(_bytes(archive, members, path), shown, settings.encoding)
    found = blocks(decoded.text, shown)
    title = clean(found.title or "") or None
    return title if found.paragraphs else None, found.paragraphs or ((title,) if title else ()), decoded.encoding


def _bytes(archive: Zip, members: dict[str, zipfile.ZipInfo], path: str) -> bytes:
    shown = f"{archive.shown}/{clean(path)}"
    if path not in members:
        raise ArticleError(shown, "damaged", f"{shown}: not in the book. Get the file from its source again.")
    with archive.open(members[path], shown) as stream:
        return read_article(stream, shown)


def _xml(archive: Zip, members: dict[str, zipfile.ZipInfo], path: str) -> etree._Element:
    from lxml import etree

    shown = f"{archive.shown}/{clean(path)}"
    try:
        return etree.fromstring(_bytes(archive, members, path), safe_parser())
    except etree.XMLSyntaxError as error:
        raise ArticleError(shown, "damaged", f"{shown}: not XML ({clean(str(error))}). Get the book again.") from error


def _package_path(archive: Zip, members: dict[str, zipfile.ZipInfo]) -> str:
    for root in _xml(archive, members, _CONTAINER).iter("{*}rootfile"):
        if root.get("full-path"):
            return root.get("full-path", "")
    raise ArticleError(archive.shown, "damaged", f"{archive.shown}: no e-book ({_CONTAINER} names no package).")


def _spine(package: etree._Element, folder: str) -> Iterator[str]:
    manifest = {item.get("id"): item for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = manifest.get(reference.get("idref"))
        if item is None or item.get("media-type", "").lower() not in _PAGES:
            continue
        if "nav" in item.get("properties", "").split():  # the table of contents of EPUB 3
            continue
        yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "").partition("#")[0])))


def _encrypted(archive: Zip, members: dict[str, zipfile.ZipInfo]) -> frozenset[str]:
    if _ENCRYPTION not in members:
        return frozenset()
    return frozenset(
        unquote(item.get("URI", "")) for item in _xml(archive, members, _ENCRYPTION).iter("{*}CipherReference")
    )


def _meta(package: etree._Element, title: str | None, place: str, encoding: str) -> Meta:
    def told(name: str) -> str | None:
        texts = (clean(item.text or "") for item in package.iter("{http://purl.org/dc/elements/1.1/}" + name))
        return next((text for text in texts if text), None)

    return Meta(
        title=title,
        date=told("date"),
        author=told("creator"),
        publisher=told("publisher"),
        path=place,
        encoding=encoding,
    )

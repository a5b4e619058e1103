"""Web archives (WARC, ISO 28500; an ARC that is called ``.warc``, too): an article a page, by warcio.

Read are answers with status 200 that are HTML, pages stored as resources, and text that was taken out of pages
(WET files of Common Crawl). The rest is counted and told in a line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, Final

from mtpipe.article import Meta
from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.clean import clean
from mtpipe.intake.encoding import decode
from mtpipe.intake.html import read_page
from mtpipe.intake.names import tidy_id
from mtpipe.intake.raw import LeftOut, Raw
from mtpipe.intake.sources import Source
from mtpipe.intake.txt import paragraphs
from mtpipe.settings import IntakeSettings

_PAGES: Final = ("text/html", "application/xhtml+xml")
_TEXT: Final = "text/plain"
_BLOCK: Final = 1 << 16
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def read_captures(source: Source, settings: IntakeSettings) -> Iterator[Raw | LeftOut | ArticleError]:
    """Yield the pages of a web archive, each under its address, and at the end what was left out.

    Raises ``ArticleError`` (``damaged``) where the archive breaks off.
    """
    passed: Counter[str] = Counter()
    with source.open() as stream:
        for number, record in enumerate(_records(stream, source), start=1):
            why = _passed_over(record)
            if why:
                passed[why] += 1
                continue
            address = clean(record.rec_headers.get_header("WARC-Target-URI") or "")
            place = f"{source.shown} record {number}"
            article_id = tidy_id(address) or f"{source.id}:{number}"
            try:
                yield _page(record, article_id, place, address, source, settings)
            except ArticleError as error:
                yield ArticleError(article_id, error.reason, str(error))
    if passed:
        told = ", ".join(f"{number} {why}" for why, number in sorted(passed.items()))
        yield LeftOut(f"{source.shown}: left out what is no article: {told}.")


def _passed_over(record: Any) -> str:
    """Return why a record is no article, "" where it may be one."""
    kind = _media_type(record.rec_headers)
    if record.rec_type == "response" and record.http_headers:
        status = str(record.http_headers.get_statuscode())
        if status != "200":
            return f"with status {clean(status)[:3] or 'unknown'}"
        if (record.rec_headers.get_header("WARC-Target-URI") or "").endswith("/robots.txt"):
            return "robots.txt"
        return "" if _media_type(record.http_headers) in _PAGES else "not HTML"
    if record.rec_type == "resource":
        return "" if kind in _PAGES else "not HTML"
    if record.rec_type == "conversion":
        return "" if kind == _TEXT else "not text"
    return "of the crawl itself"


def _media_type(headers: Any) -> str:
    return (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()


def _page(record: Any, article_id: str, place: str, address: str, source: Source, settings: IntakeSettings) -> Raw:
    if (record.length or 0) > limits.ARTICLE:
        raise ArticleError(place, "too-large", f"{place}: more than {limits.ARTICLE >> 20} MiB for one page.")
    raw = _content(record, place)
    headers = record.http_headers or record.rec_headers
    text, encoding = _decoded(raw, headers.get_header("Content-Type") or "", place, settings)
    if record.rec_type == "conversion":
        meta = Meta(path=source.path, encoding=encoding)
        page = Raw(article_id, place, paragraphs(text), meta=meta)
    else:
        page = read_page(text, article_id, place, source.shown, encoding)
    seen = clean(record.rec_headers.get_header("WARC-Date") or "") or None
    meta = replace(page.meta, url=address or page.meta.url, date=page.meta.date or seen)
    return replace(page, meta=meta, capture=True)


def _content(record: Any, place: str) -> bytes:
    from warcio.bufferedreaders import ChunkedDataException

    try:
        raw: bytes = record.content_stream().read(limits.ARTICLE + 1)
    except (ChunkedDataException, AssertionError, ValueError) as error:  # the assertion is warcio's
        raise ArticleError(
            place, "damaged", f"{place}: its chunks are broken ({error}). Fetch the page again."
        ) from error
    if len(raw) > limits.ARTICLE:
        raise ArticleError(place, "too-large", f"{place}: inflates to more than {limits.ARTICLE >> 20} MiB.")
    return raw


def _decoded(raw: bytes, content_type: str, place: str, settings: IntakeSettings) -> tuple[str, str]:
    """Decode by what the bytes make; by the charset that the server stated where they make nothing known here."""
    try:
        found = decode(raw, place, settings.encoding)
    except ArticleError as error:
        charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
        if error.reason != "undecodable" or not charset:
            raise
        try:
            return raw.decode(charset), charset
        except (LookupError, UnicodeDecodeError, ValueError):
            raise error from None
    return found.text, found.encoding


def _records(stream: BinaryIO, source: Source) -> Iterator[Any]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.bufferedreaders import BufferedReader
    from warcio.exceptions import ArchiveLoadFailed

    class Lines(BufferedReader):  # type: ignore[misc]  # warcio has no types
        """Lines of headers up to the blank one that ends them, no more than ``limits.HEADERS`` of them."""

        headers = 0

        def readline(self, length: int | None = None) -> bytes:
            most = limits.HEADERS if length is None else min(length, limits.HEADERS)
            line: bytes = super().readline(most)
            self.headers = self.headers + len(line) if line.strip() else 0
            if self.headers >= limits.HEADERS:
                raise ArchiveLoadFailed("headers without an end")
            return line

    class Records(ArchiveIterator):  # type: ignore[misc]  # warcio has no types
        """Writes no warnings to stderr: a record that is not where it should be is an error here."""

        INC_RECORD = ""

    records = Records(stream, arc2warc=True)
    records.reader = Lines(stream, block_size=_BLOCK)  # decompression is done below, where it is bounded
    try:
        for record in records:
            address = record.rec_headers.get_header("WARC-Target-URI")
            if address and not _ADDRESS.match(address):  # to warcio, any line of five words is a header of an ARC
                raise ArchiveLoadFailed("a header without an address")
            if not record.rec_headers.get_header("WARC-Type"):
                raise ArchiveLoadFailed("a header without a type of record")
            yield record
            _skip(record.raw_stream, source)
            records.read_to_end()
            if records.err_count:
                raise ArchiveLoadFailed("a record does not end where it should")
    except (ArchiveLoadFailed, EOFError, UnicodeError, ValueError, AttributeError, TypeError) as error:
        told = clean(str(error))[:200]
        raise ArticleError(
            source.id, "damaged", f"{source.shown}: not a whole web archive ({told}). Get the file again."
        ) from error


def _skip(rest: Any, source: Source) -> None:
    """Read to the end of a record. warcio takes the end of the file for the record's."""
    while rest.read(_BLOCK):
        pass
    if getattr(rest, "limit", 0) > 0:
        raise ArticleError(source.id, "damaged", f"{source.shown}: cut short within a record. Get the file again.")

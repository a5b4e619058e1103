"""The public face: inputs to articles, lazily; what cannot be read is an error in its place, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final

from mtpipe.article import Article, Meta
from mtpipe.errors import ArticleError
from mtpipe.intake.assemble import assemble
from mtpipe.intake.columnar import read_columns
from mtpipe.intake.docx import read_document
from mtpipe.intake.encoding import check_encoding, decode
from mtpipe.intake.epub import read_book
from mtpipe.intake.feed import read_feed
from mtpipe.intake.html import read_page
from mtpipe.intake.json_values import read_json
from mtpipe.intake.language import Language
from mtpipe.intake.names import Kind
from mtpipe.intake.places import Places
from mtpipe.intake.raw import LeftOut, Raw, Stray
from mtpipe.intake.sources import Source, find
from mtpipe.intake.strays import StrayError
from mtpipe.intake.streams import read_article
from mtpipe.intake.table import read_table
from mtpipe.intake.tar_archive import tar_members
from mtpipe.intake.txt import paragraphs
from mtpipe.intake.warc import read_captures
from mtpipe.intake.zip_archive import zip_members
from mtpipe.settings import IntakeSettings

_Reader = Callable[[Source, IntakeSettings], Iterable[Raw | LeftOut | ArticleError]]
_NAMED: Final = 3
"""Files that are named where many are told of."""


def read(
    inputs: Sequence[str | Path],
    settings: IntakeSettings,
    *,
    stdin: BinaryIO | None = None,
    language: Language = "ar",
    told: Callable[[str], None] = lambda _: None,
) -> Iterator[Article | ArticleError]:
    """Yield the articles of files, folders, globs and ``-`` (standard input), in a stable order.

    An article that can't be read comes as an ``ArticleError``, as a value; so does one in another language than
    ``language``, and one whose id was there before (``duplicate-id``). ``told`` is called with a line for what was
    rightly left out: the redirects of a web archive, further captures of a page, a site's ``sitemap.xml``. Raises
    ``UsageError`` at once where an input does not exist or cannot be read by any reader.
    """
    check_encoding(settings.encoding)
    return _articles(find(inputs, stdin), settings, language, told)


def from_text(text: str, settings: IntakeSettings, *, name: str, language: Language = "ar") -> Article:
    """Return an article whose text is at hand, cleaned as one of a file is. ``name`` becomes its id.

    Raises ``ArticleError``.
    """
    return assemble(Raw(name, name, paragraphs(text)), settings, language)


def _articles(
    sources: Iterable[Source | ArticleError], settings: IntakeSettings, language: Language, told: Callable[[str], None]
) -> Iterator[Article | ArticleError]:
    strays: list[str] = []
    others = 0
    with closing(Places()) as places:
        for source in sources:
            if isinstance(source, ArticleError):
                others += 1
                yield source
                continue
            again = 0
            empty = True
            for raw in _raws(source, settings):
                empty = False
                if isinstance(raw, Stray):
                    strays.append(raw.shown)
                    continue
                others += 1
                if isinstance(raw, ArticleError):
                    yield raw
                    continue
                if isinstance(raw, LeftOut):
                    told(raw.message)
                    continue
                taken = places.claim(raw.id, raw.place)
                if taken is None:
                    yield _assembled(raw, settings, language)
                elif raw.capture:
                    again += 1
                else:
                    yield ArticleError(
                        raw.id,
                        "duplicate-id",
                        f"{raw.place}: the id {raw.id!r} is taken by {taken}. Give each article its own.",
                    )
            if empty:
                yield ArticleError(
                    source.id, "no-article", f"{source.shown}: holds no article. Leave it out, or fill it."
                )
            if again:
                told(f"{source.shown}: left out what was read before under the same address: {again}.")
    if strays and others:
        told(f"left out, as they hold no article: {_left_out(strays)}.")
    elif strays:  # a run that makes nothing must not look like one that is done
        yield ArticleError(
            strays[0], "no-article", f"no article is in the input, only {_left_out(strays)}. Check what you name."
        )


def _left_out(strays: Sequence[str]) -> str:
    """Say which files are no articles, the first three by name."""
    rest = len(strays) - _NAMED
    return ", ".join(strays[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _assembled(raw: Raw, settings: IntakeSettings, language: Language) -> Article | ArticleError:
    try:
        return assemble(raw, settings, language)
    except ArticleError as error:
        return error


def _raws(source: Source, settings: IntakeSettings) -> Iterator[Raw | LeftOut | Stray | ArticleError]:
    try:
        if source.kind in ("zip", "tar"):
            for member in (zip_members if source.kind == "zip" else tar_members)(source):
                if isinstance(member, ArticleError):
                    yield member
                else:
                    yield from _raws(member, settings)
        else:
            yield from _READERS[source.kind](source, settings)
    except StrayError:
        yield Stray(source.shown)
    except ArticleError as error:
        yield ArticleError(source.id, error.reason, str(error))
    except OSError as error:
        yield ArticleError(source.id, "unreadable", f"{source.shown}: cannot be read ({error.strerror or error}).")
    except UnicodeError as error:  # of an encoding that was forced and knows no way on after damage, such as idna
        yield ArticleError(
            source.id,
            "undecodable",
            f"{source.shown}: not {settings.encoding} ({error}). Set intake.encoding to what it is, or null.",
        )
    except (MemoryError, RecursionError):
        yield ArticleError(source.id, "too-large", f"{source.shown}: needs more memory than there is. Split it.")


def _text(source: Source, settings: IntakeSettings) -> Iterator[Raw]:
    """Read a file of plain text, which is one article."""
    with source.open() as stream:
        decoded = decode(read_article(stream, source.shown), source.shown, settings.encoding)
    meta = Meta(path=source.path, encoding=decoded.encoding)
    yield Raw(source.id, source.shown, paragraphs(decoded.text), meta=meta)


def _page(source: Source, settings: IntakeSettings) -> Iterator[Raw]:
    """Read a web page, which is one article."""
    with source.open() as stream:
        decoded = decode(read_article(stream, source.shown), source.shown, settings.encoding)
    yield read_page(decoded.text, source.id, source.shown, source.shown, decoded.encoding)


_READERS: Final[dict[Kind, _Reader]] = {
    "txt": _text,
    "html": _page,
    "jsonl": read_table,
    "csv": read_table,
    "tsv": read_table,
    "json": read_json,
    "parquet": read_columns,
    "arrow": read_columns,
    "docx": read_document,
    "epub": read_book,
    "feed": read_feed,
    "warc": read_captures,
}

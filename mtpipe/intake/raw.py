"""What a reader hands on to assembly: an article's text in paragraphs, before cleaning."""

from __future__ import annotations

from dataclasses import dataclass, field

from mtpipe.article import Meta


@dataclass(frozen=True, slots=True)
class Raw:
    """An article as its reader found it.

    ``place`` says where, for messages ("news.csv line 12"). ``title`` is a title that the source gave apart from the
    text. ``extracted`` tells text that an extractor took out of a page and may have taken twice; ``capture`` that the
    id is the article's address on the web, under which it may have been saved several times.
    """

    id: str
    place: str
    paragraphs: tuple[str, ...]
    title: str | None = None
    meta: Meta = field(default_factory=Meta)
    extracted: bool = False
    capture: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of an input was rightly passed over: no failure, but told to the user in a line."""

    message: str


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that was found and is of no use: told to the user with all others of its kind."""

    shown: str

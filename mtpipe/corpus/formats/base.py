"""What formats of parallel text share: the pair, what is said of a file as a whole, and what a format could not hold.

A format is a module with ``write`` or ``read`` or both, and a line in ``registry.py``. Writers are given pairs one
after another and keep none; they write the same bytes for the same pairs. What they leave out or change is counted by
name: nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from mtpipe.corpus.rows import Config

Status = Literal["machine", "edited", "human", "approved", "rejected"]
Row = Mapping[str, Any]

SOURCE: Final = "ar"
TARGET: Final = "en"

LINES: Final = re.compile("[\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")
"""All that some program takes for the end of a line (``str.splitlines`` takes most of it)."""

BREAKS: Final = "line breaks or tabs inside a text became spaces"
EMPTY: Final = "pairs with an empty side left out"
REJECTED: Final = "rejected pairs left out"
UNAPPROVED: Final = "pairs that nobody approved left out"
ILLEGAL: Final = "characters that XML can't hold became U+FFFD"

_QUALITY: Final = ("similarity", "length_ratio", "score")
_ABOUT: Final = ("title", "date", "author", "url", "publisher", "path")


class Tally(Counter[str]):
    """How often what was left out or changed, by the words that tell it."""

    def format(self) -> list[str]:
        """A line for each, in the order in which they were met."""
        return [f"{number} {words}" for words, number in self.items()]


@dataclass(frozen=True, slots=True)
class Head:
    """What is said of a file as a whole. ``date`` is that of the run, ISO 8601; None where nothing tells it."""

    signature: str
    level: Config
    date: str | None = None

    @property
    def compact_date(self) -> str | None:
        """The date as TMX has it: ``20261124T153000Z``."""
        digits = re.sub(r"\.\d+|[-:]", "", self.date or "").replace("+0000", "Z")
        return digits if re.fullmatch(r"\d{8}T\d{6}Z", digits) else None

    @property
    def zulu(self) -> str | None:
        """The date as XML Schema and OOXML have it: ``2026-11-24T15:30:00Z``."""
        return expanded(self.compact_date) if self.compact_date else None


@dataclass(frozen=True)
class Pair:
    """A row of a dataset as formats see it. Spans count code points of ``source`` and ``target``."""

    row: Row = field(repr=False)

    @property
    def id(self) -> str:
        """The row's id."""
        return str(self.row["id"])

    @property
    def article(self) -> str:
        """The id of the Arabic article."""
        return str(self.row.get("article_id") or "")

    @property
    def source(self) -> str:
        """The Arabic."""
        return str(self.row["translation"][SOURCE] or "")

    @property
    def target(self) -> str:
        """The English."""
        return str(self.row["translation"][TARGET] or "")

    @property
    def rejected(self) -> bool:
        """Whether a reviewer, an aligner or a filter has refused the pair."""
        return self.row.get("accepted") is False or self.row.get("state") == "rejected"

    @property
    def status(self) -> Status:
        """Whose the English is and how far it has come."""
        if self.rejected:
            return "rejected"
        if self.row.get("state") == "approved":
            return "approved"
        if self.row.get("translated") is not None:
            return "edited"
        return "machine" if self.row.get("origin") == "machine" else "human"

    def text(self, name: str) -> str:
        """Return a column's text, "" where there is none."""
        return str(self.row.get(name) or "")

    @property
    def terms(self) -> list[Mapping[str, Any]]:
        """The glossary's mentions."""
        return list(self.row.get("terms") or ())

    @cached_property
    def sentences(self) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """The spans of a paragraph's sentences in both texts, together all of either; none where they do not tile it.

        What stands between two sentences belongs to the one before. Sentences that were moved, or that have no
        counterpart, leave a paragraph whole.
        """
        found = list(self.row.get("sentences") or ())
        starts = [(part["source_start"], part["target_start"]) for part in found]
        ends = [(part["source_end"], part["target_end"]) for part in found]
        if len(found) < 2 or starts[0] != (0, 0):
            return []
        following = [*starts[1:], (len(self.source), len(self.target))]
        for side, text in enumerate((self.source, self.target)):
            for end, start in zip(ends, following, strict=True):
                if start[side] < end[side] or text[end[side] : start[side]].strip():
                    return []
        return [((start[0], end[0]), (start[1], end[1])) for start, end in zip(starts, following, strict=True)]

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield what is known of the pair beside its texts, as names and texts, in a fixed order."""
        row = self.row
        yield "article", self.article
        yield from _known(("paragraph", row.get("paragraph_id")))
        yield "status", self.status
        yield from _known(("origin", row.get("origin")))
        quality = row.get("quality") or {}
        for name in _QUALITY:
            yield from _known((name, quality.get(name)))
        for name in ("missing_numbers", "extra_numbers", "flags"):
            yield from _known((name, " ".join(quality.get(name) or ())))
        yield from _known(("probability", row.get("probability")), ("crossing", row.get("crossing") or None))
        for side in ("source", "target"):
            units = row.get(f"{side}_units") or ()
            yield from _known((f"{side}_units", " ".join(str(unit["id"]) for unit in units)))
        yield from _known(("role", row.get("role")), ("translated", row.get("translated")))

    def about(self) -> Iterator[tuple[str, str]]:
        """Yield what is known of the articles, as names and texts, in a fixed order."""
        for name in (*_ABOUT, "target_article_id", *(f"target_{name}" for name in _ABOUT), "paired_by"):
            yield from _known((name, self.row.get(name)))


def _known(*facts: tuple[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in facts:
        if value is not None and value != "":
            yield name.replace("_", "-"), value if isinstance(value, str) else repr(value).lower()


@dataclass(frozen=True, slots=True)
class Incoming:
    """A pair that a file brings in. ``approved`` is what the file says, None where it says nothing.

    A side in no language of ours is empty; ``languages`` are those that the file names.
    """

    source: str
    target: str
    where: str
    approved: bool | None = None
    reviewer: str = ""
    time: str = ""
    languages: tuple[str, ...] = ()


def expanded(compact: str) -> str:
    """Return a date of TMX (``20261124T153000Z``) in ISO 8601; any other text as it is."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", compact)
    return "{}-{}-{}T{}:{}:{}Z".format(*found.groups()) if found else compact


def one_line(text: str, tally: Tally) -> str:
    """Return a text without what ends lines or cells; counted where there was any."""
    if LINES.search(text) or "\t" in text:
        tally[BREAKS] += 1
        return LINES.sub(" ", text).replace("\t", " ").strip()
    return text

"""Paragraphs that people have worked on: what the line had made of them, and what their decisions make of that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mtpipe.archive.journal import Journal
from mtpipe.article import TranslatedParagraph, from_json


@dataclass(frozen=True, slots=True)
class Original:
    """A paragraph as the line had made it. ``base`` is that of the row which the last record was made on."""

    base: str
    paragraph: TranslatedParagraph


def originals(journal: Journal, paragraphs: Iterable[str]) -> dict[str, Original]:
    """Return what is kept of these paragraphs, by id; those that nobody worked on are missing."""
    found = {}
    for name in paragraphs:
        query = "SELECT base, original FROM reviewed WHERE paragraph = ?"
        if row := journal.connection.execute(query, (name,)).fetchone():
            found[name] = Original(row[0], from_json(TranslatedParagraph, row[1]))
    return found

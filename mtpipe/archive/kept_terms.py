"""The glossary that a folder was made with, entry by entry: another one is compared with it (``apply_terms``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from mtpipe.archive.line import Line
from mtpipe.glossary import Entry
from mtpipe.pipeline import Pipeline


def of(line: Line) -> list[str]:
    """Return the glossary behind a translation as the journal keeps it; that of an alignment touches no text."""
    return texts(line.glossary.entries) if isinstance(line, Pipeline) else []


def texts(entries: Iterable[Entry]) -> list[str]:
    """Return entries as the journal keeps them."""
    return [json.dumps(asdict(entry), ensure_ascii=False) for entry in entries]


def entries(kept: Iterable[str]) -> tuple[Entry, ...]:
    """Read back what ``texts`` made."""
    cells = map(json.loads, kept)
    return tuple(Entry(**{**one, "variants": tuple(one["variants"])}) for one in cells)

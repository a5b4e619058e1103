"""How much people changed: the translation against what they let stand, by article, model and month.

TER (Snover et al. 2006) counts the words that were inserted, deleted, replaced or moved as a block, over the words of
the edited text; chrF (Popović 2015) compares stretches of characters. Against a person's edit of that very translation
they are called HTER and HchrF. What was approved as it stood counts as unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import Any, Final

from mtpipe import corpus
from mtpipe.archive.names import dataset
from mtpipe.errors import UsageError
from mtpipe.quality import check_installed

KINDS: Final = ("all", "model", "month", "article")
MONTH: Final = len("2026-11")
WIDEST: Final = 40
"""Characters of a name in the table."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence as it was translated, and as a person let it stand."""

    article: str
    model: str
    month: str
    translated: str
    text: str

    def group(self, kind: str) -> str:
        """Return what it is counted under."""
        return {"all": "all", "model": self.model, "month": self.month, "article": self.article}[kind]


@dataclass(frozen=True, slots=True)
class Distance:
    """The distance of a group of sentences. TER is in per cent of the edited text's words: 0 where nothing was
    changed; chrF goes from 0 to 100, which means the same.
    """

    sentences: int
    edited: int
    ter: float
    chrf: float


@dataclass(frozen=True, slots=True)
class Report:
    """Distances by kind of group (``KINDS``) and name, names in order of appearance; months in time's."""

    groups: dict[str, dict[str, Distance]]

    def format(self) -> str:
        """Return a table."""
        lines = [f"{'':<{WIDEST}} {'sentences':>9} {'edited':>7} {'TER':>6} {'chrF':>6}"]
        for kind in KINDS:
            if kind != "all":
                lines.append(f"by {kind}")
            for name, one in self.groups[kind].items():
                shown = name if len(name) <= WIDEST else f"…{name[1 - WIDEST :]}"
                lines.append(f"{shown:<{WIDEST}} {one.sentences:>9} {one.edited:>7} {one.ter:>6.1f} {one.chrf:>6.1f}")
        return "\n".join(lines)

    def json(self) -> str:
        """Return everything as one JSON object."""
        groups = {kind: {name: asdict(one) for name, one in names.items()} for kind, names in self.groups.items()}
        return json.dumps(groups, ensure_ascii=False)


def report(out: Path) -> Report:
    """Measure what was reviewed in an output folder.

    Raises ``UsageError`` where it is none, nothing was reviewed there, or sacreBLEU is not installed.
    """
    check_installed()
    found = list(edits(corpus.read(dataset(out), "sentences")))
    if not found:
        raise UsageError(f"{out}: nobody has approved or edited a translation there yet (mtpipe review apply).")
    return Report({kind: _by(kind, found) for kind in KINDS})


def edits(rows: Iterable[dict[str, Any]]) -> Iterator[Edit]:
    """Yield the translated sentences that people approved or edited.

    The pieces of one that they cut count as one; what the memory knew was translated by nobody.
    """
    piece: list[dict[str, Any]] = []
    for row in rows:
        if row["origin"] != "machine":
            continue
        if row["machine"] is None and piece and row["id"].rstrip(ascii_lowercase) == piece[0]["id"]:
            piece.append(row)
            continue
        yield from _edit(piece)
        piece = [row]
    yield from _edit(piece)


def _edit(pieces: list[dict[str, Any]]) -> Iterator[Edit]:
    if not pieces or pieces[0]["machine"] is None:
        return
    first = pieces[0]
    decided = any(row["state"] == "approved" or row["translated"] is not None for row in pieces)
    if not decided or any(row["state"] == "rejected" for row in pieces):
        return
    text = " ".join(row["translation"]["en"] for row in pieces if row["translation"]["en"])
    translated = first["translation"]["en"] if first["translated"] is None else first["translated"]
    reviewed = max(row["reviewed"] or "" for row in pieces)
    yield Edit(first["article_id"], _model(first["signature"]), reviewed[:MONTH], translated, text)


def _model(signature: str) -> str:
    parts = dict(part.partition(":")[::2] for part in signature.split("|"))
    return parts.get("model", "unknown")


def _by(kind: str, found: Iterable[Edit]) -> dict[str, Distance]:
    groups: dict[str, list[Edit]] = {}
    for edit in found:
        groups.setdefault(edit.group(kind), []).append(edit)
    names = sorted(groups) if kind == "month" else groups
    return {name: _distance(groups[name]) for name in names}


def _distance(group: list[Edit]) -> Distance:
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    translated, edited = [one.translated for one in group], [[one.text for one in group]]
    return Distance(
        len(group),
        sum(one.translated != one.text for one in group),
        round(TER().corpus_score(translated, edited).score, 2),
        round(CHRF().corpus_score(translated, edited).score, 2),
    )

"""How good an aligned corpus is against beads that are known: strict and lax precision, recall and F1."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mtpipe.align.evaluate import BeadScore, Places, compare
from mtpipe.corpus.aligned import UNMATCHED
from mtpipe.corpus.reader import read
from mtpipe.errors import UsageError

HEADERS: Final = frozenset(("source", "target", "source_ids", "target_ids", "ar", "en"))

Ids = tuple[tuple[str, ...], tuple[str, ...]]
Known = list[tuple[int, Ids]]


@dataclass(frozen=True, slots=True)
class GoldScore:
    """Scores of all beads, and of those that are kept alone."""

    all: BeadScore
    kept: BeadScore

    def format(self) -> str:
        """Two lines for people."""
        return f"all beads:  {self.all.format()}\nkept beads: {self.kept.format()}"


def score_gold(out: Path, gold: Path) -> GoldScore:
    """Score the output folder of an alignment against a file of known beads, of the articles that it names.

    A line holds the ids of the bead's Arabic sentences, a tab, and those of its English ones, spaces between ids. A
    sentence without counterpart is a line with one side empty; where there is no such line, sentences without
    counterpart are not scored. Raises ``UsageError`` that names the line for what can't be used.
    """
    if not (out / "dataset").is_dir():
        raise UsageError(f"{out}: is no output of mtpipe align (no folder dataset/). Name the one given to its --out.")
    known = _known(gold)
    found, unmatched = _found(out)
    places = _places([bead for bead, _ in (*found, *unmatched)])
    _check(known, places, gold, out)
    named = [{_article(name) for _, bead in known for name in bead[side]} for side in (0, 1)]
    alone = unmatched if any(not all(bead) for _, bead in known) else []
    scored = [
        (bead, accepted)
        for bead, accepted in [*found, *alone]
        if any(_article(name) in named[side] for side in (0, 1) for name in bead[side])
    ]

    def numbered(bead: Ids) -> Places:
        return tuple(places[0][name] for name in bead[0]), tuple(places[1][name] for name in bead[1])

    wanted = [numbered(bead) for _, bead in known]
    return GoldScore(
        compare(wanted, [numbered(bead) for bead, _ in scored]),
        compare(wanted, [numbered(bead) for bead, accepted in scored if accepted]),
    )


def _places(beads: Sequence[Ids]) -> tuple[dict[str, int], dict[str, int]]:
    """Return a number for each sentence of either side."""
    left, right = ({name for bead in beads for name in bead[side]} for side in (0, 1))
    return {name: place for place, name in enumerate(sorted(left))}, {
        name: place for place, name in enumerate(sorted(right))
    }


def _check(known: Known, places: tuple[dict[str, int], dict[str, int]], gold: Path, out: Path) -> None:
    for number, bead in known:
        for names, there, what in zip(bead, places, ("an Arabic", "an English"), strict=True):
            if unknown := [name for name in names if name not in there]:
                raise UsageError(
                    f"{gold} line {number}: {unknown[0]!r} is no id of {what} sentence in {out}. Ids stand in "
                    "source_units and target_units of the dataset's sentences, and in set_aside.jsonl."
                )


def _found(out: Path) -> tuple[list[tuple[Ids, bool]], list[tuple[Ids, bool]]]:
    """Return the beads of an output with whether they are kept, and its sentences without counterpart."""
    beads = []
    for row in read(out / "dataset", "sentences"):
        if "source_units" not in row:
            raise UsageError(f"{out}: was not made by mtpipe align. Name the output of one.")
        ids = tuple(tuple(unit["id"] for unit in row[side]) for side in ("source_units", "target_units"))
        beads.append(((ids[0], ids[1]), bool(row["accepted"])))
    return beads, [(ids, True) for ids in _unmatched(out / "set_aside.jsonl")]


def _unmatched(path: Path) -> Iterator[Ids]:
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        row = json.loads(line)
        if row["reason"] == UNMATCHED:
            yield ((row["id"],), ()) if row["side"] == "source" else ((), (row["id"],))


def _known(gold: Path) -> Known:
    try:
        text = gold.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{gold}: cannot be read ({error.strerror}). Name a file of known beads.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{gold}: is not UTF-8 ({error.reason} at byte {error.start}). Save it as UTF-8.") from error
    known: Known = []
    seen: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for number, line in enumerate(text.split("\n"), start=1):
        fields = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and {field.strip().lower() for field in fields} <= HEADERS):
            continue
        if len(fields) != 2:
            raise UsageError(f"{gold} line {number}: {len(fields)} columns, not two (ids, a tab, ids). Mend that line.")
        bead = tuple(fields[0].split()), tuple(fields[1].split())
        for side, names in zip(seen, bead, strict=True):
            for name in names:
                if side.setdefault(name, number) != number:
                    raise UsageError(
                        f"{gold} line {number}: {name!r} is in line {side[name]} already. Keep one of them."
                    )
        known.append((number, bead))
    if not known:
        raise UsageError(f"{gold}: names no beads. Give a line for each: ids, a tab, ids.")
    return known


def _article(sentence_id: str) -> str:
    return sentence_id.rpartition("#")[0]

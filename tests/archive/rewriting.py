"""Changes of a finished folder, for tests: another glossary, and reviewers' decisions. Run in children too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import stand_in

from mtpipe import archive, corpus
from mtpipe.archive import apply_terms, decide
from mtpipe.glossary import Entry, Glossary
from mtpipe.pipeline import Pipeline
from mtpipe.review import decisions
from mtpipe.settings import Settings

TIME = "2026-11-24T15:40:02Z"
OTHER = Glossary(
    (
        Entry("حلب", "Halab"),
        Entry("لافروف", "Lavrov"),
        Entry("نهر الفرات", "Euphrates"),
        Entry("النهر", "river", type="noun", case="sentence"),
    )
)

Row = Mapping[str, Any]


def write_glossary(path: Path, glossary: Glossary = OTHER) -> Path:
    lines = [",".join((one.source, one.target, one.type, one.case, "|".join(one.variants))) for one in glossary.entries]
    path.write_text("\n".join(["source,target,type,case,variants", *lines]) + "\n", encoding="utf-8")
    return path


def open_line(settings: Settings) -> Pipeline:
    return stand_in.pipeline(settings, Glossary.load(settings.glossary.paths))


def tie(start: int, end: int, text: str, state: str = "open", comment: str = "") -> decisions.Tie:
    return decisions.Tie.model_validate(
        {"source_start": start, "source_end": end, "text": text, "state": state, "comment": comment}
    )


def english(row: Row) -> list[str]:
    """Return the English of a paragraph's sentences."""
    return [row["translation"]["en"][one["target_start"] : one["target_end"]] for one in row["sentences"]]


def ties(row: Row, texts: Sequence[str | None], state: str = "open") -> list[decisions.Tie]:
    """Return a tie a sentence, with other English where it is given."""
    old = english(row)
    return [
        tie(one["source_start"], one["source_end"], was if text is None else text, state)
        for one, was, text in zip(row["sentences"], old, texts, strict=True)
    ]


def record(
    row: Row, made: Iterable[decisions.Tie], reviewer: str = "Ann", time: str = TIME, base: str | None = None
) -> decisions.Record:
    return decisions.Record(
        paragraph=row["id"],
        base=base or decisions.base_of_row(row),
        ties=list(made),
        reviewer=reviewer,
        time=time,
    )


def some(out: Path) -> decisions.Decisions:
    """Return decisions on every third paragraph of a folder: an edit, approvals, and a rejection."""
    rows = list(corpus.read(out / "dataset"))[::3]
    records = []
    for number, row in enumerate(rows):
        texts = [f"Words of a reviewer {number}.", *[None] * (len(row["sentences"]) - 1)]
        states = ("approved", "rejected", "open")
        records.append(record(row, ties(row, texts, states[number % 3])))
    return decisions.Decisions(run="run", paragraphs=records)


def rows(out: Path) -> dict[str, dict[str, Any]]:
    """Return the paragraphs' rows by id."""
    return {row["id"]: row for row in corpus.read(out / "dataset")}


def sentences(out: Path) -> dict[str, dict[str, Any]]:
    """Return the sentences' rows by id."""
    return {row["id"]: row for row in corpus.read(out / "dataset", "sentences")}


def apply_glossary(inputs: Path, out: Path) -> object:
    return apply_terms.apply_glossary(out, [inputs / "other.csv"], open_line=open_line)


def apply_decisions(inputs: Path, out: Path) -> object:
    return decide.apply_decisions(out, decisions.read(inputs / "decisions.json"))


def settle(_: Path, out: Path) -> object:
    return archive.settle(out)

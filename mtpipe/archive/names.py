"""The names in a finished output folder: its sentences, as the glossary wants them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from mtpipe import corpus
from mtpipe.archive.output import DATASET
from mtpipe.archive.rewrite import settle
from mtpipe.errors import UsageError
from mtpipe.glossary.names import Pair, Span
from mtpipe.quality.testset import TestSet, read


@dataclass(frozen=True, slots=True)
class Pairs:
    """The sentences of an output folder and their English, read anew from its shards each time.

    Beads of aligned articles that were not accepted are left out.
    """

    out: Path

    def __iter__(self) -> Iterator[Pair]:
        """Yield the pairs in order. Raises ``UsageError`` where there is no dataset."""
        for row in corpus.read(dataset(self.out), "sentences"):
            if row.get("accepted", True):
                source, target = row["translation"]["ar"], row["translation"]["en"]
                yield Pair(row["id"], row["article_id"], source, target, tuple(map(_known, row["terms"] or ())))


def testset(path: Path) -> TestSet:
    """Read a test set: a file, or the sentences of articles that were aligned with their human English.

    Raises ``UsageError``, also for a folder whose English is a machine's.
    """
    if not path.is_dir():
        return read(path)
    if any(row["origin"] != "aligned" for row in islice(corpus.read(dataset(path), "sentences"), 1)):
        raise UsageError(f"{path}: its English is a machine's, no reference. Name a file, or an output of align.")
    pairs = list(Pairs(path))
    return TestSet(path.name, tuple(pair.source for pair in pairs), tuple(pair.target for pair in pairs))


def dataset(out: Path) -> Path:
    """Return the dataset of an output folder; the folder itself where it is one. What was decided on is carried out."""
    settle(out)
    return out / DATASET if (out / DATASET).is_dir() else out


def _known(term: dict[str, Any]) -> tuple[Span, Span | None]:
    there = term["target_start"] >= 0
    target = (term["target_start"], term["target_end"]) if there else None
    return (term["source_start"], term["source_end"]), target

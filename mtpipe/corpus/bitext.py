"""Pairs of sentences out of whatever holds some: the output of a run, a dataset, a file of pairs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mtpipe.corpus.derived import Corpus
from mtpipe.corpus.formats.registry import reader_of
from mtpipe.intake import normalise


def sentences(path: Path, *, format_name: str | None = None) -> Iterator[tuple[str, str]]:
    """Yield the normalised source and the target of each pair that has both.

    ``path`` is the output folder of a run or of an alignment, its dataset, or a file (TMX, XLIFF, JSONL, CSV, TSV,
    Moses). Raises ``UsageError`` where there is none of these.
    """
    if path.is_dir():
        rows = (row for row in Corpus.open(path).rows() if row.get("accepted") is not False)
        pairs = ((row["translation"]["ar"], row["translation"]["en"]) for row in rows)
    else:
        pairs = ((pair.source, pair.target) for pair in reader_of(path, format_name)(path))
    for source, target in pairs:
        normal = normalise(source or "")
        if normal.strip() and (target or "").strip():
            yield normal, target

"""The files of one window: written by whoever did its work, this process or a worker elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtpipe import corpus, review
from mtpipe.archive import pairs
from mtpipe.archive.output import DATASET, REVIEW
from mtpipe.article import AlignedArticle, Origin, TranslatedArticle
from mtpipe.corpus import Counts
from mtpipe.review.files import NOTHING
from mtpipe.review.shards import Suggestions
from mtpipe.settings import ReviewSettings

Made = TranslatedArticle | AlignedArticle


@dataclass(frozen=True, slots=True)
class Look:
    """What all windows of an output are written with; ``signature`` is what rows and pages carry."""

    signature: str
    origin: Origin
    settings: ReviewSettings
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a window adds: to the counts, and, by file name, to the files that grow by a window at a time."""

    counts: Counts
    logs: Mapping[str, str]


def write_window(
    root: Path, number: int, articles: Sequence[Made], look: Look, suggestions: Suggestions = NOTHING
) -> Written:
    """Write the shards and pages of a window below ``root``, each whole or not at all. Raises ``OSError``.

    The same articles under the same number give the same bytes.
    """
    made = corpus.made(articles, look.signature)
    dataset = root / DATASET
    corpus.write_shard(dataset, "paragraphs", number, made.paragraphs, look.signature, origin=look.origin)
    corpus.write_shard(dataset, "sentences", number, made.sentences, look.signature, origin=look.origin)
    pairs.write(root, number, articles)
    if look.settings.pages:
        review.write_window(
            root / REVIEW,
            number,
            articles,
            signature=look.signature,
            settings=look.settings,
            notice=look.notice,
            suggestions=suggestions,
        )
    rows = {"dataset.jsonl": made.paragraphs, "ledger.jsonl": made.ledger, "set_aside.jsonl": made.set_aside}
    return Written(made.counts, {name: lines(items) for name, items in rows.items()})


def lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

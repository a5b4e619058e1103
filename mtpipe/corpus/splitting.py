"""Splits by article, drawn by seed, with a check that nothing of the test part stands in the training part."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any, Final, Literal

from mtpipe.corpus.derived import DATASET, Corpus, new_folder, pair, write_card, write_table
from mtpipe.corpus.files import write_text
from mtpipe.errors import UsageError
from mtpipe.quality.filters.repeats import SEGMENT_WORDS, NearDuplicates, words

Split = Literal["train", "validation", "test"]
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "test")
LEAKS: Final = "leaks.jsonl"
REPORT: Final = "split.json"
LIKE: Final = 0.9
"""Likeness of the Arabic, or of the English, from which a pair gives another one away."""


@dataclass(slots=True)
class SplitCounts:
    """Pairs of each split, the articles that they are of, and the pairs that were left out because they would leak."""

    articles: dict[Split, int] = field(default_factory=lambda: dict.fromkeys(SPLITS, 0))
    pairs: dict[Split, int] = field(default_factory=lambda: dict.fromkeys(SPLITS, 0))
    leaks: int = 0

    def format(self) -> str:
        """A line a split."""
        lines = [f"{'':<12}{'articles':>10}{'pairs':>10}"]
        lines += [f"{name:<12}{self.articles[name]:>10}{self.pairs[name]:>10}" for name in SPLITS]
        return "\n".join([*lines, f"{'left out':<12}{'':>10}{self.leaks:>10}"])


def split_corpus(corpus: Corpus, to: Path, *, test: float, validation: float, seed: int) -> SplitCounts:
    """Write the rows of a corpus as a dataset of three splits into a new folder.

    ``test`` and ``validation`` are numbers of articles from 1 on, shares of them below. An article is in one split
    whole; which one depends on seed and article id, not on the other articles' order. Pairs of training that are near
    duplicates of the other two splits', and those of validation that are of the test's, go to ``leaks.jsonl`` with the
    pair that they give away: Arabic or English alike by ``LIKE``, as ``NearDuplicates`` estimates it; sides of fewer
    than four words give nothing away. Raises ``UsageError`` where a split would have no article.
    """
    of = assign(list(dict.fromkeys(row.article for row in corpus.pairs())), test=test, validation=validation, seed=seed)
    counts = SplitCounts()
    with new_folder(to) as folder, (folder / LEAKS).open("w", encoding="utf-8", newline="") as leaks:
        held = _Held()
        for split in reversed(SPLITS):
            articles = set[str]()  # an article may have nothing but pairs that would leak
            for number, table in enumerate(corpus.tables()):
                kept, rows = [], table.select(["id", "article_id", "translation"]).to_pylist()
                for row in rows:
                    twin = held.twin(row) if of[row["article_id"]] == split else None
                    kept.append(of[row["article_id"]] == split and twin is None)
                    if twin:
                        line = {"id": row["id"], "split": split, "like": twin, "translation": row["translation"]}
                        leaks.write(json.dumps(line, ensure_ascii=False) + "\n")
                        counts.leaks += 1
                    elif kept[-1]:
                        articles.add(row["article_id"])
                        if split != "train":
                            held.add(row)
                if any(kept):
                    write_table(folder / DATASET / corpus.config / f"{split}-{number:06d}.parquet", table.filter(kept))
                counts.pairs[split] += sum(kept)
            counts.articles[split] = len(articles)
            held.close()
        words = f"Split by article with seed {seed}: {counts.pairs}. Pairs that would leak are in `{LEAKS}`."
        signature = corpus.signature
        there = [name for name in SPLITS if counts.pairs[name]]  # load_dataset opens none at all if one is empty
        write_card(
            folder / DATASET, corpus.config, pretty="split by mtpipe", words=words, signature=signature, splits=there
        )
        record = {"seed": seed, "articles": counts.articles, "pairs": counts.pairs, "leaks": counts.leaks}
        told = {**record, "run": corpus.run_date, "signature": signature}
        write_text(folder / REPORT, json.dumps(told, indent=2) + "\n")
    return counts


def assign(articles: list[str], *, test: float, validation: float, seed: int) -> dict[str, Split]:
    """Return the split of each article. Raises ``UsageError`` where one would have none."""
    if not (isfinite(test) and isfinite(validation)):
        raise UsageError("a split is a number of articles or a share of them, such as 200 or 0.05.")
    ranked = sorted(articles, key=lambda article: sha256(f"{seed}\n{article}".encode()).digest())
    sizes = [round(wanted if wanted >= 1 else wanted * len(articles)) for wanted in (test, validation)]
    sizes = [max(1, size) if wanted else 0 for size, wanted in zip(sizes, (test, validation), strict=True)]
    if sum(sizes) >= len(articles):
        raise UsageError(
            f"{len(articles)} articles can't be split: {sizes[0]} for test and {sizes[1]} for validation leave none to "
            "train on. Ask for less."
        )
    bounds = sizes[0], sum(sizes)
    return {
        article: "test" if rank < bounds[0] else "validation" if rank < bounds[1] else "train"
        for rank, article in enumerate(ranked)
    }


class _Held:
    """The sides of the pairs that later splits must not give away."""

    def __init__(self) -> None:
        self._open: list[tuple[str, str, str]] = []
        self._sides = {"ar": NearDuplicates(), "en": NearDuplicates()}
        self._ids: dict[str, list[str]] = {"ar": [], "en": []}

    def add(self, row: dict[str, Any]) -> None:
        """Remember a pair; it is held from the end of its split on."""
        found = pair(row)
        self._open.append((found.id, found.source, found.target))

    def close(self) -> None:
        """Hold what was remembered: pairs of one split may be alike."""
        for name, source, target in self._open:
            for side, text in (("ar", source), ("en", target)):
                if len(words(text)) >= SEGMENT_WORDS:
                    self._sides[side].add(text)
                    self._ids[side].append(name)
        self._open.clear()

    def twin(self, row: dict[str, Any]) -> str | None:
        """Return the id of a held pair that this one is like on a side, None where there is none."""
        found = pair(row)
        for side, text in (("ar", found.source), ("en", found.target)):
            if len(words(text)) >= SEGMENT_WORDS:
                near = [place for place, likeness in self._sides[side].near(text) if likeness >= LIKE]
                if near:
                    return self._ids[side][near[0]]
        return None

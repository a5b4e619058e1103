"""A number with its noun: lines for people say "1 article"."""

from __future__ import annotations

from collections import Counter

import pytest

from mtpipe.corpus.memories import Imported, MemoryStats
from mtpipe.corpus.statistics import Statistics
from mtpipe.counted import many


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (("pair",), ("0 pairs", "1 pair", "2 pairs")),
        (("entry", "entries"), ("0 entries", "1 entry", "2 entries")),
    ],
)
def test_many(counted: tuple[str, ...], said: tuple[str, ...]) -> None:
    assert tuple(many(number, *counted) for number in range(3)) == said


def statistics(number: int, level: str) -> Statistics:
    counts = dict.fromkeys(("pairs", "articles", "distinct", "words_ar", "words_en"), number)
    return Statistics(level=level, **counts, accepted=None, states={}, flags={}, rungs={}, quartiles={}, signature="s")


@pytest.mark.parametrize(
    ("number", "level", "lines"),
    [
        (1, "sentences", ["1 sentence of 1 article, 1 different Arabic text", "1 Arabic word, 1 English word"]),
        (2, "paragraphs", ["2 paragraphs of 2 articles, 2 different Arabic texts", "2 Arabic words, 2 English words"]),
    ],
)
def test_statistics(number: int, level: str, lines: list[str]) -> None:
    assert statistics(number, level).format().splitlines()[:2] == lines


def test_an_import_of_one_pair() -> None:
    done = Imported(read=1, silent=1, changes=Counter({"same": 1}))
    assert [line.partition(" ")[2].split()[0] for line in done.format()] == ["pair", "pair", "pair"]


def test_a_memory_of_one_of_each() -> None:
    lines = MemoryStats(1, 1, 1, 1, 1, {}, {}).format().splitlines()
    assert lines == ["1 rendering by engines, of 1 run", "1 approved pair, 1 suggestion, 1 row replaced by later ones"]

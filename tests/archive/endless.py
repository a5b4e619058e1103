"""A run over as many short articles as wanted, in a process of its own; prints its peak memory in KiB.

    python endless.py COUNT OUT

The articles are made as they are asked for, and an engine that costs nothing translates them.
"""

from __future__ import annotations

import random
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import stand_in  # the folder above is not a package
from speller import spell

from mtpipe import archive
from mtpipe.article import Article, build
from mtpipe.pipeline import Pipeline
from mtpipe.translate import Decoding, Hypotheses, Hypothesis


class Free(stand_in.Speller):
    """The stand-in, without a memory of what it was asked."""

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        return [Hypotheses((Hypothesis(spell(text), -len(text) / 100),)) for text in segments]


def articles(count: int) -> Iterator[Article]:
    for number in range(count):
        chance = random.Random(number)
        texts = [" ".join(stand_in.sentence(chance) for _ in range(3)) for _ in range(2)]
        yield build(f"{number // 1000}/{number}.txt", [("text", f"{text} {number}") for text in texts])


def main(count: int, out: Path) -> None:
    line = Pipeline(stand_in.settings(64), Free(), stand_in.GLOSSARY, None)
    outcome = archive.run(articles(count), out, line)
    assert outcome.counts.articles == count
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

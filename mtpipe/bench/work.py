"""The work that all contenders are given: made-up sentences over the model's own vocabulary, and how long their
translations are.

The words say nothing; their number and the lengths of the sentences do. A model of random weights never ends a
sentence, and a trained one would ramble over such words, so that the length of every translation is forced.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import regex

# Pieces of an Arabic sentence of news have about a log-normal distribution: NTREX-128's first half (1,007 segments) and
# the embedded model's SentencePiece give a mean logarithm of 3.45 with a deviation of 0.57 (median 34, mean 37, one in
# twenty over 72), and 0.95 English pieces for each Arabic one.
MEAN_LOG: Final = 3.45
DEVIATION: Final = 0.57
SHORTEST: Final = 3
LONGEST: Final = 200
RATIO: Final = 0.95

_WORD: Final = regex.compile(r"▁\p{Arabic}{2,}")


@dataclass(frozen=True, slots=True)
class Work:
    """Sentences with their lengths in source pieces (end of sentence counted), and target pieces per source piece."""

    segments: tuple[str, ...]
    lengths: tuple[int, ...]
    ratio: float = RATIO

    @property
    def target_tokens(self) -> int:
        """Target pieces that were asked for: what a rate counts, however many more a padded batch decodes."""
        return sum(max(1, round(self.ratio * length)) for length in self.lengths)

    def sample(self, count: int) -> Work:
        """Return ``count`` sentences, or all, with the same distribution of lengths, in the same order."""
        total = len(self.segments)
        if count >= total:
            return self
        ranked = sorted(range(total), key=lambda place: (self.lengths[place], place))
        # The middles of ``count`` equal stretches of the ranking.
        places = sorted(ranked[(2 * number + 1) * total // (2 * count)] for number in range(count))
        return Work(tuple(self.segments[p] for p in places), tuple(self.lengths[p] for p in places), self.ratio)


def make(pieces: Sequence[str], count: Callable[[str], int], sentences: int, *, limit: int, seed: int = 1) -> Work:
    """Make sentences of words that are single pieces of a source vocabulary.

    ``count`` gives the pieces of a text without the end of sentence; ``limit`` is the model's, with it. The same
    arguments give the same work.
    """
    words = [piece.removeprefix("▁") for piece in pieces if _WORD.fullmatch(piece)]
    chance = random.Random(seed)
    segments = list(islice(_sentences(words, chance, count, min(LONGEST, limit - 1)), sentences))
    return Work(tuple(segments), tuple(count(segment) + 1 for segment in segments))


def _sentences(words: Sequence[str], chance: random.Random, count: Callable[[str], int], most: int) -> Iterator[str]:
    while True:
        wanted = min(most, max(SHORTEST, round(chance.lognormvariate(MEAN_LOG, DEVIATION))))
        text = " ".join(chance.choices(words, k=wanted - 1)) + "."
        # A word may be cut otherwise among others than alone; what is a little longer is as good.
        while count(text) > most:
            text = text.rpartition(" ")[0] + "."
        yield text

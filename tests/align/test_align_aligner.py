"""The aligner: no sentence lost, the same answer every time, and the right one for texts of every kind of damage.

Vectors come from a stand-in: a sentence names its meanings, whatever its language, so that the answer is known without
a model. Each meaning has a direction of its own, a sentence's vector is their sum and some noise of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtpipe.align import Alignment, Bead, Usem3, align
from mtpipe.align.cases import HEAVY, LIGHT, Damage, make
from mtpipe.align.evaluate import compare
from mtpipe.settings import AlignSettings
from mtpipe.signature import Signature

DIMENSIONS = 64
Text = list[list[str]]


class Meanings:
    """``m7 m8`` in a text are meanings; all else is noise. Alike in meaning is alike in vectors."""

    signature = Signature((("embedder", "meanings"),))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            words = [word.strip(".,") for word in text.split() if word.strip(".,")[1:].isdigit()]
            parts = [_direction(word[1:]) for word in words] + [0.5 * _direction(text)] * bool(text.strip())
            total = np.sum(parts, axis=0) if parts else np.zeros(DIMENSIONS)
            row[:] = total / max(1e-9, float(np.linalg.norm(total)))
        return rows


def _direction(word: str) -> NDArray[np.float64]:
    vector = np.random.default_rng(zlib.crc32(word.encode())).normal(size=DIMENSIONS)
    return vector / np.linalg.norm(vector)


def arabic(*meanings: int) -> str:
    return " ".join(["جملة عن", *(f"م{meaning}" for meaning in meanings), "."])


def english(*meanings: int) -> str:
    return " ".join(["A sentence about", *(f"m{meaning}" for meaning in meanings), "."])


def aligned(source: Text, target: Text) -> Alignment:
    return align(source, target, Meanings(), AlignSettings())


def shapes(beads: Sequence[Bead]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(bead.source, bead.target) for bead in beads]


def document(count: int) -> list[list[tuple[str, str]]]:
    return [
        [(arabic(i), english(i)) for i in range(first, min(count, first + 4))] for first in range(0, count, 4)
    ]


texts = st.lists(st.lists(st.sampled_from([*map(arabic, range(6)), *map(english, range(6)), "", " ", "…", "12"]), max_size=5), max_size=5)


@given(texts, texts, st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_every_sentence_and_paragraph_is_in_one_bead(source: Text, target: Text, largest: int) -> None:
    found = align(source, target, Meanings(), AlignSettings(largest=largest))
    for beads, sides in (
        (found.sentences, (list(chain(*source)), list(chain(*target)))),
        (found.paragraphs, (source, target)),
    ):
        assert sorted(i for bead in beads for i in bead.source) == list(range(len(sides[0])))
        assert sorted(j for bead in beads for j in bead.target) == list(range(len(sides[1])))
        for bead in beads:
            assert list(bead.source) == list(range(bead.source[0], bead.source[-1] + 1)) if bead.source else True
            assert list(bead.target) == list(range(bead.target[0], bead.target[-1] + 1)) if bead.target else True
            assert 0 <= bead.probability <= 1
            assert -1.001 <= bead.similarity <= 1.001
            if not (bead.source and bead.target):
                assert (len(bead.source) + len(bead.target), bead.similarity, bead.probability) == (1, 0, 0)
    for bead in found.sentences:
        assert max(len(bead.source), len(bead.target)) <= largest
    assert [bead.source[0] for bead in found.sentences if bead.source] == sorted(
        bead.source[0] for bead in found.sentences if bead.source
    )


if __name__ == "__main__":
    pytest.main([__file__])

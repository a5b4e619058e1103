"""The alignment of a document with its translation: beads of sentences, and the beads of paragraphs that they make.

1. Sentences and their clauses are embedded, names and numbers that both texts have are looked up (``side``,
   ``anchors``).
2. A coarse alignment gives the band to search (``band``).
3. Every bead inside gets a score (``features``, ``scores``); the best path is the alignment (``lattice``).
4. Among what is unmatched, moved text is looked for (``crossing``, ``search``).
5. Each bead gets its calibrated probability (``probability``), paragraphs are tied (``paragraphs``).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from mtpipe.align.anchors import Reader, anchored, figures
from mtpipe.align.beads import Alignment, Bead
from mtpipe.align.crossing import Found
from mtpipe.align.embed import Embedder
from mtpipe.align.paragraphs import paragraphs
from mtpipe.align.probability import probability
from mtpipe.align.scores import Pair
from mtpipe.align.search import known, search, similarity
from mtpipe.align.side import Side, Vectors, side
from mtpipe.align.weights import CALIBRATION, WEIGHTS
from mtpipe.settings import AlignSettings


def align(
    source: Sequence[Sequence[str]],
    target: Sequence[Sequence[str]],
    embedder: Embedder,
    settings: AlignSettings,
    *,
    readers: Sequence[Reader] = (figures,),
) -> Alignment:
    """Align two documents, each a sequence of paragraphs, which are sequences of sentences in plain text.

    ``readers`` find anchors beside names, dates and Latin strings: numbers, terms.

    Deterministic. Every paragraph and every sentence of either side is in exactly one bead, unmatched ones each in one
    of its own. Time and memory are linear in the number of sentences, embedding aside.
    """
    pair = prepare(source, target, embedder, readers)
    sentences = [_bead(pair, found) for found in search(pair, settings.largest, WEIGHTS)]
    sizes = [len(part) for part in source], [len(part) for part in target]
    tied = paragraphs(sentences, *sizes, _weighed(pair.source), _weighed(pair.target))
    return Alignment(tuple(tied), tuple(sentences))


def prepare(
    source: Sequence[Sequence[str]],
    target: Sequence[Sequence[str]],
    embedder: Embedder,
    readers: Sequence[Reader] = (figures,),
) -> Pair:
    """Embed two documents and find what they have in common."""
    ours, theirs, weights = anchored(list(chain.from_iterable(source)), list(chain.from_iterable(target)), readers)
    return Pair(side(source, ours, embedder), side(target, theirs, embedder), weights)


def _bead(pair: Pair, found: Found) -> Bead:
    left, right = tuple(range(*found.source)), tuple(range(*found.target))
    if not (left and right):
        return Bead(left, right, 0.0, 0.0)
    chance = probability(known(pair, found), CALIBRATION)
    return Bead(left, right, similarity(pair, found), chance, found.crossing)


def _weighed(text: Side) -> Vectors:
    rows: Vectors = text.vectors[1:] * text.lengths[1:, None].astype(np.float32)
    return rows

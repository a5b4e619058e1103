"""Aligning: what the embedder and the search take, against the plain ways, and the whole of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from mtpipe import translate
from mtpipe.align import align as aligned
from mtpipe.align.embed import BatchedUsem3, Usem3
from mtpipe.align.lattice import Band, best_path, kinds
from mtpipe.align.scores import lattice
from mtpipe.align.search import search
from mtpipe.align.weights import WEIGHTS
from mtpipe.bench import beads, work
from mtpipe.bench.models import open_model
from mtpipe.bench.turns import Ratios, Way, measure
from mtpipe.settings import AlignSettings
from mtpipe.translate.subwords import Subwords

LARGEST: Final = 4
PARAGRAPH: Final = 3
"""Sentences of a made-up paragraph."""


def align(*, sentences: int, rounds: int, tell: Callable[[str], None] = lambda _: None) -> Ratios:
    """Compare ways of embedding, of searching a text of that many sentences, and the whole line with its parts."""
    subwords = Subwords(open_model(translate.EMBEDDED))
    texts = list(work.make(list(subwords.vocabulary), subwords.count, sentences, limit=512).segments)
    some = texts[: max(1, sentences // 4)]
    pair, _ = beads.texts(sentences, max(1, sentences // 20))
    single, batched = Usem3(), BatchedUsem3()
    single.encode(texts[:1])
    batched.encode(texts[:1])

    def whole_table() -> object:
        every = Band.full(pair.source.count, pair.target.count)
        return best_path(lattice(pair, every, kinds(LARGEST), WEIGHTS))

    paragraphs = [some[first : first + PARAGRAPH] for first in range(0, len(some), PARAGRAPH)]
    # The same text on both sides: what it says does not matter for the time.
    from_texts = partial(aligned, paragraphs, paragraphs, single, AlignSettings())
    groups = (
        (
            Way("embedding, a sentence at a time (mtpipe align)", partial(single.encode, some), len(some)),
            Way("embedding, in batches (mtpipe run)", partial(batched.encode, some), len(some)),
        ),
        (
            Way("search, the whole table", whole_table, sentences),
            Way("search, a band, and what was moved", partial(search, pair, LARGEST, WEIGHTS), sentences),
        ),
        (Way("both: texts of two sides to beads", from_texts, len(some)),),
    )
    title = f"texts of {sentences} and {pair.target.count} sentences"
    return measure(title, "sentences", groups, rounds=rounds, tell=tell)

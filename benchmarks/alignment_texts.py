"""The texts that alignment is fitted to and measured on: which documents, how damaged, and a cache of their vectors.

Even documents of ``ntrex_dev.tsv`` (the first, third ...) and all of XQuAD are for fitting, odd ones for reporting.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from mtpipe.align import Embedder
from mtpipe.align.cases import HEAVY, LIGHT, Case, Damage, Translated, make
from mtpipe.segment import split
from mtpipe.signature import Signature

JOINED = 4  # documents of NTREX in a text: some 57 beads
PARAGRAPH = (3, 6)  # sentences of the paragraphs that change places
Document = list[list[Translated]]

SETTINGS: dict[str, Damage] = {
    "light": LIGHT,
    "heavy": HEAVY,
    "light, clauses": Damage(merge=0.10, drop=0.05, foreign=0.02, split=0.3),
    "heavy, clauses": Damage(merge=0.25, drop=0.15, foreign=0.08, split=0.3),
    "light, moved": Damage(merge=0.10, drop=0.05, foreign=0.02, move=1),
    "heavy, moved": Damage(merge=0.25, drop=0.15, foreign=0.08, move=1),
    "all": Damage(
        merge=0.15, drop=0.08, foreign=0.04, remnant=0.03, split=0.15, truncate=0.15, resplit=0.05, shift=0.3, move=1
    ),
}


class Remembering:
    """An embedder that keeps what it has encoded, in a file if one is named."""

    def __init__(self, embedder: Embedder, path: Path | None) -> None:
        self.embedder, self.path = embedder, path
        self.rows: dict[str, NDArray[np.float32]] = pickle.loads(path.read_bytes()) if path and path.exists() else {}
        self.fresh = False

    @property
    def signature(self) -> Signature:
        """That of the embedder."""
        return self.embedder.signature

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode what is new."""
        missing = [text for text in dict.fromkeys(texts) if text not in self.rows]
        if missing:
            self.rows.update(zip(missing, self.embedder.encode(missing), strict=True))
            self.fresh = True
        return np.stack([self.rows[text] for text in texts]) if texts else self.embedder.encode(texts)

    def save(self) -> None:
        """Write the file, if there is anything new."""
        if self.path and self.fresh:
            self.path.write_bytes(pickle.dumps(self.rows))
            self.fresh = False


def ntrex(data: Path) -> list[list[Translated]]:
    """Return the documents, each the pairs of its segments."""
    documents: dict[str, list[Translated]] = {}
    for line in (data / "ntrex_dev.tsv").read_text(encoding="utf-8").splitlines():
        document, arabic, english = line.split("\t")
        documents.setdefault(document, []).append((arabic.strip(), english.strip()))
    return list(documents.values())


def strangers(data: Path) -> list[Translated]:
    """Return the pairs of PUD, for the lines that come in from elsewhere."""
    lines = (data / "pud_wiki.tsv").read_text(encoding="utf-8").splitlines()
    return [(line.split("\t")[1].strip(), line.split("\t")[2].strip()) for line in lines]


def wiki(data: Path) -> list[list[Translated]]:
    """Return PUD in its order as documents of 15 sentences, so that four make a text, as of NTREX."""
    pairs = strangers(data)
    return [pairs[first : first + 15] for first in range(0, len(pairs) - 14, 15)]


def xquad(data: Path) -> Iterator[list[Translated]]:
    """Yield the paragraphs that have as many sentences in Arabic as in English, which then are taken for pairs."""
    for line in (data / "xquad_paragraphs.tsv").read_text(encoding="utf-8").splitlines():
        arabic, english = line.split("\t")[:2]
        ours = [arabic[start:end].strip() for start, end in split(arabic, language="ar")]
        theirs = [english[start:end].strip() for start, end in split(english, language="en")]
        if len(ours) == len(theirs):
            yield list(zip(ours, theirs, strict=True))


def texts(documents: Sequence[list[Translated]], seed: int, size: int, *, paragraphs: bool) -> list[Document]:
    """Join documents, shuffled, ``size`` to a text; in one paragraph each, or in paragraphs of some sentences."""
    random = Random(seed)
    order = list(documents)
    random.shuffle(order)
    result = []
    for first in range(0, len(order) - size + 1, size):
        pairs = [pair for document in order[first : first + size] for pair in document]
        parts: Document = []
        while pairs:
            length = random.randint(*PARAGRAPH) if paragraphs else len(pairs)
            parts.append(pairs[:length])
            pairs = pairs[length:]
        result.append(parts)
    return result


def cases(
    documents: Sequence[list[Translated]],
    damage: Damage,
    seeds: Sequence[int],
    foreign: Sequence[Translated],
    *,
    size: int = JOINED,
    paragraphs: bool = False,
) -> list[Case]:
    """Make the cases of a setting. Paragraphs are made where some change places, and shown to the aligner or not."""
    made = []
    for seed in seeds:
        cut = bool(paragraphs or damage.move)
        for number, document in enumerate(texts(documents, seed, size, paragraphs=cut)):
            case = make(document, damage, seed * 1000 + number, foreign=foreign)
            made.append(case if paragraphs else flat(case))
    return made


def flat(case: Case) -> Case:
    """Return the case with all sentences in one paragraph: what the peers see."""
    source, target = (tuple(text for part in side for text in part) for side in (case.source, case.target))
    return Case((source,), (target,), case.beads)

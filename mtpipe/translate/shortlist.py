"""Lexical shortlists: the target pieces that a batch's source pieces may call for, so that the rest costs nothing.

A shortlist is a file in the form that CTranslate2 reads as ``vmap.txt``: a line is a source piece, a tab, target pieces
between spaces; an empty source piece has those that are always allowed. (CTranslate2 also knows n-grams of source
pieces; there are none here.) What a batch may say is the union over its sentences, so that a sentence depends on those
beside it: contract 4 of the design tells what follows from that.

Links are counted by IBM model 1 (Brown et al. 1993, "The mathematics of statistical machine translation"), over pieces.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtpipe.errors import ModelError, UsageError
from mtpipe.translate import batching
from mtpipe.translate.subwords import EOS, UNKNOWN, Subwords

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILE: Final = "vmap.txt"
"""The name under which CTranslate2 looks for it, beside the weights. Where it is not there, it goes without a word."""
BEST: Final = 100
"""Target pieces kept for a source piece. Marian's shortlists have 50 or 100."""
COMMON: Final = 1000
"""Target pieces that are always allowed, the most frequent ones."""
PAIRS: Final = 20_000
"""Pairs of sentences that are read; memory and time grow with them (some 30 kB a pair)."""
FEWEST_PAIRS: Final = 10
ROUNDS: Final = 4
"""Iterations of expectation and maximisation; the ranking hardly changes after."""
TRIED: Final = 1000
"""Pairs on which a shortlist is tried when it is made."""
LEAST: Final = 1e-4
"""Probability under which a target piece is no candidate, however few there are."""
KNOWN: Final = 0.5
"""Share of a shortlist's pieces that a model must have, or it was made for another one."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Candidates by source piece, and those of all sources (key ""); ``digest`` names the file in signatures."""

    path: Path
    candidates: Mapping[str, tuple[str, ...]]
    digest: str

    def allowed(self, sources: Iterable[str]) -> set[str]:
        """Return what a batch of these source pieces may say, as CTranslate2 finds it."""
        always = {EOS, UNKNOWN, *self.candidates.get("", ())}
        return always.union(*(self.candidates.get(piece, ()) for piece in set(sources)))


def read(path: Path, subwords: Subwords) -> Shortlist:
    """Read a shortlist for a model. Raises ``UsageError`` where it is none, or one for another model."""
    try:
        raw = path.read_bytes()
        lines = raw.decode("utf-8").split("\n")
    except OSError as error:
        raise UsageError(
            f"translate.shortlist: {path} can't be read ({error.strerror}). 'mtpipe models shortlist' makes one."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"translate.shortlist: {path} is no text in UTF-8. 'mtpipe models shortlist' makes one."
        ) from error
    candidates: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        source, tab, targets = line.partition("\t")
        if not tab or "\t" in targets or source in candidates:
            what = (
                "the source piece stands twice" if tab and source in candidates else "a tab is needed after the source"
            )
            raise UsageError(f"translate.shortlist: {path} line {number}: {what}. 'mtpipe models shortlist' makes one.")
        candidates[source] = tuple(piece for piece in targets.split(" ") if piece)
    _check(path, candidates, subwords)
    return Shortlist(path, candidates, hashlib.sha256(raw).hexdigest()[:16])


def _check(path: Path, candidates: Mapping[str, tuple[str, ...]], subwords: Subwords) -> None:
    if not candidates:
        raise UsageError(f"translate.shortlist: {path} is empty. 'mtpipe models shortlist' makes one.")
    sources = [piece for key in candidates if key for piece in key.split(" ")]
    targets = {piece for allowed in candidates.values() for piece in allowed}
    for what, pieces in (("source", sources), ("target", targets)):
        known = sum(piece in subwords.vocabulary for piece in pieces)
        if known < KNOWN * len(pieces):
            raise UsageError(
                f"translate.shortlist: {path}: the model has {known} of its {len(pieces)} {what} pieces. It was made "
                "for another model; 'mtpipe models shortlist' makes one for yours."
            )


@contextlib.contextmanager
def beside(model: Path, shortlist: Shortlist | None) -> Iterator[Path]:
    """Give a folder to load a converted model from, with its shortlist beside the weights; it is gone after.

    Raises ``ModelError`` where the folder can't be made.
    """
    if shortlist is None:
        yield model
        return
    with contextlib.ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mtpipe-shortlist-")))
            for file in model.iterdir():
                _link(file, folder / file.name)
            shutil.copyfile(shortlist.path, folder / FILE)
        except OSError as error:
            raise ModelError(
                f"the shortlist can't be laid beside the model in {tempfile.gettempdir()} ({error.strerror}). Make "
                "room there, or name another folder with TMPDIR."
            ) from error
        yield folder


def _link(source: Path, target: Path) -> None:
    try:
        os.symlink(source.absolute(), target)  # noqa: PTH211 -- may not be allowed, as on Windows: then a copy
    except OSError:
        shutil.copyfile(source, target)


def check_places(pieces: Sequence[str]) -> None:
    """Refuse a model whose end of sentence has pieces before it that a batch may lack.

    CTranslate2 4.8 keeps the place that a piece had in the first batch's candidates (``decoder.cc``: the map is added
    to, never cleared), and asks it where the end of sentence is. It stays right only where nothing can come before.
    ``pieces`` are the target vocabulary in order.
    """
    if set(pieces[: pieces.index(EOS)]) - {UNKNOWN}:
        raise ModelError(
            f"model: {EOS} is not among the first pieces of its vocabulary, as Marian has it, so that CTranslate2 "
            "can't use a shortlist with it. Leave translate.shortlist out."
        )


def build(
    pairs: Iterable[tuple[str, str]],
    subwords: Subwords,
    *,
    best: int = BEST,
    common: int = COMMON,
    most: int = PAIRS,
) -> Iterator[str]:
    """Count links in pairs of normalised source and target sentences, and yield a shortlist's lines.

    The first line has what is always allowed: the ``common`` most frequent target pieces, and every piece of a single
    character, out of which any name can be spelled. A source piece has its ``best`` target pieces by probability, and
    itself where it is a target piece too (figures, Latin letters). ``most`` pairs are read.
    Raises ``UsageError`` where there are too few pairs.
    """
    targets = subwords.target_pieces()
    sides = [
        (source, target)
        for text, translation in islice(pairs, most)
        if (source := subwords.source_pieces(text)) and (target := subwords.cut_target(translation))
    ]
    if len(sides) < FEWEST_PAIRS:
        raise UsageError(
            f"{len(sides)} pairs of sentences: {FEWEST_PAIRS} or more are needed to count which pieces go together, "
            "and thousands to do it well."
        )
    counts = _Counts.of(sides)
    frequent = counts.frequent(common)
    always = dict.fromkeys([*frequent, *(piece for piece in targets if len(piece.lstrip("▁")) <= 1)])
    yield "\t" + " ".join(piece for piece in always if piece in targets)
    for piece, found in counts.best(best):
        own = [piece] if piece in targets else []
        rest = [other for other in dict.fromkeys([*own, *found]) if other in targets and other not in always]
        if rest and piece not in (EOS, UNKNOWN):
            yield f"{piece}\t{' '.join(rest)}"


@dataclass(frozen=True, slots=True)
class Cover:
    """What a shortlist does to pairs of sentences.

    ``sources`` have candidates of their own; a batch may say ``allowed`` of ``targets`` pieces in the mean; ``reached``
    is the share of the target pieces that their batch allows.
    """

    sources: int
    targets: int
    allowed: float
    reached: float

    def format(self) -> str:
        """Say it in a line."""
        return (
            f"candidates for {self.sources} source pieces; a batch of such sentences may say {self.allowed:.0f} of "
            f"{self.targets} target pieces, {self.reached:.2%} of what stands in the pairs"
        )


def cover(
    made: Shortlist, pairs: Iterable[tuple[str, str]], subwords: Subwords, *, budget: int, most: int = TRIED
) -> Cover:
    """Try a shortlist on the first ``most`` pairs, batched as the engine would."""
    sides = [(subwords.source_pieces(text), subwords.cut_target(target)) for text, target in islice(pairs, most)]
    sides = [(source, target) for source, target in sides if source]
    batches = batching.plan([len(source) for source, _ in sides], budget=budget, limit=max(budget, 1024))
    sizes, hits, total = [], 0, 0
    for batch in batches:
        allowed = made.allowed(piece for place in batch.places for piece in sides[place][0])
        said = [piece for place in batch.places for piece in sides[place][1]]
        sizes.append(len(allowed))
        hits += sum(piece in allowed for piece in said)
        total += len(said)
    count = len(subwords.target_ids())
    return Cover(sum(1 for key in made.candidates if key), count, sum(sizes) / max(1, len(sizes)), hits / max(1, total))


class _Counts:
    """Probabilities of links between the pieces of a corpus."""

    def __init__(
        self,
        sources: list[str],
        targets: list[str],
        keys: NDArray[np.int64],
        chances: NDArray[np.float64],
        frequency: NDArray[np.int64],
    ) -> None:
        self._sources = sources
        self._targets = targets
        self._keys = keys
        self._chances = chances
        self._frequency = frequency

    @classmethod
    def of(cls, sides: Sequence[tuple[list[str], list[str]]]) -> _Counts:
        """Count links, then share them out again and again: model 1, without an empty source piece."""
        import numpy as np

        source_ids: dict[str, int] = {}
        target_ids: dict[str, int] = {}
        coded = [
            (
                np.array([source_ids.setdefault(piece, len(source_ids)) for piece in source], np.int64),
                np.array([target_ids.setdefault(piece, len(target_ids)) for piece in target], np.int64),
            )
            for source, target in sides
        ]
        width = len(target_ids)
        links = np.concatenate([np.add.outer(source * width, target).reshape(-1) for source, target in coded])
        keys, places = np.unique(links, return_inverse=True)
        places = places.astype(np.int32)
        # Which target piece of the corpus, all sentences in a row, a link explains: its links share one count.
        ends = np.cumsum([0, *(len(target) for _, target in coded)])
        explained = np.concatenate(
            [
                np.tile(np.arange(end - len(target), end, dtype=np.int32), len(source))
                for (source, target), end in zip(coded, ends[1:], strict=True)
            ]
        )
        chances = np.ones(len(keys))
        for _ in range(ROUNDS):
            linked = chances[places]
            linked /= np.bincount(explained, linked)[explained]
            shares = np.bincount(places, linked, len(keys))
            chances = shares / np.bincount(keys // width, shares, len(source_ids))[keys // width]
        frequency = np.bincount(np.concatenate([target for _, target in coded]), minlength=width)
        return cls(list(source_ids), list(target_ids), keys, chances, frequency)

    def frequent(self, count: int) -> list[str]:
        """Return the most frequent target pieces; of equally frequent ones those that came first."""
        import numpy as np

        return [self._targets[place] for place in np.argsort(-self._frequency, kind="stable")[:count]]

    def best(self, count: int) -> Iterator[tuple[str, list[str]]]:
        """Yield each source piece, by name, with its likeliest target pieces, likeliest first."""
        import numpy as np

        width = len(self._targets)
        edges = np.searchsorted(self._keys, np.arange(len(self._sources) + 1) * width)
        for number in sorted(range(len(self._sources)), key=self._sources.__getitem__):
            part = slice(edges[number], edges[number + 1])
            chances, ids = self._chances[part], self._keys[part] % width
            ranked = np.argsort(-chances, kind="stable")[:count]
            yield self._sources[number], [self._targets[ids[place]] for place in ranked if chances[place] >= LEAST]

"""Which Arabic article and which English one tell the same: by the names of their files, or by what they say.

By contents: each article has a vector (the mean of its first sentences' embeddings, the title weighing more), the
numbers and the names that it mentions. Vectors give each article a few candidates; on these the three measures are
added up, and the pairs are chosen that have the greatest sum together, each article once (assignment, as in Buck and
Koehn 2016, "Findings of the WMT 2016 bilingual document alignment shared task"). A pair is kept where its score,
with a bonus for how far the next best lies behind, is high enough: else both are left unpaired.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtpipe.align.embed import similarities

CANDIDATES: Final = 8
"""Nearest articles of the other side that are looked at closely."""
BLOCK: Final = 1024
"""Rows of the similarity matrix that are in memory at a time."""

# By benchmarks/documents.py: NTREX cut into pieces of eight and four sentences, near each other, and a third on
# either side alone. With these weights and the default threshold 97 and 96 % are found, at a precision of 96 and 99 %
# (with the vectors alone, 85 at 99 %); of whole documents all, and a wrong one in 55.
NUMBERS_WEIGHT: Final = 0.2
NAMES_WEIGHT: Final = 0.2
LEAD_WEIGHT: Final = 0.5
# Few numbers prove little: a share of nothing but one common year must not count as much as one of ten figures.
NUMBERS_DOUBT: Final = 5.0
NAMES_DOUBT: Final = 3.0
_WORST: Final = 1.0 + NUMBERS_WEIGHT + NAMES_WEIGHT + 0.1
"""Above all scores."""

_EXTENSION: Final = re.compile(
    r"\.(?:txt|html?|xhtml|docx|epub|jsonl?|ndjson|csv|tsv|parquet|gz|xz|zst|bz2)(?=$|[:/.])", re.IGNORECASE
)
_TAG: Final = re.compile(r"(?:^|[._\-/ ])(?:ar|ara|arabic|en|eng|english)(?=$|[._\-/ :])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of an article for pairing: a unit vector, the values of its numbers and the keys of its names.

    ``readings`` are all that the numbers may stand for, their values among them.
    """

    vector: NDArray[np.float32]
    numbers: frozenset[str]
    readings: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A source and a target that may belong together.

    ``score`` is the similarity of the vectors (-1 to 1) with what numbers and names add (0.4 at most), ``lead`` how far
    the next best candidate of either lies behind.
    """

    source: int
    target: int
    score: float
    lead: float

    @property
    def strength(self) -> float:
        """What is held against the threshold."""
        return self.score + LEAD_WEIGHT * self.lead


@dataclass(frozen=True, slots=True)
class Matches:
    """The pairs, in the order of the sources, and for each article that has none the nearest (None: nothing near)."""

    pairs: tuple[Match, ...]
    sources_alone: Mapping[int, Match | None]
    targets_alone: Mapping[int, Match | None]


def by_name(sources: Sequence[str], targets: Sequence[str]) -> dict[int, int]:
    """Pair ids that are the same apart from extension and language: ``a/x.ar.txt`` and ``a/x.en.html``.

    A name that two of one side have pairs none of them.
    """
    left, right = _once(sources), _once(targets)
    return {place: right[name] for name, place in left.items() if name in right}


def stem(article_id: str) -> str:
    """Return an id without extension and language."""
    bare = _TAG.sub("", _EXTENSION.sub("", article_id))
    return bare.strip("._-/ ").casefold() or article_id.casefold()


def _once(ids: Sequence[str]) -> dict[str, int]:
    names = [stem(article_id) for article_id in ids]
    counts = Counter(names)
    return {name: place for place, name in enumerate(names) if counts[name] == 1}


def by_content(sources: Sequence[Profile], targets: Sequence[Profile], *, threshold: float) -> Matches:
    """Pair articles by what they say. Memory grows with the number of articles, time with its square (a matrix
    product: ten thousand a side take seconds).
    """
    if not sources or not targets:
        return none(len(sources), len(targets))
    scored = _scored(sources, targets)
    leads = _leads(scored, len(sources), len(targets))
    found = [
        Match(left, right, scored[left, right], leads[left, right])
        for left, right in _assigned(scored, len(sources), len(targets))
    ]
    kept = tuple(match for match in found if match.strength >= threshold)
    return Matches(
        kept,
        _nearest(scored, leads, len(sources), {match.source for match in kept}, side=0),
        _nearest(scored, leads, len(targets), {match.target for match in kept}, side=1),
    )


def none(sources: int, targets: int) -> Matches:
    """Return no pairs, and nothing near."""
    return Matches((), dict.fromkeys(range(sources)), dict.fromkeys(range(targets)))


Scored = dict[tuple[int, int], float]


def _scored(sources: Sequence[Profile], targets: Sequence[Profile]) -> Scored:
    left = np.stack([profile.vector for profile in sources])
    right = np.stack([profile.vector for profile in targets])
    candidates = sorted({*_candidates(left, right), *((row, column) for column, row in _candidates(right, left))})
    rows, columns = (np.array(indexes) for indexes in zip(*candidates, strict=True))
    blocks = (slice(start, start + BLOCK) for start in range(0, len(candidates), BLOCK))
    vectors = [value for part in blocks for value in similarities(left[rows[part]], right[columns[part]]).tolist()]
    numbers = _rarity([*(profile.readings for profile in sources), *(profile.readings for profile in targets)])
    names = _rarity([profile.names for profile in sources])
    scored: Scored = {}
    for (row, column), similarity in zip(candidates, vectors, strict=True):
        source, target = sources[row], targets[column]
        both = _weight(source.numbers & target.readings, numbers) + _weight(target.numbers & source.readings, numbers)
        all_numbers = _weight(source.numbers, numbers) + _weight(target.numbers, numbers)
        common, all_names = _weight(target.names & source.names, names), _weight(target.names, names)
        scored[row, column] = (
            similarity
            + NUMBERS_WEIGHT * both / (all_numbers + NUMBERS_DOUBT)
            + NAMES_WEIGHT * common / (all_names + NAMES_DOUBT)
        )
    return scored


def _candidates(left: NDArray[np.float32], right: NDArray[np.float32]) -> Iterable[tuple[int, int]]:
    """Yield each row of ``left`` with its nearest of ``right``, a block of the product in memory at a time."""
    wanted = min(CANDIDATES, len(right))
    for start in range(0, len(left), BLOCK):
        block = left[start : start + BLOCK] @ right.T
        nearest = np.argpartition(-block, wanted - 1, axis=1)[:, :wanted]
        for row, columns in enumerate(nearest.tolist(), start=start):
            yield from ((row, column) for column in columns)


def _rarity(keys: Sequence[Collection[str]]) -> dict[str, float]:
    """Return the inverse document frequency of each key (Spärck Jones 1972); keys of no document weigh nothing."""
    counts = Counter(key for document in keys for key in document)
    return {key: math.log((len(keys) + 1) / (count + 1)) + 0.1 for key, count in counts.items()}


def _weight(keys: Iterable[str], rarity: Mapping[str, float]) -> float:
    # Exact: the last bits of a plain sum depend on the order, which in a set differs from process to process.
    return math.fsum(rarity.get(key, 0.0) for key in keys)


def _leads(scored: Scored, sources: int, targets: int) -> Scored:
    """Return how far each pair stands before the best other candidate of its row and of its column, or before 0."""
    best = ([[-1.0, -1.0] for _ in range(sources)], [[-1.0, -1.0] for _ in range(targets)])
    for pair, score in scored.items():
        for side, index in zip(best, pair, strict=True):
            side[index] = sorted([*side[index], score])[-2:]
    leads: Scored = {}
    for pair, score in scored.items():
        others = [
            side[index][0] if side[index][1] == score else side[index][1]
            for side, index in zip(best, pair, strict=True)
        ]
        leads[pair] = score - max(0.0, *others)
    return leads


def _assigned(scored: Scored, sources: int, targets: int) -> list[tuple[int, int]]:
    """Return the candidates with the greatest sum of scores, each article at most once.

    The assignment problem on a sparse table (Jonker and Volgenant 1987), in which each source has a column of its own
    for finding nobody, worth nothing.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    good = [(row, column, score) for (row, column), score in sorted(scored.items()) if score > 0]
    rows = [row for row, _, _ in good] + list(range(sources))
    columns = [column for _, column, _ in good] + [targets + row for row in range(sources)]
    # Costs must not be 0, which is "no edge" in a sparse table.
    costs = [_WORST - score for _, _, score in good] + [_WORST] * sources
    table = csr_array((costs, (rows, columns)), shape=(sources, targets + sources))
    chosen = zip(*(side.tolist() for side in min_weight_full_bipartite_matching(table)), strict=True)
    return sorted((row, column) for row, column in chosen if column < targets)


def _nearest(
    scored: Scored, leads: Scored, count: int, paired: Collection[int], *, side: int
) -> dict[int, Match | None]:
    """Return for each article of a side that is not paired its best candidate."""
    alone: dict[int, Match | None] = {index: None for index in range(count) if index not in paired}
    for pair, score in sorted(scored.items()):
        index = pair[side]
        if index in alone and ((known := alone[index]) is None or score > known.score):
            alone[index] = Match(*pair, score, leads[pair])
    return alone

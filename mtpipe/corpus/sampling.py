"""A sample of a dataset, and the difference of two."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

from mtpipe.corpus.derived import Corpus


def sample(corpus: Corpus, number: int, *, seed: int) -> list[dict[str, Any]]:
    """Return rows drawn by seed, in the corpus' order.

    A row is drawn by its id alone, so that a corpus that grew by a tenth gives nearly the same sample.
    """
    drawn = heapq.nsmallest(number, ((_hash(f"{seed}\n{row['id']}"), row["id"]) for row in corpus.rows()))
    wanted = {name for _, name in drawn}
    return [row for row in corpus.rows() if row["id"] in wanted]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that two datasets do not have in common. ``old`` and ``new`` are its English, None where it is not."""

    id: str
    change: Literal["added", "removed", "source", "target"]
    source: str
    old: str | None
    new: str | None


def differences(old: Corpus, new: Corpus) -> Iterator[Difference]:
    """Yield what differs by id: in the new corpus' order, then what it has not.

    ``source`` is other Arabic under the same id, ``target`` other English. Takes some 400 bytes of memory a pair.
    """
    known = {pair.id: (_hash(pair.source), _hash(pair.target)) for pair in old.pairs()}
    changed: dict[str, str] = {}
    seen = set[str]()
    for pair in new.pairs():
        seen.add(pair.id)
        if pair.id in known and known[pair.id] != (_hash(pair.source), _hash(pair.target)):
            changed[pair.id] = ""
    gone: list[Difference] = []
    for pair in old.pairs():
        if pair.id in changed:
            changed[pair.id] = pair.target
        elif pair.id not in seen:
            gone.append(Difference(pair.id, "removed", pair.source, pair.target, None))
    for pair in new.pairs():
        if pair.id not in known:
            yield Difference(pair.id, "added", pair.source, None, pair.target)
        elif pair.id in changed:
            other = known[pair.id][0] != _hash(pair.source)
            yield Difference(pair.id, "source" if other else "target", pair.source, changed[pair.id], pair.target)
    yield from gone


def _hash(text: str) -> bytes:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=12).digest()

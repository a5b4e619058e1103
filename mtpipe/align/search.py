"""The beads of two prepared texts: the best monotone path, and what was moved past it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from mtpipe.align.band import band
from mtpipe.align.crossing import Found, Run, astray, moved, widened
from mtpipe.align.features import length_ratio
from mtpipe.align.lattice import Lattice, Step, best_path, kinds, posterior, without
from mtpipe.align.probability import evidence
from mtpipe.align.scores import Pair, lattice
from mtpipe.align.side import Side, Vectors


def search(pair: Pair, largest: int, weights: Mapping[str, float]) -> list[Found]:
    """Return the beads in the order of the source, unmatched target after what it follows.

    Every sentence is in exactly one; unmatched ones stand alone, with an empty run on the other side.
    """
    shapes = kinds(largest)
    scores = lattice(pair, band(pair.source.vectors[1:], pair.target.vectors[1:]), shapes, weights)
    path = best_path(scores)
    if any(lost := astray(pair, path)):
        scores = without(scores, *lost)
        path = best_path(scores)
    jumps = moved(pair, *_lone(path), shapes, weights)
    if jumps:
        # Sentences at the edges of moved text were pulled into beads beside it; the path is sought again without them.
        scores = without(scores, *widened(pair, jumps, path))
        path = best_path(scores)
        jumps = moved(pair, *_lone(path), shapes, weights)
    return list(_found(scores, path, jumps))


def _lone(path: list[Step]) -> tuple[list[int], list[int]]:
    return [step.i - 1 for step in path if not step.b], [step.j - 1 for step in path if not step.a]


def _found(scores: Lattice, path: list[Step], jumps: list[Found]) -> Iterator[Found]:
    """Yield the beads of the path, moved ones in the place of their first source sentence."""
    chances, first = posterior(scores), {bead.source[0]: bead for bead in jumps}
    gone = {i for bead in jumps for i in range(*bead.source)}
    gone_target = {j for bead in jumps for j in range(*bead.target)}
    matched = [(step.i, step.j) for step in path if step.a and step.b]
    for step in path:
        ours, theirs = (step.i - step.a, step.i), (step.j - step.b, step.j)
        if step.a and step.b:
            chance = chances.match[scores.band.cell(step.i, step.j), scores.kinds.index((step.a, step.b))]
            yield Found(ours, theirs, float(chance))
        elif step.a and ours[0] in first:
            bead = first[ours[0]]
            yield replace(bead, crossing=_crosses(bead, matched))
        elif (step.a and ours[0] not in gone) or (step.b and theirs[0] not in gone_target):
            yield Found(ours, theirs, 0.0)


def _crosses(found: Found, path: list[tuple[int, int]]) -> bool:
    """Whether some bead of the path stands on different sides of a moved one in the two texts."""
    place = bisect_left(path, (found.source[0] + 1, 0))
    before, after = path[max(0, place - 1) : place], path[place : place + 1]
    return any(j > found.target[0] for _, j in before) or any(j <= found.target[0] for _, j in after)


def similarity(pair: Pair, found: Found) -> float:
    """Return the cosine of the two sides of a bead; 0 if one is empty."""
    return float(np.clip(_span(pair.source, found.source) @ _span(pair.target, found.target), -1.0, 1.0))


def known(pair: Pair, found: Found) -> tuple[float, ...]:
    """Return the evidence for a bead of two sides (see ``probability``)."""
    ours, theirs = slice(found.source[0] + 1, found.source[1] + 1), slice(found.target[0] + 1, found.target[1] + 1)
    usual = length_ratio(pair.source, pair.target)
    ratio = float(pair.source.lengths[ours].sum() / (pair.target.lengths[theirs].sum() * usual))
    size = found.source[1] - found.source[0] + found.target[1] - found.target[0]
    return evidence(found.chance, similarity(pair, found), ratio, size, crossing=found.crossing)


def _span(text: Side, run: Run) -> Vectors:
    rows = text.spans(run[1] - run[0], run[1], run[1] + 1)
    return rows.reshape(-1)

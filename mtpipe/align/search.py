"""The beads of two prepared texts: the best monotone path, and what was moved past it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mtpipe.align.band import band
from mtpipe.align.crossing import Found, Run, moved
from mtpipe.align.features import length_ratio
from mtpipe.align.lattice import best_path, kinds, posterior
from mtpipe.align.probability import evidence
from mtpipe.align.scores import Pair, lattice
from mtpipe.align.side import Side, Vectors


def search(pair: Pair, largest: int, weights: Mapping[str, float]) -> list[Found]:
    """Return the beads in the order of the source, unmatched target after what it follows.

    Every sentence is in exactly one; unmatched ones stand alone, with an empty run on the other side.
    """
    shapes = kinds(largest)
    scores = lattice(pair, band(pair.source.vectors[1:], pair.target.vectors[1:]), shapes, weights)
    path, chances = best_path(scores), posterior(scores)
    lone = [step.i - 1 for step in path if not step.b], [step.j - 1 for step in path if not step.a]
    jumps = {bead.source[0]: bead for bead in moved(pair, *lone, shapes, weights)}
    gone = {i for bead in jumps.values() for i in range(*bead.source)}
    gone_target = {j for bead in jumps.values() for j in range(*bead.target)}
    matched = [(step.i, step.j) for step in path if step.a and step.b]
    result = []
    for step in path:
        ours, theirs = (step.i - step.a, step.i), (step.j - step.b, step.j)
        if step.a and step.b:
            chance = chances.match[scores.band.cell(step.i, step.j), shapes.index((step.a, step.b))]
            result.append(Found(ours, theirs, float(chance)))
        elif step.a and ours[0] in jumps:
            bead = jumps[ours[0]]
            result.append(replace(bead, crossing=_crosses(bead, matched)))
        elif (step.a and ours[0] not in gone) or (step.b and theirs[0] not in gone_target):
            result.append(Found(ours, theirs, 0.0))
    return result


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

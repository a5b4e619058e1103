"""Fits the weights of the aligner (``mtpipe/align/weights.py``): run it again when features change.

    python benchmarks/alignment_fit.py --data ../shared/data/dev --cache vectors.pickle > mtpipe/align/weights.py

The lattice is a conditional random field; its weights maximise the likelihood of the known alignments of damaged
texts, with a little shrinkage (L-BFGS). The calibration is a logistic regression on the beads that are found in texts
damaged anew, from other seeds, each by weights that were fitted without its documents: those that have seen a text are
surer of it than they may be. Among them are texts that are worse off than any for fitting, and wrong ones. Documents:
see ``alignment_texts.py``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from alignment_texts import SETTINGS, Remembering, cases, ntrex, strangers, xquad
from numpy.typing import NDArray
from scipy.optimize import minimize

from mtpipe.align import Usem3
from mtpipe.align.aligner import prepare
from mtpipe.align.cases import LIGHT, Case, Damage, Translated
from mtpipe.align.features import MATCH, SKIP
from mtpipe.align.lattice import NEVER, Band, Lattice, kinds, posterior
from mtpipe.align.probability import NAMES, RISING
from mtpipe.align.scores import blocks, skips_of
from mtpipe.align.search import known, search
from mtpipe.align.weights import WEIGHTS
from mtpipe.aligning import numbers

LARGEST = 4
SHRINKAGE = 0.2  # of the sum of squared weights, over all texts
SEEDS = (11,)
CALIBRATION_SEEDS = (101, 102, 103, 104, 105)
FOLDS = 3
ROUNDS = 40
READERS = (numbers,)
# Some signs are known, whatever the damage of the texts for fitting suggests.
FOR = ("similarity", "weakest", "covered", "gain", "common", "break-both")
AGAINST = ("neighbours", "length", "length-log", "apart", "source-broken", "target-broken", "source-unended",
           "target-unended", "break-inside", "break-one", "skip-best", "skip-covered", "skip-anchors")  # fmt: skip
ALL = (*MATCH, *SKIP)
WRECK = Damage(merge=0.25, drop=0.3, foreign=0.2, remnant=0.05, split=0.3, truncate=0.2, resplit=0.1, shift=0.3, move=1)
Documents = Sequence[list[Translated]]


@dataclass
class Example:
    """A text's features, (cells, kinds, features), those of its skips, and the sum of those of the right beads."""

    band: Band
    possible: NDArray[np.bool_]
    match: NDArray[np.float32]
    source: NDArray[np.float32]
    target: NDArray[np.float32]
    right: NDArray[np.float64]


def example(case: Case, embedder: Remembering) -> Example | None:
    """Compute a text's features; None if it has a bead of a kind that is not tried, or one out of order."""
    pair = prepare(case.source, case.target, embedder, READERS)
    band, shapes = Band.full(pair.source.count, pair.target.count), kinds(LARGEST)
    match = np.zeros((band.cells, len(shapes), len(MATCH)), dtype=np.float32)
    for part, block in blocks(pair, band):
        rows = slice(int(band.start[part.start]), int(band.start[part.stop]))
        for number, kind in enumerate(shapes):
            for name, values in block.features(kind):
                match[rows, number, MATCH.index(name)] = values.reshape(-1)
    i, j = np.divmod(np.arange(band.cells), pair.target.count + 1)
    possible = np.stack([(i >= a) & (j >= b) for a, b in shapes], axis=1)
    source, target = skips_of(pair, band)
    right = np.zeros(len(ALL))
    at = (0, 0)
    for ours, theirs in sorted(case.beads, key=lambda bead: (bead[0] or (-1,), bead[1] or (-1,))):
        if ours and theirs:
            if (len(ours), len(theirs)) not in shapes or min(theirs) < at[1]:
                return None
            at = (max(ours) + 1, max(theirs) + 1)
            right[: len(MATCH)] += match[band.cell(*at), shapes.index((len(ours), len(theirs)))]
        else:
            right[len(MATCH) :] += source[ours[0] + 1] if ours else target[theirs[0] + 1]
    return Example(band, possible, match, source, target, right)


def loss(weights: NDArray[np.float64], data: list[Example]) -> tuple[float, NDArray[np.float64]]:
    """Negative log-likelihood and its gradient."""
    value, gradient = SHRINKAGE * float(weights @ weights) / 2, SHRINKAGE * weights
    bead, skip = weights[: len(MATCH)], weights[len(MATCH) :]
    for one in data:
        scores = np.where(one.possible, one.match @ bead.astype(np.float32), NEVER).astype(np.float32)
        found = posterior(Lattice(kinds(LARGEST), one.band, scores, one.source @ skip, one.target @ skip))
        expected = np.concatenate(
            [
                np.einsum("ck,ckf->f", found.match, one.match, optimize=True),
                found.skip_source @ one.source + found.skip_target @ one.target,
            ]
        )
        value += found.total - float(one.right @ weights)
        gradient = gradient + expected - one.right
    return value, gradient


def fitted(data: list[Example], start: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of the greatest likelihood. The optimum does not depend on where the search starts."""
    bounds = [(0 if name in FOR else None, 0 if name in AGAINST else None) for name in ALL]
    first = np.array([start.get(name, 0.0) for name in ALL])
    found = minimize(loss, first, args=(data,), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": ROUNDS})
    print(f"{len(data)} texts, loss a text {found.fun / len(data):.3f} after {found.nit} rounds", file=sys.stderr)
    return dict(zip(ALL, map(float, found.x), strict=True))


def evidence(
    made: list[Case], weights: Mapping[str, float], embedder: Remembering
) -> tuple[list[tuple[float, ...]], list[bool]]:
    """Return what is known of each bead that is found, and whether it is right."""
    rows, right = [], []
    for case in made:
        pair, beads = prepare(case.source, case.target, embedder, READERS), set(case.beads)
        for found in search(pair, LARGEST, weights):
            left, other = tuple(range(*found.source)), tuple(range(*found.target))
            if left and other:
                rows.append(known(pair, found))
                right.append((left, other) in beads)
    return rows, right


def calibrated(rows: list[tuple[float, ...]], right: list[bool]) -> NDArray[np.float64]:
    """Fit the probability of a bead to whether it is right."""
    evidence, truth = np.array(rows), np.array(right, dtype=float)

    def cost(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = evidence @ weights
        value = float(np.logaddexp(0, odds).sum() - truth @ odds + 0.05 * weights @ weights)
        return value, (1 / (1 + np.exp(-odds)) - truth) @ evidence + 0.1 * weights

    bounds = [(0 if name in RISING else None, None) for name in NAMES]
    return minimize(cost, np.zeros(evidence.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x


def calibration_cases(news: Documents, foreign: Sequence[Translated]) -> list[Case]:
    """All settings, a worse one, and texts beside the English of others, on some of the documents for fitting."""
    made = [
        case
        for damage in (*SETTINGS.values(), WRECK)
        for case in cases(news, damage, CALIBRATION_SEEDS, foreign, paragraphs=damage.shift > 0)
    ]
    plain = cases(news, LIGHT, CALIBRATION_SEEDS, foreign)
    return made + [Case(one.source, other.target, ()) for one, other in zip(plain[0::2], plain[1::2], strict=False)]


def news_cases(news: Documents, foreign: Sequence[Translated]) -> list[Case]:
    """The monotone settings, and one with a little of all damage, on news."""
    return [
        case
        for number, damage in enumerate(damages())
        for case in cases(news, damage, seeds(number), foreign, paragraphs=damage.shift > 0)
    ]


def wiki_cases(data: Path) -> list[Case]:
    """The same on encyclopedia paragraphs."""
    wiki, foreign = list(xquad(data)), strangers(data)[:250]
    return [
        case
        for number, damage in enumerate(damages())
        for case in cases(wiki, damage, seeds(number), foreign, size=12, paragraphs=number % 2 == 1)[::2]
    ]


def damages() -> list[Damage]:
    """Return the damage of the texts for fitting."""
    mixed = Damage(
        merge=0.15, drop=0.08, foreign=0.04, remnant=0.03, split=0.15, truncate=0.15, resplit=0.05, shift=0.3
    )
    return [*(SETTINGS[name] for name in ("light", "heavy", "light, clauses", "heavy, clauses")), mixed]


def seeds(number: int) -> list[int]:
    """Return the seeds of the texts with a kind of damage."""
    return [seed + 10 * number for seed in SEEDS]


def examples(made: list[Case], embedder: Remembering) -> list[Example]:
    """Return the examples of the cases that there are any of."""
    return [one for case in made if (one := example(case, embedder)) is not None]


def main() -> None:
    """Fit, and write the module of weights to standard output."""
    parser = argparse.ArgumentParser(description="Fit the weights of the aligner.")
    parser.add_argument("--data", type=Path, required=True, help="folder with ntrex_dev.tsv and the like")
    parser.add_argument("--cache", type=Path, help="file that keeps vectors between runs")
    options = parser.parse_args()
    embedder = Remembering(Usem3(), options.cache)
    news, foreign = ntrex(options.data)[0::2], strangers(options.data)[:250]
    wiki = examples(wiki_cases(options.data), embedder)
    weights = fitted([*examples(news_cases(news, foreign), embedder), *wiki], WEIGHTS)
    rows: list[tuple[float, ...]] = []
    right: list[bool] = []
    for fold in range(FOLDS):
        rest = [document for number, document in enumerate(news) if number % FOLDS != fold]
        others = fitted([*examples(news_cases(rest, foreign), embedder), *wiki], weights)
        more, truth = evidence(calibration_cases(news[fold::FOLDS], foreign), others, embedder)
        rows, right = [*rows, *more], [*right, *truth]
        embedder.save()
    chances = calibrated(rows, right)
    print(f"calibrated on {len(right)} beads, {sum(right)} of them right", file=sys.stderr)
    print('"""The weights of the aligner, made by ``benchmarks/alignment_fit.py``: not to be edited by hand."""\n')
    print("from typing import Final\n")
    for title, values in (("WEIGHTS", weights), ("CALIBRATION", dict(zip(NAMES, chances, strict=True)))):
        print(f"{title}: Final = {{")
        for name, value in values.items():
            print(f'    "{name}": {value:.4f},')
        print("}")


if __name__ == "__main__":
    main()

"""Step ``align``: which source piece each target piece comes from, for the guided alignment of one attention head.

IBM model 1 with a prior for the diagonal (Dyer, Chahuneau and Smith 2013), in both directions; a link counts where they
agree. Words that are copied, names and numbers in the same pieces on both sides, are linked piece by piece.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.training.pieces import ARABIC, LINKS, NO_LINK, SIZES, Encoded
from models.training.prepare import CORPUS
from models.training.recipe import Recipe, RecipeError

ROWS = 40_000  # sentence pairs that the model is estimated from
LONGEST = 30  # pieces of those, so that few cells are wrong
ROUNDS = 5
DIAGONAL = 4.0  # Dyer et al.: e^(-4 |i/m - j/n|)
NULL = 0.08  # share of pieces that come from none
LEAST = 0.25  # product of both directions' posteriors
MARK = "alignment.json"

Ids = npt.NDArray[np.int64]
Table = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Piece translation probabilities of shape (pieces, target pieces): of target given source, and the other way."""

    forward: Table
    backward: Table


def align(recipe: Recipe, work: Path) -> None:
    """Write ``links_N.npy`` for each pass: for each target piece the place of its source piece, or ``NO_LINK``."""
    if not (work / SIZES).exists():
        raise RecipeError(f"{work / SIZES} is missing. Run the step 'tokenize' first.")
    sizes = json.loads((work / SIZES).read_text())
    mark = work / MARK
    if mark.exists() and json.loads(mark.read_text())["fingerprint"] == sizes["fingerprint"]:
        print(f"align: the links in {work} are up to date")
        return
    vocabulary: dict[str, int] = json.loads((work / "vocab.json").read_text(encoding="utf-8"))
    copied, joining = letter_pieces(vocabulary)
    lexicon: Lexicon | None = None
    for number in range(sizes["passes"]):
        pairs = Encoded.load(work / CORPUS.format(number).replace(".tsv", ".npz"))
        lexicon = lexicon or estimate(pairs, sizes["pieces"], sizes["target_pieces"], recipe.schedule.seed)
        links = np.full(len(pairs.target), NO_LINK, np.uint8)
        for row in range(len(pairs.source_offsets) - 1):
            source, target = pairs.row(row)
            if len(source) < NO_LINK:
                found = link(source[:-1], target[:-1], lexicon, copied, joining)
                links[pairs.target_offsets[row] : pairs.target_offsets[row] + len(found)] = found
        np.save(work / LINKS.format(number), links)
        print(f"align: pass {number}, {(links != NO_LINK).mean():.0%} of the target pieces linked", flush=True)
    mark.write_text(json.dumps({"fingerprint": sizes["fingerprint"]}))


def letter_pieces(vocabulary: dict[str, int]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """By id: is a piece letters or digits that are copied from the source as they are, and may it stand among such?"""
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    copied = np.array([re.search(r"[^\W_]", piece) is not None and not ARABIC.search(piece) for piece in pieces])
    return copied, copied | np.array([piece in ("\u2581", "-", "'", ".", ",") for piece in pieces])


def estimate(pairs: Encoded, pieces: int, target_pieces: int, seed: int) -> Lexicon:
    """Estimate both directions by expectation maximisation over a sample of short pairs."""
    lengths = np.diff(pairs.source_offsets), np.diff(pairs.target_offsets)
    short = np.flatnonzero((lengths[0] <= LONGEST) & (lengths[1] <= LONGEST) & (lengths[0] > 3) & (lengths[1] > 3))
    chosen = np.random.default_rng(seed).permutation(short)[:ROWS]
    keys, priors, sources, targets = [], [], [], []
    source_count = target_count = 0
    for row in chosen:
        source, target = (ids[:-1].astype(np.int64) for ids in pairs.row(int(row)))
        m, n = len(source), len(target)
        keys.append((source[:, None] * target_pieces + target[None]).ravel())
        priors.append(diagonal(m, n).ravel())
        sources.append(np.repeat(np.arange(source_count, source_count + m), n))
        targets.append(np.tile(np.arange(target_count, target_count + n), m))
        source_count, target_count = source_count + m, target_count + n
    cells, cell = np.unique(np.concatenate(keys), return_inverse=True)
    prior, source_place, target_place = np.concatenate(priors), np.concatenate(sources), np.concatenate(targets)
    tables = []
    # A group is a token that is explained, a condition the piece that explains it.
    for group, condition in ((target_place, cells // target_pieces), (source_place, cells % target_pieces)):
        probability = np.full(len(cells), 1e-3)
        for _ in range(ROUNDS):
            weight = prior * probability[cell]
            explained = np.bincount(group, weight)
            expected = np.bincount(cell, weight / (explained + NULL * 1e-3)[group], minlength=len(cells))
            probability = expected / (np.bincount(condition, expected)[condition] + 1e-9)
        table = np.zeros((pieces, target_pieces), np.float32)
        table.ravel()[cells] = probability
        tables.append(table)
    return Lexicon(*tables)


def diagonal(m: int, n: int) -> npt.NDArray[np.float64]:
    """The prior of each cell (source place, target place), 1 on the diagonal."""
    rows, columns = (np.arange(m) + 0.5) / m, (np.arange(n) + 0.5) / n
    prior: npt.NDArray[np.float64] = np.exp(-DIAGONAL * np.abs(rows[:, None] - columns[None]))
    return prior


def link(
    source: npt.NDArray[np.uint16],
    target: npt.NDArray[np.uint16],
    lexicon: Lexicon,
    copied: npt.NDArray[np.bool_],
    joining: npt.NDArray[np.bool_],
) -> npt.NDArray[np.uint8]:
    """The source place of each target piece of a pair, or ``NO_LINK``."""
    if not len(source) or not len(target):
        return np.full(len(target), NO_LINK, np.uint8)
    cells = np.ix_(source, target)
    prior = diagonal(len(source), len(target))
    forward, backward = lexicon.forward[cells] * prior, lexicon.backward[cells] * prior
    both = forward / (forward.sum(0) + NULL * 1e-2) * (backward / (backward.sum(1, keepdims=True) + NULL * 1e-2))
    links = np.where(both.max(0) > LEAST, both.argmax(0), NO_LINK).astype(np.uint8)
    for start, place, length in copies(source, target, copied, joining):
        links[place : place + length] = np.arange(start, start + length)
    return links


def copies(
    source: npt.NDArray[np.uint16],
    target: npt.NDArray[np.uint16],
    copied: npt.NDArray[np.bool_],
    joining: npt.NDArray[np.bool_],
) -> Sequence[tuple[int, int, int]]:
    """Runs of equal pieces, each found once in the target: (source place, target place, pieces)."""
    found: list[tuple[int, int, int]] = []
    text = target.tobytes()
    start = 0
    while start < len(source):
        end = start
        while end < len(source) and joining[source[end]]:
            end += 1
        while end > start and not copied[source[end - 1]]:
            end -= 1
        if end > start:
            run = source[start:end].tobytes()
            places = [at // 2 for at in range(0, len(text) - len(run) + 1, 2) if text[at : at + len(run)] == run]
            if len(places) == 1:
                found.append((start, places[0], end - start))
        start = max(end, start) + 1
    return found

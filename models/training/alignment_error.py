"""Step ``alignment-error``: how far the packed model's word alignment is from sentences aligned by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.training import pairs as pair_files
from models.training.alignment import estimate, letter_pieces, link
from models.training.pack import PACKED
from models.training.pairs import Pair
from models.training.pieces import SIZES, Encoded
from models.training.prepare import CORPUS
from models.training.recipe import Recipe, RecipeError

GOLD = Path(__file__).with_name("ntrex_dev.links")
TEST = "held_out_ntrex_dev.tsv"
RESULT = "alignment_error.json"

WordLinks = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Aligned:
    """A sentence pair aligned by hand: pairs of words (source, target), counted from 0, cut at white space."""

    pair: Pair
    sure: WordLinks
    possible: WordLinks  # with the sure ones


@dataclass(frozen=True, slots=True)
class Cut:
    """A text's pieces: their ids, and the word that each belongs to."""

    ids: npt.NDArray[np.uint16]
    words: npt.NDArray[np.int64]


def read_gold(path: Path, pairs: list[Pair]) -> list[Aligned]:
    """The sentences of a file of links: number of the pair from 1, then ``a-e`` (sure) or ``a?e`` (possible).

    Raises ``RecipeError`` for a line that is none, or that names a sentence or word that is not there.
    """
    aligned: list[Aligned] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        if not re.fullmatch(r"\d+( \d+[-?]\d+)+", line):
            raise RecipeError(f"{path} line {number}: '{line[:40]}' is no 'sentence a-e a?e ...'. Correct it.")
        row, *links = line.split(" ")
        if not 1 <= int(row) <= len(pairs):
            raise RecipeError(f"{path} line {number}: there is no sentence {row}; the test file has {len(pairs)}.")
        pair = pairs[int(row) - 1]
        found = {mark: frozenset(read_link(word) for word in links if mark in word) for mark in "-?"}
        possible = found["-"] | found["?"]
        lengths = len(pair.source.split()), len(pair.target.split())
        for word, partner in possible:
            if word >= lengths[0] or partner >= lengths[1]:
                raise RecipeError(
                    f"{path} line {number}: sentence {row} has {lengths[0]} and {lengths[1]} words, "
                    f"not {word}-{partner}. Is the test file another one?"
                )
        aligned.append(Aligned(pair, found["-"], possible))
    return aligned


def read_link(text: str) -> tuple[int, int]:
    """``3-4`` or ``3?4`` as a pair."""
    word, partner = re.split("[-?]", text)
    return int(word), int(partner)


def error_rate(aligned: list[Aligned], found: list[WordLinks]) -> dict[str, float]:
    """Alignment error rate, precision and recall over all sentences (Och and Ney 2003), in [0, 1]."""
    links = sum(map(len, found))
    sure = sum(len(gold.sure) for gold in aligned)
    right = sum(len(gold.possible & made) for gold, made in zip(aligned, found, strict=True))
    met = sum(len(gold.sure & made) for gold, made in zip(aligned, found, strict=True))
    return {
        "error": round(1 - (right + met) / max(1, links + sure), 3),
        "precision": round(right / max(1, links), 3),
        "recall": round(met / max(1, sure), 3),
    }


def cut(model: Any, vocabulary: dict[str, int], text: str) -> Cut:
    """A text's pieces by a SentencePiece model; a piece belongs to the word of its last character."""
    mapping = model.encode(text, out_type="offset_mapping")
    starts = np.array([match.start() for match in re.finditer(r"\S+", text)])
    ends = np.array([max(0, end - 1) for _, end in mapping["offsets"]], np.int64)
    words = np.maximum(0, np.searchsorted(starts, ends, side="right") - 1)
    return Cut(np.array([vocabulary[piece] for piece in mapping["pieces"]], np.uint16), words)


def word_links(source: Cut, target: Cut, places: npt.NDArray[np.int64]) -> WordLinks:
    """Links of words from the source place of each target piece; a place outside of the source links nothing."""
    return frozenset(
        (int(source.words[place]), int(word))
        for place, word in zip(places, target.words, strict=True)
        if place < len(source.words)
    )


def attended(folder: Path) -> Callable[[Cut, Cut], npt.NDArray[np.int64]]:
    """What a packed model's aligning head looks at most while it reads the given translation.

    The head is the first of the last decoder layer, which CTranslate2 returns.
    """
    import torch
    from transformers import MarianMTModel

    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    model.set_attn_implementation("eager")

    def places(source: Cut, target: Cut) -> npt.NDArray[np.int64]:
        ids = torch.from_numpy(np.append(source.ids, 0).astype(np.int64))[None]
        decoder = torch.from_numpy(np.insert(target.ids.astype(np.int64), 0, model.config.decoder_start_token_id))[None]
        with torch.no_grad():
            made = model.model(
                input_ids=ids, attention_mask=torch.ones_like(ids), decoder_input_ids=decoder, output_attentions=True
            )
        looked: npt.NDArray[np.int64] = made.cross_attentions[-1][0, 0, :-1].argmax(-1).numpy()
        return looked

    return places


def taught(work: Path, vocabulary: dict[str, int], seed: int) -> Callable[[Cut, Cut], npt.NDArray[np.int64]]:
    """The links that the head is trained on, made for the given pair."""
    sizes = json.loads((work / SIZES).read_text())
    lexicon = estimate(
        Encoded.load(work / CORPUS.format(0).replace(".tsv", ".npz")), sizes["pieces"], sizes["target_pieces"], seed
    )
    copied, joining = letter_pieces(vocabulary)
    return lambda source, target: link(source.ids, target.ids, lexicon, copied, joining).astype(np.int64)


def diagonal(source: Cut, target: Cut) -> npt.NDArray[np.int64]:
    """The source piece at the same share of the sentence: what knows no word."""
    return np.arange(len(target.ids)) * len(source.ids) // max(1, len(target.ids))


def alignment_error(recipe: Recipe, work: Path, *, gold: Path = GOLD) -> dict[str, dict[str, float]]:
    """Print and write the error of the model's attention, of the links it learned from, and of the diagonal.

    Raises ``RecipeError`` when there is no packed model or test file.
    """
    import sentencepiece

    folder = work / PACKED
    for path in (folder / "config.json", work / TEST):
        if not path.exists():
            raise RecipeError(f"{path} is missing. Run the steps 'prepare' to 'pack' first.")
    aligned = read_gold(gold, list(pair_files.read(work / TEST)))
    vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    sides = [
        sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{side}.spm")) for side in ("source", "target")
    ]
    cuts = [(cut(sides[0], vocabulary, one.pair.source), cut(sides[1], vocabulary, one.pair.target)) for one in aligned]
    results: dict[str, dict[str, float]] = {}
    for name, places in (
        ("attention", attended(folder)),
        ("links it learned from", taught(work, vocabulary, recipe.schedule.seed)),
        ("diagonal", diagonal),
    ):
        results[name] = error_rate(aligned, [word_links(*both, places(*both)) for both in cuts])
        print(f"{name}: {results[name]}", flush=True)
    (work / RESULT).write_text(json.dumps({"sentences": len(aligned), "links": results}, indent=1))
    return results

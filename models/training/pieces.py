"""Step ``tokenize``: SentencePiece models with the Arabic normalisation compiled in, Marian vocabulary, id arrays."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.training import pairs as pair_files
from models.training.prepare import CORPUS, REPORT
from models.training.recipe import Recipe, RecipeError, fingerprint

END, UNKNOWN, PADDING = "</s>", "<unk>", "<pad>"
TOKENIZER_FILES = ("source.spm", "target.spm", "vocab.json")
SIZES = "sizes.json"
MARKS = [*range(0x610, 0x61B), 0x640, *range(0x64B, 0x653), 0x670, *range(0x6D6, 0x6EE)]
COMPOSED = {  # letter and combining hamza or madda: kept as one letter, though lone marks go
    (0x627, 0x653): 0x622,
    (0x627, 0x654): 0x623,
    (0x648, 0x654): 0x624,
    (0x627, 0x655): 0x625,
    (0x64A, 0x654): 0x626,
}
INVISIBLE = [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xAD]
SPACES = [0x9, 0xA, 0xD, 0xA0, 0x2028, 0x2029, 0x3000]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Sentence pairs as piece ids, each sentence closed by ``</s>``; ``offsets`` has one entry more than sentences."""

    source: npt.NDArray[np.uint16]
    source_offsets: npt.NDArray[np.int64]
    target: npt.NDArray[np.uint16]
    target_offsets: npt.NDArray[np.int64]

    @classmethod
    def load(cls, path: Path) -> Encoded:
        """The arrays in a file that ``tokenize`` wrote."""
        with np.load(path) as arrays:
            return cls(*(arrays[name] for name in ("source", "source_offsets", "target", "target_offsets")))


def normalisation() -> dict[tuple[int, ...], list[int]]:
    """SentencePiece's normalisation table: NFKC, no harakat or tatweel, 0-9, plain quotes and hyphens, one space."""
    table: dict[tuple[int, ...], list[int]] = {}
    for code in range(1, 0x10000):
        if 0xD800 <= code < 0xE000 or 0xAC00 <= code < 0xD7A4:
            continue
        folded = unicodedata.normalize("NFKC", chr(code))
        if folded != chr(code):
            table[(code,)] = [ord(letter) for letter in folded]
    table |= {(code,): [] for code in (*MARKS, *INVISIBLE)}
    table |= {parts: [whole] for parts, whole in COMPOSED.items()}
    table |= {(start + digit,): [0x30 + digit] for start in (0x660, 0x6F0) for digit in range(10)}
    for plain, letters in (
        ('"', "«»“”„‟"),
        ("'", "‘’‛`´"),
        ("-", "‐‑‒–—―"),
        (".", "\u066b"),
        (",", "\u066c"),
        ("%", "\u066a"),
    ):
        table |= {(ord(letter),): [ord(plain)] for letter in letters}
    return table | {(code,): [0x20] for code in SPACES}


def tokenize(recipe: Recipe, work: Path) -> None:
    """Write the tokenizer files, ``corpus.npz`` and one ``.npz`` for each held-out file."""
    corpus = work / CORPUS
    if not corpus.exists():
        raise RecipeError(f"{corpus} is missing. Run the step 'prepare' first.")
    prepared = json.loads((work / REPORT).read_text())["fingerprint"]
    mark = fingerprint(recipe.vocabulary, prepared)
    sizes_path = work / SIZES
    if sizes_path.exists() and json.loads(sizes_path.read_text())["fingerprint"] == mark:
        print(f"tokenize: {work / 'corpus.npz'} is up to date")
        return
    if recipe.vocabulary.reuse is not None:
        for name in TOKENIZER_FILES:
            shutil.copyfile(recipe.vocabulary.reuse / name, work / name)
    else:
        train_pieces(corpus, recipe.vocabulary.size, work)
    encoder = Encoder(work)
    for path in (corpus, *sorted(work.glob("held_out_*.tsv"))):
        encoder.encode(path, path.with_suffix(".npz"))
    sizes = {"fingerprint": mark, "pieces": encoder.size, "target_pieces": encoder.target_size}
    sizes_path.write_text(json.dumps(sizes))
    print(f"tokenize: {sizes}")


def train_pieces(corpus: Path, size: int, work: Path) -> None:
    """Train a unigram model for each side, and number the pieces: target pieces first, then the source's own."""
    import sentencepiece

    table = work / "normalisation.tsv"
    rules = sorted(normalisation().items())
    hexadecimal = (
        " ".join(f"{code:X}" for code in key) + "\t" + " ".join(f"{code:X}" for code in to) for key, to in rules
    )
    table.write_text("\n".join(hexadecimal) + "\n")
    pairs = list(pair_files.read(corpus))
    for side, lines in (("source", [pair.source for pair in pairs]), ("target", [pair.target for pair in pairs])):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_prefix=str(work / side), vocab_size=size, model_type="unigram",
            hard_vocab_limit=False, character_coverage=0.9998, normalization_rule_tsv=str(table), split_digits=True,
            input_sentence_size=400_000, max_sentence_length=8000, num_threads=2, minloglevel=2,
            eos_id=0, unk_id=1, bos_id=-1, pad_id=-1,
        )  # fmt: skip
        (work / f"{side}.model").replace(work / f"{side}.spm")
    vocabulary = {END: 0, UNKNOWN: 1}
    for side in ("target", "source"):
        model = sentencepiece.SentencePieceProcessor(model_file=str(work / f"{side}.spm"))
        for number in range(model.get_piece_size()):
            vocabulary.setdefault(model.id_to_piece(number), len(vocabulary))
    vocabulary[PADDING] = len(vocabulary)
    (work / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False, indent=0), encoding="utf-8")


class Encoder:
    """Text to the vocabulary's ids, as MarianTokenizer does it, many sentences at a time."""

    def __init__(self, folder: Path) -> None:
        import sentencepiece

        vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        self.size = len(vocabulary)
        self._models: list[tuple[Any, npt.NDArray[np.uint16]]] = []
        for side in ("source", "target"):
            model = sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{side}.spm"))
            pieces = [model.id_to_piece(number) for number in range(model.get_piece_size())]
            ids = np.array([vocabulary[piece] for piece in pieces], dtype=np.uint16)
            self._models.append((model, ids))
        self.target_size = int(self._models[1][1].max()) + 1  # target pieces come first

    def encode(self, path: Path, out: Path) -> None:
        """Write the ids of a pair file."""
        pairs = list(pair_files.read(path))
        source = self._side(0, [pair.source for pair in pairs])
        target = self._side(1, [pair.target for pair in pairs])
        np.savez(out, source=source[0], source_offsets=source[1], target=target[0], target_offsets=target[1])
        print(
            f"{path.name}: {len(pairs)} pairs, {len(source[0])} source and {len(target[0])} target pieces", flush=True
        )

    def _side(self, number: int, texts: Sequence[str]) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int64]]:
        model, table = self._models[number]
        rows = [np.append(table[ids], np.uint16(0)) for ids in model.encode(list(texts), num_threads=2)]
        offsets = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
        return np.concatenate(rows).astype(np.uint16), offsets.astype(np.int64)

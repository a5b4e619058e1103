"""Step ``tokenize``: SentencePiece models with the Arabic normalisation compiled in, Marian vocabulary, id arrays.

One unigram model is learned from both languages. ``source.spm`` is that model, ``target.spm`` the same without its
Arabic pieces: a Latin word is cut alike on both sides, so that copying it is copying pieces.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.training import pairs as pair_files
from models.training.prepare import CORPUS, NAMES, REPORT
from models.training.recipe import Recipe, RecipeError, Vocabulary, fingerprint

END, UNKNOWN, PADDING = "</s>", "<unk>", "<pad>"
TOKENIZER_FILES = ("source.spm", "target.spm", "vocab.json")
SIZES = "sizes.json"
LINKS = "links_{}.npy"  # by the number of the pass
NO_LINK = 255
MARKS = [*range(0x610, 0x61B), 0x640, *range(0x64B, 0x653), 0x670, *range(0x6D6, 0x6EE)]
COMPOSED = {  # letter and combining hamza or madda: kept as one letter, though lone marks go
    (0x627, 0x653): 0x622,
    (0x627, 0x654): 0x623,
    (0x648, 0x654): 0x624,
    (0x627, 0x655): 0x625,
    (0x64A, 0x654): 0x626,
}
ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
# Pieces whatever the corpus: a letter without a piece is lost to a reader.
REQUIRED = (
    "".join(map(chr, range(0x21, 0x7F)))
    + "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćčďđēęěğģīįıķļłńņňōőœřśşšţťūůűųźżžșțßÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜČĐİŁŚŞŠŽ°€£"
    + "".join(map(chr, (*range(0x621, 0x63B), *range(0x641, 0x64B), 0x67E, 0x686, 0x698, 0x6A4, 0x6AF)))
)
INVISIBLE = [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xAD]
SPACES = [0x9, 0xA, 0xD, 0xA0, 0x2028, 0x2029, 0x3000]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Sentence pairs as piece ids, each sentence closed by ``</s>``; ``offsets`` has one entry more than sentences.

    ``links``, where there are any, give for each target piece its source piece's place in the sentence, or ``NO_LINK``.
    """

    source: npt.NDArray[np.uint16]
    source_offsets: npt.NDArray[np.int64]
    target: npt.NDArray[np.uint16]
    target_offsets: npt.NDArray[np.int64]
    links: npt.NDArray[np.uint8] | None = None

    @classmethod
    def load(cls, path: Path, links: Path | None = None) -> Encoded:
        """The arrays in a file that ``tokenize`` wrote, and links that ``align`` wrote."""
        with np.load(path) as arrays:
            return cls(
                source=arrays["source"],
                source_offsets=arrays["source_offsets"],
                target=arrays["target"],
                target_offsets=arrays["target_offsets"],
                links=None if links is None else np.load(links),
            )

    def row(self, number: int) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
        """The ids of a pair."""
        source, target = self.source_offsets[number : number + 2], self.target_offsets[number : number + 2]
        return self.source[source[0] : source[1]], self.target[target[0] : target[1]]


def normalisation() -> dict[tuple[int, ...], list[int]]:
    """SentencePiece's normalisation table: NFKC, no harakat or tatweel, 0-9, Latin punctuation, one space."""
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
        (",", "\u066c\u060c"),
        (";", "\u061b"),
        ("?", "\u061f"),
        ("ي", "\u06cc"),
        ("ك", "\u06a9"),
        ("ه", "\u06be\u06c1"),
        ("%", "\u066a"),
    ):
        table |= {(ord(letter),): [ord(plain)] for letter in letters}
    return table | {(code,): [0x20] for code in SPACES}


def tokenize(recipe: Recipe, work: Path) -> None:
    """Write the tokenizer files, ``corpus_N.npz`` for each pass and one ``.npz`` for each held-out file.

    The vocabulary is made once: a model that is being trained has no use for another.
    """
    if not (work / REPORT).exists():
        raise RecipeError(f"{work / REPORT} is missing. Run the step 'prepare' first.")
    report = json.loads((work / REPORT).read_text())
    mark = fingerprint(recipe.vocabulary, report["fingerprint"])
    sizes_path = work / SIZES
    if sizes_path.exists() and json.loads(sizes_path.read_text())["fingerprint"] == mark:
        print(f"tokenize: the id arrays in {work} are up to date")
        return
    if recipe.vocabulary.reuse is not None:
        for name in TOKENIZER_FILES:
            shutil.copyfile(recipe.vocabulary.reuse / name, work / name)
    elif all((work / name).exists() for name in TOKENIZER_FILES):
        print(f"tokenize: the vocabulary in {work} is kept")
    else:
        train_pieces(work, recipe.vocabulary)
    encoder = Encoder(work)
    corpora = [work / CORPUS.format(number) for number in range(report["passes"])]
    for path in (*corpora, *sorted(work.glob("held_out_*.tsv"))):
        encoder.encode(path, path.with_suffix(".npz"))
    sizes = {
        "fingerprint": mark,
        "passes": report["passes"],
        "pieces": encoder.size,
        "target_pieces": encoder.target_size,
    }
    sizes_path.write_text(json.dumps(sizes))
    print(f"tokenize: {sizes}")


def train_pieces(work: Path, vocabulary: Vocabulary) -> None:
    """Train the unigram model on the first pass and on names, and write it for each side, with ``vocab.json``."""
    import sentencepiece

    table = work / "normalisation.tsv"
    rules = sorted(normalisation().items())
    hexadecimal = (
        " ".join(f"{code:X}" for code in key) + "\t" + " ".join(f"{code:X}" for code in to) for key, to in rules
    )
    table.write_text("\n".join(hexadecimal) + "\n")
    pairs = list(pair_files.read(work / CORPUS.format(0)))
    names = list(pair_files.read(work / NAMES)) if vocabulary.names else []
    pairs += random.Random(1).sample(names, k=min(len(names), vocabulary.names))
    lines = [text for pair in pairs for text in (pair.source, pair.target)]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_prefix=str(work / "source"), vocab_size=vocabulary.size,
        model_type="unigram", hard_vocab_limit=False, character_coverage=0.9998, required_chars=REQUIRED,
        normalization_rule_tsv=str(table), split_digits=True, max_sentence_length=8000, num_threads=2, minloglevel=2,
        eos_id=0, unk_id=1, bos_id=-1, pad_id=-1,
    )  # fmt: skip
    (work / "source.model").replace(work / "source.spm")
    without_places(work / "source.spm")
    without_arabic(work / "source.spm", work / "target.spm")
    numbers = {END: 0, UNKNOWN: 1}
    for side in ("target", "source"):
        model = sentencepiece.SentencePieceProcessor(model_file=str(work / f"{side}.spm"))
        for number in range(model.get_piece_size()):
            numbers.setdefault(model.id_to_piece(number), len(numbers))
    numbers[PADDING] = len(numbers)
    (work / "vocab.json").write_text(json.dumps(numbers, ensure_ascii=False, indent=0), encoding="utf-8")


def without_places(path: Path) -> None:
    """Take the folders of this machine out of a SentencePiece model, which keeps what it was trained with."""
    from sentencepiece import sentencepiece_model_pb2

    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(path.read_bytes())
    for spec, field in ((model.trainer_spec, "model_prefix"), (model.normalizer_spec, "normalization_rule_tsv")):
        spec.ClearField(field)
    path.write_bytes(model.SerializeToString())


def without_arabic(joint: Path, out: Path) -> None:
    """Write a SentencePiece model without the pieces that hold an Arabic letter or mark; the rest keep their scores."""
    from sentencepiece import sentencepiece_model_pb2

    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(joint.read_bytes())
    kept = [piece for piece in model.pieces if not ARABIC.search(piece.piece)]
    del model.pieces[:]
    model.pieces.extend(kept)
    model.trainer_spec.vocab_size = len(kept)
    out.write_bytes(model.SerializeToString())


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

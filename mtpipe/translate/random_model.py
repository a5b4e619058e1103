"""Models of any size with random weights, to measure speed and to try the whole way without a download.

The default has the shape of OPUS-MT (``Helsinki-NLP/opus-mt-ar-en``): Transformer base, one embedding for both
languages and for the output, ``<pad>`` in the last row. It translates nothing; its speed is that of the real one.
"""

from __future__ import annotations

import json
import random
import shutil
import struct
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final

from mtpipe import resources
from mtpipe.translate.store import EMBEDDED

ARABIC: Final = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ"
LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
MADE_UP_SCORE: Final = -20.0
"""Log-probability of a piece that was made up: less than that of any trained piece, so that those cut real words."""


OPUS_VOCABULARY: Final = 62_834


def build(
    folder: Path,
    *,
    seed: int = 1,
    vocabulary: int = OPUS_VOCABULARY,
    width: int = 512,
    inner: int = 2048,
    heads: int = 8,
    layers: int = 6,
    codes: tuple[str, ...] = (),
) -> Path:
    """Write a model into a new folder, in Hugging Face's layout, and return the folder.

    The same arguments give the same files. ``vocabulary`` counts the rows of the embedding: the trained pieces of the
    embedded model (some 15,600), ``codes`` (``>>eng<<``), ``<pad>``, and made-up pieces for what is left.
    Raises ``ValueError`` where it is too small for those, ``OSError`` where the folder can't be written.
    """
    import torch
    import transformers

    folder.mkdir(parents=True)
    rows = _write_pieces(folder, random.Random(seed), vocabulary, codes)
    padding = rows - 1
    config = transformers.MarianConfig(
        vocab_size=rows,
        decoder_vocab_size=rows,
        d_model=width,
        encoder_layers=layers,
        decoder_layers=layers,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=inner,
        decoder_ffn_dim=inner,
        max_position_embeddings=512,
        pad_token_id=padding,
        decoder_start_token_id=padding,
        eos_token_id=0,
        forced_eos_token_id=0,
        scale_embedding=True,
        activation_function="swish",
        init_std=width**-0.5,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = transformers.MarianMTModel(config)
        for layer in network.model.decoder.layers:
            # Attention over random keys is much the same at every step: with usual weights the output is one piece
            # again and again, and two engines that agree on it have proved little.
            layer.self_attn.out_proj.weight.data *= 0.3
            layer.encoder_attn.out_proj.weight.data *= 0.3
            layer.fc2.weight.data *= 4
    network.generation_config.bad_words_ids = [[padding]]
    transformers.utils.logging.disable_progress_bar()
    network.save_pretrained(folder)
    return folder


def _write_pieces(folder: Path, chance: random.Random, rows: int, codes: tuple[str, ...]) -> int:
    import sentencepiece

    trained = resources.folder("models") / EMBEDDED
    sides: dict[str, list[str]] = {}
    for side in ("target", "source"):
        shutil.copyfile(trained / f"{side}.spm", folder / f"{side}.spm")
        model = sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{side}.spm"))
        sides[side] = [model.id_to_piece(number) for number in range(model.get_piece_size())]
    order = dict.fromkeys([*sides["target"], *sides["source"], *codes])
    missing = rows - 1 - len(order)
    if missing < 0:
        raise ValueError(f"vocabulary {rows}: at least {len(order) + 1} are needed")
    for side, letters, number in (("target", LATIN, missing // 2), ("source", ARABIC, missing - missing // 2)):
        made = _made_up(chance, letters, number, order)
        with (folder / f"{side}.spm").open("ab") as file:
            file.writelines(_entry(piece) for piece in made)
        order |= dict.fromkeys(made)
    vocabulary = {piece: number for number, piece in enumerate([*order, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    settings = {"source_lang": "ar", "target_lang": "en", "model_max_length": 512, "separate_vocabs": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return len(vocabulary)


def _made_up(chance: random.Random, letters: str, number: int, taken: Container[str]) -> list[str]:
    def pieces() -> Iterator[str]:
        while True:
            yield chance.choice(("▁", "")) + "".join(chance.choices(letters, k=chance.randint(4, 9)))

    found: dict[str, None] = {}
    for piece in pieces():
        if len(found) == number:
            break
        if piece not in taken:
            found[piece] = None
    return list(found)


def _entry(piece: str) -> bytes:
    """Return a piece as sentencepiece_model.proto has it: field 1 of the model, in it the text and the score.

    Messages of protocol buffers are joined by writing one behind the other; a repeated field goes on growing.
    """
    text = piece.encode()
    body = b"\x0a" + bytes([len(text)]) + text + b"\x15" + struct.pack("<f", MADE_UP_SCORE)
    return b"\x0a" + bytes([len(body)]) + body

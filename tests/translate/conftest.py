"""A tiny Marian model of random weights, the embedded one on both engines, sentences to translate."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import torch
import transformers

from mtpipe import intake, segment
from mtpipe.intake import normalise
from mtpipe.settings import IntakeSettings, SegmentSettings, TranslateSettings
from mtpipe.translate.ct2 import CTranslate2Translator
from mtpipe.translate.marian import TorchTranslator
from mtpipe.translate.store import ModelFolder, inspect, resolve

TINY_POSITIONS = 64
CITIES = ["الرقة", "دمشق", "بيروت", "القاهرة", "عمان", "بغداد", "الرباط", "تونس", "صنعاء", "الدوحة"]
PLAYERS = ["الوزير", "الرئيس", "السفير", "المدير", "اللاعب"]
DEEDS = ["زار", "غادر", "وصل إلى", "تحدث عن"]
DAYS = ["أمس", "اليوم", "في 12 آذار 2019", "مساء الخميس"]


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Converted models of the test session go here, not into the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MTPIPE_CACHE", str(folder))
        patch.delenv("XDG_CACHE_HOME", raising=False)
        yield folder


@pytest.fixture(scope="session")
def sentences(project: Path) -> list[str]:
    """More than 200 different normalised Arabic sentences, the examples' first, none over 200 characters."""
    articles = intake.read([project / "examples" / "articles"], IntakeSettings())
    cut = [segment.article(article, SegmentSettings()) for article in articles]
    found = [normalise(s.text) for article in cut for paragraph in article.paragraphs for s in paragraph.sentences]
    made = [f"{who} {did} {city} {when}." for city in CITIES for who in PLAYERS for did in DEEDS for when in DAYS]
    return list(dict.fromkeys(text for text in [*found, *made[::4]] if 0 < len(text) <= 200))


@pytest.fixture(scope="session")
def write_model() -> Callable[..., Path]:
    """A function that writes a Marian model of seeded random weights in Hugging Face's layout."""

    def write(folder: Path, *, arabic: str, english: str, codes: tuple[str, ...] = (), bytes_too: bool = False) -> Path:
        folder.mkdir(parents=True)
        for name, text, size in (("source", arabic, 500), ("target", english, 400)):
            lines = [line for line in text.splitlines() if line.strip()]
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(lines),
                model_prefix=str(folder / name),
                vocab_size=size + 256 * bytes_too,
                byte_fallback=bytes_too,
                hard_vocab_limit=False,
                character_coverage=1.0,
                minloglevel=2,
            )
            (folder / f"{name}.model").rename(folder / f"{name}.spm")
            (folder / f"{name}.vocab").unlink()
        sides = [
            sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{n}.spm")) for n in ("source", "target")
        ]
        pieces = [side.id_to_piece(number) for side in sides for number in range(side.get_piece_size())]
        order = dict.fromkeys(["</s>", "<unk>", *(piece for piece in pieces if piece != "<s>"), *codes, "<pad>"])
        vocabulary = {piece: number for number, piece in enumerate(order)}
        (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
        (folder / "tokenizer_config.json").write_text(json.dumps({"source_lang": "ar", "target_lang": "en"}))
        padding = vocabulary["<pad>"]
        config = transformers.MarianConfig(
            vocab_size=len(vocabulary),
            decoder_vocab_size=len(vocabulary),
            d_model=32,
            encoder_layers=1,
            decoder_layers=2,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=48,
            decoder_ffn_dim=48,
            max_position_embeddings=TINY_POSITIONS,
            pad_token_id=padding,
            decoder_start_token_id=padding,
            eos_token_id=0,
            forced_eos_token_id=0,
            init_std=0.3,  # far from flat, so that no two pieces are as good as each other
            scale_embedding=True,
            activation_function="swish",
        )
        torch.manual_seed(11)
        transformers.MarianMTModel(config).save_pretrained(folder)
        return folder

    return write


@pytest.fixture(scope="session")
def bitext(project: Path) -> tuple[str, str]:
    """The examples' Arabic (those in UTF-8) and English."""
    arabic = [file for file in sorted((project / "examples/articles").glob("*.txt")) if file.stem != "culture"]
    english = sorted((project / "examples/english").glob("*.txt"))
    return tuple("\n".join(file.read_text(encoding="utf-8") for file in files) for files in (arabic, english))


@pytest.fixture(scope="session")
def tiny_folder(
    tmp_path_factory: pytest.TempPathFactory, write_model: Callable[..., Path], bitext: tuple[str, str]
) -> Path:
    arabic, english = bitext
    return write_model(tmp_path_factory.mktemp("models") / "tiny", arabic=arabic, english=english)


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> ModelFolder:
    return inspect("tiny", tiny_folder)


def engine(kind: str, model: ModelFolder, **settings: Any) -> CTranslate2Translator | TorchTranslator:
    made = TranslateSettings(**{"compute_type": "float32", "device": "cpu", **settings})
    return (CTranslate2Translator if kind == "ct2" else TorchTranslator)(model, made)


@pytest.fixture(scope="session")
def make_engine() -> Callable[..., Any]:
    return engine


@pytest.fixture(scope="session", params=["ct2", "torch"])
def tiny_engine(request: pytest.FixtureRequest, tiny: ModelFolder) -> CTranslate2Translator | TorchTranslator:
    """The tiny model on each engine, in float32."""
    return engine(request.param, tiny)


@pytest.fixture(scope="session")
def embedded() -> ModelFolder:
    return resolve("small-ar-en")


@pytest.fixture(scope="session")
def embedded_ct2(embedded: ModelFolder) -> CTranslate2Translator:
    """The embedded model on CTranslate2 in float32."""
    return engine("ct2", embedded)


@pytest.fixture(scope="session")
def embedded_torch(embedded: ModelFolder) -> TorchTranslator:
    """The embedded model on PyTorch in float32."""
    return engine("torch", embedded)

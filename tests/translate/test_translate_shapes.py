"""Models as they are on the hub: of OPUS-MT's shape, of the later tc-big ones, with decoding defaults of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import sentencepiece
import torch
import transformers

from mtpipe.translate import convert, inventory, random_model, store
from mtpipe.translate.store import ModelFolder, inspect
from mtpipe.translate.subwords import Subwords

SEGMENTS = ["زار الوزير الرقة أمس.", "نعم", "قال الرئيس إن الاقتصاد نما 3.5% رغم الأزمة."]
SMALL = {"vocabulary": 18_000, "width": 64, "inner": 128, "layers": 3}


def texts(engine: Any) -> list[str]:
    return [found.best.text for found in engine.translate(SEGMENTS)]


def check_whole_way(folder: Path, make_engine: Callable[..., Any]) -> None:
    """Load, trim, convert and run in both engines, with the same result in float32."""
    model = store.resolve(str(folder))
    subwords = Subwords(model)
    fast, reference = (make_engine(kind, model) for kind in ("ct2", "torch"))
    made = convert.converted(model, subwords, trim=True, storage="float32")
    kept = json.loads((made / "target_vocabulary.json").read_text(encoding="utf-8"))
    assert len(kept) == len(subwords.target_ids())
    assert 0.4 < len(kept) / model.config["vocab_size"] < 0.6
    assert texts(fast) == texts(reference)
    for found in fast.translate(SEGMENTS):
        assert len({token.piece for token in found.best.tokens}) > 3  # not one piece again and again
    assert all(texts(make_engine("ct2", model, compute_type="int8")))
    facts = inventory.facts(model)
    assert {one.storage for one in facts.conversions} == {"float32", "int8"}
    assert (facts.pieces, facts.target_pieces) == (model.config["vocab_size"], len(kept))
    stored = safetensors.torch.load_file(model.weights)
    assert facts.parameters == sum(tensor.numel() for key, tensor in stored.items() if key != "final_logits_bias")


def test_a_small_model_of_opus_shape(tmp_path: Path, make_engine: Callable[..., Any]) -> None:
    check_whole_way(random_model.build(tmp_path / "m", **SMALL), make_engine)


@pytest.mark.slow
def test_a_model_of_opus_shape(tmp_path: Path, make_engine: Callable[..., Any]) -> None:
    folder = random_model.build(tmp_path / "m")
    config = json.loads((folder / "config.json").read_text())
    wanted = {
        "d_model": 512,
        "encoder_ffn_dim": 2048,
        "decoder_ffn_dim": 2048,
        "encoder_attention_heads": 8,
        "decoder_attention_heads": 8,
        "encoder_layers": 6,
        "decoder_layers": 6,
        "vocab_size": 62_834,
        "pad_token_id": 62_833,
        "share_encoder_decoder_embeddings": True,
        "tie_word_embeddings": True,
    }
    assert {key: config[key] for key in wanted} == wanted
    check_whole_way(folder, make_engine)


def test_random_models_are_made_the_same_twice(tmp_path: Path) -> None:
    digests = [
        inspect("m", random_model.build(tmp_path / name, seed=seed, **SMALL)).digest
        for name, seed in (("one", 1), ("same", 1), ("other", 2))
    ]
    assert digests[0] == digests[1] != digests[2]
    for side in ("source", "target"):
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "one" / f"{side}.spm"))
        assert pieces.get_piece_size() > 8000  # those of the embedded model, and the made-up ones


def test_a_random_model_with_language_codes(tmp_path: Path) -> None:
    folder = random_model.build(tmp_path / "m", codes=(">>deu<<", ">>eng<<"), **SMALL)
    facts = inventory.facts(inspect("m", folder))
    assert (facts.code, facts.pieces) == (">>eng<<", SMALL["vocabulary"])
    with pytest.raises(ValueError, match="vocabulary 9000: at least"):
        random_model.build(tmp_path / "n", vocabulary=9000)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((), ()),
        ((">>ara<<", ">>eng<<", ">>deu<<"), (">>eng<<",)),
        ((">>en<<", ">>fr<<"), (">>en<<",)),
        ((">>eng_Latn<<", ">>fra_Latn<<"), (">>eng_Latn<<",)),
        ((">>eng_Latn<<", ">>eng<<"), (">>eng<<",)),
    ],
)
def test_codes_of_english(
    tmp_path: Path,
    write_model: Callable[..., Path],
    bitext: tuple[str, str],
    codes: tuple[str, ...],
    expected: tuple[str, ...],
) -> None:
    arabic, english = bitext
    folder = write_model(tmp_path / "m", arabic=arabic, english=english, codes=codes)
    (folder / "tokenizer_config.json").write_text('{"source_lang": "sem", "target_lang": "mul"}')
    if not codes:
        (folder / "tokenizer_config.json").unlink()
    assert Subwords(inspect("m", folder)).prefix == expected


def tc_big(tiny: ModelFolder, folder: Path, *, turn: int) -> Path:
    """Write the tiny model as ``opus-mt-tc-big-ar-en`` is: fp16 in a pickle, options of transformers 4, ``</s>`` not 0.

    The numbers of the pieces but ``<pad>`` are turned by ``turn`` places.
    """
    shutil.copytree(tiny.path, folder)
    (folder / "model.safetensors").unlink()
    (folder / "generation_config.json").unlink()
    last = tiny.config["vocab_size"] - 1
    pieces = [*sorted(tiny.vocabulary(), key=tiny.vocabulary().__getitem__)[:-1]]
    order = [(number - turn) % last for number in range(last)]
    vocabulary = {pieces[old]: number for number, old in enumerate(order)} | {"<pad>": last}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    weights = transformers.MarianMTModel.from_pretrained(tiny.path).half().state_dict()
    rows = [*order, last]
    for key in weights:
        if key.endswith(("shared.weight", "embed_tokens.weight", "lm_head.weight")):
            weights[key] = weights[key][rows]
    weights["final_logits_bias"] = weights["final_logits_bias"][:, rows]
    torch.save(weights, folder / "pytorch_model.bin")
    end = vocabulary["</s>"]
    config = {
        **{key: value for key, value in tiny.config.items() if key not in ("dtype", "transformers_version")},
        "_name_or_path": "marian-models/opusTCv20210807+bt_transformer-big_2022-03-09/ara-eng",
        "bos_token_id": 0,
        "eos_token_id": end,
        "forced_eos_token_id": end,
        "bad_words_ids": [[last]],
        "max_length": 512,
        "max_position_embeddings": 64,
        "normalize_embedding": False,
        "num_beams": 4,
        "num_hidden_layers": 1,
        "torch_dtype": "float16",
        "transformers_version": "4.18.0.dev0",
    }
    (folder / "config.json").write_text(json.dumps(config))
    tokenizer = {
        "source_lang": "ar",
        "target_lang": "en",
        "separate_vocabs": False,
        "model_max_length": 512,
        "name_or_path": config["_name_or_path"],
        "sp_model_kwargs": {},
        "special_tokens_map_file": None,
        "tokenizer_class": "MarianTokenizer",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))
    return folder


def test_a_model_like_tc_big(tmp_path: Path, tiny: ModelFolder, make_engine: Callable[..., Any]) -> None:
    turned = store.resolve(str(tc_big(tiny, tmp_path / "turned", turn=300)))
    straight = store.resolve(str(tc_big(tiny, tmp_path / "straight", turn=0)))
    assert Subwords(turned).vocabulary["</s>"] == 300
    found = [texts(make_engine(kind, model)) for kind in ("ct2", "torch") for model in (turned, straight)]
    assert found[0] == found[1] == found[2] == found[3]
    assert all(found[0])
    facts = inventory.facts(turned)
    assert set(facts.ignored) == {"bad_words_ids", "max_length", "num_beams"}
    assert facts.parameters == inventory.facts(tiny).parameters


def test_settings_decide_how_to_decode(tmp_path: Path, tiny: ModelFolder, make_engine: Callable[..., Any]) -> None:
    folder = tmp_path / "willing"
    shutil.copytree(tiny.path, folder)
    stated = json.loads((folder / "generation_config.json").read_text())
    own = {
        "num_beams": 1,
        "max_length": 6,
        "min_length": 4,
        "no_repeat_ngram_size": 2,
        "length_penalty": 3.0,
        "repetition_penalty": 5.0,
        "suppress_tokens": list(range(20, 200)),
        "bad_words_ids": [[number] for number in range(200, 400)],
        "do_sample": True,
        "temperature": 3.0,
    }
    (folder / "generation_config.json").write_text(json.dumps({**stated, **own}))
    model = inspect("willing", folder)
    for kind in ("ct2", "torch"):
        assert texts(make_engine(kind, model)) == texts(make_engine(kind, tiny))
    assert inventory.facts(model).ignored == own

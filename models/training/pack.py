"""Step ``pack``: the Hugging Face Marian layout, in fp16, with every piece that is no target piece banned."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch

from models.training.average import AVERAGED
from models.training.network import build
from models.training.pieces import SIZES, TOKENIZER_FILES
from models.training.recipe import Recipe, RecipeError

PACKED = "packed"
BAN = -1e4  # within fp16; both Transformers and CTranslate2 add final_logits_bias
TOKENIZER_CONFIG = {
    "source_lang": "ar", "target_lang": "en", "model_max_length": 512, "tokenizer_class": "MarianTokenizer",
    "separate_vocabs": False, "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>",
}  # fmt: skip


def pack(recipe: Recipe, work: Path) -> Path:
    """Write ``packed/`` from ``averaged.pt``; the folder loads with MarianMTModel and MarianTokenizer unchanged."""
    if not (work / AVERAGED).exists():
        raise RecipeError(f"{work / AVERAGED} is missing. Run the step 'average' first.")
    sizes = json.loads((work / SIZES).read_text())
    folder = work / PACKED
    folder.mkdir(exist_ok=True)
    model = build(recipe.network, sizes["pieces"], work)
    model.load_state_dict(torch.load(work / AVERAGED, map_location="cpu", weights_only=True))
    model.final_logits_bias[:] = 0
    model.final_logits_bias[:, sizes["target_pieces"] :] = BAN
    model.config.dropout = 0.0
    model.half().save_pretrained(folder)
    for name in TOKENIZER_FILES:
        shutil.copyfile(work / name, folder / name)
    (folder / "tokenizer_config.json").write_text(json.dumps(TOKENIZER_CONFIG))
    print(f"pack: {folder}, {(folder / 'model.safetensors').stat().st_size / 1e6:.1f} MB")
    return folder

"""Hugging Face's layout of a MarianMT model: which files it has, and what each is for."""

from __future__ import annotations

from typing import Final

REQUIRED: Final = ("config.json", "source.spm", "target.spm", "vocab.json")
WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin")
"""One of these, the first that is there: a folder may hold the same weights in both forms."""

OPTIONAL: Final = ("generation_config.json", "tokenizer_config.json", "special_tokens_map.json")
CARD: Final = ("README.md", "LICENSE")
"""What tells of licence and origin; shapes no translation."""

"""Half precision on PyTorch: the same network, rounded: nearly the same scores, the same words but for near-ties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtpipe.translate.marian import TorchTranslator
from mtpipe.translate.store import ModelFolder

SENTENCES = 24


@pytest.mark.parametrize(("compute", "error"), [("bfloat16", 0.16), ("float16", 0.02)])  # 8 and 11 bits of precision
def test_half_precision_is_near_float32(
    embedded: ModelFolder,
    embedded_torch: TorchTranslator,
    make_engine: Callable[..., Any],
    sentences: list[str],
    compute: str,
    error: float,
) -> None:
    half = make_engine("torch", embedded, compute_type=compute, beam=1)
    short = sorted(sentences, key=len)[:SENTENCES]
    exact = embedded_torch.translate(short, decoding=half.decoding)
    rounded = half.translate(short)
    assert f"compute:{compute}" in str(half.signature)
    pairs = [(a.best, b.best) for a, b in zip(exact, rounded, strict=True)]
    same = [(a, b) for a, b in pairs if a.text == b.text]
    # The embedded model is unsure of much, so that rounding alone decides for another word.
    assert len(same) >= SENTENCES / 2
    assert max(abs(a.score - b.score) for a, b in same) < error

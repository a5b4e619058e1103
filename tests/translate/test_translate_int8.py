"""What eight-bit arithmetic costs: the probability of human translations, and chrF2 of the machine's.

Texts differ often between int8 and float32, since beams of a small model end near each other; how probable a given
text is differs little, and that is what arithmetic can be held to. With weights that saturate (the usual eight bits)
the means below are about twice as large on a CPU without VNNI, and the first test fails.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sacrebleu
import sentencepiece

from mtpipe import intake
from mtpipe.intake import normalise
from mtpipe.settings import IntakeSettings
from mtpipe.translate.long import LongSegments
from mtpipe.translate.store import ModelFolder

Engine = Any


@pytest.fixture(scope="module")
def embedded_int8(embedded: ModelFolder, make_engine: Callable[..., Engine]) -> Engine:
    return make_engine("ct2", embedded, compute_type="int8")


@pytest.fixture(scope="module")
def paragraphs(project: Path) -> list[tuple[str, str]]:
    """The examples' paragraphs with their English."""
    pairs: list[tuple[str, str]] = []
    for article in intake.read([project / "examples" / "articles"], IntakeSettings()):
        file = project / "examples" / "english" / f"{Path(article.meta.path or '').stem}.en.txt"
        english = [text.strip() for text in file.read_text(encoding="utf-8").split("\n\n") if text.strip()]
        pairs += zip((normalise(paragraph.text) for paragraph in article.paragraphs), english, strict=True)
    return pairs


def log_probabilities(engine: Engine, model: ModelFolder, pairs: list[tuple[str, str]]) -> np.ndarray:
    """Natural log-probability of each piece of the English, given the Arabic and the pieces before."""
    target = sentencepiece.SentencePieceProcessor(model_file=str(model.path / "target.spm"))
    scored = engine._engine.score_batch(
        [[token.piece for token in engine.subwords.encode(arabic)] for arabic, _ in pairs],
        [target.encode(english, out_type=str) for _, english in pairs],
    )
    return np.concatenate([result.log_probs for result in scored])


def test_int8_hardly_changes_what_is_probable(
    embedded: ModelFolder, embedded_ct2: Engine, embedded_int8: Engine, paragraphs: list[tuple[str, str]]
) -> None:
    exact, rounded = (log_probabilities(engine, embedded, paragraphs) for engine in (embedded_ct2, embedded_int8))
    assert len(exact) > 3000
    difference = rounded - exact
    assert abs(difference.mean()) < 0.04
    assert np.abs(difference).mean() < 0.18


@pytest.mark.slow
def test_int8_translates_as_well(shared: Path, embedded_ct2: Engine, embedded_int8: Engine) -> None:
    lines = (shared / "data" / "dev" / "ntrex_dev.tsv").read_text(encoding="utf-8").splitlines()[:600]
    _, sources, references = zip(*(line.split("\t") for line in lines), strict=True)
    scores = []
    for engine in (embedded_ct2, embedded_int8):
        found = LongSegments(engine).translate([normalise(source) for source in sources])
        scores.append(sacrebleu.corpus_chrf([item.best.text for item in found], [references]).score)
    assert abs(scores[1] - scores[0]) < 0.2

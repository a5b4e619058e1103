"""Hard cases: the answer is a partition, the text is that of the document, each kind of damage does what it says."""

from __future__ import annotations

from dataclasses import fields
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.align.cases import HEAVY, REMNANTS, Case, Damage, make
from mtpipe.signature import digest

DOCUMENT = [
    [
        (
            f"جملة {paragraph}{number}",
            f"Sentence {paragraph}{number} has a first clause, and a second clause as well.",
        )
        for number in range(5)
    ]
    for paragraph in range(6)
]
FOREIGN = [("سطر غريب", "A stranger's line")]
rates = st.floats(0, 1)
damages = st.builds(
    Damage, **{field.name: rates for field in fields(Damage) if field.name != "move"}, move=st.integers(0, 4)
)


def sides(case: Case) -> tuple[list[str], list[str]]:
    return list(chain(*case.source)), list(chain(*case.target))


@given(damages, st.integers(0, 2**31))
def test_the_answer_is_a_partition(damage: Damage, seed: int) -> None:
    case = make(DOCUMENT, damage, seed, foreign=FOREIGN)
    source, target = sides(case)
    assert sorted(i for left, _ in case.beads for i in left) == list(range(len(source)))
    assert sorted(j for _, right in case.beads for j in right) == list(range(len(target)))
    for left, right in case.beads:
        assert left or right
        assert len(left) + len(right) == 1 if not (left and right) else True
        for run in (left, right):
            assert list(run) == list(range(run[0], run[0] + len(run))) if run else True
    assert all(case.source)
    assert all(case.target)


@given(damages, st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_case(damage: Damage, seed: int) -> None:
    assert make(DOCUMENT, damage, seed, foreign=FOREIGN) == make(DOCUMENT, damage, seed, foreign=FOREIGN)


def test_without_damage_nothing_changes() -> None:
    case = make(DOCUMENT, Damage(), 1)
    assert case.source == tuple(tuple(ar for ar, _ in part) for part in DOCUMENT)
    assert case.target == tuple(tuple(en for _, en in part) for part in DOCUMENT)
    assert case.beads == tuple(((i,), (i,)) for i in range(30))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 2), st.integers(0, 1000))
def test_merging_splitting_and_moving_keep_every_word(
    merge: float, split: float, resplit: float, move: int, seed: int
) -> None:
    case = make(DOCUMENT, Damage(merge=merge, split=split, resplit=resplit, move=move), seed)
    source, target = sides(case)
    assert " ".join(source).split() == " ".join(ar for part in DOCUMENT for ar, _ in part).split()
    assert sorted(" ".join(target).split()) == sorted(" ".join(en for part in DOCUMENT for _, en in part).split())
    for left, right in case.beads:
        words = {word for i in left for word in source[i].split() if word.isdigit()}
        assert words == {word for j in right for word in target[j].split() if word.isdigit()}


@pytest.mark.parametrize(
    ("damage", "shapes"),
    [
        (Damage(drop=1), {(1, 0), (0, 1)}),
        (Damage(split=1), {(1, 2)}),
        (Damage(truncate=1), {(1, 1)}),
        (Damage(resplit=1), {(2, 2), (1, 1)}),
        (Damage(merge=1), {(1, 3), (3, 1), (1, 2), (2, 1), (1, 1)}),
        (Damage(shift=1), {(1, 1)}),
        (Damage(move=2), {(1, 1)}),
    ],
)
def test_each_kind_of_damage(damage: Damage, shapes: set[tuple[int, int]]) -> None:
    found = {(len(left), len(right)) for left, right in make(DOCUMENT, damage, 3).beads}
    assert found
    assert found <= shapes


def test_truncation_shortens_the_english() -> None:
    assert all("second" not in text for text in sides(make(DOCUMENT, Damage(truncate=1), 3))[1])


def test_paragraphs_change_places() -> None:
    case = make(DOCUMENT, Damage(move=1), 3)
    order = [right[0] for _, right in case.beads]
    assert order != sorted(order)
    assert {text for part in case.target for text in part} == {en for part in DOCUMENT for _, en in part}


def test_breaks_move() -> None:
    assert {len(part) for part in make(DOCUMENT, Damage(shift=1), 3).target} != {5}


def test_strangers_and_remnants_are_unmatched() -> None:
    case = make(DOCUMENT, Damage(foreign=1, remnant=1), 3, foreign=FOREIGN)
    source, target = sides(case)
    alone = [source[left[0]] for left, right in case.beads if not right]
    alone += [target[right[0]] for left, right in case.beads if not left]
    assert len(alone) == 60
    assert set(alone) <= {text for pair in [*FOREIGN, *REMNANTS] for text in pair}


def test_heavy_is_what_the_benchmark_says() -> None:
    assert (HEAVY.merge, HEAVY.drop, HEAVY.foreign) == (0.25, 0.15, 0.08)


EVERY = {
    "merge": 0.3,
    "drop": 0.2,
    "foreign": 0.2,
    "remnant": 0.2,
    "split": 0.4,
    "truncate": 0.4,
    "resplit": 0.4,
    "shift": 0.5,
    "move": 2,
}
LONG = [
    [
        (
            f"ج{paragraph}{number}",
            f"Sentence {paragraph}{number} has a first clause, and a second clause as well; but the third clause is "
            "not the last, while this one is.",
        )
        for number in range(6)
    ]
    for paragraph in range(6)
]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("merge", "2d9648e483293ab8"),
        ("drop", "a6b19a8fb6676cb9"),
        ("foreign", "e1f9ebd90981b3d4"),
        ("remnant", "2f78fc2bf3f69613"),
        ("split", "fd575709f3ef4a88"),
        ("truncate", "4c296922fbaf000b"),
        ("resplit", "6d1567c91cfb6118"),
        ("shift", "fd7ef723cfc3b5aa"),
        ("move", "fb84fe16309c66dd"),
        (" ".join(EVERY), "f95987f2ff1881b7"),
    ],
)
def test_the_cases_of_a_seed_are_those_that_the_published_numbers_are_of(names: str, expected: str) -> None:
    """A hash each: whoever changes what a seed gives measures all the tables of docs/alignment.md anew."""
    damage = Damage(**{name: EVERY[name] for name in names.split()})
    case = make(LONG, damage, 7, foreign=[("غريب", "Stranger"), ("آخر", "Other")])
    assert digest(repr(case)) == expected

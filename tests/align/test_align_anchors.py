"""Anchors: what is written alike in both languages, and what is not."""

from __future__ import annotations

import pytest

from mtpipe.align.anchors import HEAVIEST, anchored, figures, target_anchors
from mtpipe.aligning import numbers


def common(arabic: str, english: str, readers=(figures,)) -> set[str]:
    """Return the anchors of two sentences, of texts in which they are rare enough to weigh."""
    ours, theirs, _ = anchored([arabic, *["…"] * 9], [english, *["…"] * 9], readers)
    return set(ours[0]) & set(theirs[0])


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("وصل بوغدانوف", "Bogdanov arrived"),
        ("وبرلين", "Berlin"),
        ("قالت ميركل", "Merkel's words"),
        ("في موسكو", "Moscow"),
        ("غاتيلوف", "Gatilov"),
        ("جاتيلوف", "Gatilov"),
        ("بالقاهرة في ٢٠١٧", "in 2017"),
        ("80 كيلومتراً", "80 kilometres"),
        ("1,250 شخصاً", "1250 people"),
        ("شركة Google", "Google Inc."),
        ("في كانون الثاني الماضي", "last January"),
        ("مطلع يناير", "in early January"),
        ("وبشباط", "In February"),
        ("في آب المقبل", "next August"),
        ("أول تشرين الأول/أكتوبر", "the first of October"),
        ("في أيار", "since May"),
        ("صباح الأحد", "on Sunday morning"),
        ("للثلاثاء", "for Tuesday"),
        ("وبالجمعة", "and on Fridays"),
        ("يوم الاثنين المقبل", "next Monday"),
    ],
)
def test_common(arabic: str, english: str) -> None:
    assert common(arabic, english)


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("وصل الوزير", "Bogdanov arrived"),
        ("برلين", "Paris"),
        ("في 2017", "in 2018"),
        ("سلو", "slow"),
        ("كانون الثاني", "in December"),
        ("أب وابنه", "in August"),
        ("في أيار", "May he rest"),
        ("أحد الرجال", "on Sunday"),
        ("الخميس", "on Friday"),
        ("الجمعة", "Fridayson"),
        ("", ""),
        ("…", "!"),
    ],
)
def test_not_common(arabic: str, english: str) -> None:
    assert not common(arabic, english)


@pytest.mark.parametrize(
    ("arabic", "english", "value"),
    [
        ("قتل خمسة وعشرون شخصاً", "Twenty-five people were killed", "25"),
        ("قتل خمسة وعشرون شخصاً", "25 people were killed", "25"),
        ("بعد ثلاثة أيام", "after three days", "3"),
        ("نصف الناس", "half of all", "0.5"),
        ("في الخامس من آذار", "on the 5th of March", "5"),
        ("مئتا ألف لاجئ", "200,000 refugees", "200000"),
        ("3.5 مليار دولار", "3,500,000,000 dollars", "3500000000"),
        ("عام ٢٠١٧", "in 2017", "2017"),
    ],
)
def test_numbers_in_words_are_anchors_where_they_are_read(arabic: str, english: str, value: str) -> None:
    assert f"#{value}" in common(arabic, english, [numbers])


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("قتل خمسة", "six were killed"),
        ("في الخامس من آذار", "on the 6th"),
        ("ألف", "a million"),
    ],
)
def test_other_numbers_are_none(arabic: str, english: str) -> None:
    assert not common(arabic, english, [numbers])


def test_a_capital_at_the_start_makes_no_name() -> None:
    first, _ = target_anchors(["Residents left.", "The residents returned."])
    assert first == {"=residents", "=left"}


def test_rare_anchors_weigh_more_and_common_ones_nothing() -> None:
    source = ["برلين 2017"] * 20 + ["موسكو"] * 10
    target = ["Berlin 2017"] * 20 + ["Moscow"] * 9 + ["Gatilov"]
    source[0] += " غاتيلوف"
    ours, theirs, weights = anchored(source, target)
    assert "#2017" not in weights
    assert len(ours) == len(source)
    assert len(theirs) == len(target)
    rare = set(ours[0]) & set(theirs[-1])
    assert rare
    assert all(0 < weight <= HEAVIEST for weight in weights.values())
    assert min(weights[name] for name in rare) > max(weights[name] for name in set(ours[-1]) & set(theirs[25]))


def test_only_what_both_texts_have() -> None:
    ours, theirs, weights = anchored(["برلين", "لندن", "روما 3"], ["Berlin", "Paris", "Madrid 4"])
    assert [len(names) for names in ours] == [1, 0, 0]
    assert [len(names) for names in theirs] == [1, 0, 0]
    assert len(weights) == 1

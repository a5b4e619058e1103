"""Anchors: what is written alike in both languages, and what is not."""

from __future__ import annotations

import pytest

from mtpipe.align.anchors import HEAVIEST, anchored, source_anchors, target_anchors


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
    ],
)
def test_common(arabic: str, english: str) -> None:
    assert source_anchors(arabic) & target_anchors([english])[0]


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
        ("", ""),
        ("…", "!"),
    ],
)
def test_not_common(arabic: str, english: str) -> None:
    assert not source_anchors(arabic) & target_anchors([english])[0]


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

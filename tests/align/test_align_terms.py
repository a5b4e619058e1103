"""The terms of a glossary in texts that people wrote: anchors, and what became of each mention."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtpipe.align import align
from mtpipe.align.anchors import Reader, anchored
from mtpipe.align.terms import Terms
from mtpipe.glossary import Entry, Glossary
from mtpipe.settings import AlignSettings
from mtpipe.signature import Signature

ENTRIES = (
    Entry("الأمم المتحدة", "United Nations", "organisation", variants=("UN", "المنظمة الدولية")),
    Entry("صنعاء", "Sana'a", "place"),
    Entry("القاعدة", "al-Qaeda", "organisation", case="sentence"),
    Entry("قرية", "village", "noun", case="sentence"),
    Entry("عمّان", "Amman", "place"),
    Entry("عُمان", "Oman", "place"),
)


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms(Glossary(ENTRIES))


@pytest.mark.parametrize(
    ("arabic", "english", "shared"),
    [
        ("قالت الأمم المتحدة", "the United Nations said", ["United Nations"]),
        ("قالت الأمم المتحدة", "the UN said", ["United Nations"]),
        ("للأمم المتحدة", "for the UN", ["United Nations"]),
        ("وبصنعاء", "and in Sanaa", ["Sana'a"]),
        ("صنعاء", "Sana'a's streets", ["Sana'a"]),
        ("هاجمت القاعدة", "Al Qaeda attacked", ["al-Qaeda"]),
        ("قرية بعيدة", "Villages far away", ["village"]),
        ("إلى عمان", "to Oman", ["Oman"]),
        ("إلى عمان", "to Amman", ["Amman"]),
        ("إلى صنعاء", "to Aden", []),
        ("إلى عدن", "to Sana'a", []),
        ("صنعاء", "Sana", []),
    ],
)
def test_a_term_and_its_english_are_one_anchor(terms: Terms, arabic: str, english: str, shared: list[str]) -> None:
    ours, theirs = terms.anchors(["…", arabic], ["…", english])
    assert ours[0] == theirs[0] == frozenset()
    assert sorted(ours[1] & theirs[1]) == [f"term {form}" for form in shared]


def test_they_count_among_the_anchors_of_a_text(terms: Terms) -> None:
    source, target = ["قالت الأمم المتحدة"] + ["لا"] * 9, ["no"] * 9 + ["the UN said"]
    assert not anchored(source, target)[2]
    ours, theirs, weights = anchored(source, target, [terms.anchors])
    assert (ours[0], theirs[9], list(weights)) == (("term United Nations",),) * 2 + (["term United Nations"],)


@pytest.mark.parametrize(
    ("arabic", "english", "expected"),
    [
        ("وَصَل إلى صنعاء اليوم", "He came to Sana'a today", [("صنعاء", "Sana'a", "present", "")]),
        ("وصل إلى صنعاء", "He came to Sanaa", [("صنعاء", None, "flagged", "repair-off")]),
        ("قالت الأمم المتحدة", "It said", [("الأمم المتحدة", None, "flagged", "no-aligned-span")]),
        (
            "صنعاء ثم صنعاء",
            "Sana'a",
            [("صنعاء", "Sana'a", "present", ""), ("صنعاء", None, "flagged", "fewer-in-target")],
        ),
        ("إلى عُمان", "to Oman", [("عُمان", "Oman", "present", "")]),
        ("هاجمت القاعدة", "Al-Qaeda attacked", [("القاعدة", "Al-Qaeda", "present", "")]),
        ("لا شيء", "Sana'a", []),
    ],
)
def test_what_became_of_a_mention(terms: Terms, arabic: str, english: str, expected: list[object]) -> None:
    found = [
        (
            arabic[mention.source_start : mention.source_end],
            english[mention.target_start : mention.target_end] if mention.target_start >= 0 else None,
            mention.rung,
            mention.reason,
        )
        for mention in terms.mentions(arabic, english)
    ]
    assert found == expected


@given(
    st.lists(st.sampled_from(["صنعاء", "وبِصنعاء", "القاعدة", "قريتين", "عمان", "،", "و", "ﷺ"]), max_size=6),
    st.lists(st.sampled_from(["Sana'a", "Sanaa", "Al-Qaeda", "villages", "Oman", ",", "and"]), max_size=6),
)
def test_spans_lie_in_the_texts(ours: list[str], theirs: list[str]) -> None:
    arabic, english = " ".join(ours), " ".join(theirs)
    for mention in Terms(Glossary(ENTRIES)).mentions(arabic, english):
        assert 0 <= mention.source_start < mention.source_end <= len(arabic)
        if mention.rung == "present":
            assert english[mention.target_start : mention.target_end] == mention.after == mention.before
        else:
            assert (mention.rung, mention.target_start, mention.target_end) == ("flagged", -1, -1)
            assert mention.reason
            assert mention.before in english
            assert bool(mention.before) == (mention.reason == "repair-off")


def test_the_signature_is_of_the_entries() -> None:
    assert str(Terms(Glossary()).signature) == ""
    first, other = Terms(Glossary(ENTRIES[:1])).signature, Terms(Glossary(ENTRIES[1:2])).signature
    assert "terms:1" in str(first)
    assert first != other


class Blind:
    """Finds all texts equally alike: only anchors, lengths and cuts are left to go by."""

    signature = Signature((("embedder", "blind"),))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.eye(1, 8, dtype=np.float32), (len(texts), 1))


def test_terms_lead_an_alignment_that_nothing_else_leads(terms: Terms) -> None:
    """Sentences of one length in a row, of which the English lacks one: the terms say which."""
    names = ("صنعاء", "القاعدة", "الأمم المتحدة", "عُمان", "القرية", "صنعاء والقاعدة")
    source = [[f"تحدث ممثل عن {name}." for name in names]]
    english = [
        f"{name} came up." for name in ("Sana'a", "Al-Qaeda", "The UN", "Oman", "The village", "Al-Qaeda, Sana'a")
    ]

    def right(lost: int, readers: Sequence[Reader]) -> bool:
        left = [number for number in range(len(names)) if number != lost]
        target = [[english[number] for number in left]]
        found = align(source, target, Blind(), AlignSettings(), readers=readers).sentences
        return all(left[j] in bead.source for bead in found for j in bead.target)

    with_terms, without = ([right(lost, readers) for lost in range(len(names))] for readers in ([terms.anchors], ()))
    assert all(with_terms)
    assert sum(without) <= 3


def test_of_a_term_that_may_be_two_both_are_told(terms: Terms) -> None:
    (mention,) = terms.mentions("إلى عمان", "to Paris")
    assert (mention.entry, mention.target) == ("عمّان | عُمان", "Amman | Oman")

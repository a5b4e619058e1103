"""What a memory has for sentences like those of an article."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from mtpipe.corpus import likeness
from mtpipe.corpus.likeness import Likeness, Suggestion
from mtpipe.corpus.memories import look_up
from mtpipe.translate import memory
from mtpipe.translate.memory import LAST, Learned

ALEPPO = "The minister saw Aleppo yesterday."
RAQQA = "The minister saw Raqqa yesterday."
PAIRS = (
    Learned("زار الوزيرُ حلبَ أمس.", ALEPPO, True, "Amal"),
    Learned("زار الوزير الرقة أمس.", RAQQA, False),
    Learned("لا علاقة لهذا بذاك البتة", "Quite another thing", True),
    Learned("نعم", "Yes", True),
)
SAW = Suggestion(100, PAIRS[0].source, PAIRS[0].target, True, "Amal")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "tm.sqlite"
    learn(path, *PAIRS)
    return path


def learn(path: Path, *pairs: Learned) -> None:
    with closing(memory.connect(path)) as connection, connection:
        for pair in pairs:
            memory.learn(connection, pair)


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("زار الوزير حلب أمس.", [(ALEPPO, 100), (RAQQA, 85)]),
        ("وزار الوزير حلب أمس!", [(ALEPPO, 94), (RAQQA, 80)]),
        ("غادر", []),
        ("نعم", [("Yes", 100)]),
        ("؟!", []),
        ("", []),
    ],
)  # fmt: skip
def test_the_likest_come_first(path: Path, text: str, scores: list[tuple[str, int]]) -> None:
    found = Likeness([(path, LAST)]).of([text]).get(text, ())
    assert [one.target for one in found] == [target for target, _ in scores]
    assert [one.score for one in found] == pytest.approx([score for _, score in scores], abs=3)
    with closing(memory.connect(path)) as connection:
        assert [match.pair.target for match in look_up(connection, text)] == [target for target, _ in scores]


def test_only_what_was_there_at_the_start_and_holds(path: Path) -> None:
    with closing(memory.connect(path)) as connection, connection:
        assert memory.withdraw(connection, "نعم", "Amal", "2026-11-20T10:00:00Z")
    assert Likeness([(path, LAST)]).of(["نعم"]) == {}
    assert Likeness([(path, len(PAIRS) + 1)]).of(["نعم"]) == {"نعم": (Suggestion(100, "نعم", "Yes", True, ""),)}
    assert Likeness([(path, 1), (path.with_name("none"), 1)]).of(["نعم"]) == {}


def test_what_two_memories_hold_comes_once(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    learn(other, Learned(PAIRS[0].source, PAIRS[0].target, False), Learned("زار الوزير حلب أمس", "He went."))
    text = "زار الوزير حلب أمس."
    found = Likeness([(other, LAST), (path, LAST)]).of([text])[text]
    assert found[0] == SAW
    assert [one.target for one in found] == [PAIRS[0].target, "He went.", PAIRS[1].target]


def test_a_sentence_is_compared_with_few_pairs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that stands in very many pairs leads to none; the rarer words decide whose turn it is."""
    monkeypatch.setattr(likeness, "MET", 3)
    monkeypatch.setattr(likeness, "CANDIDATES", 2)
    many = tmp_path / "many.sqlite"
    learn(many, *(Learned(f"قال الوزير كلمة {number}", f"word {number}") for number in range(9)), *PAIRS)
    found = Likeness([(many, LAST)]).of(["قال الوزير كلمة 7", "قال الوزير كلمة", "زار الوزير حلب أمس."])
    assert {text: [one.target for one in held] for text, held in found.items()} == {
        "قال الوزير كلمة 7": ["word 7"],
        "زار الوزير حلب أمس.": [PAIRS[0].target, PAIRS[1].target],
    }

from __future__ import annotations

import pytest

from mtpipe.article import Mention, Rung
from mtpipe.glossary import score
from mtpipe.glossary.fold import FOLD_VERSION


def line(entry: str, after: str, rung: Rung = "present", reason: str = "") -> Mention:
    return Mention(entry, "X", 0, 1, 0, 1, rung, after, after, reason)


def flagged(entry: str, reason: str = "ambiguous") -> Mention:
    return line(entry, "", "flagged", reason)


@pytest.mark.parametrize(
    ("ledger", "value", "consistent", "worst"),
    [
        ([], 100.0, 0, None),
        ([line("أ", "A"), line("أ", "A", "injected"), line("ب", "B")], 100.0, 2, None),
        ([line("أ", "A"), line("أ", "Aa", "repaired"), line("ب", "B")], 50.0, 1, ("أ", 2)),
        ([line("أ", "ceasefire"), line("أ", "Ceasefire")], 100.0, 1, None),
        ([line("أ", "A"), flagged("أ"), flagged("أ")], 0.0, 0, ("أ", 3)),
        ([line("أ", "flagged ship"), line("أ", "Flagged ship")], 100.0, 1, None),
        ([flagged("أ"), line("ب", "B"), line("ت", "C"), line("ث", "D")], 75.0, 3, None),
    ],
)
def test_score(ledger: list[Mention], value: float, consistent: int, worst: tuple[str, int] | None) -> None:
    found = score(ledger)
    assert (found.value, found.consistent, found.worst) == (value, consistent, worst)
    assert found.mentions == len(ledger) == sum(count for _, count in found.rungs)


def test_format_says_everything() -> None:
    ledger = [line("لافروف", "Lavrov"), flagged("لافروف"), line("حلب", "Aleppo", "injected"), line("حمص", "Homs")]
    found = score(iter(ledger))
    assert str(found) == (
        "consistency 66.7 (2 of 3 names with one rendering; worst: لافروف 2) "
        "present 2 n-best 0 repaired 0 injected 1 placed 0 flagged 1  "
        f"terms:3|mentions:4|fold:{FOLD_VERSION}"
    )
    assert found.reasons == (("ambiguous", 1),)
    assert found.listed == 75.0

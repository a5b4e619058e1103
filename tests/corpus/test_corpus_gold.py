"""An aligned corpus against known beads: what is counted, and what is said of a file that can't be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtpipe import corpus
from mtpipe.corpus.aligned import ALIGNED_SCHEMAS
from mtpipe.errors import UsageError


def row(source: str, target: str, accepted: bool = True) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(ALIGNED_SCHEMAS["sentences"])
    units = {
        side: [{"id": name, "start": 0, "end": 1} for name in names.split()]
        for side, names in (("source_units", source), ("target_units", target))
    }
    return empty | units | {"id": "x", "translation": {"ar": "", "en": ""}, "accepted": accepted}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    rows = [
        row("a#p1s1", "b#p1s1"),
        row("a#p1s2 a#p2s1", "b#p1s2"),
        row("a#p2s2", "b#p2s1", accepted=False),
        row("other#p1s1", "other#p1s1"),
    ]
    corpus.write_shard(tmp_path / "dataset", "sentences", 0, rows, "x", origin="aligned")
    aside = [
        {"id": "a#p3s1", "side": "source", "reason": "unmatched"},
        {"id": "a#a1", "side": "source", "reason": "share-bar"},
        {"id": "b#p3s1", "side": "target", "reason": "unmatched"},
    ]
    (tmp_path / "set_aside.jsonl").write_text("".join(json.dumps(line) + "\n" for line in aside))
    return tmp_path


def scored(out: Path, gold: str) -> corpus.GoldScore:
    (out / "gold.tsv").write_text(gold, encoding="utf-8")
    return corpus.score_gold(out, out / "gold.tsv")


def test_what_is_right_is_counted(out: Path) -> None:
    gold = "source_ids\ttarget_ids\na#p1s1\tb#p1s1\na#p1s2\tb#p1s2\n\na#p2s2\tb#p2s1\r\n"
    found = scored(out, gold)
    # Of three beads two are the same, the third overlaps; other#p1s1 is of an article that is not asked about.
    assert (found.all.precision, found.all.recall) == (2 / 3, 2 / 3)
    assert (found.all.precision_lax, found.all.recall_lax) == (1.0, 1.0)
    assert (found.kept.found, found.kept.precision, found.kept.recall) == (2, 1 / 2, 1 / 3)
    assert "all beads:" in found.format()
    assert "kept beads:" in found.format()


def test_unmatched_sentences_count_where_the_file_has_some(out: Path) -> None:
    bead = "a#p1s1\tb#p1s1\n"
    assert scored(out, bead).all.found == 3
    found = scored(out, bead + "a#p3s1\t\n")
    assert (found.all.found, found.all.found_strict) == (5, 2)


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ("a#p1s1 b#p1s1\n", r"gold\.tsv line 1: 1 columns"),
        ("a#p1s1\tb#p1s1\tx\n", "line 1: 3 columns"),
        ("a#p1s1\tb#p1s1\na#p1s1\tb#p1s2\n", "line 2: 'a#p1s1' is in line 1 already"),
        ("a#p9s9\tb#p1s1\n", "line 1: 'a#p9s9' is no id of an Arabic sentence"),
        ("a#p1s1\ta#p1s1\n", "line 1: 'a#p1s1' is no id of an English sentence"),
        ("\n", "names no beads"),
    ],
)
def test_a_file_that_can_not_be_used(out: Path, gold: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        scored(out, gold)


def test_an_output_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "gold.tsv").write_text("a\tb\n")
    with pytest.raises(UsageError, match="is no output of mtpipe align"):
        corpus.score_gold(tmp_path, tmp_path / "gold.tsv")


def test_a_file_that_is_not_there_or_not_utf8(out: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.tsv: cannot be read \(No such file or directory\)"):
        corpus.score_gold(out, out / "none.tsv")
    (out / "gold.tsv").write_bytes("ا\tb\n".encode("cp1256"))
    with pytest.raises(UsageError, match=r"gold\.tsv: is not UTF-8"):
        corpus.score_gold(out, out / "gold.tsv")


def test_an_output_of_run(tmp_path: Path) -> None:
    empty: dict[str, Any] = dict.fromkeys(corpus.rows.SCHEMAS["sentences"])
    corpus.write_shard(tmp_path / "dataset", "sentences", 0, [empty | {"translation": {"ar": "", "en": ""}}], "x")
    (tmp_path / "gold.tsv").write_text("a\tb\n")
    with pytest.raises(UsageError, match="was not made by mtpipe align"):
        corpus.score_gold(tmp_path, tmp_path / "gold.tsv")

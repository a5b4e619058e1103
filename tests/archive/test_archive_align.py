"""An alignment through the archive: whole, killed and gone on with, the same twice."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import align_stand_in
import killed
import pytest
import stand_in

from mtpipe import archive, corpus
from mtpipe.aligning import Aligning
from mtpipe.errors import UsageError
from mtpipe.settings import Settings

PAIRS = 7
BROKEN = (2,)
ALONE = (5,)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in") / "pairs"
    align_stand_in.write_pairs(folder, PAIRS, broken=BROKEN, alone=ALONE)
    return folder


@pytest.fixture(scope="module")
def whole(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "out"
    align_stand_in.run(inputs, out)
    return out


def test_each_article_finds_its_own(whole: Path) -> None:
    rows = list(corpus.read(whole / "dataset"))
    found = {row["article_id"]: row["target_article_id"] for row in rows}
    good = [number for number in range(PAIRS) if number not in (*BROKEN, *ALONE)]
    assert found == {f"a{number:03}.txt": f"b{PAIRS - number:03}.txt" for number in good}
    assert {row["paired_by"] for row in rows} == {"content"}
    assert {row["origin"] for row in rows} == {"aligned"}


def test_what_is_not_aligned_is_told(whole: Path) -> None:
    failed = [json.loads(line) for line in (whole / "failed.jsonl").read_text().splitlines()]
    assert {(row["article_id"], row["reason"]) for row in failed} == {
        ("a002.txt", "not-arabic"),
        ("a005.txt", "unpaired"),
    }


def test_again_it_changes_nothing(inputs: Path, whole: Path, tmp_path: Path) -> None:
    before = stand_in.tree(whole)
    outcome = align_stand_in.run(inputs, whole)
    assert outcome.skipped == PAIRS
    assert stand_in.tree(whole) == before
    align_stand_in.run(inputs, tmp_path / "out")
    assert stand_in.tree(tmp_path / "out") == before


@pytest.mark.parametrize("last_change", [2, 17, 31])
def test_killed_and_gone_on_with(inputs: Path, whole: Path, tmp_path: Path, last_change: int) -> None:
    out = tmp_path / "out"
    assert killed.ended(killed.start(inputs, out, last_change=last_change, run=align_stand_in.run)) == -9
    assert killed.ended(killed.start(inputs, out, run=align_stand_in.run)) == 0
    assert stand_in.tree(out) == stand_in.tree(whole)


def test_an_article_changed_since_is_aligned_anew(inputs: Path, whole: Path, tmp_path: Path) -> None:
    """As a run does with what it has translated: the new pair stands last, of the old one nothing is left."""
    other, out = tmp_path / "in", tmp_path / "out"
    shutil.copytree(inputs, other)
    shutil.copytree(whole, out)
    english = other / "en" / f"b{PAIRS:03}.txt"
    added = align_stand_in.english(stand_in.text(90).strip().split("\n\n")[1])
    english.write_text(english.read_text() + f"\n\n{added}\n")
    outcome = align_stand_in.run(other, out)
    assert outcome.changed == 1
    found = [row["article_id"] for row in corpus.read(out / "dataset")]
    before = [row["article_id"] for row in corpus.read(whole / "dataset")]
    assert list(dict.fromkeys(found)) == [*dict.fromkeys(name for name in before if name != "a000.txt"), "a000.txt"]
    align_stand_in.run(other, tmp_path / "fresh")
    for config in corpus.CONFIGS:
        fresh = {row["id"]: row["translation"] for row in corpus.read(tmp_path / "fresh" / "dataset", config)}
        assert {row["id"]: row["translation"] for row in corpus.read(out / "dataset", config)} == fresh
    aside = [json.loads(line) for line in (out / "set_aside.jsonl").read_text().splitlines()]
    assert sorted(map(str, aside)) == sorted(
        str(json.loads(line)) for line in (tmp_path / "fresh" / "set_aside.jsonl").read_text().splitlines()
    )
    after = stand_in.tree(out)
    assert align_stand_in.run(other, out).skipped == PAIRS
    assert stand_in.tree(out) == after


def test_articles_that_come_later_are_added(inputs: Path, whole: Path, tmp_path: Path) -> None:
    shutil.copytree(inputs, tmp_path / "in")
    shutil.copytree(whole, tmp_path / "out")
    first = stand_in.text(PAIRS).strip().split("\n\n")[:-1]
    (tmp_path / "in" / "ar" / "z.txt").write_text("\n\n".join(first))
    (tmp_path / "in" / "en" / "z.txt").write_text("\n\n".join(map(align_stand_in.english, first)))
    outcome = align_stand_in.run(tmp_path / "in", tmp_path / "out")
    assert outcome.skipped == PAIRS
    assert [row["article_id"] for row in corpus.read(tmp_path / "out" / "dataset")][-1] == "z.txt"


def test_settings_of_the_engine_do_not_matter_those_of_alignment_do(inputs: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole, out)

    def again(settings: Settings) -> None:
        archive.run([], out, Aligning(settings, align_stand_in.Spelled()), inputs=[inputs / "ar", inputs / "en"])

    wanted = align_stand_in.settings()
    again(wanted.model_copy(update={"translate": wanted.translate.model_copy(update={"beam": 1})}))
    with pytest.raises(UsageError, match=r"align\.largest was 4, is 2"):
        again(align_stand_in.settings(largest=2))
    with pytest.raises(UsageError, match="origin was aligned, is absent"):
        archive.run([], out, stand_in.pipeline())


@pytest.mark.slow
def test_a_file_of_a_hundred_thousand_sentences(tmp_path: Path) -> None:
    chance = random.Random(1)
    paragraphs = [" ".join(stand_in.sentence(chance) for _ in range(5)) for _ in range(20_000)]
    for folder, texts in (("ar", paragraphs), ("en", map(align_stand_in.english, paragraphs))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "long.txt").write_text("\n\n".join(texts), encoding="utf-8")
    outcome = align_stand_in.run(tmp_path, tmp_path / "out")
    assert (outcome.counts.articles, outcome.failed) == (1, 0)
    rows = corpus.read(tmp_path / "out" / "dataset", "sentences")
    tied = [(len(row["source_units"]), len(row["target_units"])) for row in rows]
    aside = (tmp_path / "out" / "set_aside.jsonl").read_text(encoding="utf-8").count('"unmatched"')
    assert sum(map(sum, tied)) + aside == 200_000
    assert sum(pair == (1, 1) for pair in tied) > 90_000

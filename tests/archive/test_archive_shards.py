"""Parts of an archive: chosen, run apart, and put together to what one run makes, byte for byte."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import pytest
import stand_in
from hypothesis import given
from hypothesis import strategies as st

from mtpipe import archive, corpus, intake
from mtpipe.archive import Choice, Outcome, Shard
from mtpipe.archive.choice import name, shuffled
from mtpipe.article import build
from mtpipe.errors import ArticleError, DeviceMemoryError, UsageError
from mtpipe.pipeline import Pipeline
from mtpipe.translate import notice

ARTICLES = 23
BROKEN = (3, 8)
SHARDS = 3
POISON = "زرافة"


class Poisoned(stand_in.Speller):
    """Fails on segments with a certain word."""

    def translate(self, segments, **options):
        if any(POISON in segment for segment in segments):
            raise DeviceMemoryError("the device has no memory for a single segment.")
        return super().translate(segments, **options)


def run(inputs: Path, out: Path, choice: Choice = Choice(), window: int = 4) -> Outcome:  # noqa: B008  # frozen
    line = Pipeline(stand_in.settings(window), Poisoned(), stand_in.GLOSSARY, None)
    items = intake.read([inputs], line.settings.intake)
    told = notice(line.settings.translate)
    return archive.run(items, out, line, inputs=[inputs], choice=choice, notice=told)


def run_shards(inputs: Path, folder: Path, count: int = SHARDS, window: int = 4) -> list[Path]:
    outs = [folder / f"shard{number}" for number in range(1, count + 1)]
    for number, out in enumerate(outs, start=1):
        run(inputs, out, Choice(shard=Shard(number, count)), window)
    return outs


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles; two hold no Arabic, one is there twice, one is poison to the engine."""
    folder = stand_in.write_articles(tmp_path_factory.mktemp("in") / "articles", ARTICLES, broken=BROKEN)
    again = [{"id": "twice", "text": stand_in.text(50)}, {"id": "twice", "text": stand_in.text(51)}]
    (folder / "table.jsonl").write_text("".join(json.dumps(row) + "\n" for row in again), encoding="utf-8")
    (folder / "a0155.txt").write_text(f"زار الوفد {POISON} أمس.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shards(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return run_shards(inputs, tmp_path_factory.mktemp("shards"))


def articles(out: Path) -> list[str]:
    return list(dict.fromkeys(row["article_id"] for row in corpus.read(out / "dataset")))


def failures(out: Path) -> list[str]:
    return [json.loads(line)["article_id"] for line in (out / "failed.jsonl").read_text().splitlines()]


def test_shards_have_nothing_in_common_and_are_the_whole(inputs: Path, shards: list[Path], tmp_path: Path) -> None:
    run(inputs, tmp_path / "whole")
    for of in (articles, failures):
        parts = [of(out) for out in shards]
        assert sorted(chain.from_iterable(parts)) == sorted(of(tmp_path / "whole"))
    assert all(articles(out) for out in shards)
    assert sorted(failures(tmp_path / "whole")) == ["a003.txt", "a008.txt", "a0155.txt", "twice"]


def test_put_together_they_are_what_one_run_makes(inputs: Path, shards: list[Path], tmp_path: Path) -> None:
    whole = run(inputs, tmp_path / "whole")
    counts = archive.merge(shards[::-1], tmp_path / "merged")
    assert counts == whole.counts
    merged = stand_in.tree(tmp_path / "merged")
    assert merged == stand_in.tree(tmp_path / "whole")
    again = run(inputs, tmp_path / "merged")
    assert (again.skipped, again.translated) == (ARTICLES + 2, 0)  # what the engine failed on is tried again
    assert stand_in.tree(tmp_path / "merged") == merged
    state = tmp_path / "merged" / ".mtpipe" / "state.sqlite"
    line = stand_in.pipeline(stand_in.settings(4, memory=state))
    good = [item for item in intake.read([inputs], line.settings.intake) if name(item) in articles(tmp_path / "merged")]
    assert archive.run(good, tmp_path / "other", line).translated == 0


def test_what_came_later_stands_behind(inputs: Path, tmp_path: Path) -> None:
    grown = tmp_path / "in"
    shutil.copytree(inputs, grown)
    outs = run_shards(grown, tmp_path)
    run(grown, tmp_path / "whole")
    for number in range(5):
        (grown / f"a00{number}5.txt").write_text(stand_in.text(60 + number), encoding="utf-8")
    run_shards(grown, tmp_path)
    run(grown, tmp_path / "whole")
    archive.merge(outs, tmp_path / "merged")
    assert articles(tmp_path / "merged") == articles(tmp_path / "whole")
    for config in corpus.CONFIGS:
        rows = [list(corpus.read(tmp_path / folder / "dataset", config)) for folder in ("merged", "whole")]
        assert rows[0] == rows[1]


def test_a_merge_that_was_stopped_leaves_nothing_and_starts_again(shards: list[Path], tmp_path: Path) -> None:
    def stop(done: int) -> None:
        if done > 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.merge(shards, tmp_path / "merged", progress=stop)
    assert not (tmp_path / "merged").exists()
    archive.merge(shards, tmp_path / "merged")
    archive.merge(shards, tmp_path / "other")
    assert stand_in.tree(tmp_path / "merged") == stand_in.tree(tmp_path / "other")


@pytest.mark.parametrize(
    ("picked", "said"),
    [
        ([0, 1], "1 of 3 shards missing: 3/3. Run and name them, too"),
        ([0, 1, 2, 0], "shard1: is named twice"),
        ([0, 1, 3], "copy: is shard 1/3, and so is .*shard1"),
        ([0, 1, 4], "half: is shard 1/2, but .*shard1 is shard 1/3"),
        ([0, 1, 5], r"other: was made with other settings than .*shard1 \(corpus\.window 4 there, 5 here\)"),
        ([0, 1, 6], "short: shard 3/3 has not read its inputs to the end"),
        ([0, 1, 7], "fewer: has seen other inputs"),
        ([0, 1, 8], "plain: was not made with --shard"),
        ([0, 1, 9], "nothing: is no output folder"),
    ],
)
def test_what_is_not_the_whole_is_refused(
    inputs: Path, shards: list[Path], tmp_path: Path, picked: Sequence[int], said: str
) -> None:
    others = [tmp_path / folder for folder in ("copy", "half", "other", "short", "fewer", "plain", "nothing")]
    copy, half, other, short, fewer, plain, _ = others
    if 3 in picked:
        shutil.copytree(shards[0], copy)
    if 4 in picked:
        run(inputs, half, Choice(shard=Shard(1, 2)))
    if 5 in picked:
        run(inputs, other, Choice(shard=Shard(3, 3)), window=5)
    if 6 in picked:
        run(inputs, short, Choice(shard=Shard(3, 3), limit=2))
    if 7 in picked:
        shutil.copytree(inputs, tmp_path / "in")
        (tmp_path / "in" / "a000.txt").write_text(stand_in.text(77), encoding="utf-8")
        run(tmp_path / "in", fewer, Choice(shard=Shard(3, 3)))
    if 8 in picked:
        run(inputs, plain)
    with pytest.raises(UsageError, match=said) as told:
        archive.merge([[*shards, *others][number] for number in picked], tmp_path / "merged")
    assert "\n" not in str(told.value)
    assert not (tmp_path / "merged").exists()


def test_another_shard_in_the_same_folder_is_refused(inputs: Path, shards: list[Path]) -> None:
    with pytest.raises(UsageError, match="shard was 1/3, is 2/3"):
        run(inputs, shards[0], Choice(shard=Shard(2, 3)))


def test_a_folder_that_is_there_is_left_alone(shards: list[Path], tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UsageError, match=r"is there already\. Name a new folder"):
        archive.merge(shards, tmp_path)
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize("inner", ["new", "dataset/new", ".mtpipe/new/whole", "../shard2/new", "../gone/../shard1/new"])
def test_a_folder_in_a_shard_is_refused(shards: list[Path], inner: str) -> None:
    before = [sorted(out.parent.rglob("*")) for out in shards]
    with pytest.raises(UsageError, match=r"new.*: would be made in .*/shard[12], or over it\. Name a folder") as told:
        archive.merge(shards, shards[0] / inner)
    assert "\n" not in str(told.value)
    assert [sorted(out.parent.rglob("*")) for out in shards] == before


def test_a_shard_that_stands_where_the_whole_is_made_is_refused(shards: list[Path], tmp_path: Path) -> None:
    outs = [*shards[:2], shutil.copytree(shards[2], tmp_path / ".whole.merging" / "shard3")]
    before = stand_in.tree(outs[2])
    with pytest.raises(UsageError, match="shard3, or over it"):
        archive.merge(outs, tmp_path / "whole")
    assert stand_in.tree(outs[2]) == before


def test_the_current_folder_may_take_the_whole(
    shards: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    archive.merge(shards, Path())
    archive.merge(shards, tmp_path / "other")
    assert stand_in.tree(tmp_path / "here") == stand_in.tree(tmp_path / "other")


@pytest.mark.parametrize("text", ["", "3", "0/3", "4/3", "1/0", "-1/3", "1/3/3", "a/b", "١/٣"])
def test_shards_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match=r"--shard .*: write i/n"):
        Shard.parse(text)


@given(st.text(max_size=20), st.integers(1, 40))
def test_every_article_is_in_one_shard(article: str, count: int) -> None:
    assert sum(Shard(number, count).holds(article) for number in range(1, count + 1)) == 1


def test_shards_of_many_articles_are_about_equal() -> None:
    held = [sum(Shard(number, 8).holds(f"2019/{article}.txt") for article in range(8000)) for number in range(1, 9)]
    assert max(held) < 1.1 * 1000  # three deviations


def test_a_limit_takes_the_first_and_the_rest_comes_later(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = run(inputs, out, Choice(limit=7))
    assert (len(articles(out)), len(failures(out))) == (6, 1)
    assert first.counts.articles == 6
    run(inputs, out)
    run(inputs, tmp_path / "whole")
    assert articles(out) == articles(tmp_path / "whole")
    assert failures(out) == failures(tmp_path / "whole")
    assert run(inputs, out, Choice(limit=2)).counts.failed == 4  # what was not looked at is not forgotten


items = st.lists(st.integers(0, 10**6), unique=True, max_size=30).map(
    lambda numbers: [
        ArticleError(f"e{n}", "empty-file", f"e{n}: empty.") if n % 5 == 0 else build(f"a{n}", [("text", "نص")])
        for n in numbers
    ]
)


@given(items, st.integers(), st.randoms())
def test_shuffling_keeps_all_and_does_not_depend_on_the_order(found: list, seed: int, chance) -> None:
    order = list(shuffled(found, seed))
    assert sorted(map(name, order)) == sorted(map(name, found))
    assert [item for item in order if not isinstance(item, ArticleError)] == [
        item for wanted in map(name, order) for item in found if name(item) == wanted and not wanted.startswith("e")
    ]
    chance.shuffle(found)
    assert list(map(name, shuffled(found, seed))) == list(map(name, order))


def test_a_sample_is_the_same_each_time_and_another_for_another_seed(inputs: Path, tmp_path: Path) -> None:
    for folder, seed in (("one", 1), ("same", 1), ("two", 2)):
        run(inputs, tmp_path / folder, Choice(seed=seed, limit=6))
    assert stand_in.tree(tmp_path / "one") == stand_in.tree(tmp_path / "same")
    assert set(articles(tmp_path / "one")) != set(articles(tmp_path / "two"))
    with pytest.raises(UsageError, match="--shard and --shuffle-seed"):
        Choice(shard=Shard(1, 2), seed=1)

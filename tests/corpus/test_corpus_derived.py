"""Datasets made of others: filtered, split, sampled, compared, counted."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.corpus.derived import Corpus, run_date
from mtpipe.corpus.filtering import filter_corpus
from mtpipe.corpus.rows import SCHEMAS
from mtpipe.corpus.sampling import Difference, differences, sample
from mtpipe.corpus.shards import write_shard
from mtpipe.corpus.splitting import SPLITS, assign, split_corpus
from mtpipe.corpus.statistics import statistics
from mtpipe.errors import UsageError
from mtpipe.quality.filters import Filter
from mtpipe.quality.filters.form import Length, Numbers
from mtpipe.quality.filters.repeats import SHINGLE, Duplicates, NearDuplicates

Lines = Iterable[tuple[str, str, str]]
SENTENCES = [
    (f"a{article}", f"وصل القطار رقم {article}{number} إلى المحطة {word}", f"Train {article}{number} came to {name}")
    for article in range(10)
    for number, (word, name) in enumerate([("القديمة", "the old station"), ("ليلا", "town"), ("غدا", "us")])
]


def written(folder: Path, lines: Lines, *, shard: int = 7) -> Corpus:
    """A dataset of sentences: article, Arabic, English."""
    counts = Counter[str]()
    rows: list[dict[str, Any]] = []
    for article, source, target in lines:
        counts[article] += 1
        row: dict[str, Any] = dict.fromkeys(SCHEMAS["sentences"])
        row |= {"id": f"{article}#p1s{counts[article]}", "paragraph_id": f"{article}#p1", "article_id": article}
        row |= {"translation": {"ar": source, "en": target}, "machine": target, "signature": "made:up", "terms": []}
        rows.append(row)
    for number, start in enumerate(range(0, len(rows), shard)):
        write_shard(folder / "dataset", "sentences", number, rows[start : start + shard], "made:up")
    return Corpus.open(folder)


def ids(folder: Path) -> list[str]:
    return [row["id"] for row in Corpus.open(folder).rows()]


def loaded(folder: Path, cache: Path) -> dict[str, int]:
    """Rows by split, as load_dataset finds them without network."""
    code = (
        "import json, sys, datasets; found = datasets.load_dataset(sys.argv[1]); "
        "print(json.dumps({name: [rows.num_rows, type(rows.features['translation']).__name__] "
        "for name, rows in found.items()}))"
    )
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(cache), "HF_HOME": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder / "dataset")], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout.decode().splitlines()[-1])
    assert {kind for _, kind in found.values()} == {"Translation"}
    return {name: number for name, (number, _) in found.items()}


def test_filtering_keeps_order_columns_and_everything(tmp_path: Path) -> None:
    lines = [*SENTENCES, ("b", "عام 1999 كان باردا", "The year 2000 was cold"), ("b", "لا", "No")]
    corpus = written(tmp_path / "out", lines)
    chain: list[Filter] = [Length(least=2), Numbers()]
    report = filter_corpus(corpus, tmp_path / "kept", chain)
    kept = list(Corpus.open(tmp_path / "kept").rows())
    rejected = [json.loads(line) for line in (tmp_path / "kept" / "rejected.jsonl").read_text().splitlines()]
    rows = {row["id"]: row for row in corpus.rows()}
    assert kept == [rows[name] for name in ids(tmp_path / "out") if not name.startswith("b#")]
    assert [(row["id"], row["filter"], row["refused"]) for row in rejected] == [
        ("b#p1s1", "numbers", ["numbers"]),
        ("b#p1s2", "length", ["length"]),
    ]
    assert all(row | rows[row["id"]] == row for row in rejected)
    assert rejected[0]["scores"] == {
        "length.source": 4,
        "length.target": 5,
        "length.longest": 5,
        "numbers.missing": 1,
        "numbers.extra": 1,
    }
    assert (report.pairs, report.kept, dict(report.reasons)) == (32, 30, {"numbers": 1, "length": 1})
    scores = [
        row for path in sorted((tmp_path / "kept" / "scores").iterdir()) for row in pq.read_table(path).to_pylist()
    ]
    assert [row["id"] for row in scores] == ids(tmp_path / "out")
    record = json.loads((tmp_path / "kept" / "filter.json").read_text())
    assert (record["pairs"], record["kept"], record["signature"]) == (32, 30, "made:up")
    assert loaded(tmp_path / "kept", tmp_path / "cache") == {"train": 30}


def test_the_date_of_the_run_is_handed_on(tmp_path: Path) -> None:
    """So that an export of what was filtered and split has it, as one of the run has."""
    day = "2026-11-24T15:30:00+00:00"
    source = written(tmp_path / "out", SENTENCES)
    (tmp_path / "out" / "run.json").write_text(json.dumps({"finished": day}))
    filter_corpus(source, tmp_path / "kept", [Length()])
    split_corpus(Corpus.open(tmp_path / "kept"), tmp_path / "split", test=1, validation=0, seed=1)
    assert [run_date(tmp_path / name) for name in ("out", "kept", "split")] == [day] * 3
    (tmp_path / "out" / "run.json").write_text("[]")
    assert run_date(tmp_path / "out") is None
    filter_corpus(source, tmp_path / "undated", [Length()])
    assert run_date(tmp_path / "undated") is None


def test_bars_move_over_scores_that_are_there(tmp_path: Path) -> None:
    corpus = written(tmp_path / "out", SENTENCES)
    filter_corpus(corpus, tmp_path / "first", [Length(), Duplicates()])
    scores = tmp_path / "first" / "scores"
    # Scores that can't be of these texts: where they decide, nothing was computed again.
    table = pq.read_table(scores / "part-000000.parquet")
    column = table.schema.get_field_index("length.source")
    pq.write_table(table.set_column(column, "length.source", [[500.0] * 7]), scores / "part-000000.parquet")
    report = filter_corpus(corpus, tmp_path / "again", [Length(least=2), Numbers()], scores=scores)
    assert report.reused == ("length",)
    assert dict(report.reasons) == {"length": 7}
    assert ids(tmp_path / "again") == ids(tmp_path / "out")[7:]


def test_what_is_rejected_is_the_same_with_scores_that_are_there(tmp_path: Path) -> None:
    corpus = written(tmp_path / "out", [*SENTENCES, ("b", "عام 1999 كان باردا", "The year 2000 was cold")])
    bars: list[Filter] = [Length(least=4), Numbers(), Duplicates()]
    filter_corpus(corpus, tmp_path / "first", [Length(), Numbers(), Duplicates()])
    filter_corpus(corpus, tmp_path / "measured", bars)
    filter_corpus(corpus, tmp_path / "moved", bars, scores=tmp_path / "first" / "scores")
    for name in ("rejected.jsonl", "filter.json"):
        assert (tmp_path / "moved" / name).read_bytes() == (tmp_path / "measured" / name).read_bytes()
    assert (tmp_path / "moved" / "rejected.jsonl").stat().st_size


def test_scores_of_another_corpus_are_refused(tmp_path: Path) -> None:
    corpus = written(tmp_path / "out", SENTENCES)
    filter_corpus(written(tmp_path / "other", SENTENCES[1:]), tmp_path / "kept", [Length()])
    with pytest.raises(UsageError, match="no scores of this corpus"):
        filter_corpus(corpus, tmp_path / "again", [Length()], scores=tmp_path / "kept" / "scores")
    assert not (tmp_path / "again").exists()


def test_a_folder_that_holds_no_scores_is_told(tmp_path: Path) -> None:
    corpus = written(tmp_path / "out", SENTENCES, shard=100)
    (tmp_path / "scores").mkdir()
    pq.write_table(pq.read_table(corpus.shards[0]).select(["machine"]), tmp_path / "scores" / "part-000000.parquet")
    with pytest.raises(UsageError, match=r"part-000000\.parquet: can't be read \(No match for .*id"):
        filter_corpus(corpus, tmp_path / "kept", [Length()], scores=tmp_path / "scores")


def test_masks_hide_in_every_text_and_keep_lengths(tmp_path: Path) -> None:
    mail = "a.b@example.org"
    corpus = written(tmp_path / "out", [("a", f"راسل {mail} اليوم", f"Write to {mail} today"), *SENTENCES])
    report = filter_corpus(corpus, tmp_path / "kept", [Length()], masks=["email"])
    first = next(Corpus.open(tmp_path / "kept").rows())
    hidden = "x.x@xxxxxxx.xxx"
    assert first["translation"] == {"ar": f"راسل {hidden} اليوم", "en": f"Write to {hidden} today"}
    assert first["machine"] == f"Write to {hidden} today"
    assert report.masked == 1


def test_a_failed_filtering_leaves_nothing(tmp_path: Path) -> None:
    corpus = written(tmp_path / "out", SENTENCES)
    (tmp_path / "out" / "dataset" / "sentences" / "part-000001.parquet").write_bytes(b"broken")
    with pytest.raises(UsageError, match=r"part-000001\.parquet: can't be read"):
        filter_corpus(corpus, tmp_path / "kept", [Length()])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    corpus = written(tmp_path / "out", SENTENCES)
    (tmp_path / "kept").mkdir()
    filter_corpus(corpus, tmp_path / "kept", [Length()])  # an empty folder is as good as none
    with pytest.raises(UsageError, match="is there already"):
        filter_corpus(corpus, tmp_path / "kept", [Length()])


def test_everything_rejected(tmp_path: Path) -> None:
    filter_corpus(written(tmp_path / "out", SENTENCES), tmp_path / "kept", [Length(least=100)])
    assert ids(tmp_path / "kept") == []  # load_dataset opens no empty dataset: mtpipe does
    assert statistics(Corpus.open(tmp_path / "kept")).pairs == 0


def test_splits_by_article_without_leaks(tmp_path: Path) -> None:
    leak = SENTENCES[0][1:]
    lines = [*SENTENCES, *((f"copy{number}", *leak) for number in range(10)), ("short", "نعم", "Yes")]
    corpus = written(tmp_path / "out", lines)
    counts = split_corpus(corpus, tmp_path / "split", test=4, validation=0.2, seed=3)
    of: dict[str, set[str]] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    for name in SPLITS:
        files = sorted((tmp_path / "split" / "dataset" / "sentences").glob(f"{name}-*.parquet"))
        rows[name] = [row for path in files for row in pq.read_table(path).to_pylist()]
        of[name] = {row["article_id"] for row in rows[name]}
    leaks = [json.loads(line) for line in (tmp_path / "split" / "leaks.jsonl").read_text().splitlines()]
    assert sum(map(len, rows.values())) + len(leaks) == len(lines)
    assert not of["train"] & (of["test"] | of["validation"])
    assert not of["validation"] & of["test"]
    assert counts.articles == {name: len(of[name]) for name in SPLITS}
    assert sum(counts.articles.values()) < len({article for article, _, _ in lines})  # copies have nothing but leaks
    assert loaded(tmp_path / "split", tmp_path / "cache") == {name: len(rows[name]) for name in SPLITS}
    texts = {name: {row["translation"]["ar"] for row in rows[name]} for name in SPLITS}
    assert not texts["train"] & (texts["test"] | texts["validation"])
    held = {row["id"] for name in ("test", "validation") for row in rows[name]}
    assert leaks
    assert all(item["like"] in held for item in leaks)


def test_a_leak_in_one_language_is_a_leak(tmp_path: Path) -> None:
    lines = [(f"a{number}", f"{word} وصل القطار إلى المحطة القديمة", "The same English sentence of eight words here")
             for number, word in enumerate(["أمس", "اليوم", "غدا", "ليلا"])]  # fmt: skip
    counts = split_corpus(written(tmp_path / "out", lines), tmp_path / "split", test=1, validation=0, seed=1)
    assert (counts.pairs["test"], counts.pairs["train"], counts.leaks) == (1, 0, 3)
    assert counts.articles == {"train": 0, "validation": 0, "test": 1}
    assert loaded(tmp_path / "split", tmp_path / "cache") == {"test": 1}


def test_near_duplicates_are_found_and_their_likeness_is_off_by_hundredths() -> None:
    """Of texts that are alike by .88 to .97 none is missed; docs/filters.md tells by how much the estimate is off."""
    chance = random.Random(0)
    errors = []
    while len(errors) < 100:
        words = ["".join(chance.choices("abcdefghijklmnop", k=chance.randint(3, 8))) for _ in range(40)]
        other = [*words]
        other[chance.randrange(40)] = "".join(chance.choices("qrstuvwxyz", k=3))
        one, two = ({text[at : at + SHINGLE] for at in range(len(text) - 4)} for text in map(" ".join, (words, other)))
        likeness = len(one & two) / len(one | two)
        if 0.88 <= likeness <= 0.97:
            index = NearDuplicates()
            index.add(" ".join(words))
            ((_, estimate),) = index.near(" ".join(other))
            errors.append(estimate - likeness)
    mean_square = sum(error**2 for error in errors) / len(errors)
    assert 0.01 < mean_square**0.5 < 0.03


@given(st.lists(st.text(max_size=4), min_size=3, max_size=30, unique=True), st.integers(0, 9), st.data())
def test_splits_hang_on_id_and_seed_alone(articles: list[str], seed: int, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(articles))
    one = assign(articles, test=1, validation=0.3, seed=seed)
    assert one == assign(shuffled, test=1, validation=0.3, seed=seed)
    assert Counter(one.values())["test"] == 1


@pytest.mark.parametrize(("test", "validation"), [(10, 0), (5, 5), (0.9, 0.1), (0.5, 5)])
def test_splits_that_leave_nothing_to_train_on(test: float, validation: float) -> None:
    with pytest.raises(UsageError, match="leave none to train on"):
        assign([str(number) for number in range(10)], test=test, validation=validation, seed=1)


def test_samples(tmp_path: Path) -> None:
    corpus = written(tmp_path / "out", SENTENCES)
    drawn = [row["id"] for row in sample(corpus, 8, seed=1)]
    assert drawn == [name for name in ids(tmp_path / "out") if name in drawn]
    assert len(set(drawn)) == 8
    assert drawn == [row["id"] for row in sample(corpus, 8, seed=1)] != [row["id"] for row in sample(corpus, 8, seed=2)]
    grown = written(tmp_path / "grown", [*SENTENCES, ("new", "جملة جديدة", "A new sentence")])
    assert len({row["id"] for row in sample(grown, 8, seed=1)} & set(drawn)) >= 7
    assert len(sample(corpus, 1000, seed=1)) == len(SENTENCES)


def test_differences(tmp_path: Path) -> None:
    before = written(tmp_path / "old", [("a", "ا", "one"), ("a", "ب", "two"), ("a", "ج", "three"), ("b", "د", "four")])
    after = written(tmp_path / "new", [("a", "ا", "one"), ("a", "ب", "2"), ("a", "جيم", "three"), ("c", "ه", "five")])
    assert list(differences(before, after)) == [
        Difference("a#p1s2", "target", "ب", "two", "2"),
        Difference("a#p1s3", "source", "جيم", "three", "three"),
        Difference("c#p1s1", "added", "ه", None, "five"),
        Difference("b#p1s1", "removed", "د", "four", None),
    ]
    assert list(differences(before, before)) == []


def test_statistics(tmp_path: Path) -> None:
    corpus = written(tmp_path / "out", [("a", "ا ب", "one"), ("a", "ا ب", "one two three"), ("b", "ج", "x")])
    found = statistics(corpus)
    assert (found.pairs, found.articles, found.distinct, found.words_ar, found.words_en) == (3, 2, 2, 5, 5)
    assert found.quartiles["words of English"] == (1, 1, 1, 2, 3)
    assert (found.states, found.accepted, found.signature) == ({"open": 3}, None, "made:up")
    assert json.loads(json.dumps(found.as_json()))["pairs"] == 3
    assert "3 sentences of 2 articles" in found.format()


@pytest.mark.parametrize(
    ("folders", "config", "said"),
    [
        ((), "sentences", "holds no mtpipe dataset"),
        (("sentences",), "paragraphs", "has no paragraphs, only sentences. Use --level sentences"),
    ],
)
def test_no_dataset(tmp_path: Path, folders: Sequence[str], config: Any, said: str) -> None:
    if folders:
        written(tmp_path, SENTENCES)
    with pytest.raises(UsageError, match=said):
        Corpus.open(tmp_path, config)
    shutil.rmtree(tmp_path)


def test_a_split_is_no_corpus_to_go_on_with(tmp_path: Path) -> None:
    split_corpus(written(tmp_path / "out", SENTENCES), tmp_path / "split", test=1, validation=0, seed=1)
    with pytest.raises(UsageError, match=r"split: is split, or an export\. Name the folder"):
        Corpus.open(tmp_path / "split")

"""What a review server is told of an output folder, while runs and reviewers change it."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import killed
import stand_in

from mtpipe import corpus, review
from mtpipe.archive import pace
from mtpipe.archive.texts import KEPT, FolderTexts
from mtpipe.review import decisions
from mtpipe.review.serve import Text


def expected(out: Path) -> dict[str, Text]:
    rows = corpus.read(out / "dataset", "paragraphs")
    return {row["id"]: Text(decisions.base_of_row(row), len(row["translation"]["ar"])) for row in rows}


def test_every_paragraph_is_found_as_the_rows_have_it(tmp_path: Path) -> None:
    inputs = stand_in.write_articles(tmp_path / "in", 2 * KEPT + 5)
    stand_in.run(inputs, tmp_path / "out", stand_in.settings(window=1))
    texts = FolderTexts(tmp_path / "out")
    known = expected(tmp_path / "out")
    assert texts.paragraphs() == len(known) > 2 * KEPT
    for _ in range(2):  # more windows than are held in memory, there and back
        assert {name: texts.find(name) for name in known} == known
    first = next(iter(known))
    for name in (first + "0", first.partition("#")[0], "#p1", "", "absent#p1", "x'; --#p1"):
        assert texts.find(name) is None


def test_the_run_is_that_of_the_pages(tmp_path: Path) -> None:
    stand_in.run(stand_in.write_articles(tmp_path / "in", 2), tmp_path / "out", stand_in.settings())
    script = (tmp_path / "out" / "review" / "data" / "run.js").read_text(encoding="utf-8")
    page = json.loads(script.removeprefix("mtpipe.run(").removesuffix(");\n"))["id"]
    assert FolderTexts(tmp_path / "out").run == page
    before = stand_in.tree(tmp_path / "out")
    stand_in.run(stand_in.write_articles(tmp_path / "in", 9), tmp_path / "out", stand_in.settings())
    assert stand_in.tree(tmp_path / "out") != before
    assert FolderTexts(tmp_path / "out").run == page  # it has grown, and is the same


def test_what_is_added_and_rewritten_is_seen(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(stand_in.write_articles(tmp_path / "in", 2), out, stand_in.settings())
    texts = FolderTexts(out)
    before = expected(out)
    assert {name: texts.find(name) for name in before} == before
    stand_in.run(stand_in.write_articles(tmp_path / "in", 5), out, stand_in.settings())
    grown = expected(out)
    assert len(grown) > len(before)
    assert {name: texts.find(name) for name in grown} == grown
    rows = list(corpus.read(out / "dataset", "paragraphs"))
    name = rows[0]["id"]
    shard = [row for row in rows if row["article_id"] in {kept.partition("#")[0] for kept in before}]
    shard[0]["translation"]["en"] = "Written anew."
    signature = corpus.signature_of(corpus.shard_path(out / "dataset", "paragraphs", 0))
    corpus.write_shard(out / "dataset", "paragraphs", 0, shard, signature)
    assert texts.find(name) == expected(out)[name]
    assert texts.find(name) != before[name]


def test_threads_may_ask_at_once(tmp_path: Path) -> None:
    stand_in.run(stand_in.write_articles(tmp_path / "in", 6), tmp_path / "out", stand_in.settings(window=1))
    texts = FolderTexts(tmp_path / "out")
    known = expected(tmp_path / "out")
    answers: list[dict[str, Text | None]] = []
    threads = [
        threading.Thread(target=lambda: answers.append({name: texts.find(name) for name in known})) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [known] * 4


def test_a_run_that_was_killed_in_the_midst_of_a_commit_is_no_obstacle(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(stand_in.write_articles(tmp_path / "in", 2), out, stand_in.settings())
    texts, known = FolderTexts(out), expected(out)
    killed.in_a_commit(out)
    assert {name: texts.find(name) for name in known} == known
    assert texts.find("7#p1") is None


def test_each_window_has_its_time(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(stand_in.write_articles(tmp_path / "in", 3), out, stand_in.settings(window=1))
    stand_in.run(stand_in.write_articles(tmp_path / "in", 5), out, stand_in.settings(window=1))
    noted = pace.noted(out)
    assert [known.window for known in noted] == [0, 1, 2, 3, 4]
    sentences = sum(1 for _ in corpus.read(out / "dataset", "sentences"))
    assert sum(known.sentences for known in noted) == sentences
    assert all(known.seconds > 0 for known in noted)
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert [window["window"] for window in record["windows"]] == [0, 1, 2, 3, 4]
    assert "chart-throughput" in (out / "review" / "data" / "throughput.js").read_text(encoding="utf-8")


def test_torn_lines_of_times_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".mtpipe").mkdir()
    assert pace.noted(tmp_path) == []
    pace.note(tmp_path, review.Pace(0, 5, 1, 2.0))
    with (tmp_path / ".mtpipe" / "pace.jsonl").open("ab") as stream:
        stream.write(b'{"window": 1, "sent\n[]\n{"other": 1}\n\xff\n')
    pace.note(tmp_path, review.Pace(2, 5, 1, 2.0))
    assert [known.window for known in pace.noted(tmp_path)] == [0, 2]

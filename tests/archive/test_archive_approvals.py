"""What people approved stands in the place of a translation, from a snapshot that a run keeps from start to end."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import killed
import pytest
import stand_in

from mtpipe import corpus, intake, review, segment
from mtpipe.archive import merge, run
from mtpipe.archive.choice import Choice, Shard
from mtpipe.errors import UsageError
from mtpipe.translate import memory

ARTICLES = 6
WORDS = "A person wrote this."
TIME = "2026-11-20T10:00:00Z"


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", ARTICLES)


@pytest.fixture
def known(tmp_path: Path) -> Path:
    return tmp_path / "tm.sqlite"


def sentences(inputs: Path) -> list[str]:
    settings = stand_in.settings()
    return [
        sentence.text.strip()
        for article in intake.read([inputs], settings.intake)
        for paragraph in segment.article(article, settings.segment).paragraphs
        for sentence in paragraph.sentences
    ]


def approve(path: Path, source: str, target: str = WORDS, time: str = TIME) -> None:
    with closing(memory.connect(path)) as connection, connection:
        assert memory.approve(connection, source, target, "Amal", time)


def rows(out: Path) -> dict[str, dict[str, Any]]:
    return {row["translation"]["ar"]: row for row in corpus.read(out / "dataset", "sentences")}


def test_an_approved_sentence_is_not_translated(inputs: Path, known: Path, tmp_path: Path) -> None:
    given = next(text for text in sentences(inputs) if "حلب" in text)
    approve(known, given, "He saw Aleppo,\nand wept.")
    line = stand_in.pipeline(stand_in.settings(memory=known))
    outcome = run(intake.read([inputs], line.settings.intake), tmp_path / "out", line)
    assert intake.normalise(given) not in line.translator.asked  # type: ignore[attr-defined]  # the stand-in counts
    row = rows(tmp_path / "out")[given]
    assert row["translation"]["en"] == "He saw Aleppo, and wept."
    decided = ("state", "reviewer", "reviewed", "machine", "translated")
    assert [row[name] for name in decided] == ["approved", "Amal", TIME, None, None]
    assert row["quality"]["score"] is None
    assert {(term["target"], term["rung"]) for term in row["terms"]} >= {("Aleppo", "present")}
    assert row["signature"] == outcome.signature
    assert "|approved:" in outcome.signature
    others = [other for text, other in rows(tmp_path / "out").items() if text != given]
    assert {other["state"] for other in others} == {"open"}


def test_a_paragraph_is_approved_when_all_of_it_is(inputs: Path, known: Path, tmp_path: Path) -> None:
    for text in sentences(inputs):
        approve(known, text)
    stand_in.run(inputs, tmp_path / "out", stand_in.settings(memory=known))
    found = list(corpus.read(tmp_path / "out" / "dataset"))
    assert {(row["state"], row["reviewer"], row["reviewed"]) for row in found} == {("approved", "Amal", TIME)}
    assert any(row["translation"]["en"] == f"{WORDS} {WORDS}" for row in found)


def test_without_approvals_the_signature_says_nothing(inputs: Path, known: Path, tmp_path: Path) -> None:
    plain = stand_in.run(inputs, tmp_path / "plain")
    with closing(memory.connect(known)) as connection, connection:
        memory.learn(connection, memory.Learned(sentences(inputs)[0], "A mere suggestion.", approved=False))
    suggested = stand_in.run(inputs, tmp_path / "suggested", stand_in.settings(memory=known))
    assert "approved" not in plain.signature
    assert suggested.signature == plain.signature
    data = [
        {name: held for name, held in stand_in.tree(tmp_path / folder).items() if not name.startswith("review/")}
        for folder in ("suggested", "plain")
    ]
    assert data[0] == data[1]
    pages = stand_in.tree(tmp_path / "suggested").keys() - stand_in.tree(tmp_path / "plain").keys()
    assert pages == {"review/data/000000-memory.js"}


def test_no_engines_memory_takes_what_was_approved(inputs: Path, known: Path, tmp_path: Path) -> None:
    """An approval that was taken back leaves no trace: the sentence is translated."""
    given = sentences(inputs)[0]
    approve(known, given)
    stand_in.run(inputs, tmp_path / "with", stand_in.settings(memory=known))
    with closing(memory.connect(known)) as connection, connection:
        assert memory.withdraw(connection, given, "Amal", TIME)
    stand_in.run(inputs, tmp_path / "without", stand_in.settings(memory=known))
    stand_in.run(inputs, tmp_path / "plain")
    assert rows(tmp_path / "with")[given]["translation"]["en"] == WORDS
    assert stand_in.tree(tmp_path / "without") == stand_in.tree(tmp_path / "plain")


@pytest.mark.parametrize("last_change", [13, 22, 40])
def test_a_run_that_was_killed_keeps_the_approvals_of_its_start(
    inputs: Path, known: Path, tmp_path: Path, last_change: int
) -> None:
    first, second, third = sentences(inputs)[0], sentences(inputs)[-1], sentences(inputs)[3]
    approve(known, first)
    settings = stand_in.settings(memory=known)
    start = partial(stand_in.run, wanted=settings)
    assert killed.ended(killed.start(inputs, tmp_path / "whole", run=start)) == 0
    out = tmp_path / "out"
    assert killed.ended(killed.start(inputs, out, last_change=last_change, run=start)) == -9
    approve(known, second)
    approve(known, first, "Somebody thought better of it.")
    approve(out / ".mtpipe" / "state.sqlite", third)
    assert killed.ended(killed.start(inputs, out, run=start)) == 0
    assert stand_in.tree(out) == stand_in.tree(tmp_path / "whole")
    assert rows(out)[second]["state"] == "open"

    stand_in.run(stand_in.write_articles(inputs, ARTICLES + 2), out, settings)
    stand_in.run(inputs, tmp_path / "new", settings)
    assert rows(tmp_path / "new")[second]["state"] == "approved"
    assert rows(tmp_path / "new")[first]["translation"]["en"] == "Somebody thought better of it."


def suggest(path: Path, *pairs: tuple[str, str]) -> None:
    with closing(memory.connect(path)) as connection, connection:
        for source, target in pairs:
            assert memory.learn(connection, memory.Learned(source, target, approved=False)) == "new"


def suggested(out: Path) -> dict[str, list[tuple[int, str]]]:
    return {
        key: [(one.score, one.target) for one in found]
        for number in range(20)
        for key, found in review.suggestions_of(out / "review", number).items()
    }


def test_pages_show_what_a_memory_has(inputs: Path, known: Path, tmp_path: Path) -> None:
    """Suggestions of a start stay, whatever the memory learns while a run is stopped; other pages are as ever."""
    given = sentences(inputs)
    suggest(known, (given[0], "As a colleague wrote it."), (f"{given[-1]} {WORDS[:5]}", "Nearly that."))
    settings = stand_in.settings(memory=known)
    start = partial(stand_in.run, wanted=settings)
    assert killed.ended(killed.start(inputs, tmp_path / "whole", run=start)) == 0
    out = tmp_path / "out"
    assert killed.ended(killed.start(inputs, out, last_change=25, run=start)) == -9
    suggest(known, (given[-1], "Too late for this run."))
    assert killed.ended(killed.start(inputs, out, run=start)) == 0
    assert stand_in.tree(out) == stand_in.tree(tmp_path / "whole")

    ids = {row["translation"]["ar"]: row["id"] for row in corpus.read(out / "dataset", "sentences")}
    found = suggested(out)
    assert found[ids[given[0]]] == [(100, "As a colleague wrote it.")]
    ((score, target),) = found[ids[given[-1]]]
    assert (70 <= score < 100, target) == (True, "Nearly that.")
    marked = [path for path in (out / "review" / "pages").iterdir() if "data-remembered" in path.read_text("utf-8")]
    assert len(marked) == len({key.partition("#")[0] for key in found})

    stand_in.run(inputs, tmp_path / "new", settings)
    assert suggested(tmp_path / "new")[ids[given[-1]]][0] == (100, "Too late for this run.")


def test_pages_that_are_written_anew_keep_what_a_memory_has(inputs: Path, known: Path, tmp_path: Path) -> None:
    given = sentences(inputs)
    suggest(known, (given[0], "As a colleague wrote it."), (given[-1], "And this."))
    out, whole = tmp_path / "out", tmp_path / "whole"
    settings = stand_in.settings(memory=known)
    stand_in.run(inputs, whole, settings)
    stand_in.run(inputs, out, settings)
    before = suggested(out)
    changed = inputs / "a001.txt"
    changed.write_text(changed.read_text("utf-8") + "\nوصل الوفد إلى حلب.\n", "utf-8")
    stand_in.run(inputs, out, settings)
    after = suggested(out)
    assert after.items() >= {key: held for key, held in before.items() if not key.startswith("a001")}.items()

    shards = [tmp_path / f"shard{number}" for number in (1, 2)]
    changed.write_text(stand_in.text(1), "utf-8")
    for number, shard in enumerate(shards, start=1):
        line = stand_in.pipeline(settings)
        run(intake.read([inputs], line.settings.intake), shard, line, choice=Choice(shard=Shard(number, 2)))
    merge(shards, tmp_path / "merged")
    of = "review/data/000000-memory.js"
    assert stand_in.tree(tmp_path / "merged")[of] == stand_in.tree(whole)[of]
    assert suggested(tmp_path / "merged") == suggested(whole) == before


def test_later_windows_know_later_approvals(inputs: Path, tmp_path: Path) -> None:
    """As after a review: the output's own memory learned, and articles are added."""
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    before = stand_in.tree(out)
    more = stand_in.write_articles(inputs, ARTICLES + 2)
    new = [text for text in sentences(more) if text not in rows(out)]
    approve(out / ".mtpipe" / "state.sqlite", new[0])
    stand_in.run(more, out)
    assert rows(out)[new[0]]["translation"]["en"] == WORDS
    kept = [name for name in before if name.startswith("dataset/") and name.endswith("parquet")]
    after = stand_in.tree(out)
    assert kept
    assert all(after[name] == before[name] for name in kept)


def test_the_later_of_two_memories_approvals_holds(inputs: Path, known: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(stand_in.write_articles(tmp_path / "one", 1), out)
    given = sentences(inputs)[-1]
    approve(known, given, "The earlier.", "2026-11-20T10:00:00Z")
    approve(out / ".mtpipe" / "state.sqlite", given, "The later.", "2026-11-21T10:00:00Z")
    stand_in.run(inputs, out, stand_in.settings(memory=known))
    assert rows(out)[given]["translation"]["en"] == "The later."


def test_approvals_that_vanish_in_a_run_are_told(inputs: Path, known: Path, tmp_path: Path) -> None:
    approve(known, sentences(inputs)[0])
    settings, out = stand_in.settings(memory=known), tmp_path / "out"
    start = partial(stand_in.run, wanted=settings)
    assert killed.ended(killed.start(inputs, out, last_change=22, run=start)) == -9
    with closing(memory.connect(known)) as connection, connection:
        connection.execute("DELETE FROM learned")
    with pytest.raises(UsageError, match="no longer holds the approved translations that this run began with"):
        stand_in.run(inputs, out, settings)
    with pytest.raises(UsageError, match="no longer holds"):
        stand_in.run(inputs, out)

"""Another glossary for a finished folder: the folder becomes what a run with it would have made."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
import rewriting
import stand_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rewriting import OTHER, write_glossary

from mtpipe import archive, intake
from mtpipe.archive import Journal, apply_terms, decide
from mtpipe.archive.apply_terms import Changed, Left
from mtpipe.errors import UsageError
from mtpipe.glossary import Entry, Glossary
from mtpipe.pipeline import Pipeline
from mtpipe.review import decisions
from mtpipe.settings import Settings
from mtpipe.translate import Decoding, Hypotheses, Hypothesis, notice


class Namer(stand_in.Speller):
    """Writes its words with capitals, so that a name which it spells its own way can be repaired."""

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        found = super().translate(segments, n_best=n_best, attention=attention, decoding=decoding)
        return [Hypotheses((Hypothesis(one.best.text.title(), one.best.score),)) for one in found]


def line(wanted: Settings) -> Pipeline:
    return Pipeline(wanted, Namer(), Glossary.load(wanted.glossary.paths), None)


def run(inputs: Path, out: Path, glossary: Path, wanted: Settings) -> None:
    chosen = wanted.model_copy(update={"glossary": wanted.glossary.model_copy(update={"paths": (glossary,)})})
    archive.run(intake.read([inputs], chosen.intake), out, line(chosen), notice=notice(chosen.translate))


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", 7, broken=(2,))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return write_glossary(tmp_path / "other.csv")


def apply(out: Path, glossary: Path, **options: bool) -> tuple[apply_terms.Outcome, list[Changed | Left]]:
    told: list[Changed | Left] = []
    return apply_terms.apply_glossary(out, [glossary], tell=told.append, open_line=line, **options), told


NAMES = ("Aleppo", "Halab", "Raqqa", "Rakka", "Lavrov", "Lafruf", "Alrqa", "Alnhr", "Euphrates", "River", "River Water")
MEMORY = Path("/dev/shm")
entries = st.builds(
    Entry,
    st.sampled_from(["حلب", "الرقة", "لافروف", "نهر الفرات", "الأمم المتحدة", "النهر", "نهر", "مدينة", "جديدة"]),
    st.sampled_from(NAMES),
    st.sampled_from(["", "noun", "city", "verb"]),
    st.sampled_from(["", "a note"]),
    st.sampled_from(["exact", "sentence"]),
    st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
)
glossaries = st.lists(entries, max_size=6, unique_by=lambda entry: entry.source)


@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(glossaries, glossaries, st.booleans())
def test_equals_a_run_with_the_new_glossary(before: list[Entry], after: list[Entry], inject: bool) -> None:
    check_equality(before, after, inject=inject)


@pytest.mark.slow
@settings(deadline=None, max_examples=500, suppress_health_check=list(HealthCheck))
@given(glossaries, glossaries, st.booleans())
def test_equals_a_run_with_any_new_glossary(before: list[Entry], after: list[Entry], inject: bool) -> None:
    check_equality(before, after, inject=inject)


def check_equality(before: list[Entry], after: list[Entry], *, inject: bool) -> None:
    """Byte for byte, whatever came, went or changed; and the old glossary brings the old state back."""
    wanted = stand_in.settings(review={"pages": False}, glossary={"inject": inject})
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder = Path(name)
        inputs = stand_in.write_articles(folder / "articles", 4)
        old, new = (folder / f"{one}.csv" for one in ("old", "new"))
        try:
            write_glossary(old, Glossary(tuple(before)))
            write_glossary(new, Glossary(tuple(after)))
        except UsageError:  # two entries that can't stand beside each other
            return
        run(inputs, folder / "out", old, wanted)
        first = stand_in.tree(folder / "out")
        run(inputs, folder / "fresh", new, wanted)
        shown, told = apply(folder / "out", new, dry_run=True)
        assert stand_in.tree(folder / "out") == first
        outcome, changes = apply(folder / "out", new)
        assert stand_in.tree(folder / "out") == stand_in.tree(folder / "fresh")
        assert changes == told
        assert shown.changed == outcome.changed == len(changes)
        back, _ = apply(folder / "out", old)
        assert back.translated == 0
        assert stand_in.tree(folder / "out") == first


def test_pages_index_and_logs_too(inputs: Path, other: Path, tmp_path: Path) -> None:
    wanted = stand_in.settings()
    run(inputs, tmp_path / "out", write_glossary(tmp_path / "old.csv", stand_in.GLOSSARY), wanted)
    run(inputs, tmp_path / "fresh", other, wanted)
    assert stand_in.tree(tmp_path / "out") != stand_in.tree(tmp_path / "fresh")
    outcome, told = apply(tmp_path / "out", other)
    assert 0 < outcome.changed == len(told)
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "fresh")
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["settings"]["glossary"]["paths"] == [str(other)]
    assert record["changes"][-1]["changed"] == outcome.changed
    # More articles come in under the new glossary, and under no other.
    stand_in.write_articles(inputs, 9, broken=(2,))
    for name in ("out", "fresh"):
        run(inputs, tmp_path / name, other, wanted)
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "fresh")
    with pytest.raises(UsageError, match="glossary was"):
        run(inputs, tmp_path / "out", tmp_path / "old.csv", wanted)


def test_only_what_is_touched_is_translated(inputs: Path, tmp_path: Path) -> None:
    wanted = stand_in.settings(review={"pages": False})
    old = write_glossary(tmp_path / "old.csv", stand_in.GLOSSARY)
    run(inputs, tmp_path / "out", old, wanted)
    before = rewriting.sentences(tmp_path / "out")
    halab = tuple(Entry("حلب", "Halab") if one.source == "حلب" else one for one in stand_in.GLOSSARY.entries)
    opened: list[Pipeline] = []

    def open_line(chosen: Settings) -> Pipeline:
        opened.append(line(chosen))
        return opened[-1]

    other = write_glossary(tmp_path / "halab.csv", Glossary(halab))
    outcome = apply_terms.apply_glossary(tmp_path / "out", [other], open_line=open_line)
    namer = opened[0].translator
    assert isinstance(namer, Namer)
    with_halab = {row["translation"]["ar"] for row in before.values() if "حلب" in row["translation"]["ar"]}
    assert 0 < outcome.translated <= len(with_halab) < len(before)
    assert not {row["translation"]["ar"] for row in before.values()}.intersection(namer.asked) - with_halab
    for name, row in rewriting.sentences(tmp_path / "out").items():
        if "حلب" not in row["translation"]["ar"]:
            moved = {key: row[key] for key in ("signature", "target_start", "target_end")}
            assert row == before[name] | moved


def test_a_second_time_nothing_happens(inputs: Path, other: Path, tmp_path: Path) -> None:
    stand_in.run(inputs, tmp_path / "out")
    rewriting_line = rewriting.open_line
    assert not apply_terms.apply_glossary(tmp_path / "out", [other], open_line=rewriting_line).known
    before = stand_in.tree(tmp_path / "out")

    def refuse(_: Settings) -> Pipeline:
        raise AssertionError("no engine is needed")

    assert apply_terms.apply_glossary(tmp_path / "out", [other], open_line=refuse).known
    assert stand_in.tree(tmp_path / "out") == before


def test_a_folder_of_before_glossaries_were_kept(inputs: Path, other: Path, tmp_path: Path) -> None:
    stand_in.run(inputs, tmp_path / "out")
    shutil.copytree(tmp_path / "out", tmp_path / "old")
    with closing(Journal(tmp_path / "old")) as journal:
        journal.connection.execute("DELETE FROM term")
    for name in ("out", "old"):
        apply_terms.apply_glossary(tmp_path / name, [other], open_line=rewriting.open_line)
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "old")


def test_what_people_decided_stays(inputs: Path, other: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    before = rewriting.rows(out)
    edited, approved, commented = [row for row in before.values() if len(row["sentences"]) > 1 and row["terms"]][:3]
    plain = rewriting.ties(commented, [None] * len(commented["sentences"]))
    records = [
        rewriting.record(edited, rewriting.ties(edited, ["Written by Ann.", *[None] * (len(edited["sentences"]) - 1)])),
        rewriting.record(approved, rewriting.ties(approved, [None] * len(approved["sentences"]), "approved"), "Bob"),
        rewriting.record(commented, [one.model_copy(update={"comment": "hm"}) for one in plain]),
    ]
    assert decide.apply_decisions(out, decisions.Decisions(run="run", paragraphs=records)).applied
    reviewed = rewriting.sentences(out)
    told: list[Changed | Left] = []
    outcome = apply_terms.apply_glossary(out, [other], tell=told.append, open_line=rewriting.open_line)
    after, fresh = rewriting.sentences(out), tmp_path / "fresh"
    chosen = stand_in.pipeline(glossary=Glossary.load([other]))
    archive.run(intake.read([inputs], chosen.settings.intake), fresh, chosen)
    wanted = rewriting.sentences(fresh)
    for name, row in after.items():
        held = row["translated"] is not None or row["state"] == "approved"
        assert row["translation"] == (reviewed if held else wanted)[name]["translation"]
        assert [row["state"], row["reviewer"], row["comment"]] == [
            reviewed[name][key] for key in ("state", "reviewer", "comment")
        ]
    left = {one.sentence: one.why for one in told if isinstance(one, Left)}
    first = edited["sentences"][0]["id"]
    assert after[first]["translation"]["en"] == "Written by Ann."
    assert outcome.left == len(left)
    assert set(left) == {
        name
        for name, row in after.items()
        if (row["translated"] is not None or row["state"] == "approved")
        and (row["translated"] or row["translation"]["en"]) != wanted[name]["translation"]["en"]
    }
    assert all(why in ("edited by Ann", "approved by Bob") for why in left.values())
    assert left


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: shutil.rmtree(folder / "out" / ".mtpipe"), "is no output folder of mtpipe"),
        (lambda folder: (folder / "other.csv").unlink(), "other.csv"),
        (
            lambda folder: next((folder / "out" / "dataset" / "sentences").iterdir()).unlink(),
            "is missing, although it was finished",
        ),
    ],
)
def test_refused(inputs: Path, other: Path, tmp_path: Path, spoil: object, message: str) -> None:
    stand_in.run(inputs, tmp_path / "out")
    assert callable(spoil)
    spoil(tmp_path)
    with pytest.raises(UsageError, match=message):
        apply_terms.apply_glossary(tmp_path / "out", [other], open_line=rewriting.open_line)


def test_another_engine_is_refused(inputs: Path, other: Path, tmp_path: Path) -> None:
    stand_in.run(inputs, tmp_path / "out")
    before = stand_in.tree(tmp_path / "out")
    beam = stand_in.settings(translate={"beam": 2, "memory": None})

    def open_line(chosen: Settings) -> Pipeline:
        return rewriting.open_line(beam.model_copy(update={"glossary": chosen.glossary}))

    with pytest.raises(UsageError, match=r"translate\.beam was 4, is 2"):
        apply_terms.apply_glossary(tmp_path / "out", [other], open_line=open_line)
    assert stand_in.tree(tmp_path / "out") == before


def test_a_run_that_was_stopped_comes_first(inputs: Path, other: Path, tmp_path: Path) -> None:
    stand_in.run(inputs, tmp_path / "out")
    with closing(Journal(tmp_path / "out")) as journal:
        journal.connection.execute("UPDATE run SET finished = 0")
    with pytest.raises(UsageError, match="its last run was stopped before its end"):
        apply_terms.apply_glossary(tmp_path / "out", [other], open_line=rewriting.open_line)


def test_a_folder_without_terms_gets_some(inputs: Path, tmp_path: Path) -> None:
    none = write_glossary(tmp_path / "none.csv", Glossary())
    wanted = stand_in.settings(review={"pages": False})
    run(inputs, tmp_path / "out", none, wanted)
    other = write_glossary(tmp_path / "other.csv", OTHER)
    outcome, told = apply(tmp_path / "out", other)
    assert outcome.changed == len(told) > 0
    back, _ = apply(tmp_path / "out", none)
    assert back.changed == outcome.changed
    assert (tmp_path / "out" / "ledger.jsonl").read_bytes() == b""

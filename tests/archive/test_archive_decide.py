"""Reviewers' decisions in a finished folder: rows, ledger, memory, and what comes after them."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import align_stand_in
import pytest
import rewriting
import stand_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rewriting import TIME, english, record, tie, ties
from speller import spell

from mtpipe import archive
from mtpipe.archive import Journal, decide, decide_pairs
from mtpipe.archive.finished import opened
from mtpipe.archive.mentions import EDITED, refound
from mtpipe.archive.renewal import Renewal
from mtpipe.archive.reviewed import letters, outcome
from mtpipe.article import AlignedArticle, Article, ArticlePair, Mention, build
from mtpipe.errors import UsageError
from mtpipe.glossary import Entry, Glossary
from mtpipe.review import decisions
from mtpipe.review.units import units
from mtpipe.translate import memory

LATER = "2026-11-25T09:00:00Z"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    stand_in.run(stand_in.write_articles(tmp_path / "articles", 5), folder)
    return folder


def apply(out: Path, *records: decisions.Record) -> decide.Applied:
    given_decisions = decisions.Decisions(run="run", paragraphs=list(records))
    return decide.apply_decisions(out, given_decisions, open_aligner=lambda _: align_stand_in.line().embedder)


def three(out: Path) -> dict[str, Any]:
    """Return a paragraph with three sentences, one of which has a term."""
    return next(row for row in rewriting.rows(out).values() if len(row["sentences"]) == 3 and row["terms"])


def test_an_edit_reaches_rows_ledger_logs_and_pages(out: Path) -> None:
    row = three(out)
    before = rewriting.sentences(out)
    files = stand_in.tree(out)
    made = ties(row, ["Words  of\nAnn.", None, None])
    made[1] = made[1].model_copy(update={"state": "approved", "comment": "good"})
    applied = apply(out, record(row, made))
    assert applied.applied == [row["id"]]
    after = rewriting.sentences(out)
    first, second, third = (one["id"] for one in row["sentences"])
    assert after[first]["translation"]["en"] == "Words of Ann."
    assert after[first]["translated"] == before[first]["translation"]["en"]
    assert after[first]["machine"] == before[first]["machine"]
    assert after[first]["quality"]["score"] is None
    assert after[first]["quality"]["length_ratio"] != before[first]["quality"]["length_ratio"]
    reviewed = [[after[name][key] for key in ("state", "reviewer", "reviewed", "comment")] for name in (first, second)]
    assert reviewed == [["open", "Ann", TIME, None], ["approved", "Ann", TIME, "good"]]
    shift = len("Words of Ann.") - len(before[first]["translation"]["en"])
    moved = {"target_start": before[third]["target_start"] + shift, "target_end": before[third]["target_end"] + shift}
    assert after[third] == before[third] | moved
    assert {name: one for name, one in after.items() if one["paragraph_id"] != row["id"]} == {
        name: one for name, one in before.items() if one["paragraph_id"] != row["id"]
    }
    paragraph = rewriting.rows(out)[row["id"]]
    assert paragraph["translation"]["en"] == " ".join(["Words of Ann.", *english(row)[1:]])
    assert (paragraph["state"], paragraph["translated"]) == ("open", row["translation"]["en"])
    assert english(paragraph)[0] == "Words of Ann."
    lines = [json.loads(line) for line in (out / "dataset.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["id"]: line for line in lines} == rewriting.rows(out)
    changed = {name for name, text in stand_in.tree(out).items() if text != files[name]}
    window = f"{_window(out, row['article_id']):06d}"
    assert {name for name in changed if name.startswith("dataset/")} == {
        "dataset/README.md",
        f"dataset/paragraphs/part-{window}.parquet",
        f"dataset/sentences/part-{window}.parquet",
    }
    (page,) = (name for name in changed if name.startswith("review/pages/") and row["article_id"][:4] in name)
    assert "Words of Ann." in (out / page).read_text(encoding="utf-8")
    assert "people have approved 1 of its" in (out / "dataset" / "README.md").read_text(encoding="utf-8")


def _window(out: Path, article: str) -> int:
    with closing(Journal(out)) as journal:
        return int(journal.connection.execute("SELECT window FROM article WHERE id = ?", (article,)).fetchone()[0])


def test_a_second_time_nothing_happens(out: Path) -> None:
    some = rewriting.some(out)
    assert len(decide.apply_decisions(out, some).applied) == len(some.paragraphs)
    files = stand_in.tree(out)
    again = decide.apply_decisions(out, some)
    assert (again.applied, again.left_out) == ([], [])
    assert again.known == [one.paragraph for one in some.paragraphs]
    assert stand_in.tree(out) == files


def test_what_was_made_on_another_text_is_left_out(out: Path) -> None:
    row, other = list(rewriting.rows(out).values())[:2]
    assert apply(out, record(row, ties(row, ["One."]), "Ann")).applied
    files = stand_in.tree(out)
    stale = record(row, ties(row, ["Two."]), "Bob", LATER)
    unknown = stale.model_copy(update={"paragraph": "nowhere#p1"})
    beyond = stale.model_copy(update={"paragraph": f"{row['article_id']}#p99"})
    good = record(other, ties(other, [None] * len(other["sentences"]), "approved"))
    applied = apply(out, stale, unknown, beyond, good)
    assert applied.stale == [row["id"]]
    assert applied.unknown == ["nowhere#p1", f"{row['article_id']}#p99"]
    assert applied.applied == [other["id"]]
    assert rewriting.rows(out)[row["id"]]["translation"]["en"] == "One."
    assert stand_in.tree(out) != files
    # On the text that stands there now, it goes in.
    now = rewriting.rows(out)[row["id"]]
    assert apply(out, record(now, ties(now, ["Two."]), "Bob", LATER)).applied
    assert rewriting.rows(out)[row["id"]]["translation"]["en"] == "Two."
    assert rewriting.rows(out)[row["id"]]["translated"] == row["translation"]["en"]


@pytest.mark.parametrize(
    ("reviewer", "time", "goes_in"), [("Ann", LATER, True), ("Ann", TIME, False), ("Bob", LATER, False)]
)
def test_who_goes_on_from_the_same_page_is_not_stale(out: Path, reviewer: str, time: str, goes_in: bool) -> None:
    row = next(iter(rewriting.rows(out).values()))
    assert apply(out, record(row, ties(row, ["One."]))).applied
    again = apply(out, record(row, ties(row, ["Two."]), reviewer, time))
    assert bool(again.applied) == goes_in
    assert bool(again.stale) != goes_in


def test_spans_that_do_not_cover_the_paragraph(out: Path) -> None:
    rows = list(rewriting.rows(out).values())
    files = stand_in.tree(out)
    short = ties(rows[1], [None] * len(rows[1]["sentences"]))
    short[-1] = short[-1].model_copy(update={"source_end": short[-1].source_end - 1})
    with pytest.raises(UsageError, match=rf"paragraph '{rows[1]['id']}': ties: end at \d+, the Arabic at \d+"):
        apply(out, record(rows[0], ties(rows[0], ["One."])), record(rows[1], short))
    assert stand_in.tree(out) == files


def test_ties_are_split_and_merged(out: Path) -> None:
    row = three(out)
    one, two, three_ = row["sentences"]
    cut = one["source_end"] - 5
    texts = english(row)
    made = [
        tie(0, cut, "The first part."),
        tie(cut, one["source_end"], "The rest."),
        tie(two["source_start"], three_["source_end"], f"{texts[1]} {texts[2]}", "approved"),
    ]
    before = rewriting.sentences(out)
    assert apply(out, record(row, made)).applied
    after = [line for line in rewriting.sentences(out).values() if line["paragraph_id"] == row["id"]]
    assert [line["id"] for line in after] == [one["id"], f"{one['id']}b", two["id"]]
    assert [line["translated"] for line in after] == [texts[0], None, None]
    assert [line["machine"] for line in after] == [
        before[one["id"]]["machine"],
        None,
        f"{before[two['id']]['machine']} {before[three_['id']]['machine']}",
    ]
    assert after[2]["quality"]["score"] is not None  # nobody wrote it
    terms = [term for name in (two["id"], three_["id"]) for term in before[name]["terms"]]
    assert [term["entry"] for term in after[2]["terms"]] == [term["entry"] for term in terms]
    for line in after:
        for term in line["terms"]:
            if term["target_start"] >= 0:
                found = line["translation"]["en"][term["target_start"] : term["target_end"]]
                assert found.casefold() == term["target"].casefold()
    # Put together as they were, nothing is left of it but the name of who did it.
    now = rewriting.rows(out)[row["id"]]
    back = record(now, ties(row, [None, None, None]), "Bob", LATER)
    assert apply(out, back).applied
    final = rewriting.sentences(out)
    assert {name: final[name] for name in before if before[name]["paragraph_id"] == row["id"]} == {
        name: line for name, line in before.items() if line["paragraph_id"] == row["id"]
    }


@pytest.mark.parametrize(
    ("mention", "text", "place", "rung", "reason"),
    [
        (("Aleppo", "present", "Aleppo", ""), "In Aleppo.", (3, 9), "present", ""),
        (("Aleppo", "repaired", "Aleppo", ""), "IN ALEPPO.", (3, 9), "repaired", ""),
        (("Aleppo", "injected", "Aleppo", ""), "In Halab.", (-1, -1), "flagged", EDITED),
        (("Ana", "present", "Ana", ""), "Banana, Ananas", (-1, -1), "flagged", EDITED),
        (("Aleppo", "flagged", "", "no-aligned-span"), "In Aleppo.", (3, 9), "present", ""),
        (("Aleppo", "flagged", "", "no-aligned-span"), "In it.", (-1, -1), "flagged", "no-aligned-span"),
        (("Amman | Oman", "flagged", "", "ambiguous"), "To Oman", (3, 7), "present", ""),
        (("term", "present", "Terms", ""), "The terms.", (4, 9), "present", ""),
        (("Aleppo", "present", "Aleppo", ""), "", (-1, -1), "flagged", EDITED),
    ],
)
def test_a_term_in_edited_text(
    mention: tuple[str, Any, str, str], text: str, place: tuple[int, int], rung: str, reason: str
) -> None:
    target, was, after, why = mention
    start, end = (-1, -1) if was == "flagged" else (0, 3)
    (found,) = refound([Mention("حلب", target, 0, 3, start, end, was, "before", after, why)], text)
    assert ((found.target_start, found.target_end), found.rung, found.reason) == (place, rung, reason)
    assert found.after == (text[place[0] : place[1]] if place[0] >= 0 else "")
    assert found.before == "before"


def test_two_mentions_have_two_places_and_the_longer_term_chooses_first() -> None:
    plain = Mention("سلو", "Silo", 0, 3, 0, 4, "present", after="Silo")
    long = Mention("طلال سلو", "Talal Silo", 4, 9, 5, 15, "present", after="Talal Silo")
    found = refound([plain, plain, long], "Talal Silo and Silo")
    assert [(one.target_start, one.target_end) for one in found] == [(15, 19), (-1, -1), (0, 10)]


def test_letters() -> None:
    assert [letters(number) for number in (1, 24, 25, 26, 52)] == ["b", "y", "z", "ba", "ca"]


WORDS = st.text(st.sampled_from("abc Aleppo.\n\t"), max_size=20)


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(stand_in.articles(), st.data())
def test_any_record_keeps_the_promises(article: Article, data: st.DataObject) -> None:
    """The Arabic is covered, ids are the paragraph's own and each there once, spans point where they say."""
    made = stand_in.pipeline().translate([article]).articles[0]
    line = data.draw(st.sampled_from(made.paragraphs))
    length = len(line.source.text)
    cuts = data.draw(st.sets(st.integers(1, length - 1), max_size=4)) if length > 1 else set()
    edges = [0, *sorted(cuts), length]
    drawn = [
        tie(start, end, data.draw(WORDS), data.draw(st.sampled_from(["open", "approved", "rejected"])))
        for start, end in pairwise(edges)
    ]
    given_record = decisions.Record(paragraph=line.source.id, base="0" * 16, ties=drawn, reviewer="Ann", time=TIME)
    new = outcome(given_record, line, line)
    assert "".join(sentence.source.text for sentence in new.sentences) == line.source.text
    ids = [sentence.source.id for sentence in new.sentences]
    assert len(set(ids)) == len(ids)
    old = {sentence.source.start: sentence.source.id for sentence in line.sentences}
    for sentence in new.sentences:
        known = old.get(sentence.source.start)
        assert sentence.source.id == (known or sentence.source.id)
        assert sentence.source.id.rstrip(ascii_lowercase) in old.values()
        for mention in sentence.rendering.mentions:
            assert 0 <= mention.source_start <= mention.source_end <= len(sentence.source.text)
            if mention.target_start >= 0:
                assert sentence.target[mention.target_start : mention.target_end] == mention.after
    same = [tie(one.source.start, one.source.end, one.target) for one in line.sentences]
    back = outcome(given_record.model_copy(update={"ties": same}), new, line)
    assert back == replace(line, quality=None, sentences=tuple(replace(one, quality=None) for one in line.sentences))


def test_the_memory_learns_what_is_approved_and_unlearns_it(out: Path, tmp_path: Path) -> None:
    row = three(out)
    text = row["translation"]["ar"][: row["sentences"][0]["source_end"]].strip()
    made = ties(row, ["Approved words.", None, None])
    made[0] = made[0].model_copy(update={"state": "approved"})
    assert apply(out, record(row, made)).applied
    assert _approved(out) == {text: "Approved words."}
    # More articles: the sentence is what the reviewer made of it, wherever it stands, and the old ones stay.
    before = rewriting.rows(out)
    inputs = tmp_path / "articles"
    (inputs / "more.txt").write_text(f"{text}\n\n{stand_in.text(50)}", encoding="utf-8")
    stand_in.run(inputs, out)
    after = rewriting.rows(out)
    assert {name: after[name] for name in before} == before
    lines = [line for line in rewriting.sentences(out).values() if line["article_id"] == "more.txt"]
    assert [line["translation"]["en"] for line in lines if line["translation"]["ar"] == text] == ["Approved words."]
    now = after[row["id"]]
    assert apply(out, record(now, ties(now, [None, None, None]), "Bob", LATER)).applied
    assert _approved(out) == {}


def _approved(out: Path) -> dict[str, str]:
    with closing(Journal(out)) as journal:
        rows = journal.connection.execute("SELECT key FROM learned").fetchall()
        found = memory.approved(journal.connection, [key for (key,) in rows], before=2**62)
    return {source: pair.target for source, pair in found.items()}


def test_a_run_goes_on_and_leaves_what_people_did(out: Path, tmp_path: Path) -> None:
    decide.apply_decisions(out, rewriting.some(out))
    before = stand_in.tree(out)
    stand_in.run(tmp_path / "articles", out)
    after = stand_in.tree(out)
    # The later run's signature names what is approved by now.
    assert {name for name in before if before[name] != after[name]} <= {"dataset/README.md", "review/index.html"}


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no output folder of mtpipe"):
        decide.apply_decisions(tmp_path, decisions.Decisions(run="run"))
    assert archive.settle(tmp_path) is None


def test_a_folder_with_a_setting_of_another_version(out: Path) -> None:
    edit = rewriting.some(out)
    with closing(Journal(out)) as journal:
        journal.connection.execute("INSERT INTO fingerprint VALUES ('translate.mood', '\"good\"')")
    with pytest.raises(UsageError, match=r"out: was made by mtpipe \S+ with a setting .* \(translate\.mood\)\. Use"):
        decide.apply_decisions(out, edit)


@pytest.fixture
def aligned(tmp_path: Path) -> Path:
    pairs, out = tmp_path / "pairs", tmp_path / "aligned"
    align_stand_in.write_pairs(pairs, 3)
    align_stand_in.run(pairs, out)
    return out


def beads(out: Path, *, written: str | None = None, state: str = "open") -> tuple[dict[str, Any], decisions.Record]:
    """Return a paragraph's row with two beads of sentences or more, and a record that changes the first of them."""
    for article in pairs_of(out):
        rows = rewriting.rows(out)
        for unit in units(article):
            if len(unit.ties) > 1 and all(one.bead for one in unit.ties):
                ends = [*(one.start for one in unit.ties[1:]), unit.length]
                made = [tie(one.start, end, one.text) for one, end in zip(unit.ties, ends, strict=True)]
                made[0] = made[0].model_copy(update={"state": state, "text": written or made[0].text})
                return rows[unit.id], record(rows[unit.id], made)
    raise AssertionError("no paragraph of several sentences")


def pairs_of(out: Path) -> list[AlignedArticle]:
    with opened(out) as finished:
        return [article for window in finished.windows() for article in finished.pairs(window)]


def test_aligned_articles_written_again_are_the_same(aligned: Path) -> None:
    before = stand_in.tree(aligned)
    with opened(aligned) as finished:
        renewal = Renewal(finished, signature=finished.signature, settings=finished.settings, notice=None)
        for window in finished.windows():
            renewal.put(window, finished.articles(window))
        renewal.finish({})
    assert stand_in.tree(aligned) == before


def test_an_edit_of_aligned_text(aligned: Path) -> None:
    row, edit = beads(aligned, written="Words of Ann.", state="approved")
    before = rewriting.sentences(aligned)
    first, second = (one["id"] for one in row["sentences"][:2])
    old = english(row)
    assert apply(aligned, edit).applied == [row["id"]]
    after, paragraph = rewriting.sentences(aligned), rewriting.rows(aligned)[row["id"]]
    assert after[first]["translation"]["en"] == "Words of Ann."
    assert [after[first][key] for key in ("state", "reviewer", "translated")] == [
        "approved",
        "Ann",
        before[first]["translation"]["en"],
    ]
    assert after[first]["quality"] != before[first]["quality"]
    assert after[second]["translation"] == before[second]["translation"]
    assert english(paragraph) == ["Words of Ann." + " " * (len(old[0]) - len(old[0].rstrip())), *old[1:]]
    assert paragraph["translated"] == row["translation"]["en"]
    assert paragraph["translation"]["en"] == row["translation"]["en"].replace(old[0].rstrip(), "Words of Ann.", 1)
    for name in (first, second):
        line = after[name]
        shown = paragraph["translation"]["en"][line["target_start"] : line["target_end"]]
        assert shown.strip() == line["translation"]["en"]
    files = stand_in.tree(aligned)
    assert any("Words of Ann." in text.decode() for name, text in files.items() if name.startswith("review/pages/"))
    assert apply(aligned, edit).known == [row["id"]]
    assert stand_in.tree(aligned) == files
    stale = edit.model_copy(update={"ties": [edit.ties[0].model_copy(update={"text": "No."}), *edit.ties[1:]]})
    assert apply(aligned, stale).stale == [row["id"]]
    # Back to what the article says.
    now = rewriting.rows(aligned)[row["id"]]
    back = edit.model_copy(
        update={
            "base": decisions.base_of_row(now),
            "ties": [edit.ties[0].model_copy(update={"text": old[0].strip(), "state": "open"}), *edit.ties[1:]],
        }
    )
    assert apply(aligned, back).applied
    assert rewriting.sentences(aligned) == before


def test_an_edit_of_aligned_text_taken_back_leaves_its_terms(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs", tmp_path / "aligned"
    align_stand_in.write_pairs(pairs, 3)
    terms = Glossary(tuple(Entry(term, spell(term), case="any") for term in stand_in.TERMS))
    align_stand_in.run(pairs, out, terms)
    row, same = beads(out)
    before = rewriting.sentences(out)
    assert {term["rung"] for term in row["terms"]} == {"present"}
    other = [one.model_copy(update={"text": "Words of Ann."}) for one in same.ties]
    assert apply(out, same.model_copy(update={"ties": other})).applied == [row["id"]]
    edited = rewriting.rows(out)[row["id"]]
    assert {term["rung"] for term in edited["terms"]} == {"flagged"}
    assert apply(out, same.model_copy(update={"base": decisions.base_of_row(edited)})).applied == [row["id"]]
    assert rewriting.rows(out)[row["id"]]["terms"] == row["terms"]
    assert rewriting.sentences(out) == before


def test_an_article_whose_id_goes_on_from_anothers_is_found() -> None:
    english_text = align_stand_in.english("زار الوفد مدينة جديدة.")
    line, target = align_stand_in.line(), build("en", [("text", english_text)])
    made = [line.align(ArticlePair(build(name, [("text", "زار الوفد مدينة جديدة.")]), target)) for name in ("a", "a#x")]
    for article in made:
        (unit,) = units(article)
        assert decide_pairs.find(made, unit.id) == (article, unit)
    assert decide_pairs.find(made, "a#pb9") is None


def test_aligned_text_is_not_cut(aligned: Path) -> None:
    row, edit = beads(aligned)
    whole = edit.model_copy(update={"ties": [tie(0, edit.source_end, "All of it.")]})
    applied = apply(aligned, whole)
    assert (applied.cut, applied.left_out, applied.applied) == ([row["id"]], [row["id"]], [])
    assert row == rewriting.rows(aligned)[row["id"]]

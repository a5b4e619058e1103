"""``mtpipe align`` as users run it: the examples, lists of pairs, bad input, scores; the real embedder."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def inputs(project: Path) -> list[Path]:
    return [project / "examples" / "articles", project / "examples" / "english"]


@pytest.fixture(scope="module")
def whole(mtpipe, inputs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    out = tmp_path_factory.mktemp("aligned") / "out"
    return out, mtpipe("align", *inputs, "-o", out)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def sentences(out: Path) -> list[dict[str, Any]]:
    from mtpipe import corpus

    return list(corpus.read(out / "dataset", "sentences"))


def contents(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name not in {"run.json", "throughput.js"} and ".mtpipe" not in path.parts
    }


def test_all_seven_find_each_other(whole, project: Path) -> None:
    out, ended = whole
    assert ended.code == 0, ended.words
    assert ended.out == b""
    assert ended.last == str(out / "review" / "index.html")
    found = {row["article_id"]: row["target_article_id"] for row in rows(out / "dataset.jsonl")}
    names = sorted(path.name for path in (project / "examples" / "articles").iterdir())
    assert found == {name: f"{Path(name).stem}.en.txt" for name in names}
    assert rows(out / "failed.jsonl") == []


def test_their_paragraphs_are_tied_as_they_were_written(whole) -> None:
    """The examples are one to one: every bead of paragraphs joins those of the same number, whatever its shape."""
    out, _ = whole
    found = rows(out / "dataset.jsonl")
    for row in found:
        numbers = [[unit["id"].rpartition("#")[2] for unit in row[side]] for side in ("source_units", "target_units")]
        assert numbers[0] == numbers[1], row["id"]


def test_every_sentence_of_both_sides_is_in_one_row_or_set_aside(whole, inputs: list[Path]) -> None:
    from mtpipe import intake, segment
    from mtpipe.article import Article
    from mtpipe.settings import IntakeSettings

    out, _ = whole
    aside = rows(out / "set_aside.jsonl")
    for side, folder, language in (("source", inputs[0], "ar"), ("target", inputs[1], "en")):
        found = Counter((row["article_id"], unit["id"]) for row in sentences(out) for unit in row[f"{side}_units"])
        if side == "target":
            found = Counter((unit.rpartition("#")[0], unit) for _, unit in found.elements())
        found.update((r["article_id"], r["id"]) for r in aside if r["side"] == side and r["reason"] == "unmatched")
        wanted: Counter[tuple[str, str]] = Counter()
        for article in intake.read([folder], IntakeSettings(), language="ar" if language == "ar" else "en"):
            assert isinstance(article, Article)
            cut = segment.article(article, None, "ar" if language == "ar" else "en")
            wanted.update((article.id, sentence.id) for p in cut.paragraphs for sentence in p.sentences)
        assert found == wanted


def test_datasets_opens_it(whole, tmp_path: Path) -> None:
    from datasets import load_dataset

    out, _ = whole
    counts = json.loads((out / "run.json").read_text())["counts"]
    for config in ("paragraphs", "sentences"):
        data = load_dataset(str(out / "dataset"), config, split="train", cache_dir=str(tmp_path))
        assert len(data) == counts[config]
        assert type(data.features["translation"]).__name__ == "Translation"
        assert set(data["origin"]) == {"aligned"}
    kept = data.filter(lambda row: row["accepted"])
    assert len(kept) == counts["sentences"] - counts["rejected"]
    assert len(kept) > 0.9 * len(data)


def test_the_card_tells_whose_english_it_is(whole) -> None:
    out, _ = whole
    card = (out / "dataset" / "README.md").read_text()
    assert "English articles that people wrote" in card
    assert 'rows.filter(lambda row: row["accepted"])' in card
    assert "machine translation" not in card
    assert {row["signature"] for row in rows(out / "dataset.jsonl")} == {
        json.loads((out / "run.json").read_text())["signature"]
    }


def test_a_page_for_each_pair_with_all_its_text(whole) -> None:
    out, _ = whole
    index = (out / "review" / "index.html").read_text()
    for row in sentences(out):
        name = next(
            name
            for name in re.findall(r'href="([^"#]+\.html)"', index)
            if name.startswith("pages/" + row["article_id"].partition(".")[0])
        )
        page = unescape((out / "review" / name).read_text())
        assert row["translation"]["en"].split(". ")[0][:40] in page


def test_a_second_start_changes_nothing(whole, mtpipe, inputs: list[Path], tmp_path: Path) -> None:
    first, _ = whole
    out = tmp_path / "out"
    shutil.copytree(first, out)
    assert mtpipe("align", *inputs, "-o", out).code == 0
    assert json.loads((out / "run.json").read_text())["skipped_articles"] == 7
    assert contents(out) == contents(first)


def test_scores_against_gold(whole, mtpipe, tmp_path: Path) -> None:
    out, _ = whole
    lines = [
        "\t".join(" ".join(unit["id"] for unit in row[side]) for side in ("source_units", "target_units"))
        for row in sentences(out)
    ]
    (tmp_path / "gold.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ended = mtpipe("align", "--score", out, "--gold", tmp_path / "gold.tsv")
    assert ended.code == 0, ended.words
    first = ended.out.decode().splitlines()[0]
    assert first.startswith("all beads:  strict P 1.000 R 1.000 F1 1.000, lax P 1.000 R 1.000 F1 1.000")
    wrong = [line.replace("#p2s1", "#p999s1", 1) for line in lines]
    (tmp_path / "gold.tsv").write_text("\n".join(wrong) + "\n", encoding="utf-8")
    ended = mtpipe("align", "--score", out, "--gold", tmp_path / "gold.tsv")
    assert ended.code == 2
    assert re.search(r"gold\.tsv line \d+: '[^']+#p999s1' is no id", ended.last)


def test_scrambled_names_are_paired_by_what_the_articles_say(mtpipe, inputs: list[Path], tmp_path: Path) -> None:
    english = tmp_path / "en"
    english.mkdir()
    for number, path in enumerate(sorted(inputs[1].iterdir(), reverse=True)):
        shutil.copy(path, english / f"{number}.txt")
    (english / "other.txt").write_text(
        "How to bake bread\n\nMix flour with water.\n\nWait until it rises.\n\nBake it.\n"
    )
    ended = mtpipe("align", inputs[0], english, "-o", tmp_path / "out", "--set", "review.pages=false")
    assert ended.code == 4, ended.words
    found = {
        row["article_id"]: (row["target_article_id"], row["paired_by"])
        for row in rows(tmp_path / "out" / "dataset.jsonl")
    }
    names = sorted(path.name.partition(".")[0] for path in inputs[1].iterdir())[::-1]
    assert {name.partition(".")[0]: value for name, value in found.items()} == {
        name: (f"{number}.txt", "content") for number, name in enumerate(names)
    }
    (failed,) = rows(tmp_path / "out" / "failed.jsonl")
    assert (failed["article_id"], failed["reason"]) == ("other.txt", "unpaired")
    assert not (tmp_path / "out" / "review").exists()


ARABIC = "وصل القطار\n\nوصل القطار إلى المدينة صباح السبت بعد غياب طويل.\n\nوقال المدير إن الرحلات ستستمر طوال الصيف.\n"
ENGLISH = """The train came

The train reached the city on Saturday morning after a long absence.

The director said the trips will go on all summer.
"""
OTHER = """Baking

Mix the flour with warm water and a little salt.

Leave the dough alone until it has doubled in size.
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (
        ("ar/a.txt", ARABIC),
        ("en/a.txt", ENGLISH),
        ("en/other.txt", OTHER),
        ("none/readme.md", "no text file"),
        ("void/a.txt", ""),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["ar"], "1 input: give two"),
        ([], "0 inputs: give two"),
        (["ar", "en", "ar"], "3 inputs: give two"),
        (["ar/a.txt", "none"], "none: holds no file that can be read"),
        (["ar", "nowhere"], "nowhere: there is no such file or folder"),
        (["en", "ar"], "the languages are exchanged: {en} is not Arabic, and {ar} is not English."),
        (["en", "ar"], "Give the Arabic side first: mtpipe align {ar} {en} -o {out}"),
        (["ar", "ar"], "no side is English: {ar} is not, and {ar} is Arabic"),
        (["en", "en"], "no side is Arabic: {en} is not, and {en} is in Latin letters"),
        (["nowhere.tsv"], "nowhere.tsv: cannot be read"),
    ],
)
def test_what_ends_it_before_any_work(mtpipe, files: Path, given: list[str], said: str) -> None:
    ended = mtpipe("align", *[files / name for name in given], "-o", files / "out")
    assert ended.code == 2
    assert said.format(ar=files / "ar", en=files / "en", out=files / "out") in ended.last
    assert not (files / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["ar", "en"], "no output folder"),
        (["--score", "out"], "give --score FOLDER and --gold FILE"),
        (["--gold", "gold.tsv"], "give --score FOLDER and --gold FILE"),
        (["ar", "--score", "out", "--gold", "gold.tsv"], "and no inputs"),
        (["ar", "en", "-o", "out", "--set", "align.embedder=nowhere.npy"], "nowhere.npy"),
        (["ar", "en", "-o", "out", "--set", "align.pairing=luck"], "align.pairing"),
    ],
)
def test_options_that_do_not_go_together(mtpipe, files: Path, options: list[str], said: str) -> None:
    ended = mtpipe("align", *options)
    assert ended.code == 2
    assert said in ended.last


def test_one_side_empty_is_a_row(mtpipe, files: Path) -> None:
    ended = mtpipe("align", files / "ar", files / "void", "-o", files / "out")
    assert ended.code == 4, ended.words
    failed = rows(files / "out" / "failed.jsonl")
    assert {(row["article_id"], row["reason"]) for row in failed} == {("a.txt", "unpaired"), ("a.txt", "empty-file")}
    (alone,) = (row["message"] for row in failed if row["reason"] == "unpaired")
    assert alone.endswith("a.txt: there is no English article that could be read beside it.")


def test_the_wrong_article_is_refused_whole(mtpipe, files: Path) -> None:
    for _ in range(2):  # the same again from a second start
        ended = mtpipe("align", files / "ar" / "a.txt", files / "en" / "other.txt", "-o", files / "out")
        assert ended.code == 4
        (failed,) = rows(files / "out" / "failed.jsonl")
        assert (failed["article_id"], failed["reason"]) == ("a.txt", "wrong-pair")
        assert "a.txt and other.txt do not tell the same" in failed["message"]
        assert rows(files / "out" / "dataset.jsonl") == []


GLOSSARY = """source,target,variants
المدير,director,manager
القطار,train,
المدينة,town,city
الصيف,summer,
"""


@pytest.mark.parametrize("how", ["option", "setting"])
def test_a_glossary_tells_what_became_of_its_terms(mtpipe, files: Path, how: str) -> None:
    (files / "names.csv").write_text(GLOSSARY, encoding="utf-8")
    wanted = {
        "option": ["--glossary", files / "names.csv"],
        "setting": ["--set", f"glossary.paths=[{files / 'names.csv'}]"],
    }
    ended = mtpipe("align", files / "ar" / "a.txt", files / "en" / "a.txt", "-o", files / "out", *wanted[how])
    assert ended.code == 0, ended.words
    assert "5 glossary mentions, 1 not as listed" in ended.words
    told = {}
    for config in ("sentences", "paragraphs"):
        found = sentences(files / "out") if config == "sentences" else rows(files / "out" / "dataset.jsonl")
        told[config] = [
            (
                row["translation"]["ar"][term["source_start"] : term["source_end"]],
                row["translation"]["en"][term["target_start"] : term["target_end"]] if term["target_end"] > 0 else "",
                term["rung"],
                term["reason"],
            )
            for row in found
            for term in row["terms"]
        ]
    assert told["sentences"] == told["paragraphs"]
    assert sorted(told["sentences"]) == sorted(
        [
            ("القطار", "train", "present", ""),
            ("القطار", "train", "present", ""),
            ("المدينة", "", "flagged", "repair-off"),  # the English says "city", which people may
            ("المدير", "director", "present", ""),
            ("الصيف", "summer", "present", ""),
        ]
    )
    ledger = rows(files / "out" / "ledger.jsonl")
    assert [row["written"] for row in ledger] == [arabic for arabic, *_ in told["sentences"]]
    assert {row["sentence_id"] for row in ledger} <= {row["id"] for row in sentences(files / "out")}
    record = json.loads((files / "out" / "run.json").read_text())
    assert (record["counts"]["mentions"], record["counts"]["flagged_mentions"]) == (5, 1)
    assert "|terms:4|" in record["signature"]


def test_another_glossary_is_another_corpus_and_a_wrong_one_stops_before_any_work(mtpipe, files: Path) -> None:
    names, given = files / "names.csv", (files / "ar" / "a.txt", files / "en" / "a.txt", "-o", files / "out")
    names.write_text(GLOSSARY.replace("target", "goal"), encoding="utf-8")
    ended = mtpipe("align", *given, "--glossary", names)
    assert (ended.code, (files / "out").exists()) == (2, False)
    assert f"{names} line 1: no column 'target'" in ended.last
    names.write_text(GLOSSARY, encoding="utf-8")
    assert mtpipe("align", *given, "--glossary", names).code == 0
    names.write_text(GLOSSARY + "الرحلات,trips,\n", encoding="utf-8")
    ended = mtpipe("align", *given, "--glossary", names)
    assert ended.code == 2
    assert "glossary" in ended.last


def test_a_list_with_bad_lines(mtpipe, files: Path) -> None:
    lines = ("ar\ten", "ar/a.txt\ten/a.txt", "ar/gone.txt\ten/gone.txt", "en/other.txt\tar/a.txt")
    (files / "pairs.tsv").write_text("\n".join(lines), encoding="utf-8")
    ended = mtpipe("align", files / "pairs.tsv", "-o", files / "out")
    assert ended.code == 4, ended.words
    assert "1 pair of articles" in ended.words
    gone, exchanged = rows(files / "out" / "failed.jsonl")
    assert (gone["article_id"], gone["reason"]) == ("ar/gone.txt", "missing-file")
    assert f"{files / 'pairs.tsv'} line 3: ar/gone.txt: there is no such file" in gone["message"]
    assert (exchanged["article_id"], exchanged["reason"]) == ("en/other.txt", "not-arabic")
    assert "The Arabic path comes first in a line" in exchanged["message"]
    assert {row["article_id"] for row in rows(files / "out" / "dataset.jsonl")} == {"ar/a.txt"}


def test_one_paragraph_with_all_the_text_on_one_side(mtpipe, files: Path) -> None:
    (files / "one.txt").write_text(" ".join(ENGLISH.split()).replace("The train came The", "The train came. The"))
    ended = mtpipe("align", files / "ar" / "a.txt", files / "one.txt", "-o", files / "out")
    assert ended.code == 0, ended.words
    found = sentences(files / "out")
    aside = [row for row in rows(files / "out" / "set_aside.jsonl") if row["reason"] == "unmatched"]
    assert sum(len(row["source_units"]) for row in found) + sum(row["side"] == "source" for row in aside) == 3
    assert sum(len(row["target_units"]) for row in found) + sum(row["side"] == "target" for row in aside) == 3
    again = mtpipe("align", files / "ar" / "a.txt", files / "one.txt", "-o", files / "again")
    assert again.code == 0
    assert contents(files / "again") == contents(files / "out")
    assert any("Saturday" in row["translation"]["en"] and "السبت" in row["translation"]["ar"] for row in found)


def write_long(folder: Path, count: int, *, paragraph: int) -> tuple[list[str], list[str]]:
    """Write two texts of numbered sentences, ``a.txt`` and ``b.txt``, and a matrix of vectors for them."""
    import numpy as np

    sides = (
        [f"هذه جملة رقمها {n} من النص." for n in range(count)],
        [f"Sentence {n} of this text." for n in range(count)],
    )
    for name, texts in zip(("a", "b"), sides, strict=True):
        parts = (" ".join(texts[first : first + paragraph]) for first in range(0, count, paragraph))
        (folder / f"{name}.txt").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    meanings = np.random.default_rng(1).normal(size=(count, 64)).astype(np.float32)
    np.save(folder / "m.npy", np.concatenate([meanings, meanings]))
    (folder / "m.txt").write_text("\n".join([*sides[0], *sides[1]]) + "\n", encoding="utf-8")
    return sides


@pytest.mark.parametrize("count", [1500, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_long_file(mtpipe, tmp_path: Path, count: int) -> None:
    write_long(tmp_path, count, paragraph=7)
    ended = mtpipe(
        "align", tmp_path / "a.txt", tmp_path / "b.txt", "-o", tmp_path / "out",
        "--set", f"align.embedder={tmp_path / 'm.npy'}", "--set", "review.pages=false", limit=3600,
    )  # fmt: skip
    assert ended.code == 0, ended.words
    found = [
        [[unit["id"].partition("#")[2] for unit in row[side]] for side in ("source_units", "target_units")]
        for row in sentences(tmp_path / "out")
    ]
    assert len(found) == count
    assert all(ours == theirs for ours, theirs in found)
    assert not [row for row in rows(tmp_path / "out" / "set_aside.jsonl") if row["reason"] == "unmatched"]


def test_a_paragraph_beyond_all_measure_is_a_row_with_its_reason(mtpipe, tmp_path: Path) -> None:
    write_long(tmp_path, 10_000, paragraph=10_000)
    ended = mtpipe("align", tmp_path / "a.txt", tmp_path / "b.txt", "-o", tmp_path / "out")
    assert ended.code == 4, ended.words
    failed = rows(tmp_path / "out" / "failed.jsonl")
    assert {row["reason"] for row in failed} == {"paragraph-too-long"}
    assert all("intake.max_paragraph" in row["message"] for row in failed)

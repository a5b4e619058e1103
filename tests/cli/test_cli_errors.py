"""Exit codes, and errors in one line that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("errors")
    (folder / "a.txt").write_text("جاء الوزير إلى عمان.")
    (folder / "bad.yaml").write_text("translate:\n  baem: 1\n")
    (folder / "bad.csv").write_text("arabic,english\n")
    (folder / "foreign").mkdir()
    (folder / "foreign" / "mine.txt").write_text("x")
    return folder


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("--bogus", 2, "No such option: --bogus"),
        ("bogus", 2, "No such command 'bogus'"),
        ("rnu", 2, "No such command 'rnu'. Did you mean 'run'? 'mtpipe --help'"),
        ("run", 2, "Missing argument 'inputs'."),
        ("run {f}/a.txt", 2, "Missing option '--out'"),
        ("run {f}/none -o {f}/out", 2, "/none: there is no such file or folder"),
        ("run {empty} -o {f}/out", 2, "an input has no name"),
        ("run {f}/a.txt -o {f}/foreign {cat}", 2, "/foreign: holds files that are not mtpipe's"),
        ("run {f}/a.txt -o {f}/a.txt {cat}", 2, "/a.txt: is a file"),
        ("run {f}/a.txt -o {f}/out --glossary {f}/none.csv", 2, "/none.csv: cannot be read"),
        ("run {f}/a.txt -o {f}/out --glossary {f}/bad.csv", 2, "/bad.csv"),
        ("run {f}/a.txt -o {f}/out --config {f}/none.yaml", 2, "/none.yaml: cannot be read"),
        ("run {f}/a.txt -o {f}/out --config {f}/bad.yaml", 2, "Did you mean 'translate.beam'?"),
        ("run {f}/a.txt -o {f}/out --set translate.beem=1", 2, "Did you mean 'translate.beam'?"),
        ("run {f}/a.txt -o {f}/out --engine marian", 2, "translate.engine: Input should be 'auto', 'ct2'"),
        ("run {f}/a.txt -o {f}/out --device gpu", 2, "translate.device: Input should have one of these forms"),
        ("run {f}/a.txt -o {f}/out --engine command", 2, "no program named"),
        ("translate --device tpu", 2, "translate.device"),
        ("segment -l fr", 2, "'fr' is not one of 'ar', 'en'"),
        ("segment {f}/none -l en", 2, "/none: cannot be read"),
        ("run {f}/a.txt -o {f}/out --model {f}/none", 3, "no such folder"),
        ("run {f}/a.txt -o {f}/out --model nobody/nothing", 3, "not in the local Hugging Face cache"),
        ("run {f}/a.txt -o {f}/out --device cuda:99", 3, "device cuda:99: there is"),
        ("run {f}/a.txt -o {f}/out --engine command --set translate.command=[nosuchprogram]", 3, "'nosuchprogram'"),
        ("run {f}/a.txt -o {f}/out --engine command --set translate.command=['false']", 3, "false: exit code 1"),
    ],
)
def test_errors_are_one_line_and_a_code(mtpipe, folder: Path, line: str, code: int, said: str) -> None:
    cat = "--engine command --set translate.command=[cat]"
    arguments = [word.replace("{f}", str(folder)).replace("{empty}", "") for word in line.replace("{cat}", cat).split()]
    # The hub library, told that it is offline, asks nobody; "no network at all" has its own tests.
    ended = mtpipe(*arguments, env={"HF_HUB_OFFLINE": "1"})
    assert ended.code == code, ended.words
    assert ended.out == b""
    assert ended.last.startswith("mtpipe: ")
    assert said in ended.last
    assert "Traceback" not in ended.words


@pytest.mark.parametrize("line", ["--debug segment none", "segment --debug none", "segment none --debug"])
def test_debug_shows_the_traceback_wherever_it_stands(mtpipe, line: str) -> None:
    ended = mtpipe(*line.split())
    assert ended.code == 2
    assert "Traceback" in ended.words
    assert ended.last == mtpipe("segment", "none").words.strip()


def test_nothing_is_left_of_a_run_that_could_not_start(mtpipe, tmp_path: Path, folder: Path) -> None:
    for wrong in (["--device", "cuda:99"], ["--set", "beam=1"], ["--glossary", "none.csv"]):
        assert mtpipe("run", folder / "a.txt", "-o", tmp_path / "out", *wrong).code in {2, 3}
        assert not (tmp_path / "out").exists()

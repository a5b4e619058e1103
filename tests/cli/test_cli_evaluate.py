"""mtpipe evaluate, as it is used."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

SPELLER = Path(__file__).resolve().parents[1] / "speller.py"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tوصل إلى حلب\twasl to Aleppo\nb\tزار الرقة 25 مرة\tzar alrqt 25 mrt\n", encoding="utf-8")
    return path


def engine(folder: Path) -> list[str]:
    command = f"translate.command=[{sys.executable}, {SPELLER}, {folder}]"
    return ["--engine", "command", "--set", command, "--set", "translate.guard=false"]


def test_scores_and_terms(mtpipe, data: Path, tmp_path: Path) -> None:
    terms = tmp_path / "terms.csv"
    terms.write_text("source,target\nحلب,Aleppo\n", encoding="utf-8")
    ended = mtpipe("evaluate", "--data", data, "--terms", terms, *engine(tmp_path))
    assert ended.code == 0, ended.words
    lines = ended.out.decode().splitlines()
    assert lines[0].startswith("pairs: chrF2 ")
    assert [line.split()[0] for line in lines[1:3]] == ["chrF2", "BLEU"]
    assert [line.split()[:2] for line in lines[3:6]] == [["length", "1-10"], ["domain", "a"], ["domain", "b"]]
    assert lines[6] == "terms        success 100.0 % (1 of 1 mentions of 1 terms)"
    assert lines[7].strip() == "present 0, n-best 0, repaired 0, injected 1, placed 0, flagged 0"
    # Two sentences, one of them again with the name written in, and eight that ask whether the engine copies.
    assert lines[-2].endswith("5.50 times as many segments")
    assert lines[-1].startswith("model ")
    alone = mtpipe("evaluate", "--data", data, *engine(tmp_path), "--limit", "1", "-q")
    assert (alone.code, alone.words) == (0, "")
    assert "(1 segments;" in alone.out.decode().splitlines()[0]


def test_terms_that_nothing_mentions(mtpipe, data: Path, tmp_path: Path) -> None:
    terms = tmp_path / "terms.csv"
    terms.write_text("source,target\nبغداد,Baghdad\n", encoding="utf-8")
    ended = mtpipe("evaluate", "--data", data, "--terms", terms, *engine(tmp_path))
    assert "terms        success none: no term is mentioned in this test set\n" in ended.out.decode()


def test_a_model_that_is_not_there_is_told_before_others_translate(mtpipe, data: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "made.txt"
    wrong.write_text("a line too few\n", encoding="utf-8")
    ended = mtpipe("evaluate", "--data", data, "--model", tmp_path / "none", "--against", wrong)
    assert ended.code == 3
    assert "lines for" not in ended.words


def test_bad_data_is_one_line_and_code_2(mtpipe, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_text("only one cell\n", encoding="utf-8")
    ended = mtpipe("evaluate", "--data", bad, *engine(tmp_path))
    assert (ended.code, ended.out) == (2, b"")
    assert ended.words == f"mtpipe: {bad} line 1: wants three cells, id, Arabic and English, with tabs between.\n"
    assert mtpipe("evaluate", "--data", tmp_path, *engine(tmp_path)).words.count("\n") == 1


def test_a_report_that_is_a_folder_is_told_before_the_work(mtpipe, data: Path, tmp_path: Path) -> None:
    ended = mtpipe("evaluate", "--data", data, "--report", tmp_path, *engine(tmp_path))
    assert (ended.code, ended.out) == (2, b"")
    assert ended.words == f"mtpipe: {tmp_path}: is a folder. Name a file.\n"


def test_a_system_beside_itself_is_told_before_the_work(mtpipe, data: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.txt"
    made.write_text("arrived in Aleppo\nvisited Raqqa 25 times\n", encoding="utf-8")
    ended = mtpipe("evaluate", "--data", data, "--against", made, "--against", made, *engine(tmp_path))
    assert (ended.code, ended.out) == (2, b"")
    assert ended.words == f"mtpipe: {made}: given twice. Compare different systems.\n"


def test_systems_metrics_and_report(mtpipe, data: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.txt"
    made.write_text("arrived in Aleppo\nvisited Raqqa 25 times\n", encoding="utf-8")
    report = tmp_path / "report.html"
    metric = f'{sys.executable} -c "import sys; [print(len(line)) for line in sys.stdin]"'
    asked = ("evaluate", "--data", data, "--against", made, "--metric-command", metric, "--report", report)
    ended = mtpipe(*asked, *engine(tmp_path))
    assert ended.code == 0, ended.words
    lines = ended.out.decode().splitlines()
    assert [line.split()[0] for line in lines[3:4]] == ["length"]
    assert any(line.startswith(str(made)) and "(p " in line for line in lines)
    assert any(line.startswith("metric ") for line in lines)
    assert "وصل إلى حلب" in report.read_text(encoding="utf-8")
    made.write_text("one line\n", encoding="utf-8")
    ended = mtpipe(*asked, *engine(tmp_path))
    assert (ended.code, ended.words.count("\n")) == (2, 1)
    assert "1 lines for 2 segments" in ended.words

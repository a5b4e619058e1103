"""``mtpipe glossary apply``, ``mtpipe review apply`` and ``mtpipe review report`` from outside, on the examples."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import rewriting
import speller
import stand_in
from rewriting import record, ties

from mtpipe.cli.app import main
from mtpipe.review import decisions

Mtpipe = Callable[..., int]


@pytest.fixture
def mtpipe(monkeypatch: pytest.MonkeyPatch) -> Mtpipe:
    """Call the command line in this process; returns the exit code."""

    def call(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["mtpipe", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        assert isinstance(end.value.code, int)
        return end.value.code

    return call


@pytest.fixture
def run(mtpipe: Mtpipe, project: Path, tmp_path: Path) -> Callable[[str, Path], int]:
    """Translate the examples with a program as engine, under a glossary."""
    (tmp_path / "desk").mkdir()
    program = json.dumps([sys.executable, speller.__file__, str(tmp_path / "desk")])
    assigned = [f"translate.command={program}", "quality.similarity=false", "corpus.window=2"]
    sets = [part for assignment in assigned for part in ("--set", assignment)]

    def start(name: str, glossary: Path) -> int:
        articles = project / "examples" / "articles"
        out = tmp_path / name
        return mtpipe("run", articles, "-o", out, "--engine", "command", *sets, "--glossary", glossary, "-q")

    return start


def test_another_glossary(
    run: Callable[[str, Path], int],
    mtpipe: Mtpipe,
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new, out = project / "examples" / "glossary.csv", tmp_path / "new.csv", tmp_path / "out"
    text = old.read_text(encoding="utf-8")
    new.write_text(text.replace(",Hourani,", ",El-Hourani,"), encoding="utf-8")
    assert new.read_text(encoding="utf-8") != text
    assert run("out", old) == 0
    before = stand_in.tree(out)
    capsys.readouterr()
    assert mtpipe("glossary", "apply", out, "--glossary", new, "--dry-run") == 0
    shown = capsys.readouterr()
    assert "would change" in shown.err
    assert stand_in.tree(out) == before
    assert mtpipe("glossary", "apply", out, "--glossary", new) == 0
    told = capsys.readouterr()
    assert told.out == shown.out
    lines = told.out.splitlines()
    assert lines[0::3] == [row for row in rewriting.sentences(out) if row in set(lines[0::3])]
    assert all(line.startswith("- ") for line in lines[1::3])
    assert any("El-Hourani" in line for line in lines[2::3])
    assert f"mtpipe run ... --out {out} --glossary {new}" in told.err
    assert "of the glossary before" not in told.err
    assert run("fresh", new) == 0
    assert stand_in.tree(out) == stand_in.tree(tmp_path / "fresh")
    capsys.readouterr()
    assert mtpipe("glossary", "apply", out, "--glossary", new) == 0
    assert capsys.readouterr().err == f"{out}: has this glossary already, nothing changes.\n"
    assert run("out", new) == 0
    assert run("out", old) == 2
    header, hourani = (line for line in text.splitlines() if line.startswith(("source,", "الحوراني,")))
    new.write_text(f"{header}\n{hourani}\n", encoding="utf-8")
    gone = len(text.splitlines()) - 2
    assert mtpipe("glossary", "apply", out, "--glossary", new, "--dry-run") == 0
    assert f"{gone} terms of the glossary before not in this one (" in capsys.readouterr().err


def test_decisions(
    run: Callable[[str, Path], int],
    mtpipe: Mtpipe,
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, file, names = tmp_path / "out", tmp_path / "decisions.json", tmp_path / "names.csv"
    assert run("out", project / "examples" / "glossary.csv") == 0
    capsys.readouterr()
    assert mtpipe("review", "report", out) == 2
    assert mtpipe("review", "apply", out) == 2
    assert "no review server has run there" in capsys.readouterr().err
    rows = list(rewriting.rows(out).values())
    single = [row for row in rows[:-1] if len(row["sentences"]) == 1]
    good = [record(row, ties(row, [f"Mended {number}."])) for number, row in enumerate(single)]
    stale = record(rows[-1], ties(rows[-1], [None] * len(rows[-1]["sentences"])), base="0" * 16)
    stale = stale.model_copy(update={"ties": [tie.model_copy(update={"state": "approved"}) for tie in stale.ties]})
    term = {"source": "الحوراني", "target": "El-Hourani", "type": "person", "reviewer": "Ann", "time": rewriting.TIME}
    settled = decisions.Decisions(run="r", paragraphs=[*good, stale], terms=[decisions.term(term)])
    decisions.write(file, settled)
    assert mtpipe("review", "apply", out, file) == 1
    told = capsys.readouterr()
    assert told.out == "الحوراني\tEl-Hourani\n"
    assert f"{rows[-1]['id']}: left out, its text has changed since it was reviewed." in told.err
    assert f"{len(good)} paragraphs changed, 1 left out." in told.err
    assert {row["translation"]["en"] for row in rewriting.rows(out).values()} >= {"Mended 0."}
    decisions.write(file, settled.model_copy(update={"paragraphs": good}))
    files = stand_in.tree(out)
    for said in ("1 name added to", f"{names}: has them."):
        assert mtpipe("review", "apply", out, file, "--glossary-out", names) == 0
        told = capsys.readouterr()
        assert told.out == ""
        assert f"0 paragraphs changed, {len(good)} were so already." in told.err
        assert said in told.err
        assert f"mtpipe glossary apply {out} --glossary {names}" in told.err
    assert stand_in.tree(out) == files
    assert names.read_text(encoding="utf-8").splitlines()[1].startswith("الحوراني,El-Hourani,person")
    file.write_text('{"format": "something"}', encoding="utf-8")
    assert mtpipe("review", "apply", out, file) == 2
    if find_spec("sacrebleu") is None:
        return
    capsys.readouterr()
    assert mtpipe("review", "report", out, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["all"]["all"]["edited"] == found["all"]["all"]["sentences"] == len(good)
    assert sum(one["sentences"] for one in found["article"].values()) == len(good)
    assert found["all"]["all"]["ter"] > 90
    assert set(found["month"]) == {"2026-11"}
    assert mtpipe("review", "report", out) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["all", str(len(good)), str(len(good))]


@pytest.mark.parametrize(
    ("ids", "texts", "translated", "states", "wanted"),
    [
        (["s1"], ["Same."], [None], ["approved"], [("Same.", "Same.")]),
        (["s1"], ["Same."], [None], ["open"], []),
        (["s1"], ["New."], ["Old."], ["open"], [("Old.", "New.")]),
        (["s1"], ["New."], ["Old."], ["rejected"], []),
        (
            ["s1", "s1b", "s2"],
            ["A.", "B.", "C."],
            ["A. B.", None, None],
            ["approved", "open", "open"],
            [("A. B.", "A. B.")],
        ),
        (["s1", "s1b"], ["A.", ""], ["A. B.", None], ["open", "open"], [("A. B.", "A.")]),
        (["s1", "s10"], ["A.", "B."], ["Z.", None], ["open", "approved"], [("Z.", "A.")]),  # s2 to s9 are in s1 now
    ],
)
def test_what_is_compared(
    ids: list[str],
    texts: list[str],
    translated: list[str | None],
    states: list[str],
    wanted: list[tuple[str, str]],
) -> None:
    from mtpipe.archive.post_edit import edits

    rows = [
        {
            "id": f"a#p1{name}",
            "article_id": "a",
            "origin": "machine",
            "machine": None if name.endswith(("b", "0")) else "machine",
            "translation": {"ar": "", "en": text},
            "translated": was,
            "state": state,
            "reviewed": rewriting.TIME,
            "signature": "model:m|beam:4",
        }
        for name, text, was, state in zip(ids, texts, translated, states, strict=True)
    ]
    assert [(one.translated, one.text) for one in edits(rows)] == wanted

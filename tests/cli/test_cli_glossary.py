"""mtpipe glossary, as it is used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

NAMES = "source,target,type,note,case,variants\nالرقة,Raqqa,place,a city,exact,Rakka\nهدنة,ceasefire,noun,,any,\n"


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    path.write_text(NAMES, encoding="utf-8")
    return path


def test_list(mtpipe) -> None:
    ended = mtpipe("glossary", "list")
    assert ended.code == 0
    assert [line.split()[0] for line in ended.out.decode().splitlines()] == [
        "agencies", "capitals", "countries", "groups", "nationalities", "offices", "organisations",
    ]  # fmt: skip


def test_lint_and_its_exit_code(mtpipe, names: Path, tmp_path: Path) -> None:
    good = mtpipe("glossary", "lint", str(names), "countries")
    assert (good.code, good.out, good.words) == (0, b"", "0 errors, 0 warnings.\n")
    bad = tmp_path / "bad.csv"
    bad.write_text("source,target,type\nالرقة,Racca,\nحلب,Aleppo,plcae\n", encoding="utf-8")
    warned = mtpipe("glossary", "lint", str(bad))
    assert (warned.code, warned.out.decode().count("\n")) == (0, 1)
    assert mtpipe("glossary", "lint", "--strict", str(bad)).code == 2
    ended = mtpipe("glossary", "lint", str(names), str(bad))
    assert ended.code == 2
    first, second = ended.out.decode().splitlines()
    assert first.startswith(
        f"error conflict: {bad} line 2: 'الرقة' is listed twice with different targets ('Raqqa' at "
    )
    assert second.startswith(f"warning type: {bad} line 3: ")
    assert ended.words == "1 error, 1 warning.\n"


def test_convert_names_what_is_lost(mtpipe, names: Path, tmp_path: Path) -> None:
    ended = mtpipe("glossary", "convert", str(names), str(tmp_path / "out.tbx"), "--to", "tbx-core")
    assert ended.code == 0
    out = tmp_path / "out.tbx"
    assert ended.words.splitlines() == [
        f"{out}: the format has no place for 'case': lost 'any' of 'هدنة'.",
        f"{out}: the format has no place for 'type': lost 'place' of 'الرقة', 'noun' of 'هدنة'.",
        f"2 entries: {out}",
    ]
    assert mtpipe("glossary", "convert", str(out), str(tmp_path / "back.csv")).code == 0
    assert (tmp_path / "back.csv").read_text(encoding="utf-8").splitlines()[1] == "الرقة,Raqqa,,a city,exact,Rakka"


def test_a_whole_chain_of_formats_comes_back_as_it_was(mtpipe, names: Path, tmp_path: Path) -> None:
    before = names
    for ending in ("xlsx", "tmx", "yaml", "tsv", "csv"):
        after = tmp_path / f"step.{ending}"
        ended = mtpipe("glossary", "convert", str(before), str(after))
        assert (ended.code, ended.words) == (0, f"2 entries: {after}\n")
        before = after
    assert before.read_text(encoding="utf-8") == NAMES


def test_stats(mtpipe, names: Path) -> None:
    assert mtpipe("glossary", "stats", str(names)).out.decode().splitlines()[0] == "entries           2"
    assert json.loads(mtpipe("glossary", "stats", "--json", str(names)).out)["types"] == {"place": 1, "noun": 1}


def test_diff_and_merge(mtpipe, names: Path, tmp_path: Path) -> None:
    other, out = tmp_path / "other.yaml", tmp_path / "out.csv"
    other.write_text("- {source: الرقة, target: Ar-Raqqah}\n- {source: حلب, target: Aleppo}\n", encoding="utf-8")
    differences = mtpipe("glossary", "diff", str(names), str(other)).out.decode().splitlines()
    assert [line[0] for line in differences] == ["~", "+", "-"]
    refused = mtpipe("glossary", "merge", str(names), str(other), "-o", str(out))
    assert refused.code == 2
    assert "'الرقة' is 'Ar-Raqqah', but 'Raqqa' at" in refused.words
    assert not out.exists()
    assert mtpipe("glossary", "merge", str(names), str(other), "-o", str(out), "--policy", "last").code == 0
    assert out.read_text(encoding="utf-8").splitlines()[1:] == [
        "الرقة,Ar-Raqqah,place,a city,exact,Raqqa|Rakka",
        "هدنة,ceasefire,noun,,any,",
        "حلب,Aleppo,,,exact,",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["convert", "countries", "x.doc"], "x.doc: '.doc' tells no format of glossaries"),
        (["convert", "countries", "x.csv", "--to", "pdf"], "'pdf' is no format of glossaries. There are csv, tsv, "),
        (["stats", "countrys"], "countrys: no such file and no built-in glossary. Built in are agencies, "),
        (["stats", "absent.tmx"], "absent.tmx: cannot be read"),
        (["merge", "countries", "-o", "x.csv", "--policy", "both"], "Invalid value for '--policy'"),
    ],
)
def test_mistakes_are_told_in_one_line(mtpipe, arguments: list[str], words: str) -> None:
    ended = mtpipe("glossary", *arguments)
    assert (ended.code, ended.out) == (2, b"")
    assert words in ended.words
    assert ended.words.count("\n") == 1


def test_settings_take_built_in_names(tmp_path: Path) -> None:
    from mtpipe import settings

    config = tmp_path / "run.yaml"
    config.write_text("glossary:\n  paths: [countries, names.csv]\n", encoding="utf-8")
    assert settings.load(config).glossary.paths == (Path("countries"), tmp_path / "names.csv")
    (tmp_path / "countries").write_text("", encoding="utf-8")
    assert settings.load(config).glossary.paths[0] == tmp_path / "countries"

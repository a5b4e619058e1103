"""docs/glossary.md: its file lints clean, its commands run, and its tables of what is found are true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mtpipe import resources
from mtpipe.glossary import Entry, Glossary, Matcher, files
from mtpipe.glossary.lint import CODES


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    return (project / "docs" / "glossary.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = re.search(r"<!-- file: (\S+) -->\n```csv\n(.*?)```", page, re.DOTALL)
    assert found
    folder = tmp_path_factory.mktemp("docs")
    (folder / found[1]).write_text(found[2], encoding="utf-8")
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = command.split()
    assert program == "mtpipe"
    line = [sys.executable, "-m", "mtpipe", *arguments]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)


def test_the_commands_run(page: str, folder: Path) -> None:
    found = re.search(r"<!-- commands -->\n```bash\n(.*?)```", page, re.DOTALL)
    assert found
    outputs = [run(command, folder) for command in found[1].strip().splitlines()]
    assert [(done.returncode, done.stderr) for done in outputs] == [
        (0, "0 errors, 0 warnings.\n"),
        (0, ""),
        (0, "4 entries: names.xlsx\n"),
    ]
    assert len(list(files.read(folder / "names.xlsx"))) == 4


def test_the_output_shown_is_what_comes_out(page: str, folder: Path) -> None:
    found = re.search(r"```\n\$ (mtpipe glossary convert .*?)\n(.*?)```", page, re.DOTALL)
    assert found
    assert run(found[1], folder).stderr == found[2]


def test_what_is_said_to_be_found_is_found(page: str) -> None:
    rows = re.findall(r"^  \| `([^`]+)` \| (noun|term|nationality) \| (.+) \|$", page, re.MULTILINE)
    assert len(rows) == 7
    for source, kind, listed in rows:
        matcher = Matcher(Glossary((Entry(source, "x", kind),)))
        for clause in listed.split(","):
            for form in re.findall(r"`([^`]+)`", clause):
                wanted = "not " not in clause and "only if" not in clause
                text = f"ثم {form} البلد" if "before an article" in clause else f"ثم {form} أمس"
                assert bool(matcher.find(text)) is wanted, (source, form)


def test_it_names_all_codes_formats_and_lists(page: str) -> None:
    for name in (*CODES, *(path.stem for path in resources.glossaries())):
        assert f"`{name}`" in page, name
    for known in files.FORMATS:
        assert f".{known.name}`" in page or f"--to {known.name}`" in page or known.name == "yaml", known.name

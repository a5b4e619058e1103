"""Docs, help, settings and code say the same; what the docs link to is there; what they show runs."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest

from mtpipe.corpus.formats.registry import FOLDER, FORMATS
from mtpipe.quality import filters
from mtpipe.settings import known_keys

PROJECT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "models/**/*.md", "examples/*.md", "benchmarks/*.md")
    for path in PROJECT.glob(pattern)
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
KEY = re.compile(r"--set\s+([a-z_]+\.[a-z_]+)=")


def name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", PROJECT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower().replace(" ", "-") for heading in headings}


def calls(text: str) -> Iterator[list[str]]:
    """The calls of mtpipe in a page's blocks of shell."""
    for language, block in BLOCK.findall(text):
        if language in ("bash", "sh", "console", ""):
            for line in block.replace("\\\n", " ").split("\n"):
                for part in re.split(r"&&|\|\||;|\|", line.split(" #")[0]):
                    words = shlex.split(part, posix=True)
                    if words and Path(words[0]).name == "mtpipe":
                        yield words[1:]


def test_the_reference_is_what_the_program_says(reference: ModuleType) -> None:
    for page, text in reference.pages().items():
        written = (PROJECT / "docs" / "reference" / page).read_text(encoding="utf-8")
        assert written == text, f"run python tools/reference.py: docs/reference/{page} is old"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in (one or other for one, other in LINK.findall(path.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        place, _, anchor = target.partition("#")
        found = path.parent / unquote(place) if place else path
        assert found.exists(), f"{name(path)} links to {target}"
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found), f"{name(path)} links to {target}"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_calls_are_of_commands_and_options_that_there_are(path: Path, reference: ModuleType) -> None:
    known: dict[str, Any] = dict(reference.commands())
    for words in calls(path.read_text(encoding="utf-8")):
        depth = 2 if " ".join(["mtpipe", *words[:2]]) in known else 1
        command = known.get(" ".join(["mtpipe", *words[:depth]]))
        if words[:1] in (["--help"], ["--version"]):
            continue
        assert command is not None, f"{name(path)}: mtpipe {' '.join(words)}"
        options = {option for item in command.params for option in (*item.opts, *item.secondary_opts)}
        given = {word.partition("=")[0] for word in words[depth:] if re.fullmatch(r"--?[a-z][\w-]*(=.*)?", word)}
        assert given <= options | {"--help", "-h"}, f"{name(path)}: mtpipe {' '.join(words)}"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_settings_that_are_named_exist(path: Path) -> None:
    assert set(KEY.findall(path.read_text(encoding="utf-8"))) <= set(known_keys())


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_scripts_and_files_that_are_named_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("\n", " ")
    for script, words in re.findall(r"python ((?:benchmarks|tools)/\w+\.py)([^`&;#]*)", text):
        assert (PROJECT / script).is_file(), f"{name(path)}: {script}"
        known = (PROJECT / script).read_text(encoding="utf-8")
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", re.split(" (?:python|mtpipe) ", words)[0]):
            assert f'"{option}"' in known, f"{name(path)}: {script} {option}"
    for place in re.findall(r"`((?:benchmarks|configs|docs|examples|models|mtpipe|tests|tools)/[\w./-]+)`", text):
        assert (PROJECT / place).exists(), f"{name(path)}: {place}"


def test_the_test_of_calls_would_see_a_slip() -> None:
    text = "```bash\nmtpipe run in/ -o out --limitt 3 && .venv/bin/mtpipe corpus stats out | head\n```\n"
    assert list(calls(text)) == [["run", "in/", "-o", "out", "--limitt", "3"], ["corpus", "stats", "out"]]


def table(page: str, head: str) -> list[list[str]]:
    """The cells of a page's table, by the beginning of its head."""
    text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    lines = text[text.index(f"| {head} |") :].split("\n\n")[0].split("\n")[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_table_of_filters_is_the_filters() -> None:
    rows = {ticked(cells[0])[0]: cells[-1] for cells in table("filters.md", "filter")}
    assert rows.keys() == filters.FILTERS.keys()
    on = {item.name for item in filters.defaults()}
    assert {name for name, bar in rows.items() if bar not in ("off", "with `--exclude`")} == on
    assert len(on) == 15, "README.md says fifteen"
    bars = {item.name: item.model_dump() for item in filters.defaults()}
    for name in on:
        said = {float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", rows[name].replace("none", "0"))}
        assert said == {float(value) for value in bars[name].values()}, name


def test_the_table_of_formats_is_the_formats() -> None:
    rows = {tuple(ticked(cells[0])): cells for cells in table("formats.md", "format")}
    said = {name: cells for names, cells in rows.items() for name in names}
    assert said.keys() == {FOLDER, *(known.name for known in FORMATS)}
    for known in FORMATS:
        _, endings, level, _, back = said[known.name]
        assert set(ticked(endings)) & set(known.endings), known.name
        assert level == ("" if known.name == "tbx" else known.level), known.name
        assert (back == "yes") == (known.read is not None), known.name


def test_every_reason_of_a_failure_is_listed() -> None:
    """Those that stand in the code as they are; those of a list of pairs in docs/alignment.md."""
    used = set()
    for path in (PROJECT / "mtpipe").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"ArticleError": 1, "refused": 2}.get(node.func.id)
                if place and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                    used.add(node.args[place].value)
    listed = {name for cells in table("inputs.md", "reason") for name in ticked(cells[0])}
    pairs = {name for cells in table("alignment.md", "what is wrong") for name in ticked(cells[1])}
    assert {"bad-row", "unsafe-name", "missing-file"} <= used
    assert used <= listed | pairs


SHOWN = [PROJECT / "README.md", PROJECT / "docs" / "alignment.md", PROJECT / "docs" / "tutorial-python.md"]


@pytest.mark.parametrize("path", SHOWN, ids=name)
def test_the_python_that_is_shown_runs(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a folder with one of the examples: the blocks translate, or align, what is there."""
    (tmp_path / "examples" / "articles").mkdir(parents=True)
    for name in ("articles/speech.txt", "glossary.csv"):
        shutil.copy(PROJECT / "examples" / name, tmp_path / "examples" / name)
    monkeypatch.chdir(tmp_path)
    blocks = [text for language, text in BLOCK.findall(path.read_text(encoding="utf-8")) if language == "python"]
    for block in blocks:
        exec(compile(block.replace("politics.txt", "speech.txt"), str(path), "exec"), {})
    assert blocks
    assert capsys.readouterr().out.strip()


def test_the_notebook_runs() -> None:
    nbformat = pytest.importorskip("nbformat", reason="needs the extra test: nbformat, nbclient, ipykernel")
    nbclient = pytest.importorskip("nbclient", reason="needs the extra test: nbformat, nbclient, ipykernel")
    notebook = nbformat.read(PROJECT / "docs" / "tutorial.ipynb", as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(PROJECT / "docs")}})
    client.execute()
    printed = "".join(
        output.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
    )
    assert "visit#p1s1" in printed

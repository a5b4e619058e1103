"""Docs, help, settings and code say the same; what the docs link to is there; what they show runs."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest

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


def test_the_test_of_calls_would_see_a_slip() -> None:
    text = "```bash\nmtpipe run in/ -o out --limitt 3 && .venv/bin/mtpipe corpus stats out | head\n```\n"
    assert list(calls(text)) == [["run", "in/", "-o", "out", "--limitt", "3"], ["corpus", "stats", "out"]]


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

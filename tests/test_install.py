"""Built, installed in clean environments by pip and by uv, and put to work far from the checkout. Needs a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.slow

COUNT = "import datasets, sys; print(len(datasets.load_dataset(sys.argv[1], split='train')))"
WHERE = "import mtpipe, sys; print(mtpipe.__file__)"


def call(*command: str | Path, cwd: Path, home: Path | None = None) -> str:
    """Run a command as on a machine that knows nothing of us; returns what it printed."""
    unset = ("PYTHONPATH", "VIRTUAL_ENV", "XDG_CACHE_HOME", "MTPIPE_CACHE")
    env = {name: value for name, value in os.environ.items() if name not in unset}
    env |= {"UV_FIND_LINKS": os.environ.get("PIP_FIND_LINKS", "")}  # what pip is told, where torch lies on the disk
    if home:
        env |= {"HOME": str(home)}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with build and uv."""
    folder = tmp_path_factory.mktemp("tools")
    call(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    call(folder / "venv" / "bin" / "pip", "install", "-q", "build", "uv", cwd=folder)
    return folder / "venv" / "bin"


@pytest.fixture(scope="module")
def built(tools: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A checkout of what is committed, its sdist, and the wheel that is made from that."""
    folder = tmp_path_factory.mktemp("built")
    call("git", "clone", "-q", project, "checkout", cwd=folder)
    call(tools / "python", "-m", "build", "--outdir", folder / "dist", folder / "checkout", cwd=folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist, "checkout": folder / "checkout"}


@pytest.mark.parametrize(("installer", "what"), [("pip", "wheel"), ("pip", "sdist"), ("uv", "wheel")])
def test_installed_it_does_the_job(
    tools: Path, built: dict[str, Path], project: Path, tmp_path: Path, installer: str, what: str
) -> None:
    programs = tmp_path / "venv" / "bin"
    pins = ["-c", built["checkout"] / "constraints.txt"]
    if installer == "pip":
        call(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
        call(programs / "pip", "install", "-q", *pins, built[what], cwd=tmp_path)
    else:
        call(tools / "uv", "venv", "-q", "-p", sys.executable, tmp_path / "venv", cwd=tmp_path)
        python = programs / "python"
        call(tools / "uv", "pip", "install", "-q", "-p", python, *pins, built[what], cwd=tmp_path)
    shutil.copy(project / "examples" / "articles" / "politics.txt", tmp_path)
    shutil.copy(project / "examples" / "glossary.csv", tmp_path)

    def mtpipe(*arguments: str) -> str:
        return call(programs / "mtpipe", *arguments, cwd=tmp_path, home=tmp_path)

    assert str(tmp_path) in call(programs / "python", "-c", WHERE, cwd=tmp_path, home=tmp_path)
    mtpipe("doctor")
    mtpipe("run", "politics.txt", "--glossary", "glossary.csv", "-o", "out")
    assert int(call(programs / "python", "-c", COUNT, "out/dataset", cwd=tmp_path, home=tmp_path)) > 5
    assert (tmp_path / "out" / "review" / "index.html").is_file()
    mtpipe("export", "out", "-o", "corpus.tmx")
    shutil.rmtree(tmp_path / "venv")


def test_what_the_dockerfile_copies_makes_the_same_wheel(tools: Path, built: dict[str, Path], tmp_path: Path) -> None:
    source, project = tmp_path / "src", built["checkout"]
    for line in (project / "Dockerfile").read_text(encoding="utf-8").splitlines():
        command, *paths = line.split() or [""]
        if command != "COPY" or paths[0].startswith("--"):
            continue
        *given, target = paths
        for path in given:
            place = source / (Path(target) / path if target == "./" else target)
            place.parent.mkdir(parents=True, exist_ok=True)
            if (project / path).is_dir():
                shutil.copytree(project / path, place)
            else:
                shutil.copy(project / path, place)
    call(tools / "python", "-m", "build", "--wheel", "--outdir", tmp_path / "dist", source, cwd=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with ZipFile(wheel) as made, ZipFile(built["wheel"]) as wanted:
        assert sorted(made.namelist()) == sorted(wanted.namelist())

"""The cuBLAS of extra ``gpu``: found where pip puts it, told in a line where it is not there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mtpipe.translate.cuda import NAMES

LOAD = """
from mtpipe.errors import ModelError
from mtpipe.translate.cuda import load_cublas
try:
    print(load_cublas())
    print(open("/proc/self/maps").read())
except ModelError as error:
    print("refused:", error)
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder for PYTHONPATH with shared libraries under the names of nvidia-cublas-cu12's."""
    if sys.platform != "linux":
        pytest.skip("looks at the process by /proc")
    maps = Path("/proc/self/maps").read_text()
    # The C library's mathematics, which Python has loaded: one that needs nothing of a folder of its own, as those of
    # wheels do that other tests have loaded into this process.
    loaded = next(line.split()[-1] for line in maps.splitlines() if Path(line.split()[-1]).name.startswith("libm.so"))
    folder = tmp_path / "nvidia" / "cublas" / "lib"
    folder.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(loaded, folder / name)
    return tmp_path


def run(path: Path) -> str:
    environment = {"PYTHONPATH": str(path), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", LOAD], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_what_pip_installed_is_loaded_by_path(installed: Path) -> None:
    printed = run(installed)
    assert printed.splitlines()[0] == str(installed / "nvidia" / "cublas" / "lib")
    for name in NAMES:
        assert str(installed / "nvidia" / "cublas" / "lib" / name) in printed


def test_half_of_it_is_not_taken(installed: Path) -> None:
    (installed / "nvidia" / "cublas" / "lib" / NAMES[1]).unlink()
    assert str(installed) not in run(installed)


def test_where_it_is_missing_the_error_says_what_to_do(tmp_path: Path) -> None:
    printed = run(tmp_path)
    if not printed.startswith("refused:"):
        pytest.skip(f"this machine has cuBLAS: {printed.splitlines()[0]}")
    assert "pip install 'mtpipe[gpu]'" in printed
    assert NAMES[0] in printed
    assert len(printed.splitlines()) == 1

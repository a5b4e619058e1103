"""An engine whose device is short of memory: the kernel's own refusal, by a limit on the process's address space."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import short_of_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS binds on Linux")


# Slow, and of torch alone: the limit binds Python as well, and CTranslate2 asks for so little that numpy is refused
# first. What is done with its error stands in test_translate_batching.py.
@pytest.mark.slow
@pytest.mark.parametrize(("engine", "mebibytes"), [("torch", 60)])
def test_batches_are_halved_until_they_fit(cache: Path, project: Path, engine: str, mebibytes: int) -> None:
    if not (project / "models" / "small-ar-en" / "model.safetensors").exists():
        pytest.skip("needs the embedded model")
    done = subprocess.run(
        [sys.executable, short_of_memory.__file__, engine, str(mebibytes)],
        capture_output=True,
        check=False,
        timeout=1200,
        env={**os.environ, "MTPIPE_CACHE": str(cache), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["errors"] > 0
    assert len(found["limited"]) == len(short_of_memory.SEGMENTS)
    assert found["limited"][: short_of_memory.SOME] == found["free"]

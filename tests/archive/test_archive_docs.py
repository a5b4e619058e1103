"""What docs/cluster.md shows is a script that a shell takes, and a table that its command prints."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    return (project / "docs" / "cluster.md").read_text(encoding="utf-8")


def test_the_slurm_script_is_one(page: str, tmp_path: Path) -> None:
    found = re.search(r"<!-- script: slurm -->\n```bash\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert found
    script = tmp_path / "job.sh"
    script.write_text(found[1])
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (4, 0), (130, 130), (3, 3)])
def test_what_the_slurm_script_makes_of_exit_codes(page: str, tmp_path: Path, code: int, ends: int) -> None:
    """With stand-ins for mtpipe and for SLURM's own command on the path."""
    found = re.search(r"<!-- script: slurm -->\n```bash\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert found
    script = found[1].replace("/scratch/$USER", str(tmp_path))
    (tmp_path / "job.sh").write_text(script)
    for name, text in (("mtpipe", f"echo mtpipe $@; exit {code}"), ("scontrol", "echo scontrol $@")):
        (tmp_path / name).write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / name).chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "SLURM_ARRAY_TASK_ID": "3",
        "SLURM_ARRAY_JOB_ID": "77",
    }
    done = subprocess.run(
        ["bash", str(tmp_path / "job.sh")], capture_output=True, text=True, check=False, env=environment, cwd=tmp_path
    )
    assert done.returncode == ends, done.stderr
    assert f"mtpipe run {tmp_path}/articles -o {tmp_path}/corpus/part-3 --shard 3/64" in done.stdout
    assert ("scontrol requeue 77_3" in done.stdout) is (code == 130)
    merged = subprocess.run(
        ["bash", str(tmp_path / "job.sh"), "merge"], capture_output=True, text=True, check=False, env=environment
    )
    assert merged.stdout.count("/part-") == 64


def test_the_table_of_costs_is_what_its_command_prints(page: str, project: Path) -> None:
    found = re.search(r"^`python (benchmarks/costs\.py .*?)`:\n\n(.*?)\n\nHours", page, re.DOTALL | re.MULTILINE)
    assert found
    done = subprocess.run(
        [sys.executable, *shlex.split(found[1])], capture_output=True, text=True, check=True, cwd=project
    )
    assert done.stdout.strip() == found[2]


def test_costs_of_a_run(project: Path, tmp_path: Path) -> None:
    windows = [{"window": 0, "sentences": 100, "articles": 10, "seconds": 50.0}]
    windows.append({"window": 1, "sentences": 300, "articles": 10, "seconds": 50.0})
    (tmp_path / "run.json").write_text(json.dumps({"windows": windows}))
    words = [sys.executable, "benchmarks/costs.py", str(tmp_path / "run.json"), "--cores", "2"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=project)
    assert done.stdout.startswith("4 sentences/s on 2 cores, 20 sentences an article: 360 articles per core-hour")
    gpu = subprocess.run(
        [*words, "--gpu-sentences-per-second", "400"], capture_output=True, text=True, check=True, cwd=project
    )
    assert gpu.stdout.splitlines()[4].endswith("| 1.39 |")

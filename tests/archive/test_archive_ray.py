"""A cluster of two workers on this machine: the bytes of a run without it, also where a worker is killed on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import speller
import stand_in

from mtpipe.archive.ray import Cluster, connected
from mtpipe.errors import UsageError

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra ray: pip install 'mtpipe[ray]'")
MARK = "MTPIPE_TEST_CLUSTER"

Command = Callable[..., list[str]]


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", 13, broken=(4,))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "desk").mkdir()
    return tmp_path / "desk"


@pytest.fixture
def command(inputs: Path, desk: Path) -> Command:
    program = json.dumps([sys.executable, speller.__file__, str(desk)])
    assigned = [f"translate.command={program}", "quality.similarity=false", "corpus.window=2", "translate.threads=1"]
    sets = [part for assignment in assigned for part in ("--set", assignment)]

    def call(out: Path, *more: str) -> list[str]:
        words = ["run", str(inputs), "-o", str(out), "--engine", "command", "--quiet", *sets, *more]
        return [sys.executable, "-m", "mtpipe", *words]

    return call


RAY = ("--runner", "ray", "--address", "local", "--workers", "2")


def run(command: list[str], **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=570, check=False, env=os.environ | environment
    )
    return done.returncode, done.stderr


def ours(said: str) -> list[str]:
    """What was said but for a line of Ray's own, that its log level was set."""
    return [line for line in said.splitlines() if "logging.cc" not in line]


@needs_ray
@pytest.mark.slow
def test_two_workers_give_the_bytes_of_one_machine(command: Command, desk: Path, tmp_path: Path) -> None:
    assert run(command(tmp_path / "whole"))[0] == 4
    before = len(speller.calls(desk))
    code, said = run(command(tmp_path / "out", *RAY))
    assert (code, len(ours(said))) == (4, 1), said
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "whole")
    called = len(speller.calls(desk))
    assert called > before
    assert run(command(tmp_path / "out", *RAY))[0] == 4
    assert len(speller.calls(desk)) == called  # nothing was left to do


def workers(mark: str) -> list[int]:
    """The processes of actors that hold an engine, of the cluster that was started with this mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            title, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if title.startswith(b"ray::") and b"_Worker" in title and f"{MARK}={mark}".encode() in environment:
            found.append(int(folder.name))
    return found


@needs_ray
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="workers are found in /proc")
@pytest.mark.parametrize("victim", ["worker", "driver"])
def test_killed_on_the_way(command: Command, desk: Path, tmp_path: Path, victim: str) -> None:
    assert run(command(tmp_path / "whole"))[0] == 4
    before = len(speller.calls(desk))
    (desk / "pause").write_text("1")
    mark = f"{os.getpid()}-{victim}"
    with subprocess.Popen(
        command(tmp_path / "out", *RAY), stderr=subprocess.PIPE, text=True, env=os.environ | {MARK: mark}
    ) as process:
        deadline = time.monotonic() + 300
        while len(speller.calls(desk)) < before + 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        at_work = workers(mark)
        assert 1 <= len(at_work) <= 2
        (desk / "pause").unlink()
        if victim == "driver":
            process.kill()
        else:
            os.kill(at_work[0], signal.SIGKILL)
        _, said = process.communicate(timeout=300)
    if victim == "driver":
        assert process.returncode == -signal.SIGKILL
        assert run(command(tmp_path / "out", *RAY))[0] == 4
    else:
        assert process.returncode == 4, said
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "whole")


@needs_ray
@pytest.mark.slow
def test_an_engine_that_fails_is_told_in_one_line(command: Command, desk: Path, tmp_path: Path) -> None:
    (desk / "fail").write_text("3")
    code, said = run(command(tmp_path / "out", *RAY))
    assert code == 3
    (line,) = ours(said)
    assert line.startswith("mtpipe: ")
    assert line.endswith("exit code 1 (out of ink).")
    (desk / "fail").unlink()
    assert run(command(tmp_path / "out"))[0] == 4  # the local runner goes on where the cluster was
    assert run(command(tmp_path / "whole"))[0] == 4
    assert stand_in.tree(tmp_path / "out") == stand_in.tree(tmp_path / "whole")


def test_without_ray_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "ray"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ray", None)
    wanted = r"--runner ray needs Ray .* pip install 'mtpipe\[ray\]'"
    with pytest.raises(UsageError, match=wanted), connected(stand_in.settings(), Cluster()):
        pass


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--workers", "2"), "--address, --workers and --worker-gpus are for --runner ray."),
        (("--runner", "ray", "--shard", "1/2"), "--shard and --runner ray: Ray divides the work itself."),
        (("--runner", "slurm"), "--runner"),
    ],
)
def test_options_that_do_not_go_together(command: Command, tmp_path: Path, more: tuple[str, ...], told: str) -> None:
    code, said = run(command(tmp_path / "out", *more))
    assert (code, said.count("\n")) == (2, 1)
    assert told in said
    assert not (tmp_path / "out").exists()

"""The command line as users have it: a process of its own, on a machine without network; or called in this one."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mtpipe.cli.app import main

# Loaded by the interpreter of the child before anything else. Libraries swallow errors, so every attempt is written
# down as well.
NO_NETWORK = """
import os, sys

def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        with open(os.environ["NETWORK_LOG"], "a") as log:
            log.write(f"{event} {arguments!r}\\n")
        raise OSError("no network in this test")

sys.addaudithook(refuse)
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: bytes
    words: str

    @property
    def last(self) -> str:
        """The last line on stderr."""
        return self.words.rstrip("\n").rpartition("\n")[2]


Command = Callable[..., Ended]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "sitecustomize.py").write_text(NO_NETWORK)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "MTPIPE_", "COV_", "PYTHON"))}
    return kept | {
        "MTPIPE_CACHE": str(folder / "cache"),
        "HF_HOME": str(folder / "hub"),  # what this machine has downloaded must not help
        "PYTHONPATH": str(folder),
        "NETWORK_LOG": str(folder / "network.log"),
    }


@pytest.fixture(scope="session")
def argv() -> list[str]:
    """The installed script."""
    return [str(Path(sysconfig.get_path("scripts")) / "mtpipe")]


@pytest.fixture(scope="session")
def mtpipe(environment: Mapping[str, str], argv: list[str]) -> Command:
    """Run ``mtpipe`` to its end."""

    def run(
        *arguments: str | Path, given: bytes = b"", env: Mapping[str, str] | None = None, limit: float = 300
    ) -> Ended:
        done = subprocess.run(
            [*argv, *map(str, arguments)],
            input=given,
            capture_output=True,
            env={**environment, **(env or {})},
            timeout=limit,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr.decode())

    return run


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Call the command line in this process, which has loaded its libraries once and for all."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("MTPIPE_DEBUG", "")
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)

    def call(*arguments: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["mtpipe", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        assert isinstance(end.value.code, int)
        out, words = capfd.readouterr()
        return Ended(end.value.code, out.encode(), words)

    yield call
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def network_log(environment: Mapping[str, str]) -> Path:
    return Path(environment["NETWORK_LOG"])


@pytest.fixture
def no_model() -> list[str]:
    """Options that make ``cat`` the engine: what is tested with them does not depend on a model."""
    settings = ("translate.engine=command", "translate.command=[cat]", "translate.guard=false")
    return [part for setting in (*settings, "quality.similarity=false") for part in ("--set", setting)]

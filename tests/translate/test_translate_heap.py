"""The heap's settings, each in a process of its own: they hold for all of one."""

import os
import platform
import subprocess
import sys

import pytest

PROBE = """
from mtpipe.translate import heap
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1])
print(heap.keep_memory())
block = bytearray(200 * 2**20)  # through calloc, which a mapping gives for nothing
block[:: 4096] = b"x" * len(block[:: 4096])
del block
print(peak() > 150 * 2**10)
"""
glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")


def probe(**variables: str) -> list[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_"))}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=plain | variables, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@glibc
def test_freed_memory_stays() -> None:
    assert probe() == ["True", "True"]


@glibc
@pytest.mark.parametrize(
    "variables", [{"MALLOC_ARENA_MAX": "2"}, {"GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=131072"}]
)
def test_what_a_user_has_set_holds(variables: dict[str, str]) -> None:
    assert probe(**variables) == ["False", "False"]

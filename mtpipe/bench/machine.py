"""What a rate was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from mtpipe.translate.workers import cores

TELLING: Final = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimd", "asimddp", "i8mm", "sve")
"""Flags of a processor that decide how fast matrices are multiplied."""
LIBRARIES: Final = ("mtpipe", "ctranslate2", "torch", "transformers", "sentencepiece", "numpy")


@dataclass(frozen=True, slots=True)
class Machine:
    """Processor, cores that this process may use, memory, cards, system; ``load`` is what else was running.

    ``memory`` is in GiB; ``load`` the mean number of busy processes in the minute before, None where nobody counts.
    """

    processor: str
    cores: int
    flags: tuple[str, ...]
    memory: float
    cards: tuple[str, ...]
    system: str
    load: float | None
    versions: dict[str, str]

    @property
    def has_vnni(self) -> bool:
        """Whether four products of bytes are added up in one instruction."""
        return bool({"avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm"} & set(self.flags))

    def __str__(self) -> str:
        flags = f" ({', '.join(self.flags)})" if self.flags else ""
        cards = "".join(f", {card}" for card in self.cards) or ", no GPU"
        load = "" if self.load is None else f", load {self.load:.1f} before"
        return f"{self.processor}{flags}, {self.cores} cores, {self.memory:.0f} GiB{cards}, {self.system}{load}"


def describe() -> Machine:
    """Look at this machine."""
    import torch

    names = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        names.append("Apple GPU")
    told = dict(_cpuinfo())
    flags = set((told.get("flags") or told.get("Features") or "").split())
    return Machine(
        processor=told.get("model name") or _sysctl() or platform.processor() or platform.machine(),
        cores=cores(),
        flags=tuple(flag for flag in TELLING if flag in flags),
        memory=_memory() / 2**30,
        cards=tuple(names),
        system=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        versions={name: version(name) for name in LIBRARIES},
    )


def _cpuinfo() -> Iterator[tuple[str, str]]:
    """Yield names and values of the first processor that Linux tells of; nothing elsewhere."""
    path = Path("/proc/cpuinfo")
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        if not line.strip():
            return
        name, _, value = line.partition(":")
        yield name.strip(), value.strip()


def _sysctl() -> str:
    try:
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0

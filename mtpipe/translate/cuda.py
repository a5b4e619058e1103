"""CUDA 12's cuBLAS for CTranslate2, which opens ``libcublas.so.12`` by name when it first multiplies on a card.

Its wheels carry all else that it needs of CUDA (version 4.8 wants no cuDNN for Marian). PyTorch's wheels bring CUDA 13,
under other names, so that neither helps nor disturbs the other. What extra ``gpu`` installs lies where no loader looks:
loaded here by path, it is there when CTranslate2 asks for it by name.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from pathlib import Path
from typing import Final

from mtpipe.errors import ModelError

PACKAGE: Final = "nvidia.cublas"
"""What nvidia-cublas-cu12 installs."""
WINDOWS: Final = sys.platform == "win32"
NAMES: Final = ("cublasLt64_12.dll", "cublas64_12.dll") if WINDOWS else ("libcublasLt.so.12", "libcublas.so.12")
"""The second needs the first."""


def load_cublas() -> str:
    """Make cuBLAS known to this process and return where it was found.

    Raises ``ModelError`` where it is neither installed beside mtpipe nor on the system.
    """
    folder = _installed()
    try:
        for name in NAMES:
            ctypes.CDLL(str(folder / name) if folder else name, mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise ModelError(
            f"device cuda: CTranslate2 needs CUDA 12's cuBLAS ({error}). Install it (pip install 'mtpipe[gpu]'), or "
            "use --engine torch or --device cpu."
        ) from error
    return str(folder) if folder else "the system's libraries"


def _installed() -> Path | None:
    try:
        spec = importlib.util.find_spec(PACKAGE)
    except ModuleNotFoundError:  # there is no package "nvidia" at all
        return None
    for place in spec.submodule_search_locations or () if spec else ():
        folder = Path(place) / ("bin" if WINDOWS else "lib")
        if all((folder / name).is_file() for name in NAMES):
            return folder
    return None

"""Which device an engine runs on. One that was asked for and is not there is an error, never a silent fallback."""

from __future__ import annotations

from mtpipe.errors import ModelError
from mtpipe.translate.cuda import load_cublas


def for_ct2(asked: str) -> str:
    """Resolve ``auto``, ``cpu`` or ``cuda[:n]`` for CTranslate2, and load what it needs there.

    Raises ``ModelError`` where the device is not there, or can't be used.
    """
    import ctranslate2

    if asked == "mps":
        raise ModelError("device mps: CTranslate2 has no Metal backend. Use --engine torch, or --device cpu.")
    count: int = ctranslate2.get_cuda_device_count()
    picked = _pick(asked, cuda=count, mps=False)
    if picked != "cpu":
        load_cublas()
    return picked


def for_torch(asked: str) -> str:
    """Resolve ``auto``, ``cpu``, ``cuda[:n]`` or ``mps`` for PyTorch. Raises ``ModelError`` where it is not there."""
    import torch

    return _pick(asked, cuda=torch.cuda.device_count(), mps=torch.backends.mps.is_available())


def _pick(asked: str, *, cuda: int, mps: bool) -> str:
    if asked == "auto":
        return "cuda:0" if cuda else "mps" if mps else "cpu"
    kind, _, number = asked.partition(":")
    if kind == "cuda":
        if int(number or 0) >= cuda:
            there = f"{cuda} CUDA device(s), cuda:0 first" if cuda else "no CUDA device"
            raise ModelError(f"device {asked}: there is {there} here. Use --device auto or cpu.")
        return f"cuda:{number or 0}"
    if kind == "mps" and not mps:
        raise ModelError("device mps: there is no Metal device here. Use --device auto or cpu.")
    return asked

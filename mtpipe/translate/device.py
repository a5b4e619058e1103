"""Which device an engine runs on. One that was asked for and is not there is an error, never a silent fallback."""

from __future__ import annotations

from mtpipe.errors import ModelError
from mtpipe.translate.cuda import load_cublas


def for_ct2(asked: str) -> str:
    """Resolve ``auto``, ``cpu`` or ``cuda[:n[,n...]]`` for CTranslate2, and load what it needs there.

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
    """Resolve ``auto``, ``cpu``, ``cuda[:n[,n...]]`` or ``mps`` for PyTorch.

    Raises ``ModelError`` where it is not there.
    """
    import torch

    return _pick(asked, cuda=torch.cuda.device_count(), mps=torch.backends.mps.is_available())


def numbered(device: str) -> tuple[str, list[int]]:
    """Split a resolved device: ``cuda:0,1`` is ("cuda", [0, 1]), ``cpu`` is ("cpu", [0])."""
    kind, _, numbers = device.partition(":")
    return kind, [int(number) for number in (numbers or "0").split(",")]


def each(device: str) -> list[str]:
    """Return the single devices of a resolved one: ``cuda:0,1`` is ``cuda:0`` and ``cuda:1``."""
    kind, numbers = numbered(device)
    return [f"{kind}:{number}" for number in numbers] if kind == "cuda" else [device]


def _pick(asked: str, *, cuda: int, mps: bool) -> str:
    if asked == "auto":
        return "cuda:0" if cuda else "mps" if mps else "cpu"
    kind, numbers = numbered(asked)
    if kind == "cuda":
        if max(numbers) >= cuda:
            there = f"{cuda} CUDA device(s), cuda:0 first" if cuda else "no CUDA device"
            raise ModelError(f"device {asked}: there is {there} here. Use --device auto or cpu.")
        if len(set(numbers)) < len(numbers):
            raise ModelError(
                f"device {asked}: a card stands twice. translate.workers=2 gives each two batches at a time."
            )
        return f"cuda:{','.join(map(str, numbers))}"
    if kind == "mps" and not mps:
        raise ModelError("device mps: there is no Metal device here. Use --device auto or cpu.")
    return asked

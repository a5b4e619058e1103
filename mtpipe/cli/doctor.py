"""``mtpipe doctor``: what is here, and whether it works."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from mtpipe import __version__, resources
from mtpipe.cli import options
from mtpipe.errors import ModelError

PACKAGES: Final = ("ctranslate2", "torch", "transformers", "sentencepiece", "datasets", "pyarrow", "trafilatura")


def doctor(
    config: options.Config = None,
    assignments: options.Set = None,
    model: options.Model = None,
    engine: options.Engine = None,
    device: options.Device = None,
    debug: options.Debug = False,
) -> None:
    """Print versions, devices and caches, and translate a sentence with the model that a run would use.

    Ends with exit code 3 where the model or the device can't be used.
    """
    settings = options.load(config, assignments, model=model, engine=engine, device=device)
    _row("mtpipe", f"{__version__} ({Path(__file__).resolve().parents[1]})")
    _row("python", f"{platform.python_version()} on {platform.platform()}")
    for package in PACKAGES:
        _row(package, _version(package))
    import ctranslate2
    import torch
    from huggingface_hub.constants import HF_HUB_CACHE

    _row("ct2 devices", f"cpu, {ctranslate2.get_cuda_device_count()} cuda")
    _row("torch devices", f"cpu, {torch.cuda.device_count()} cuda, mps {torch.backends.mps.is_available()}")
    _row("cublas 12", _cublas())
    from mtpipe.translate import cache_folder, open_translator
    from mtpipe.translate.workers import cores

    _row("processors", f"{cores()} of {os.cpu_count()}")
    _row("model cache", _writable(cache_folder()))
    _row("hub cache", HF_HUB_CACHE)
    _row("configs", str(resources.folder("configs")))
    translator = open_translator(settings.translate)
    _row("device", translator.device)
    _row("model", str(translator.signature))
    source = "شكرا جزيلا لكم"
    found = translator.translate([source])[0]
    _row("test", f"{source} -> {found.best.text}")


def _row(name: str, value: str) -> None:
    sys.stdout.write(f"{name:14} {value}\n")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _cublas() -> str:
    from mtpipe.translate.cuda import load_cublas

    try:
        return f"loads from {load_cublas()}"
    except ModelError:
        return "not installed (CTranslate2 wants it on CUDA: pip install 'mtpipe[gpu]')"


def _writable(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return f"{folder} (writable)"
    except OSError as error:
        return f"{folder} (can't be written: {error.strerror}; set MTPIPE_CACHE)"

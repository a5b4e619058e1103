"""Models to measure, any that the store knows and one of random weights in the shape of OPUS-MT, and their engines."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Final

from mtpipe import __version__
from mtpipe.errors import ModelError, UsageError
from mtpipe.settings import TranslateSettings
from mtpipe.translate import random_model
from mtpipe.translate.ct2 import CTranslate2Translator
from mtpipe.translate.marian import TorchTranslator
from mtpipe.translate.store import ModelFolder, cache_folder, inspect, resolve

OPUS_SHAPE: Final = "opus-shape"
"""The name under which the benchmark knows the random model: 6+6 layers of 512, 62,834 pieces, 75 M parameters."""


def open_model(name: str) -> ModelFolder:
    """Find a model by name; ``opus-shape`` is written into the cache at its first use. Raises ``ModelError``."""
    return inspect(OPUS_SHAPE, _random()) if name == OPUS_SHAPE else resolve(name)


def open_engine(model: ModelFolder, settings: TranslateSettings) -> CTranslate2Translator | TorchTranslator:
    """Open the engine that a run would take, bare: what stands around it forces no lengths.

    Raises ``UsageError`` for another program, whose lengths nobody can force, and ``ModelError``.
    """
    if settings.engine == "command":
        raise UsageError("engine command: another program can't be measured here. Name ct2 or torch with --engine.")
    torch = settings.engine == "torch" or (settings.engine == "auto" and settings.device == "mps")
    return (TorchTranslator if torch else CTranslate2Translator)(model, settings)


def _random() -> Path:
    target = cache_folder() / "bench" / f"{OPUS_SHAPE}-{__version__}"
    if target.is_dir():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="building-", dir=target.parent) as temporary:
            built = random_model.build(Path(temporary) / OPUS_SHAPE)
            with contextlib.suppress(OSError):  # another process was faster: its result is the same
                built.replace(target)
    except OSError as error:
        raise ModelError(
            f"cache folder {target.parent} can't be written ({error.strerror}). Set MTPIPE_CACHE to another folder."
        ) from error
    return target

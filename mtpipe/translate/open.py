"""From settings to a translator: engine, then the cutting of long segments, then the guard."""

from __future__ import annotations

from mtpipe.settings import TranslateSettings
from mtpipe.translate.base import Decoding, Translator
from mtpipe.translate.command import CommandTranslator
from mtpipe.translate.ct2 import CTranslate2Translator
from mtpipe.translate.guard import Guard
from mtpipe.translate.long import LimitedTranslator, LongSegments
from mtpipe.translate.marian import TorchTranslator
from mtpipe.translate.store import resolve


def open_translator(settings: TranslateSettings) -> Translator:
    """Load the engine that the settings name. Raises ``ModelError`` or ``UsageError`` before any work is done."""
    translator: Translator
    if settings.engine == "command":
        translator = CommandTranslator(settings)
    else:
        model = resolve(settings.model, revision=settings.revision)
        # CTranslate2 has no Metal backend: "auto" follows the device that was asked for.
        torch = settings.engine == "torch" or (settings.engine == "auto" and settings.device == "mps")
        engine: LimitedTranslator = (TorchTranslator if torch else CTranslate2Translator)(model, settings)
        translator = LongSegments(engine)
    return Guard(translator, decoding=decoding_of(settings)) if settings.guard else translator


def decoding_of(settings: TranslateSettings) -> Decoding | None:
    """Return how the engine of the settings searches, None where that is a program's own business."""
    if settings.engine == "command":
        return None
    return Decoding(settings.beam, settings.length_penalty, settings.no_repeat_ngram)

"""Translation: engines behind one protocol, long segments, guard, translation memory, model store."""

from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis, Token, Translator
from mtpipe.translate.memory import Memory
from mtpipe.translate.open import decoding_of, open_translator
from mtpipe.translate.store import EMBEDDED, ModelFolder, cache_folder, notice, resolve

__all__ = [
    "EMBEDDED",
    "Decoding",
    "Hypotheses",
    "Hypothesis",
    "Memory",
    "ModelFolder",
    "Token",
    "Translator",
    "cache_folder",
    "decoding_of",
    "notice",
    "open_translator",
    "resolve",
]

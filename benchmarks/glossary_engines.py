"""Stand-in engines for measuring what a glossary does: one that copies Latin words, one of OPUS-MT's shape.

Neither translates as a trained model of that size would. What they show is mechanism: which rungs work, how often, and
what they cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from mtpipe.bench.models import open_model
from mtpipe.settings import TranslateSettings
from mtpipe.signature import Signature
from mtpipe.translate import Translator, open_translator
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis

LENGTH = 1.0
"""Target pieces per source piece of the model with random weights, which never ends a sentence by itself."""

_LATIN = re.compile(r"[A-Za-z]+(?:[\s'’.-]+[A-Za-z]+)*")


class Copying:
    """An engine that copies stretches of Latin letters to where they stood, and translates what is between them.

    The embedded model does not copy; large ones do. Its translations are those of the engine inside, and so is their
    cost: each stretch of Arabic is translated, of all segments in one call.
    """

    def __init__(self, inner: Translator) -> None:
        self._inner = inner

    @property
    def signature(self) -> Signature:
        """See ``Translator``."""
        return self._inner.signature + Signature((("latin", "copied"),))

    @property
    def device(self) -> str:
        """See ``Translator``."""
        return self._inner.device

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        """See ``Translator``."""
        cut = [list(_cut(segment)) for segment in segments]
        wanted = [part for parts in cut for part, latin in parts if not latin]
        made = iter(self._inner.translate(wanted, n_best=n_best, attention=attention, decoding=decoding))
        return [self._joined(parts, made) for parts in cut]

    def _joined(self, parts: Sequence[tuple[str, bool]], made: Iterator[Hypotheses]) -> Hypotheses:
        if len(parts) == 1 and not parts[0][1]:
            return next(made)
        found = [(part, None) if latin else ("", next(made)) for part, latin in parts]
        texts = [part if one is None else _inside(one.best.text, last=number == len(found) - 1)
                 for number, (part, one) in enumerate(found)]  # fmt: skip
        scores = [one.best.score for _, one in found if one is not None]
        flags = tuple(dict.fromkeys(flag for _, one in found if one is not None for flag in one.flags))
        text = " ".join(filter(None, texts))
        best = Hypothesis(re.sub(r" (?=[.,!?])", "", text), sum(scores) / max(1, len(scores)))
        return Hypotheses((best,), (), flags)


class Endless:
    """A model of random weights, each translation of a forced length: it would go on to the limit."""

    def __init__(self, inner: Translator) -> None:
        self._inner = inner

    @property
    def signature(self) -> Signature:
        """See ``Translator``."""
        return self._inner.signature + Signature((("forced", f"{LENGTH:g}"),))

    @property
    def device(self) -> str:
        """See ``Translator``."""
        return self._inner.device

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        """See ``Translator``."""
        search = replace(decoding or Decoding(), forced=LENGTH)
        made = self._inner.translate(segments, n_best=n_best, attention=attention, decoding=search)
        return [replace(one, items=tuple(replace(item, ended=True) for item in one.items)) for one in made]


def engines(threads: int) -> Iterator[tuple[str, Translator]]:
    """Yield the engines to measure, by name, the embedded model first; each is opened when it is its turn."""
    settings = TranslateSettings(threads=threads)
    embedded = open_translator(settings)
    yield "small-ar-en", embedded
    yield "small-ar-en, Latin copied", Copying(embedded)
    random = settings.model_copy(update={"model": str(open_model("opus-shape").path), "guard": False})
    shape = Endless(open_translator(random))
    yield "opus-shape", shape
    yield "opus-shape, Latin copied", Copying(shape)


def _cut(segment: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a segment and whether they are Latin; a segment without any is one part, blank or not."""
    edges = sorted({0, len(segment), *(edge for found in _LATIN.finditer(segment) for edge in found.span())})
    parts = [segment[start:end] for start, end in pairwise(edges)] or [segment]
    starts = accumulate(map(len, parts), initial=0)
    latin = {found.start() for found in _LATIN.finditer(segment)}
    for start, part in zip(starts, parts, strict=False):
        if start in latin:
            yield part, True
        elif len(parts) == 1 or any(map(str.isalnum, part)):
            yield part.strip(), False
        elif part.strip():
            yield part.strip(), True  # signs stay as they are


def _inside(text: str, *, last: bool) -> str:
    """Return the English of a part: only that of the last keeps its full stop."""
    return text if last else re.sub(r"[.!?]+$", "", text)


class Remembering:
    """An engine that translates each segment once, with hypotheses and attention enough for any question after."""

    def __init__(self, inner: Translator, n_best: int) -> None:
        self._inner = inner
        self._n_best = n_best
        self.known: dict[str, Hypotheses] = {}

    @property
    def signature(self) -> Signature:
        """See ``Translator``."""
        return self._inner.signature

    @property
    def device(self) -> str:
        """See ``Translator``."""
        return self._inner.device

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        """See ``Translator``."""
        new = [segment for segment in dict.fromkeys(segments) if segment not in self.known]
        made = self._inner.translate(new, n_best=self._n_best, attention=True) if new else []
        self.known.update(zip(new, made, strict=True))
        return [replace(self.known[segment], items=self.known[segment].items[:n_best]) for segment in segments]

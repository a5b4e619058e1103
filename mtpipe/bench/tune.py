"""The layout of a run, chosen by a short measurement: how many batches at a time, and how large they are.

Measured on made-up sentences with forced lengths (see ``work``). The default stays unless another is faster by a margin
that chance alone does not make.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mtpipe.archive.journal import FOLDER, STATE, Journal
from mtpipe.bench import work
from mtpipe.bench.models import open_engine
from mtpipe.errors import UsageError
from mtpipe.settings import Settings, changed
from mtpipe.translate import Decoding, device
from mtpipe.translate.ct2 import CTranslate2Translator
from mtpipe.translate.marian import TorchTranslator
from mtpipe.translate.store import resolve
from mtpipe.translate.workers import layout

MARGIN: Final = 1.05
SENTENCES: Final = 48
"""Made-up sentences of a measurement; fewer where they take long."""
SECONDS: Final = 10.0
"""What a measurement should take at most."""
ROUNDS: Final = 2
BUDGETS: Final = (512, 1024, 4096, 8192)
"""Padded source pieces of a batch that are tried beside the setting's."""
KEYS: Final = ("translate.threads", "translate.workers", "translate.batch_tokens")
"""The settings that are chosen."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A layout and the target tokens a second that it gave, the best of a few rounds."""

    threads: int
    workers: int
    batch_tokens: int
    rate: float

    def format(self) -> str:
        """Say it in a line."""
        return (
            f"{self.workers} x {self.threads // self.workers} threads, batches of {self.batch_tokens}: {self.rate:.0f}"
        )


def laid_out(settings: Settings, out: Path, *, tell: Callable[[str], None] = lambda _: None) -> Settings:
    """Return settings with the layout that an output folder has been started with, or with the fastest for a new one.

    Raises ``ModelError``, ``UsageError``.
    """
    path = out / FOLDER / STATE
    if path.is_file():
        with closing(Journal(out)) as journal:
            found = kept(settings, journal.fingerprint)
        if found:
            tell(f"layout: as {out} was started with")
            return found
    return tune(settings, tell=tell)


def tune(settings: Settings, *, tell: Callable[[str], None] = lambda _: None) -> Settings:
    """Measure layouts and return the settings with the fastest. Raises ``ModelError``, ``UsageError``."""
    given = settings.translate
    if given.engine == "command":
        raise UsageError("--tune: an engine of another program has a layout of its own. Leave --tune out.")
    measure = _Measure(settings, tell)
    workers, threads = layout(given.threads, given.workers)
    best = measure(workers * threads, workers, given.batch_tokens)
    for count in _counts(workers * threads, given.workers or workers):
        best = _better(best, measure(workers * threads, count, given.batch_tokens))
    for budget in BUDGETS:
        if budget != given.batch_tokens:
            best = _better(best, measure(best.threads, best.workers, budget))
    tell(f"layout: {best.format()} tokens/s")
    return changed(settings, dict(zip(KEYS, (best.threads, best.workers, best.batch_tokens), strict=True)))


def kept(settings: Settings, fingerprint: Mapping[str, str]) -> Settings | None:
    """Return settings with the layout that an earlier start has fixed, None where there is none."""
    found = {key: int(fingerprint[key]) for key in KEYS if key in fingerprint}
    return changed(settings, found) if len(found) == len(KEYS) else None


def _better(one: Tried, other: Tried) -> Tried:
    return other if other.rate > one.rate * MARGIN else one


def _counts(threads: int, default: int) -> list[int]:
    """Return numbers of workers to try beside the default: 1, and halves of the threads."""
    return sorted({max(1, threads >> shift) for shift in range(threads.bit_length())} - {default})


class _Measure:
    """Loads the engine for a layout and times it."""

    def __init__(self, settings: Settings, tell: Callable[[str], None]) -> None:
        self._settings = settings.translate
        self._tell = tell
        self._model = resolve(settings.translate.model, revision=settings.translate.revision)
        self._work: work.Work | None = None

    def __call__(self, threads: int, workers: int, batch_tokens: int) -> Tried:
        layout = {"threads": threads, "workers": workers, "batch_tokens": batch_tokens}
        engine = open_engine(self._model, self._settings.model_copy(update=layout))
        search = replace(engine.decoding, forced=work.RATIO)
        given = self._work = self._work or self._sized(engine, search)
        rates = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            engine.translate(given.segments, decoding=search)
            rates.append(given.target_tokens / (time.perf_counter() - started))
        tried = Tried(threads, workers, batch_tokens, max(rates))
        self._tell(f"tuning on {device.numbered(engine.device)[0]}: {tried.format()} tokens/s")
        return tried

    def _sized(self, engine: CTranslate2Translator | TorchTranslator, search: Decoding) -> work.Work:
        """Return as much work as a measurement has time for, after a first go that does not count."""
        pieces, count = list(engine.subwords.vocabulary), engine.subwords.count
        given = work.make(pieces, count, SENTENCES, limit=engine.limit)
        few = given.sample(8)
        started = time.perf_counter()
        engine.translate(few.segments, decoding=search)
        each = (time.perf_counter() - started) / len(few.segments)
        return given.sample(max(8, min(SENTENCES, round(SECONDS / ROUNDS / each))))

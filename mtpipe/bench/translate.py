"""Engines against each other: the same work, in turns, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mtpipe.bench import bound, contenders, work
from mtpipe.bench.contenders import Contender
from mtpipe.bench.machine import Machine
from mtpipe.bench.models import open_model
from mtpipe.bench.spread import Spread
from mtpipe.settings import TranslateSettings
from mtpipe.translate import device
from mtpipe.translate.subwords import Subwords

WARMING: Final = 2
"""Sentences that each contender translates before the clock runs."""


@dataclass(frozen=True, slots=True)
class Row:
    """A contender's result: rates a second, and how often as fast as each of the first two, in the same round."""

    name: str
    sentences: int
    target_tokens: int
    seconds: tuple[float, ...]
    sentences_per_second: Spread
    tokens_per_second: Spread
    against: tuple[Spread, Spread]
    bound: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All contenders on one model with one beam."""

    model: str
    beam: int
    sentences: int
    source_tokens: int
    target_tokens: int
    rounds: int
    rows: tuple[Row, ...]


def compare(
    name: str,
    settings: TranslateSettings,
    *,
    beam: int,
    sentences: int,
    rounds: int,
    machine: Machine,
    tell: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Measure all contenders on a model: in each round every one of them once, the first another one each time.

    Raises ``ModelError`` where model or device can't be used.
    """
    model = open_model(name)
    subwords = Subwords(model)
    given = work.make(list(subwords.vocabulary), subwords.count, sentences, limit=model.max_pieces)
    field = list(contenders.open_all(model, settings, beam))
    for contender in field:
        contender.run(given.sample(WARMING))
    seconds: dict[str, list[float]] = {contender.name: [] for contender in field}
    for number in range(rounds):
        for place in range(len(field)):
            contender = field[(number + place) % len(field)]
            tell(f"{name}, beam {beam}, round {number + 1} of {rounds}: {contender.name}")
            seconds[contender.name].append(_seconds(contender, contender.share(given)))
    powers = bound.measure(device.for_torch(settings.device), vnni=machine.has_vnni)
    rates = {
        contender.name: [contender.share(given).target_tokens / taken for taken in seconds[contender.name]]
        for contender in field
    }
    first, second = (rates[contender.name] for contender in field[:2])
    rows = []
    for contender in field:
        share = contender.share(given)
        own, taken = rates[contender.name], seconds[contender.name]
        rows.append(
            Row(
                name=contender.name,
                sentences=len(share.segments),
                target_tokens=share.target_tokens,
                seconds=tuple(taken),
                sentences_per_second=Spread.of(len(share.segments) / each for each in taken),
                tokens_per_second=Spread.of(own),
                against=(
                    Spread.of(a / b for a, b in zip(own, first, strict=True)),
                    Spread.of(a / b for a, b in zip(own, second, strict=True)),
                ),
                bound=powers.bound(
                    contender.shape,
                    compute=contender.compute,
                    beam=beam,
                    batch=contender.batch(share),
                    ratio=given.ratio,
                ),
            )
        )
    return Comparison(name, beam, len(given.segments), sum(given.lengths), given.target_tokens, rounds, tuple(rows))


def _seconds(contender: Contender, share: work.Work) -> float:
    started = time.perf_counter()
    contender.run(share)
    return time.perf_counter() - started

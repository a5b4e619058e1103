"""Engines against each other: the same work, in turns, in one run."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mtpipe.bench import bound, contenders, work
from mtpipe.bench.bound import Cost, Powers
from mtpipe.bench.contenders import Contender
from mtpipe.bench.machine import describe
from mtpipe.bench.models import open_model
from mtpipe.bench.spread import Spread
from mtpipe.errors import UsageError
from mtpipe.settings import TranslateSettings
from mtpipe.translate import device
from mtpipe.translate.subwords import Subwords

REFERENCES: Final = (contenders.PLAIN, contenders.ALONE, contenders.SORTED)
"""What the others are measured against, the compute type left open."""

KINDS: Final = ("int8", "float16")
WARMING: Final = 2
"""Sentences that each contender translates before the clock runs."""


@dataclass(frozen=True, slots=True)
class Row:
    """A contender's result: rates a second, and how often as fast as each of ``REFERENCES``, in the same round.

    ``processor`` are seconds of processor time, which other programs on the machine stretch less than the clock's;
    ``against_processor`` are the ratios by them. A reference that was left out is None. ``rows`` are those of the
    output layer, ``cost`` is what a target token costs at least, ``bound`` the tokens a second that follow from it.
    """

    name: str
    sentences: int
    target_tokens: int
    seconds: tuple[float, ...]
    processor: tuple[float, ...]
    sentences_per_second: Spread
    tokens_per_second: Spread
    against: tuple[Spread | None, ...]
    against_processor: tuple[Spread | None, ...]
    rows: float
    cost: Cost
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
    powers: Powers


def compare(
    name: str,
    settings: TranslateSettings,
    *,
    beam: int,
    sentences: int,
    rounds: int,
    leave_out: Sequence[str] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Measure all contenders on a model: in each round every one of them once, the first another one each time.

    Those with a text of ``leave_out`` in their names are left out. Raises ``ModelError`` where model or device can't be
    used, ``UsageError`` where nothing is left.
    """
    model = open_model(name)
    subwords = Subwords(model)
    given = work.make(list(subwords.vocabulary), subwords.count, sentences, limit=model.max_pieces)
    with tempfile.TemporaryDirectory(prefix="mtpipe-bench-") as folder:
        field = list(contenders.open_all(model, settings, beam, Path(folder), leave_out))
    if not field:
        raise UsageError("--without: leaves nothing to measure. Leave one of them out.")
    for contender in field:
        contender.run(given.sample(WARMING))
    times: dict[str, list[Time]] = {contender.name: [] for contender in field}
    for number in range(rounds):
        for place in range(len(field)):
            contender = field[(number + place) % len(field)]
            tell(f"{name}, beam {beam}, round {number + 1} of {rounds}: {contender.name}")
            times[contender.name].append(_time(contender, contender.share(given)))
    where = device.each(device.for_torch(settings.device))[0]
    powers = bound.measure(where, vnni=describe().has_vnni)
    tokens = {contender.name: contender.share(given).target_tokens for contender in field}

    def against(name: str, clock: int) -> tuple[Spread | None, ...]:
        found: list[Spread | None] = []
        for reference in REFERENCES:
            other = next((known for known in times if known in (reference.format(kind) for kind in KINDS)), "")
            rates = [
                (tokens[name] / own[clock]) / (tokens[other] / its[clock])
                for own, its in zip(times[name], times.get(other, ()), strict=False)
            ]
            found.append(Spread.of(rates) if rates else None)
        return tuple(found)

    rows = []
    for contender in field:
        share = contender.share(given)
        seconds, processor = zip(*times[contender.name], strict=True)
        width = contender.rows(share)
        cost = bound.Shape.of(model.config, width).cost(
            compute=contender.compute, beam=beam, batch=contender.batch(share), ratio=given.ratio
        )
        rows.append(
            Row(
                name=contender.name,
                sentences=len(share.segments),
                target_tokens=share.target_tokens,
                seconds=seconds,
                processor=processor,
                sentences_per_second=Spread.of(len(share.segments) / each for each in seconds),
                tokens_per_second=Spread.of(share.target_tokens / each for each in seconds),
                against=against(contender.name, 0),
                against_processor=against(contender.name, 1),
                rows=width,
                cost=cost,
                bound=powers.bound(cost, contender.compute),
            )
        )
    return Comparison(
        name, beam, len(given.segments), sum(given.lengths), given.target_tokens, rounds, tuple(rows), powers
    )


Time = tuple[float, float]


def _time(contender: Contender, share: work.Work) -> Time:
    started, processor = time.perf_counter(), time.process_time()
    contender.run(share)
    return time.perf_counter() - started, time.process_time() - processor

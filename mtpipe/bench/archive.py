"""The whole run against its engine alone: what reading, measuring and writing cost."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from mtpipe import archive, intake, segment
from mtpipe.align.embed import BatchedUsem3
from mtpipe.article import Article, build
from mtpipe.bench import bound, work
from mtpipe.bench.bound import Cost, Powers
from mtpipe.bench.machine import describe
from mtpipe.bench.models import open_engine, open_model
from mtpipe.bench.spread import Spread
from mtpipe.corpus import bitext
from mtpipe.errors import UsageError
from mtpipe.glossary import Glossary
from mtpipe.pipeline import Pipeline
from mtpipe.settings import Settings
from mtpipe.signature import Signature
from mtpipe.translate import Decoding, Hypotheses, batching, device
from mtpipe.translate.ct2 import CTranslate2Translator
from mtpipe.translate.long import LimitedTranslator, LongSegments
from mtpipe.translate.marian import TorchTranslator
from mtpipe.translate.store import ModelFolder

PARAGRAPHS: Final = 15
"""Paragraphs of a made-up article; each has one to three sentences, one where pairs are given."""
FEWEST: Final = 32
"""Pairs that a measurement wants at least."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """A run of the whole line, and the engine alone on the same sentences, window by window.

    ``share`` is the part of the run's wall clock in which a call of the engine was under way; models are loaded
    before. ``of_rate`` is the run's rate as a part of the engine's own: what overlaps slows the engine down, which a
    share does not show. ``pairs`` names the file whose Arabic was read and whose English was scored and written; None
    where both were made up. ``of_cpu`` is the processor time of the engine alone as a part of the run's: the most that
    ``of_rate`` can be where the engine has all cores. All are of the same round.
    """

    model: str
    pairs: str | None
    beam: int
    articles: int
    sentences: int
    target_tokens: int
    windows: int
    rounds: int
    alone: Spread
    whole: Spread
    share: Spread
    of_rate: Spread
    of_cpu: Spread
    cost: Cost
    powers: Powers
    bound: float | None


class StandIn(NamedTuple):
    """What an engine is given in place of a sentence, and what its translation is replaced by."""

    made: str
    english: str


class Forced:
    """An engine whose translations have forced lengths (see ``work``), and pass for whole.

    Of a sentence that has a stand-in it translates the made-up one, and gives back the English of the real one: the
    engine's work is what it is without, and all that comes after has text to work on as a good model would write.
    """

    def __init__(
        self, engine: CTranslate2Translator | TorchTranslator, ratio: float, stand_ins: Mapping[str, StandIn]
    ) -> None:
        """Wrap an engine; ``ratio`` is target pieces per source piece."""
        self._engine = engine
        self._ratio = ratio
        self._stand_ins = stand_ins
        self.limit = engine.limit
        self.subwords = engine.subwords

    @property
    def signature(self) -> Signature:
        """See ``Translator``."""
        return self._engine.signature + Signature((("forced", f"{self._ratio:g}"),))

    @property
    def device(self) -> str:
        """See ``Translator``."""
        return self._engine.device

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        """See ``Translator``."""
        search = replace(decoding or self._engine.decoding, forced=self._ratio)
        given = [self.given(text) for text in segments]
        found = self._engine.translate(given, n_best=n_best, attention=attention, decoding=search)
        return [self._exchanged(text, one) for text, one in zip(segments, found, strict=True)]

    def given(self, text: str) -> str:
        """What the engine translates for a sentence."""
        return self._stand_ins[text].made if text in self._stand_ins else text

    def _exchanged(self, text: str, found: Hypotheses) -> Hypotheses:
        if text not in self._stand_ins:
            return found
        english = self._stand_ins[text].english
        return replace(found, items=tuple(replace(item, text=english, tokens=()) for item in found.items))


def throughput(
    name: str,
    settings: Settings,
    *,
    beam: int,
    sentences: int,
    rounds: int,
    pairs: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Throughput:
    """Measure runs over made-up articles, with all that a run does but for the guard and a glossary.

    What a model of random weights writes would be tried again by the guard, again and again. ``pairs`` (whatever
    ``bitext.sentences`` reads) gives the articles their sentences and the translations their English.
    Raises ``ModelError`` where model or device can't be used, ``UsageError`` where the engine is another program, or
    ``pairs`` has too little that is of use.
    """
    model = open_model(name)
    wanted = settings.translate.model_copy(update={"beam": beam, "guard": False, "memory": None})
    settings = settings.model_copy(update={"translate": wanted})
    real = list(islice(_whole(pairs, settings), sentences)) if pairs else []
    plain = open_engine(model, wanted)
    count = plain.subwords.count
    made = work.make(list(plain.subwords.vocabulary), count, len(real) or sentences, limit=model.max_pieces)
    engine = Forced(plain, work.RATIO, _stand_ins(real, made))
    embedder = BatchedUsem3() if settings.quality.similarity else None
    line = Pipeline(settings, LongSegments(engine), Glossary(()), embedder)
    alone, whole, share, cpu = [], [], [], []
    with tempfile.TemporaryDirectory(prefix="mtpipe-bench-") as folder:
        inputs = Path(folder) / "articles"
        _write(inputs, _paragraphs(iter(made.segments)) if not real else (source for source, _ in real))
        read = [item for item in intake.read([inputs], settings.intake) if isinstance(item, Article)]
        windows = list(archive.windows(read, settings.corpus.window, settings.corpus.window_characters))
        cut = [line.sources([item for item in window if isinstance(item, Article)]) for window in windows]
        texts = [text for window in cut for text in window]
        given = work.Work(tuple(texts), tuple(count(engine.given(text)) + 1 for text in texts))
        # All that is loaded once, the embedder and the datasets library among it, which takes seconds.
        short = replace(read[0], id="warm", paragraphs=read[0].paragraphs[:1])
        archive.run([short], Path(folder) / "warm", line)
        for number in range(rounds):
            tell(f"{name}, beam {beam}, round {number + 1} of {rounds}: the engine alone")
            started, own = time.perf_counter(), time.process_time()
            for window in cut:
                line.translator.translate(window)
            alone.append(given.target_tokens / (time.perf_counter() - started))
            own = time.process_time() - own
            tell(f"{name}, beam {beam}, round {number + 1} of {rounds}: the whole run")
            out = Path(folder) / f"out{number}"
            started, every = time.perf_counter(), time.process_time()
            archive.run(intake.read([inputs], settings.intake), out, line)
            whole.append(given.target_tokens / (time.perf_counter() - started))
            cpu.append(own / (time.process_time() - every))
            share.append(float(json.loads((out / archive.RECORD).read_text(encoding="utf-8"))["engine_share"]))
    powers = bound.measure(device.each(engine.device)[0], vnni=describe().has_vnni)
    compute, cost = _cost(model, settings, engine, given.lengths, len(windows))
    return Throughput(
        model=name,
        pairs=str(pairs) if pairs else None,
        beam=beam,
        articles=len(read),
        sentences=len(given.segments),
        target_tokens=given.target_tokens,
        windows=len(windows),
        rounds=rounds,
        alone=Spread.of(alone),
        whole=Spread.of(whole),
        share=Spread.of(share),
        of_rate=Spread.of(a / b for a, b in zip(whole, alone, strict=True)),
        of_cpu=Spread.of(cpu),
        cost=cost,
        powers=powers,
        bound=powers.bound(cost, compute),
    )


def _cost(
    model: ModelFolder, settings: Settings, engine: LimitedTranslator, lengths: Sequence[int], windows: int
) -> tuple[str, Cost]:
    """Return the compute type, and what a token costs at least; a shortlist is not counted."""
    compute = dict(engine.signature.parts)["compute"].partition("-")[0].partition("_")[0]
    trimmed = settings.translate.trim and "ct2" in dict(engine.signature.parts)["engine"]
    rows = len(engine.subwords.target_ids()) if trimmed else int(model.config["vocab_size"])
    batches = len(batching.plan(lengths, budget=settings.translate.batch_tokens, limit=model.max_pieces))
    batch = len(lengths) / max(batches, windows)
    shape = bound.Shape.of(model.config, rows)
    return compute, shape.cost(compute=compute, beam=settings.translate.beam, batch=batch, ratio=work.RATIO)


def _whole(pairs: Path, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the pairs whose Arabic a run takes for one sentence, each once; of others the English would not fit."""
    english = dict(bitext.sentences(pairs))
    article = segment.article(build("pairs", (("text", source) for source in english)), settings.segment)
    kept = 0
    for paragraph in article.paragraphs:
        if len(paragraph.sentences) == 1 and paragraph.text in english:
            kept += 1
            yield paragraph.text, english[paragraph.text]
    if kept < FEWEST:
        raise UsageError(f"{pairs}: {kept} usable pairs; measuring wants {FEWEST}, of a sentence each. Name another.")


def _stand_ins(real: Sequence[tuple[str, str]], made: work.Work) -> dict[str, StandIn]:
    """Give each real sentence the made-up one of its own rank by length.

    A model of random weights has no pieces for real words, and would cut them into letters.
    """
    ranked = sorted(range(len(made.segments)), key=lambda place: (made.lengths[place], place))
    by_length = sorted(real, key=lambda pair: (len(pair[0]), pair[0]))
    return {
        source: StandIn(made.segments[place], english)
        for (source, english), place in zip(by_length, ranked, strict=False)
    }


def _write(folder: Path, paragraphs: Iterable[str]) -> None:
    folder.mkdir()
    left = iter(paragraphs)
    for number, some in enumerate(iter(lambda: list(islice(left, PARAGRAPHS)), [])):
        (folder / f"{number:05}.txt").write_text("\n\n".join(some) + "\n", encoding="utf-8")


def _paragraphs(sentences: Iterator[str]) -> Iterator[str]:
    chance = random.Random(1)
    while paragraph := " ".join(islice(sentences, chance.randint(1, 3))):
        yield paragraph

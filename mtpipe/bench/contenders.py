"""Ways of translating the same work: the plain ones that people use, and mtpipe's engines.

All start from text and end with text, so that each pays for its own tokenising. Lengths are forced (see ``work``). An
engine takes one length for a batch, so a batch decodes the length of its longest sentence for all: what happens
in earnest too where padding is carried along, and a disadvantage of CTranslate2's contenders, which would let go of
finished sentences.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from mtpipe.bench.work import Work
from mtpipe.settings import TranslateSettings
from mtpipe.translate import Decoding, batching, convert, device, shortlist
from mtpipe.translate.ct2 import CTranslate2Translator
from mtpipe.translate.marian import TorchTranslator
from mtpipe.translate.store import ModelFolder
from mtpipe.translate.subwords import EOS, UNKNOWN, Subwords
from mtpipe.translate.workers import layout

BATCH: Final = 32
"""Sentences in a batch of those who batch without sorting."""

PLAIN: Final = "transformers, one at a time"
ALONE: Final = "CTranslate2 {}, one at a time"
SORTED: Final = "CTranslate2 {}, sorted batches"
OWN: Final = "mtpipe, ct2 {}"
LISTED: Final = "mtpipe, ct2 {}, shortlist"

# A shortlist for a model of random weights, which has none: what is always allowed, candidates of a source piece, and
# the pieces that those are drawn from. A batch of 2,048 source pieces then allows some 4,000; one of news 3,500 by a
# shortlist for the embedded model (docs/speed.md).
ALWAYS: Final = 500
CANDIDATES: Final = 20
POOL: Final = 4000


@dataclass(frozen=True, slots=True)
class Contender:
    """A name, how it is run, and what the paper bound needs to know: ``rows`` of the output layer, sentences a batch.

    ``part`` is the share of the work's sentences that it is given: the slow ones get a sample with the same lengths,
    of ``least`` sentences at least and ``most`` at most. ``run`` translates all of it and returns nothing that anybody
    wants.
    """

    name: str
    run: Callable[[Work], object]
    compute: str
    rows: Callable[[Work], float]
    batch: Callable[[Work], float]
    part: float = 1.0
    least: int = 1
    most: int = 2**31

    def share(self, work: Work) -> Work:
        """Return the part of the work that it is given."""
        return work.sample(min(self.most, max(self.least, round(self.part * len(work.segments)))))


def open_all(
    model: ModelFolder, settings: TranslateSettings, beam: int, folder: Path, leave_out: Sequence[str] = ()
) -> Iterator[Contender]:
    """Open the contenders. Those of CTranslate2 are left out where it has no device.

    Their names tell the compute types, whatever the settings say. ``folder`` takes a made-up shortlist where the
    settings name none. Contenders with a text of ``leave_out`` in their names are not opened.
    """
    subwords = Subwords(model)
    padded, trimmed = int(model.config["vocab_size"]), len(subwords.target_ids())
    where = device.each(device.for_torch(settings.device))[0]
    half = "float16" if where.startswith("cuda") else "float32"
    kind = "float16" if where.startswith("cuda") else "int8"
    listed = settings.shortlist
    settings = settings.model_copy(update={"beam": beam, "shortlist": None, "compute_type": kind})
    planned = _planned(settings.batch_tokens, model.max_pieces)
    open_one = _Opener(model, settings, beam, where, half)

    def wanted(name: str) -> bool:
        return not any(part in name for part in leave_out)

    def alone(_: Work) -> float:
        return 1.0

    def all_rows(_: Work) -> float:
        return padded

    if wanted(PLAIN):
        yield Contender(PLAIN, open_one.plain(1), half, all_rows, alone, part=1 / 16, most=16)
    name = f"transformers, batches of {BATCH}"
    if wanted(name):
        yield Contender(
            name, open_one.plain(BATCH), half, all_rows, lambda _: BATCH, part=1 / 4, least=BATCH, most=2 * BATCH
        )
    if wanted("mtpipe, torch"):
        torch = TorchTranslator(model, settings.model_copy(update={"compute_type": half}))
        yield Contender(
            "mtpipe, torch", _forced(torch), half, all_rows, planned, part=1 / 4, least=BATCH, most=2 * BATCH
        )
    if where == "mps":
        return
    stock = Stock(model, subwords, settings, beam=beam, where=where)
    if wanted(name := ALONE.format(kind)):
        yield Contender(name, stock.one_at_a_time, kind, all_rows, alone, part=1 / 4, least=8, most=2 * BATCH)
    if wanted(name := SORTED.format(kind)):
        yield Contender(name, stock.in_batches, kind, all_rows, planned)
    if wanted(name := OWN.format(kind)):
        ct2 = CTranslate2Translator(model, settings)
        yield Contender(name, _forced(ct2), kind, lambda _: trimmed, planned)
    if wanted(name := LISTED.format(kind)):
        path = listed or _made_up(folder / shortlist.FILE, subwords)
        ct2 = CTranslate2Translator(model, settings.model_copy(update={"shortlist": path}))
        rows = _allowed(shortlist.read(path, subwords), subwords, settings.batch_tokens, model.max_pieces)
        yield Contender(name, _forced(ct2), kind, rows, planned)


def _made_up(path: Path, subwords: Subwords) -> Path:
    chance = random.Random(1)
    targets = list(subwords.target_pieces())
    pool = targets[:POOL]
    lines = ["\t" + " ".join(targets[:ALWAYS])]
    lines += [
        f"{piece}\t{' '.join(dict.fromkeys(chance.choices(pool, k=CANDIDATES)))}"
        for piece in subwords.vocabulary
        if piece not in (EOS, UNKNOWN)
    ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _allowed(made: shortlist.Shortlist, subwords: Subwords, budget: int, limit: int) -> Callable[[Work], float]:
    def mean(work: Work) -> float:
        pieces = [[token.piece for token in subwords.encode(segment)] for segment in work.segments]
        batches = batching.plan(work.lengths, budget=budget, limit=limit)
        sizes = [len(made.allowed(piece for place in batch.places for piece in pieces[place])) for batch in batches]
        return sum(sizes) / len(sizes)

    return mean


class _Opener:
    """Loads the plain network once for those who share it."""

    def __init__(self, model: ModelFolder, settings: TranslateSettings, beam: int, where: str, compute: str) -> None:
        self._model = model
        self._threads = layout(settings.threads)[0]
        self._beam = beam
        self._where = where
        self._compute = compute

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        return _plain(self._model, self._where, self._compute, self._threads)

    def plain(self, batch: int) -> Callable[[Work], object]:
        """Return how plain transformers translate in batches of that many sentences."""
        network, tokenizer = self._loaded
        return lambda work: _generate(
            network, tokenizer, work, batch=batch, beam=self._beam, limit=self._model.max_pieces
        )


def _plain(model: ModelFolder, where: str, compute: str, threads: int) -> tuple[Any, Any]:
    import torch
    import transformers

    if where == "cpu":
        torch.set_num_threads(threads)
    transformers.utils.logging.disable_progress_bar()
    network = transformers.MarianMTModel.from_pretrained(model.path, dtype=getattr(torch, compute))
    return network.eval().to(where), transformers.MarianTokenizer.from_pretrained(model.path)


def _generate(network: Any, tokenizer: Any, work: Work, *, batch: int, beam: int, limit: int) -> list[str]:
    """Translate as the model's card on the Hugging Face hub says."""
    import torch

    texts: list[str] = []
    for first in range(0, len(work.segments), batch):
        segments = list(work.segments[first : first + batch])
        inputs = tokenizer(segments, return_tensors="pt", padding=True).to(network.device)
        length = batching.forced_target(inputs["input_ids"].shape[1], work.ratio, limit)
        with torch.inference_mode():
            output = network.generate(
                **inputs,
                num_beams=beam,
                do_sample=False,
                min_new_tokens=length,
                max_new_tokens=length,
                forced_eos_token_id=None,  # would be one more step
            )
        texts += tokenizer.batch_decode(output, skip_special_tokens=True)
    return texts


class Stock:
    """CTranslate2 as it comes: the model converted whole, and made int8 by CTranslate2 itself."""

    def __init__(
        self, model: ModelFolder, subwords: Subwords, settings: TranslateSettings, *, beam: int, where: str
    ) -> None:
        """Load the model twice: one worker with all threads, and a worker for each."""
        import ctranslate2

        folder = convert.converted(model, subwords, trim=False, storage="float32")
        kind, numbers = device.numbered(where)
        workers, _ = layout(settings.threads) if kind == "cpu" else (1, 0)

        def load(inter: int, intra: int) -> Any:
            return ctranslate2.Translator(
                str(folder),
                device=kind,
                device_index=numbers,
                compute_type="int8" if kind == "cpu" else "float16",
                inter_threads=inter,
                intra_threads=intra,
            )

        self._single = load(1, workers)
        self._many = load(workers, 1) if workers > 1 else self._single
        self._subwords = subwords
        self._beam = beam
        self._budget = settings.batch_tokens
        self._limit = model.max_pieces

    def one_at_a_time(self, work: Work) -> list[str]:
        """Translate sentence after sentence, as argos-translate calls it."""
        return [
            self._text(self._submit(self._single, [self._pieces(segment)], work.ratio)[0]) for segment in work.segments
        ]

    def in_batches(self, work: Work) -> list[str]:
        """Translate in batches by tokens, sorted by length over all of the work, a thread for each."""
        sources = [self._pieces(segment) for segment in work.segments]
        batches = batching.plan([len(source) for source in sources], budget=self._budget, limit=self._limit)
        waiting = [
            (place, future)
            for batch in batches
            for place, future in zip(
                batch.places,
                self._submit(self._many, [sources[place] for place in batch.places], work.ratio),
                strict=True,
            )
        ]
        texts = {place: self._text(future) for place, future in waiting}
        return [texts[place] for place in range(len(sources))]

    def _pieces(self, segment: str) -> list[str]:
        return [token.piece for token in self._subwords.encode(segment)]

    def _submit(self, engine: Any, sources: Sequence[list[str]], ratio: float) -> list[Any]:
        length = batching.forced_target(max(map(len, sources)), ratio, self._limit)
        futures: list[Any] = engine.translate_batch(
            sources,
            asynchronous=True,
            beam_size=self._beam,
            return_scores=True,
            max_input_length=0,
            min_decoding_length=length,
            max_decoding_length=length,
        )
        return futures

    def _text(self, future: Any) -> str:
        pieces = [piece for piece in future.result().hypotheses[0] if piece != EOS]
        return self._subwords.decode(pieces)[0]


def _forced(engine: CTranslate2Translator | TorchTranslator) -> Callable[[Work], object]:
    decoding: Decoding = engine.decoding
    return lambda work: engine.translate(work.segments, decoding=replace(decoding, forced=work.ratio))


def _planned(budget: int, limit: int) -> Callable[[Work], float]:
    def mean(work: Work) -> float:
        return len(work.lengths) / len(batching.plan(work.lengths, budget=budget, limit=limit))

    return mean

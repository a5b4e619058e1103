"""Marian on PyTorch: CPU, CUDA, MPS. The reference that the fast engine is tested against."""

from __future__ import annotations

import copy
import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

from mtpipe.errors import ModelError, UsageError
from mtpipe.settings import TranslateSettings
from mtpipe.signature import Signature
from mtpipe.translate import batching, convert, device
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis, Token
from mtpipe.translate.patience import within
from mtpipe.translate.store import ModelFolder
from mtpipe.translate.subwords import EOS, PADDING, UNKNOWN, Subwords
from mtpipe.translate.workers import layout

BANNED: Final = -1e4
"""Added to the logit of a piece that is never a target; e^-10000 is zero in every float type."""


class TorchTranslator:
    """Decodes segments that fit the model; ``long.LongSegments`` sees to the others."""

    def __init__(self, model: ModelFolder, settings: TranslateSettings) -> None:
        """Load the model, on each device as many times as there are workers. Raises ``ModelError``."""
        import torch
        import transformers

        if settings.shortlist is not None:
            raise UsageError("translate.shortlist: the torch engine takes none. Use --engine ct2, or leave it out.")

        self.subwords = Subwords(model)
        self.limit = model.max_pieces
        self.decoding = Decoding(settings.beam, settings.length_penalty, settings.no_repeat_ngram)
        self._device = device.for_torch(settings.device)
        self._budget = settings.batch_tokens
        self._patience = settings.batch_timeout
        asked = settings.compute_type
        compute = ("float16" if self._device.startswith("cuda") else "float32") if asked == "auto" else asked
        if compute == "int8":
            raise ModelError("compute type int8: the torch engine has none. Use --engine ct2, or float32.")
        self._workers = settings.workers or 1
        if settings.threads or settings.workers:
            torch.set_num_threads(layout(settings.threads, self._workers)[1])
        network = convert.load_network(model)
        banned = sorted(set(range(network.config.vocab_size)) - set(self._targets(settings)))
        network.final_logits_bias[:, banned] = BANNED
        network.generation_config.bad_words_ids = None  # the padding is among the banned
        network = network.to(getattr(torch, compute))
        self._free: queue.SimpleQueue[Any] = queue.SimpleQueue()
        places = device.each(self._device) * self._workers  # a worker of each card before the second of any
        for place in places:
            self._free.put((copy.deepcopy(network) if len(places) > 1 else network).to(place))
        self._at_a_time = len(places)
        self._pad = self.subwords.vocabulary[PADDING]
        self._eos = self.subwords.vocabulary[EOS]
        self._unknown = self.subwords.vocabulary[UNKNOWN]
        self._pieces = {number: piece for piece, number in self.subwords.vocabulary.items()}
        self._signature = Signature(
            (
                ("model", model.name),
                ("revision", model.revision or "local"),
                ("hash", model.digest),
                ("engine", f"torch-{torch.__version__}-transformers-{transformers.__version__}"),
                ("compute", compute),
                ("trim", "yes" if settings.trim else "no"),
                ("beam", str(settings.beam)),
                ("length-penalty", f"{settings.length_penalty:g}"),
                ("no-repeat", str(settings.no_repeat_ngram)),
            )
        )

    def _targets(self, settings: TranslateSettings) -> list[int]:
        if settings.trim:
            return self.subwords.target_ids()
        return [number for piece, number in self.subwords.vocabulary.items() if piece != PADDING]

    @property
    def signature(self) -> Signature:
        """See ``Translator``."""
        return self._signature

    @property
    def device(self) -> str:
        """See ``Translator``."""
        return self._device

    def translate(
        self,
        segments: Sequence[str],
        *,
        n_best: int = 1,
        attention: bool = False,
        decoding: Decoding | None = None,
    ) -> list[Hypotheses]:
        """See ``Translator``; here each segment must fit the model's limit."""
        search = decoding or self.decoding
        sources = [self.subwords.encode(segment) for segment in segments]
        results: list[Hypotheses] = [Hypotheses((Hypothesis("", 0.0),), source) for source in sources]
        filled = [place for place, source in enumerate(sources) if len(source) > self.subwords.reserved]
        lengths = [len(sources[place]) for place in filled]

        def run(batch: batching.Batch) -> list[Hypotheses]:
            members = [sources[filled[place]] for place in batch.places]
            best = min(n_best, search.beam)
            return within(self._patience, lambda: self._decode(members, batch, search, best, attention))

        def whole(batch: batching.Batch) -> list[tuple[int, Hypotheses]]:
            try:
                return list(batching.halving(batch, run))
            except RuntimeError as error:
                raise ModelError(f"PyTorch failed on a batch of {len(batch.places)} segments: {error}.") from error

        batches = batching.plan(lengths, budget=self._budget, limit=self.limit, forced=search.forced)
        for found in self._each(whole, batches):
            for place, hypotheses in found:
                results[filled[place]] = hypotheses
        return results

    def _each(
        self, work: Callable[[batching.Batch], list[tuple[int, Hypotheses]]], batches: Sequence[batching.Batch]
    ) -> Iterator[list[tuple[int, Hypotheses]]]:
        """Do the batches, as many at a time as there are networks; the first that fails ends it."""
        if self._at_a_time == 1:
            yield from map(work, batches)
            return
        pool = ThreadPoolExecutor(self._at_a_time, thread_name_prefix="batch")
        try:
            yield from pool.map(work, batches)
        finally:
            pool.shutdown(cancel_futures=True)

    @contextmanager
    def _borrowed(self) -> Iterator[Any]:
        network = self._free.get()
        try:
            yield network
        finally:
            self._free.put(network)

    def _decode(
        self, sources: list[tuple[Token, ...]], batch: batching.Batch, search: Decoding, n_best: int, attention: bool
    ) -> list[Hypotheses]:
        with self._borrowed() as network:
            return self._decode_on(network, sources, batch, search, n_best, attention)

    def _decode_on(
        self,
        network: Any,
        sources: list[tuple[Token, ...]],
        batch: batching.Batch,
        search: Decoding,
        n_best: int,
        attention: bool,
    ) -> list[Hypotheses]:
        import torch

        max_target = batch.max_target
        width = max(len(source) for source in sources)
        ids = torch.full((len(sources), width), self._pad)
        for row, source in enumerate(sources):
            known = [self.subwords.vocabulary.get(token.piece, self._unknown) for token in source]
            ids[row, : len(known)] = torch.tensor(known)
        if network.device.type == "cuda":  # pinned memory goes to a card while the processor goes on
            ids = ids.pin_memory()
        ids = ids.to(network.device, non_blocking=True)
        mask = (ids != self._pad).long()
        network.set_attn_implementation("sdpa")
        with torch.inference_mode():
            encoded = network.get_encoder()(input_ids=ids, attention_mask=mask)
            hidden = encoded.last_hidden_state  # generate() puts a copy for each beam in its place
            # One more than CTranslate2's limit: transformers counts the end of sentence that it forces at the limit.
            output = network.generate(
                encoder_outputs=encoded,
                attention_mask=mask,
                num_beams=search.beam,
                num_return_sequences=n_best,
                length_penalty=search.length_penalty,
                no_repeat_ngram_size=search.no_repeat_ngram,
                renormalize_logits=search.no_repeat_ngram > 0,  # CTranslate2 forbids before its softmax, not after
                max_new_tokens=max_target + 1,
                min_new_tokens=batch.min_target or None,
                do_sample=False,
                early_stopping=True,  # as CTranslate2: done when as many hypotheses as beams have ended
            )
            output = output[:, : max_target + 1]  # without an end of sentence that was forced
            scores, rows = self._force(network, hidden, mask, output, n_best, attention)
        found = [
            self._read(sources[row // n_best], ids, scores[row], None if rows is None else rows[row], max_target)
            for row, ids in enumerate(output[:, 1:].tolist())
        ]
        return [Hypotheses(tuple(found[place * n_best :][:n_best]), source) for place, source in enumerate(sources)]

    def _force(
        self, network: Any, hidden: Any, mask: Any, output: Any, n_best: int, attention: bool
    ) -> tuple[list[float], Any]:
        """Read the hypotheses back through the decoder, for scores and cross-attention.

        Beam search in transformers keeps neither per beam in a form that outlives reordering. Attention is the first
        head of the last layer, as CTranslate2 gives it, of shape (hypotheses, target pieces, source pieces).
        """
        import torch

        if attention:  # only the slower, eager implementation hands it out
            network.set_attn_implementation("eager")
        forced = network(
            encoder_outputs=(hidden.repeat_interleave(n_best, 0),),
            attention_mask=mask.repeat_interleave(n_best, 0),
            decoder_input_ids=output[:, :-1],
            output_attentions=attention,
            use_cache=False,
        )
        logs = torch.log_softmax(forced.logits.float(), -1).gather(-1, output[:, 1:, None]).squeeze(-1)
        real = output[:, 1:] != self._pad
        scores = (logs * real).sum(1) / real.sum(1)
        rows = forced.cross_attentions[-1][:, 0].float().cpu().numpy() if attention else None
        return scores.tolist(), rows

    def _read(self, source: tuple[Token, ...], ids: list[int], score: float, rows: Any, max_target: int) -> Hypothesis:
        import numpy as np

        ended = len(ids) < max_target or ids[-1] in (self._pad, self._eos)
        kept = [place for place, piece in enumerate(ids) if piece not in (self._pad, self._eos, self._unknown)]
        text, tokens = self.subwords.decode([self._pieces[ids[place]] for place in kept])
        table = np.ascontiguousarray(rows[kept][:, : len(source)]) if rows is not None and kept else None
        return Hypothesis(text, score, tokens, table, ended)

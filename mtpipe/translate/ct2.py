"""Marian on CTranslate2: the default engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mtpipe.errors import ModelError
from mtpipe.settings import TranslateSettings
from mtpipe.signature import Signature
from mtpipe.translate import batching, convert, device, heap, shortlist
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis, Token
from mtpipe.translate.patience import within
from mtpipe.translate.store import ModelFolder
from mtpipe.translate.subwords import EOS, UNKNOWN, Subwords
from mtpipe.translate.workers import layout

if TYPE_CHECKING:  # numpy is imported where it is used: half of the commands go without
    import numpy as np
    from numpy.typing import NDArray


class CTranslate2Translator:
    """Decodes segments that fit the model; ``long.LongSegments`` sees to the others."""

    def __init__(self, model: ModelFolder, settings: TranslateSettings) -> None:
        """Convert the model if need be and load it. Raises ``ModelError``."""
        import ctranslate2

        ctranslate2.set_log_level(40)  # errors; its warnings about implicit type conversion are our own doing
        self.subwords = Subwords(model)
        self.limit = model.max_pieces
        self.decoding = Decoding(settings.beam, settings.length_penalty, settings.no_repeat_ngram)
        self._device = device.for_ct2(settings.device)
        self._budget = settings.batch_tokens
        self._patience = settings.batch_timeout
        kind, numbers = device.numbered(self._device)
        asked = settings.compute_type
        compute: str = ("int8" if kind == "cpu" else "float16") if asked == "auto" else asked
        if kind == "cuda" and compute == "int8":
            compute = "int8_float16"  # what is not multiplied as bytes, in half precision: float32 would gain nothing
        storage = convert.storage_for(kind, asked)
        folder = convert.converted(model, self.subwords, trim=settings.trim, storage=storage)
        self._shortlist = self._listed(settings)
        if kind == "cpu":
            heap.keep_memory()
        workers, threads = layout(settings.threads, settings.workers) if kind == "cpu" else (settings.workers or 1, 0)
        try:
            with shortlist.beside(folder, self._shortlist) as laid:
                self._engine = ctranslate2.Translator(
                    str(laid),
                    device=kind,
                    device_index=numbers,
                    compute_type=compute,
                    inter_threads=workers,
                    intra_threads=threads,
                )
        except (RuntimeError, ValueError, IndexError) as error:  # IndexError: a file that breaks off
            raise ModelError(
                f"model {model.name!r} can't be loaded by CTranslate2 as {compute} ({str(error).rstrip('.')}). "
                f"Choose another compute type, or, if {folder} is damaged, remove it."
            ) from error
        self._signature = Signature(
            (
                ("model", model.name),
                ("revision", model.revision or "local"),
                ("hash", model.digest),
                ("engine", f"ct2-{ctranslate2.__version__}"),
                ("compute", self._engine.compute_type + ("-paired" if storage == "int8" else "")),
                ("trim", "yes" if settings.trim else "no"),
                ("beam", str(settings.beam)),
                ("length-penalty", f"{settings.length_penalty:g}"),
                ("no-repeat", str(settings.no_repeat_ngram)),
                *self._cut(settings),
            )
        )

    def _listed(self, settings: TranslateSettings) -> shortlist.Shortlist | None:
        if settings.shortlist is None:
            return None
        pieces = self.subwords.target_pieces() if settings.trim else self.subwords.vocabulary
        shortlist.check_places(sorted(pieces, key=pieces.__getitem__))
        return shortlist.read(settings.shortlist, self.subwords)

    def _cut(self, settings: TranslateSettings) -> list[tuple[str, str]]:
        """Return what else shapes a translation where the batch does: the shortlist, and how batches are cut."""
        listed = self._shortlist
        return [("shortlist", listed.digest), ("batch-tokens", str(settings.batch_tokens))] if listed else []

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
        import numpy as np

        search = decoding or self.decoding
        sources = [self.subwords.encode(segment) for segment in segments]
        results: list[Hypotheses] = [Hypotheses((Hypothesis("", 0.0),), source) for source in sources]
        filled = [place for place, source in enumerate(sources) if len(source) > self.subwords.reserved]
        lengths = [len(sources[place]) for place in filled]
        batches = batching.plan(lengths, budget=self._budget, limit=self.limit, forced=search.forced)

        def run(batch: batching.Batch) -> list[tuple[Any, Any]]:
            members = [[token.piece for token in sources[filled[place]]] for place in batch.places]
            whole = self._submit(members, batch, search, n_best, attention)
            return list(zip(whole, self._submit_first(members) if attention else whole, strict=True))

        # All batches are handed over at once: CTranslate2's workers take them from a queue of its own.
        for batch, futures in [(batch, run(batch)) for batch in batches]:
            for place, (raw, first) in self._collect(batch, futures, run):
                opening = np.asarray(first.attention[0][0], np.float32) if attention else None
                source = sources[filled[place]]
                results[filled[place]] = self._read(raw, source, search, batch.max_target, opening)
        return results

    def _submit(
        self, sources: list[list[str]], batch: batching.Batch, search: Decoding, n_best: int, attention: bool
    ) -> list[Any]:
        futures: list[Any] = self._engine.translate_batch(
            sources,
            asynchronous=True,
            beam_size=search.beam,
            num_hypotheses=min(n_best, search.beam),
            length_penalty=search.length_penalty,
            no_repeat_ngram_size=search.no_repeat_ngram,
            max_input_length=0,  # its default truncates silently
            min_decoding_length=max(1, batch.min_target),
            max_decoding_length=batch.max_target,
            use_vmap=self._shortlist is not None,
            return_scores=True,
            return_attention=attention,
        )
        return futures

    def _submit_first(self, sources: list[list[str]]) -> list[Any]:
        """Decode the first piece alone, greedily, for its row of attention.

        On a CPU, CTranslate2's beam search expands to beams after the first step; it repeats that step's attention
        for the beams, then picks rows by places before the repetition (``decoding.cc``, 4.8), so that all sentences
        of a batch but the first get another one's row. The row itself depends on the source alone.
        """
        futures: list[Any] = self._engine.translate_batch(
            sources,
            asynchronous=True,
            beam_size=1,
            max_input_length=0,
            min_decoding_length=1,
            max_decoding_length=1,
            use_vmap=self._shortlist is not None,
            return_attention=True,
        )
        return futures

    def _collect(
        self,
        batch: batching.Batch,
        futures: list[tuple[Any, Any]],
        run: Callable[[batching.Batch], list[tuple[Any, Any]]],
    ) -> list[tuple[int, tuple[Any, Any]]]:
        waiting = [futures]

        def attempt(part: batching.Batch) -> list[tuple[Any, Any]]:
            pending = waiting.pop() if waiting else run(part)
            return within(self._patience, lambda: [(whole.result(), first.result()) for whole, first in pending])

        try:
            return list(batching.halving(batch, attempt))
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"CTranslate2 failed on a batch of {len(batch.places)} segments: {error}.") from error

    def _read(
        self,
        raw: Any,
        source: tuple[Token, ...],
        search: Decoding,
        max_target: int,
        opening: NDArray[np.float32] | None,
    ) -> Hypotheses:
        import numpy as np

        items = []
        # Each look at an attribute copies all of it into Python's lists.
        scores, attention = raw.scores, raw.attention
        for number, pieces in enumerate(raw.hypotheses):
            kept = [place for place, piece in enumerate(pieces) if piece not in (EOS, UNKNOWN)]
            text, tokens = self.subwords.decode(pieces)
            ended = len(pieces) < max_target
            length = len(pieces) + ended  # the end of sentence has its share in the score
            score = scores[number] * length ** (search.length_penalty - 1.0)
            rows = None
            if opening is not None and kept:
                rows = np.asarray(attention[number], np.float32)
                rows[0] = opening
                rows = rows[kept]
            items.append(Hypothesis(text, float(score), tokens, rows, ended))
        return Hypotheses(tuple(items), source)

"""Translating under a glossary: every mention of a term is rendered as listed, or flagged with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from mtpipe.article import Rendering
from mtpipe.glossary.entries import Glossary
from mtpipe.glossary.fold import FOLD_VERSION
from mtpipe.glossary.inject import copies, inject
from mtpipe.glossary.ladder import LADDER_VERSION, Segment, climb, climb_on, open_segment
from mtpipe.glossary.match import MATCH_VERSION, Matcher
from mtpipe.settings import GlossarySettings
from mtpipe.signature import Signature
from mtpipe.translate.base import Decoding, Hypotheses, Translator

SECOND_BEAM: Final = 2
"""Hypotheses of a second translation, which would else cost as much as the first."""


class Enforcer:
    """A translator and a glossary that holds it to its terms.

    The rendering of a segment depends on that segment, the glossary and the engine, never on its neighbours.
    """

    def __init__(
        self, glossary: Glossary, translator: Translator, settings: GlossarySettings, search: Decoding | None = None
    ) -> None:
        """``search`` is the engine's own, of which what is translated a second time has ``SECOND_BEAM`` at most."""
        self._glossary = glossary
        self._second = None if search is None else replace(search, beam=min(search.beam, SECOND_BEAM))
        self._translator = translator
        self._settings = settings
        self._matcher = Matcher(glossary)
        self._listed = frozenset(
            form.casefold() for entry in glossary.entries for form in (entry.target, *entry.inflected, *entry.accepted)
        )

    @property
    def signature(self) -> Signature:
        """What of the glossary pass can change a rendering; the engine's own signature comes beside it."""
        settings = self._settings
        switches = (("inject", settings.inject), ("repair", settings.repair), ("place", settings.place))
        steps = [name for name, on in switches if on]
        return Signature(
            (
                ("glossary", self._glossary.digest),
                ("terms", str(len(self._glossary.entries))),
                ("fold", FOLD_VERSION),
                ("match", MATCH_VERSION),
                ("ladder", LADDER_VERSION),
                ("steps", "+".join((*steps, f"n-best{settings.n_best}"))),
            )
        )

    def render(self, segments: Sequence[str]) -> list[Rendering]:
        """Translate normalised segments; one rendering each, in order.

        At most three calls of the engine: segments without a term, those with one, and, if it copies what is written
        in, those that still lack one. It is asked once in the enforcer's life whether it does.
        Raises ``ModelError`` where the engine fails.
        """
        unique = list(dict.fromkeys(segments))
        matches = {segment: self._matcher.find(segment) for segment in unique}
        rendered: dict[str, Rendering] = {}
        plain = [segment for segment in unique if not matches[segment]]
        for segment, found in zip(plain, self._translate(plain), strict=True):
            rendered[segment] = Rendering(found.best.text, found.best.text, found.best.score, found.flags)
        termed = [segment for segment in unique if matches[segment]]
        settings = self._settings
        translated = self._translate(termed, n_best=settings.n_best, attention=settings.repair or settings.place)
        opened = [
            open_segment(segment, matches[segment], found, self._listed)
            for segment, found in zip(termed, translated, strict=True)
        ]
        for item in opened:
            rendered[item.text] = climb(item, repair=settings.repair, place=settings.place, listed=self._listed)
        lacking = [item for item in opened if _lacks(item, rendered[item.text])]
        injected = self._injected(lacking)
        for item in lacking:
            rendered[item.text] = climb_on(
                item,
                rendered[item.text],
                injected.get(item.text),
                repair=settings.repair,
                place=settings.place,
                listed=self._listed,
            )
        return [rendered[segment] for segment in segments]

    def _injected(self, segments: Sequence[Segment]) -> dict[str, Hypotheses]:
        """Translate, with their English written in, the segments that lack a term, by an engine that copies it."""
        if not self._settings.inject:
            return {}
        sources: dict[str, str] = {}
        for segment in segments:
            unsettled = segment.unsettled(repair=self._settings.repair)
            if any(match.replaceable for match in unsettled):
                sources[segment.text] = inject(segment.text, unsettled)
        if not sources or not self._engine_copies:
            return {}
        found = self._translator.translate(list(sources.values()), decoding=self._second)
        return dict(zip(sources, found, strict=True))

    @cached_property
    def _engine_copies(self) -> bool:
        return copies(self._translator)

    def _translate(self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False) -> list[Hypotheses]:
        if not segments:
            return []
        return self._translator.translate(segments, n_best=n_best, attention=attention)


def _lacks(segment: Segment, rendering: Rendering) -> bool:
    """Tell whether a rendering lacks a term that is not held."""
    return any(
        mention.rung == "flagged" and number not in segment.held for number, mention in enumerate(rendering.mentions)
    )

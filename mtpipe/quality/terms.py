"""What a glossary does to the translation of a test set: terms, quality, cost, and the same with random words."""

from __future__ import annotations

import time
from dataclasses import dataclass

from mtpipe.article import Mention
from mtpipe.glossary import ConsistencyScore, Enforcer, Glossary, score
from mtpipe.glossary.consistency import Consistency, by_term, consistency
from mtpipe.glossary.control import random_terms
from mtpipe.quality.evaluate import Metric, metrics
from mtpipe.quality.testset import TestSet, rendered, text
from mtpipe.settings import Settings
from mtpipe.translate import Translator, decoding_of
from mtpipe.translate.clock import Clocked


@dataclass(frozen=True, slots=True)
class Pass:
    """One translation of a test set: its English, its mentions, what it took (wall seconds, segments of the engine)."""

    translations: tuple[str, ...]
    mentions: tuple[Mention, ...]
    seconds: float
    segments: int


@dataclass(frozen=True, slots=True)
class TermScore:
    """A test set with a glossary, against the same without.

    ``score`` and ``consistency`` are of the terms, ``engine`` is their consistency as the engine wrote them.
    ``chrf`` are chrF2 without and with the glossary; ``time`` and ``segments`` what it takes with the glossary over
    what it takes without. ``random`` is the score of random words in place of the terms, ``random_chrf`` its chrF2.
    """

    score: ConsistencyScore
    consistency: Consistency
    engine: Consistency
    chrf: tuple[Metric, Metric]
    time: float
    segments: float
    random: ConsistencyScore
    random_chrf: Metric

    def format(self) -> str:
        """Return a line for each."""
        before, after = (metric.score for metric in self.chrf)
        return "\n".join(
            (
                f"terms        success {_success(self.score)}",
                f"             {', '.join(f'{rung} {count}' for rung, count in self.score.rungs)}",
                *((f"             flagged: {_reasons(self.score)}",) if self.score.reasons else ()),
                f"consistency  {self.consistency}; as the engine wrote them {self.engine}",
                f"chrF2        {after:.1f} with the glossary, {before:.1f} without ({after - before:+.1f})",
                f"random words success {_success(self.random)}; chrF2 {self.random_chrf.score:.1f} "
                f"({self.random_chrf.score - before:+.1f})",
                f"cost         {self.time:.2f} times as long, {self.segments:.2f} times as many segments",
            )
        )

    def __str__(self) -> str:
        return self.format()


def _success(score: ConsistencyScore) -> str:
    if not score.mentions:
        return "none: no term is mentioned in this test set"
    flagged = dict(score.rungs)["flagged"]
    return f"{score.listed:.1f} % ({score.mentions - flagged} of {score.mentions} mentions of {score.names} terms)"


def _reasons(score: ConsistencyScore) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in score.reasons)


def translated(data: TestSet, translator: Translator, glossary: Glossary, settings: Settings) -> Pass:
    """Translate a test set as ``mtpipe run`` would."""
    engine = Clocked(translator)
    enforcer = Enforcer(glossary, engine, settings.glossary, decoding_of(settings.translate))
    started = time.perf_counter()
    made = rendered(data.sources, enforcer.render)
    seconds = time.perf_counter() - started
    mentions = (mention for renderings in made for rendering in renderings for mention in rendering.mentions)
    return Pass(tuple(map(text, made)), tuple(mentions), seconds, engine.segments)


def evaluate_terms(
    data: TestSet, plain: Pass, translator: Translator, glossary: Glossary, settings: Settings
) -> TermScore:
    """Translate a test set under a glossary, and under random words; ``plain`` is its translation without.

    Raises ``UsageError`` where sacreBLEU is not installed.
    """
    with_terms = translated(data, translator, glossary, settings)
    control = translated(data, translator, random_terms(data.sources, data.references, glossary), settings)
    before, after, other = (
        metrics(one.translations, data.references, bootstrap=0)[0] for one in (plain, with_terms, control)
    )
    terms = by_term((mention, ("", "")) for mention in with_terms.mentions)
    return TermScore(
        score=score(with_terms.mentions),
        consistency=consistency(term.renderings for term in terms),
        engine=consistency(term.before for term in terms),
        chrf=(before, after),
        time=with_terms.seconds / max(plain.seconds, 1e-9),
        segments=with_terms.segments / max(plain.segments, 1),
        random=score(control.mentions),
        random_chrf=other,
    )

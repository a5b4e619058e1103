"""The line of alignment: Arabic and English articles in, pairs of them, their beads measured and kept or rejected."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from mtpipe import quality, segment
from mtpipe.align import Bead, Embedder, align, open_embedder
from mtpipe.align.anchors import Keys
from mtpipe.align.open import BUILT_IN
from mtpipe.align.terms import Terms
from mtpipe.article import (
    AlignedArticle,
    AlignedBead,
    Article,
    ArticlePair,
    Origin,
    Paragraph,
    Quality,
    Rendering,
    Sentence,
)
from mtpipe.errors import ArticleError
from mtpipe.glossary import Glossary
from mtpipe.intake import normalise
from mtpipe.pipeline import Result
from mtpipe.quality.score import DIGITS, LOW_SIMILARITY
from mtpipe.settings import Settings
from mtpipe.signature import Signature
from mtpipe.translate.memory import Learned

VERSION: Final = "4"
"""Counts changes that change which beads come out; part of the signature."""
LOW_PROBABILITY: Final = "low-probability"
UNMATCHED: Final = "unmatched"
WRONG_PAIR: Final = "wrong-pair"

Unit = TypeVar("Unit", Paragraph, Sentence)


class Aligning:
    """The stations from segmentation to quality for articles that people wrote in both languages.

    A line of work for the archive: its items are pairs (``mtpipe.pairing`` makes them), its engine is the embedder.
    """

    def __init__(self, settings: Settings, embedder: Embedder, glossary: Glossary | None = None) -> None:
        """Compose a line; ``open`` does it from settings."""
        self.settings = settings
        self.embedder = embedder
        self._terms = Terms(glossary or Glossary())
        self._seconds = 0.0

    @classmethod
    def open(cls, settings: Settings) -> Aligning:
        """Open glossary and embedder. Raises ``UsageError`` or ``ModelError`` before any work is done."""
        glossary = Glossary.load(settings.glossary.paths)  # a mistake in it shows before a model loads
        return cls(settings, open_embedder(settings.align.embedder), glossary)

    @property
    def origin(self) -> Origin:
        """Whose the English is: people's."""
        return "aligned"

    @property
    def device(self) -> str:
        """What the embedder runs on."""
        return str(getattr(self.embedder, "device", "cpu"))

    @property
    def engine_seconds(self) -> float:
        """Seconds in which pairs were being aligned so far."""
        return self._seconds

    @property
    def rendering_signatures(self) -> tuple[Signature, Signature]:
        """Nothing is translated here: a scope in which no memory holds anything."""
        return Signature((("origin", "aligned"),)), Signature(())

    @property
    def signature(self) -> Signature:
        """What shapes the dataset."""
        from mtpipe import __version__

        semicolon = "yes" if self.settings.segment.semicolon else "no"
        own = (("mtpipe", __version__), ("origin", "aligned"), ("aligning", VERSION), ("semicolon", semicolon))
        beads = (("largest", str(self.settings.align.largest)), ("keep", f"{self.settings.align.keep:g}"))
        return Signature(own) + Signature(beads) + self._terms.signature + quality.signature(self.embedder)

    def sources(self, articles: Sequence[ArticlePair]) -> list[str]:
        """Nothing is asked of a memory."""
        return []

    def adopt(self, pairs: Mapping[str, Learned]) -> dict[str, Rendering]:
        """Nothing is taken from a memory."""
        return {}

    def prepare(self, articles: Sequence[ArticlePair]) -> None:
        """Nothing can be done ahead."""

    def measure(self, articles: Sequence[AlignedArticle]) -> Sequence[AlignedArticle]:
        """Return the articles: ``render`` has measured them."""
        return articles

    def check(self) -> None:
        """Embed a word. Raises what the embedder raises where it can't."""
        self.embedder.encode([""])

    def render(
        self, articles: Sequence[ArticlePair], known: Mapping[str, Rendering] | None = None
    ) -> Result[AlignedArticle]:
        """Align pairs. Those with too little in common are refused (``wrong-pair``)."""
        started = time.monotonic()
        try:
            aligned = [self.align(pair) for pair in articles]
        finally:
            self._seconds += time.monotonic() - started
        refused = {
            article.pair.id: error
            for article in aligned
            if (error := wrong_pair(article, self.settings.align.least_kept))
        }
        return Result([article for article in aligned if article.pair.id not in refused], {}, refused)

    def align(self, pair: ArticlePair) -> AlignedArticle:
        """Align a pair: its sentences are cut, put into beads, and these are measured."""
        source = segment.article(pair.source, self.settings.segment)
        target = segment.article(pair.target, self.settings.segment, "en")
        readers = (numbers, self._terms.anchors)
        found = align(_texts(source), _texts(target), self.embedder, self.settings.align, readers=readers)
        return AlignedArticle(
            replace(pair, source=source, target=target),
            tuple(self._beads(f"{pair.id}#pb", found.paragraphs, source.paragraphs, target.paragraphs)),
            tuple(self._beads(f"{pair.id}#sb", found.sentences, _sentences(source), _sentences(target))),
        )

    def _beads(
        self, prefix: str, beads: Sequence[Bead], source: Sequence[Unit], target: Sequence[Unit]
    ) -> Iterator[AlignedBead[Unit]]:
        for number, bead in enumerate(beads, start=1):
            made = AlignedBead(
                id=f"{prefix}{number}",
                source=tuple(source[index] for index in bead.source),
                target=tuple(target[index] for index in bead.target),
                probability=round(bead.probability, DIGITS),
                crossing=bead.crossing,
            )
            if not made.matched:
                yield replace(made, probability=0.0, reason=UNMATCHED)
                continue
            texts = made.source_text, made.target_text
            measured = measure(*texts, bead.similarity, embedder=self.settings.align.embedder)
            if bead.probability < self.settings.align.keep:
                yield replace(made, reason=LOW_PROBABILITY, quality=measured)
            else:
                mentions = self._terms.mentions(*texts)
                yield replace(made, quality=measured, mentions=mentions)


def measure(source: str, target: str, similarity: float, *, embedder: str) -> Quality:
    """Measure a bead's texts; ``embedder`` is the name of the one that the similarity is by."""
    found = quality.human(source, target, similarity)
    if embedder == BUILT_IN:
        return found
    # What is low is known of the built-in one alone.
    return replace(found, flags=tuple(flag for flag in found.flags if flag != LOW_SIMILARITY))


def numbers(source: Sequence[str], target: Sequence[str]) -> tuple[Keys, Keys]:
    """A reader of anchors: the numbers of sentences, in figures or in words, by all that they may stand for.

    Small ones in words ("both", "the first") come and go, but as anchors they are worth having: without them the
    alignments that the weights are fitted to are less likely.
    """
    return list(map(_numbers, source)), list(map(_numbers, target))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(f"#{value}" for number in quality.extract(text) for value in (number.value, *number.readings))


@dataclass(frozen=True, slots=True)
class Kept:
    """Shares of the text of either side that are in kept beads, 0 to 1."""

    source: float
    target: float

    @property
    def best(self) -> float:
        """The greater share: the English of a long article may be short, and all of it found."""
        return max(self.source, self.target)


def kept(article: AlignedArticle) -> Kept:
    """Return how much of a pair's text is in beads of sentences that are kept."""
    good = [bead for bead in article.sentences if bead.matched and not bead.reason]
    return Kept(
        _share([bead.source for bead in good], article.pair.source),
        _share([bead.target for bead in good], article.pair.target),
    )


def wrong_pair(article: AlignedArticle, least: float) -> ArticleError | None:
    """Return why a pair is refused, None for one that has enough in common."""
    share = kept(article).best
    if share >= least:
        return None
    source, target = (side.meta.path or side.id for side in (article.pair.source, article.pair.target))
    return ArticleError(
        article.pair.id,
        WRONG_PAIR,
        f"{source} and {target} do not tell the same: {share:.0%} of their text is in beads that are kept, less than "
        f"align.least_kept ({least:.0%}). Pair the article with another, or lower that setting.",
    )


def _share(good: Sequence[tuple[Sentence, ...]], article: Article) -> float:
    total = sum(len(sentence.text.strip()) for sentence in _sentences(article))
    return sum(len(sentence.text.strip()) for bead in good for sentence in bead) / total if total else 0.0


def _sentences(article: Article) -> list[Sentence]:
    return [sentence for paragraph in article.paragraphs for sentence in paragraph.sentences]


def _texts(article: Article) -> list[list[str]]:
    return [[normalise(sentence.text).strip() for sentence in paragraph.sentences] for paragraph in article.paragraphs]

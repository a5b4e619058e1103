"""The whole line as one composition: articles in, their sentences rendered in English, measured and tied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from mtpipe import quality, segment
from mtpipe.align.embed import BatchedUsem3, Embedder
from mtpipe.align.terms import Terms
from mtpipe.article import (
    AlignedArticle,
    Article,
    Mention,
    Origin,
    Paragraph,
    Rendering,
    Review,
    Sentence,
    TranslatedArticle,
    TranslatedParagraph,
    TranslatedSentence,
)
from mtpipe.errors import ArticleError
from mtpipe.glossary import Enforcer, Glossary
from mtpipe.intake import Normalised, clean, normalise, normalised
from mtpipe.quality.score import Vectors
from mtpipe.settings import Settings
from mtpipe.signature import Signature
from mtpipe.translate import Translator, decoding_of, open_translator
from mtpipe.translate.clock import Clocked
from mtpipe.translate.memory import Learned

VERSION = "2"
"""Counts changes of intake and segmentation that change what is translated; part of the signature."""

PROBE: Final = ("نعم", "لا")
"""What any engine can translate; two, since a program that miscounts may count to one."""


Made = TypeVar("Made", TranslatedArticle, AlignedArticle)


@dataclass(frozen=True, slots=True)
class Result(Generic[Made]):
    """What became of a window of articles: the articles, and the renderings that no memory held, by source.

    ``refused`` are those of the window that are not among the articles, by id, with the reason.
    """

    articles: list[Made]
    renderings: dict[str, Rendering]
    refused: Mapping[str, ArticleError] = field(default_factory=dict)


class Pipeline:
    """The stations from segmentation to quality, opened once, used for any number of articles.

    >>> from mtpipe import intake, settings
    >>> wanted = settings.load()
    >>> line = Pipeline.open(wanted)  # doctest: +SKIP
    >>> for article in intake.read(["article.txt"], wanted.intake):  # doctest: +SKIP
    ...     print(line.translate([article]).articles[0].paragraphs[0].target)
    """

    def __init__(
        self, settings: Settings, translator: Translator, glossary: Glossary, embedder: Embedder | None
    ) -> None:
        """Compose a line of opened stations; ``open`` does it from settings."""
        self.settings = settings
        self.translator = translator
        self._engine = Clocked(translator)
        self.glossary = glossary
        self._terms: Terms | None = None
        self._enforcer = Enforcer(glossary, self._engine, settings.glossary, decoding_of(settings.translate))
        self._embedder = embedder
        self._sources: dict[tuple[str, str], Vectors] = {}

    @classmethod
    def open(cls, settings: Settings) -> Pipeline:
        """Open all stations. Raises ``UsageError`` or ``ModelError`` before any work is done."""
        glossary = Glossary.load(settings.glossary.paths)  # a mistake in it shows before the model loads
        translator = open_translator(settings.translate)
        return cls(settings, translator, glossary, embedder(settings))

    @property
    def origin(self) -> Origin:
        """Whose the English is: the engine's."""
        return "machine"

    @property
    def device(self) -> str:
        """What the engine runs on."""
        return self.translator.device

    @property
    def engine_seconds(self) -> float:
        """Seconds of wall clock in which the engine was at work so far."""
        return self._engine.seconds

    @property
    def rendering_signatures(self) -> tuple[Signature, Signature]:
        """What shapes the rendering of a sentence: engine and glossary. The memory's scope."""
        return self.translator.signature, self._enforcer.signature

    @property
    def signature(self) -> Signature:
        """What shapes the dataset."""
        from mtpipe import __version__

        engine, glossary = self.rendering_signatures
        semicolon = "yes" if self.settings.segment.semicolon else "no"
        whole = (
            Signature((("mtpipe", __version__), ("pipeline", VERSION), ("semicolon", semicolon))) + engine + glossary
        )
        return whole + quality.signature(self._embedder)

    def translate(
        self, articles: Iterable[Article], known: Mapping[str, Rendering] | None = None
    ) -> Result[TranslatedArticle]:
        """Translate a window of articles and measure it. See ``render`` and ``measure``."""
        result = self.render(articles, known)
        return Result(self.measure(result.articles), result.renderings)

    def render(
        self, articles: Iterable[Article], known: Mapping[str, Rendering] | None = None
    ) -> Result[TranslatedArticle]:
        """Do what needs the engine. Equal sentences are translated once, those ``known`` not at all.

        Raises ``ModelError`` where the engine fails.
        """
        cut = [segment.article(article, self.settings.segment) for article in articles]
        found = dict(known or {})
        new = [source for source in sources(cut) if source not in found]
        rendered = dict(zip(new, self._enforcer.render(new), strict=True))
        found |= rendered
        return Result([_tie(article, found) for article in cut], rendered)

    def adopt(self, pairs: Mapping[str, Learned]) -> dict[str, Rendering]:
        """Return approved pairs, by normalised source, as the renderings of these sentences.

        The text stays as it was approved; the ledger tells which terms it has as listed.
        """
        if not pairs:
            return {}
        self._terms = terms = self._terms or Terms(self.glossary)
        return {
            source: Rendering(
                text := clean(pair.target),
                machine=None,
                score=None,
                mentions=terms.mentions(source, text),
                review=Review("approved", pair.reviewer, pair.time),
            )
            for source, pair in pairs.items()
        }

    def prepare(self, articles: Iterable[Article]) -> None:
        """Do ahead what ``measure`` needs of the sources. May run beside ``render``, not beside ``measure``."""
        if self._embedder:
            for article in articles:
                cut = segment.article(article, self.settings.segment)
                self._sources[article.id, article.text] = quality.source_vectors(cut, self._embedder)

    def measure(self, articles: Sequence[TranslatedArticle]) -> list[TranslatedArticle]:
        """Fill in the quality of translated articles. May run beside ``render``."""
        try:
            return [
                quality.article(item, self._embedder, self._sources.get((item.source.id, item.source.text)))
                for item in articles
            ]
        finally:
            self._sources.clear()

    def check(self) -> None:
        """Translate two words. Raises ``ModelError`` where the engine can't: it is broken, whatever it failed on."""
        self.translator.translate(PROBE)

    def sources(self, articles: Iterable[Article]) -> list[str]:
        """Return the normalised sentences of articles, each once, in order: what a memory is asked for."""
        return sources([segment.article(article, self.settings.segment) for article in articles])


def embedder(settings: Settings) -> Embedder | None:
    """Open what similarity is measured with; None where it is not asked for."""
    return BatchedUsem3() if settings.quality.similarity else None


def sources(articles: Sequence[Article]) -> list[str]:
    """Return the normalised sentences of segmented articles, each once, in order of appearance."""
    texts = (
        normalise(sentence.text)
        for article in articles
        for paragraph in article.paragraphs
        for sentence in paragraph.sentences
    )
    return list(dict.fromkeys(text for text in texts if text))


def _tie(article: Article, renderings: Mapping[str, Rendering]) -> TranslatedArticle:
    return TranslatedArticle(article, tuple(_paragraph(paragraph, renderings) for paragraph in article.paragraphs))


def _paragraph(paragraph: Paragraph, renderings: Mapping[str, Rendering]) -> TranslatedParagraph:
    sentences = tuple(_render(sentence, renderings) for sentence in paragraph.sentences)
    approvals = [sentence.review for sentence in sentences if sentence.source.text.strip()]
    known = [approval for approval in approvals if approval]
    if not known or len(known) < len(approvals):
        return TranslatedParagraph(paragraph, sentences)
    names = dict.fromkeys(approval.reviewer for approval in known if approval.reviewer)
    review = Review("approved", ", ".join(names), max(approval.time for approval in known))
    return TranslatedParagraph(paragraph, sentences, review=review)


def _render(sentence: Sentence, renderings: Mapping[str, Rendering]) -> TranslatedSentence:
    form = normalised(sentence.text)
    if not form.text:
        return TranslatedSentence(sentence, Rendering("", "", 0.0))
    rendering = renderings[form.text]
    # The memory knows the normalised sentence; the page marks the words that the reader sees.
    mentions = tuple(_shown(mention, form) for mention in rendering.mentions)
    return TranslatedSentence(sentence, replace(rendering, mentions=mentions), review=rendering.review)


def _shown(mention: Mention, form: Normalised) -> Mention:
    start, end = form.original_span(mention.source_start, mention.source_end)
    return replace(mention, source_start=start, source_end=end)

"""The whole line as one composition: articles in, their sentences rendered in English, measured and tied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from mtpipe import quality, segment
from mtpipe.align.embed import Embedder, Usem3
from mtpipe.article import (
    AlignedArticle,
    Article,
    Mention,
    Origin,
    Rendering,
    Sentence,
    TranslatedArticle,
    TranslatedParagraph,
    TranslatedSentence,
)
from mtpipe.glossary import Enforcer, Glossary
from mtpipe.intake import Normalised, normalise, normalised
from mtpipe.settings import Settings
from mtpipe.signature import Signature
from mtpipe.translate import Translator, open_translator

VERSION = "2"
"""Counts changes of intake and segmentation that change what is translated; part of the signature."""


Made = TypeVar("Made", TranslatedArticle, AlignedArticle)


@dataclass(frozen=True, slots=True)
class Result(Generic[Made]):
    """What became of a window of articles: the articles, and the renderings that no memory held, by source."""

    articles: list[Made]
    renderings: dict[str, Rendering]


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
        self.glossary = glossary
        self._enforcer = Enforcer(glossary, translator, settings.glossary)
        self._embedder = embedder

    @classmethod
    def open(cls, settings: Settings) -> Pipeline:
        """Open all stations. Raises ``UsageError`` or ``ModelError`` before any work is done."""
        glossary = Glossary.load(settings.glossary.paths)  # a mistake in it shows before the model loads
        translator = open_translator(settings.translate)
        return cls(settings, translator, glossary, Usem3() if settings.quality.similarity else None)

    @property
    def origin(self) -> Origin:
        """Whose the English is: the engine's."""
        return "machine"

    @property
    def device(self) -> str:
        """What the engine runs on."""
        return self.translator.device

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
        """Translate a window of articles. Equal sentences are translated once, those ``known`` not at all.

        Raises ``ModelError`` where the engine fails.
        """
        cut = [segment.article(article, self.settings.segment) for article in articles]
        found = dict(known or {})
        new = [source for source in sources(cut) if source not in found]
        rendered = dict(zip(new, self._enforcer.render(new), strict=True))
        found |= rendered
        tied = [_tie(article, found) for article in cut]
        return Result(quality.articles(tied, self._embedder), rendered)

    def sources(self, articles: Iterable[Article]) -> list[str]:
        """Return the normalised sentences of articles, each once, in order: what a memory is asked for."""
        return sources([segment.article(article, self.settings.segment) for article in articles])


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
    paragraphs = tuple(
        TranslatedParagraph(paragraph, tuple(_render(sentence, renderings) for sentence in paragraph.sentences))
        for paragraph in article.paragraphs
    )
    return TranslatedArticle(article, paragraphs)


def _render(sentence: Sentence, renderings: Mapping[str, Rendering]) -> TranslatedSentence:
    form = normalised(sentence.text)
    if not form.text:
        return TranslatedSentence(sentence, Rendering("", "", 0.0))
    rendering = renderings[form.text]
    # The memory knows the normalised sentence; the page marks the words that the reader sees.
    mentions = tuple(_shown(mention, form) for mention in rendering.mentions)
    return TranslatedSentence(sentence, replace(rendering, mentions=mentions))


def _shown(mention: Mention, form: Normalised) -> Mention:
    start, end = form.original_span(mention.source_start, mention.source_end)
    return replace(mention, source_start=start, source_end=end)

"""The front door for Python: ``from mtpipe import Aligner, Glossary, Pipeline``.

Thin classes over the lines of work (``mtpipe.pipeline``, ``mtpipe.aligning``) and the archive; what they take and give
are the nouns of ``mtpipe.article``. Names in ``__all__`` of ``mtpipe`` are stable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mtpipe import archive, intake, pairing
from mtpipe import settings as configuration
from mtpipe.aligning import Aligning, wrong_pair
from mtpipe.archive import Outcome
from mtpipe.archive.windows import windows
from mtpipe.article import AlignedArticle, Article, ArticlePair, TranslatedArticle
from mtpipe.errors import ArticleError
from mtpipe.glossary import Glossary
from mtpipe.intake.language import Language
from mtpipe.pipeline import Pipeline as Line
from mtpipe.pipeline import embedder
from mtpipe.settings import Settings
from mtpipe.translate import notice, open_translator

Inputs = str | Path | Iterable[str | Path]
Configuration = Settings | Mapping[str, Any] | str | Path | None
"""Settings, or changes to the defaults (``{"translate.beam": 1}``), or the path of a YAML file."""


class Pipeline:
    """Arabic articles to English, tied and measured; model and glossary are opened once.

    >>> pipeline = Pipeline(glossary="names.csv")  # doctest: +SKIP
    >>> article = pipeline.translate("وصل الوزير إلى حلب.")  # doctest: +SKIP
    >>> [(paragraph.source.text, paragraph.target) for paragraph in article.paragraphs]  # doctest: +SKIP
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        glossary: Glossary | Inputs | None = None,
        settings: Configuration = None,
    ) -> None:
        """Open a model (built-in name, alias, folder or hub id) and glossaries (paths or built-in names).

        Raises ``UsageError`` or ``ModelError``, whose texts say in one line what to do.
        """
        wanted = _settings(settings, {"translate.model": model} if model else {})
        if glossary is not None and not isinstance(glossary, Glossary):
            wanted = _settings(wanted, {"glossary.paths": [str(path) for path in _several(glossary)]})
            glossary = None
        terms = Glossary.load(wanted.glossary.paths) if glossary is None else glossary
        self._line = Line(wanted, open_translator(wanted.translate), terms, embedder(wanted))

    @property
    def settings(self) -> Settings:
        """All settings, those that were not given among them."""
        return self._line.settings

    @property
    def signature(self) -> str:
        """What shapes the result: versions, model and its hash, decoding, glossary; it stands in every dataset."""
        return str(self._line.signature)

    def translate(self, text: str, *, id: str = "text") -> TranslatedArticle:
        """Translate one article, its paragraphs divided by blank lines (or lines, where there is no blank one).

        ``id`` begins the ids of its paragraphs and sentences. Raises ``ArticleError`` for a text without Arabic.
        """
        article = intake.from_text(text, self.settings.intake, name=id)
        return self._line.translate([article]).articles[0]

    def read(self, inputs: Inputs) -> Iterator[TranslatedArticle | ArticleError]:
        """Translate the articles of files, folders and globs, in order, a window at a time; nothing is written.

        An article that can't be read comes as an ``ArticleError``, in its place. Raises ``UsageError`` where an input
        does not exist, ``ModelError`` where the engine fails.
        """
        items = intake.read(_several(inputs), self.settings.intake)
        size = self.settings.corpus
        for window in windows(items, size.window, size.window_characters):
            readable = [item for item in window if isinstance(item, Article)]
            translated = iter(self._line.translate(readable).articles)
            for item in window:
                yield item if isinstance(item, ArticleError) else next(translated)

    def run(self, inputs: Inputs, out: str | Path) -> Outcome:
        """Do what ``mtpipe run`` does: dataset, ledger and pages into a folder, going on after an earlier start."""
        given = _several(inputs)
        items = intake.read(given, self.settings.intake)
        return archive.run(items, Path(out), self._line, inputs=given, notice=notice(self.settings.translate))


class Aligner:
    """Ties Arabic articles to English ones that people wrote; the embedder is opened once.

    >>> aligner = Aligner()  # doctest: +SKIP
    >>> article = aligner.align(arabic, english)  # doctest: +SKIP
    >>> [(bead.source_text, bead.target_text, bead.probability) for bead in article.sentences]  # doctest: +SKIP
    """

    def __init__(self, *, glossary: Inputs | None = None, settings: Configuration = None) -> None:
        """Open the embedder that ``align.embedder`` names, and glossaries, whose terms are anchors."""
        paths = {} if glossary is None else {"glossary.paths": [str(path) for path in _several(glossary)]}
        self._line = Aligning.open(_settings(settings, paths))

    @property
    def settings(self) -> Settings:
        """All settings, those that were not given among them."""
        return self._line.settings

    @property
    def signature(self) -> str:
        """What shapes the result."""
        return str(self._line.signature)

    def align(self, arabic: str, english: str, *, id: str = "text") -> AlignedArticle:
        """Align two texts, their paragraphs divided by blank lines (or lines, where there is no blank one).

        Each paragraph and each sentence of either is in exactly one bead. Raises ``ArticleError`` for a text that is
        not of its language, and for two that have too little in common (``wrong-pair``).
        """
        made = self._line.align(ArticlePair(self._article(arabic, "ar", id), self._article(english, "en", id)))
        if error := wrong_pair(made, self.settings.align.least_kept):
            raise error
        return made

    def run(self, arabic: Inputs, english: Inputs, out: str | Path) -> Outcome:
        """Do what ``mtpipe align ARABIC ENGLISH`` does: find the pairs, align them, write dataset and pages.

        All articles are held in memory. Raises ``UsageError`` where the languages are exchanged.
        """
        left, right = _several(arabic), _several(english)
        sources = list(intake.read(left, self.settings.intake))
        targets = list(intake.read(right, self.settings.intake, language="en"))
        names = str(left[0]), str(right[0])
        pairing.check_languages(sources, targets, given=names, out=str(out))
        items = pairing.pairs(sources, targets, self._line.embedder, self.settings)
        return archive.run(items, Path(out), self._line, inputs=[*left, *right])

    def _article(self, text: str, language: Language, name: str) -> Article:
        return intake.from_text(text, self.settings.intake, name=name, language=language)


def _several(inputs: Inputs) -> list[str | Path]:
    return [inputs] if isinstance(inputs, str | Path) else list(inputs)


def _settings(given: Configuration, changes: Mapping[str, Any]) -> Settings:
    """Return settings with changes, by dotted name, over them."""
    if isinstance(given, Settings):
        return configuration.changed(given, changes)
    if isinstance(given, str | Path):
        return configuration.changed(configuration.load(Path(given)), changes)
    return configuration.changed(Settings(), {**(given or {}), **changes})

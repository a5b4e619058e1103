"""Which language an article must be in: Arabic, or English where it is the other half of a pair."""

from __future__ import annotations

from typing import Final, Literal

from mtpipe.errors import ArticleError
from mtpipe.intake.plausible import arabic_share
from mtpipe.settings import IntakeSettings

Language = Literal["ar", "en"]

NOT_ARABIC: Final = "not-arabic"
NOT_ENGLISH: Final = "not-english"
_LATIN_END: Final = "\u024f"
_MIN_LATIN: Final = 0.5


def check_language(text: str, language: Language, article_id: str, place: str, settings: IntakeSettings) -> None:
    """Raise ``ArticleError`` (``not-arabic``, ``not-english``) where too few letters are of the language's script.

    English is told by its script alone. Another language that is written so passes, and may find a counterpart: the
    embeddings are those of sixteen languages.
    """
    if language == "ar":
        share = arabic_share(text)
        if share < settings.min_arabic:
            raise ArticleError(
                article_id,
                NOT_ARABIC,
                f"{place}: {share:.0%} of the letters are Arabic, less than intake.min_arabic "
                f"({settings.min_arabic:.0%}). Leave the file out, or lower that setting.",
            )
    else:
        share = _latin_share(text)
        if share < _MIN_LATIN:
            raise ArticleError(
                article_id, NOT_ENGLISH, f"{place}: {share:.0%} of the letters are Latin: no English. Leave it out."
            )


def _latin_share(text: str) -> float:
    letters = [character for character in text if character.isalpha()]
    return sum(character <= _LATIN_END for character in letters) / len(letters) if letters else 0.0

"""Which articles are aligned with each other: by the names of their files, or found by what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from mtpipe import quality, segment
from mtpipe.align import Embedder
from mtpipe.align.documents import Match, Matches, Profile, by_content, by_name, none
from mtpipe.align.embed import mean
from mtpipe.align.names import arabic_keys, english_keys
from mtpipe.article import Article, ArticlePair
from mtpipe.errors import ArticleError, UsageError
from mtpipe.intake import normalise
from mtpipe.intake.language import NOT_ARABIC, NOT_ENGLISH, Language
from mtpipe.settings import Settings

Found = Article | ArticleError
Item = ArticlePair | ArticleError

FIRST_SENTENCES: Final = 12
"""Sentences of an article that its vector is made of: news say the most at the beginning, and embedding costs time."""
TITLE_WEIGHT: Final = 2.0
DIGITS: Final = 4
UNPAIRED: Final = "unpaired"
_REASONS: Final[dict[Language, str]] = {"ar": NOT_ARABIC, "en": NOT_ENGLISH}


def pairs(
    sources: Iterable[Found],
    targets: Iterable[Found],
    embedder: Embedder,
    settings: Settings,
    *,
    looked_into: Callable[[int], None] = lambda _: None,
) -> Iterator[Item]:
    """Yield the pairs in the order of the sources, and at its place what could not be read or found no counterpart.

    What concerns the English side alone comes last. ``looked_into`` is told after each article whose contents matter
    how many those were. All articles are held in memory.
    """
    left, right = list(sources), list(targets)
    arabic = [found for found in left if isinstance(found, Article)]
    english = [found for found in right if isinstance(found, Article)]
    if len(left) == len(right) == len(arabic) == len(english) == 1:
        yield ArticlePair(arabic[0], english[0], "list")
        return
    pairing = settings.align.pairing
    named: dict[int, int] = {}
    if pairing != "content":
        named = by_name([article.id for article in arabic], [article.id for article in english])
    alone = [article for place, article in enumerate(arabic) if place not in named]
    taken = set(named.values())
    others = [article for place, article in enumerate(english) if place not in taken]
    if pairing == "name":
        matches = none(len(alone), len(others))
    else:
        matches = _by_content(alone, others, embedder, settings, looked_into)
    made: dict[str, Item] = {
        arabic[place].id: ArticlePair(arabic[place], english[other], "name") for place, other in named.items()
    }
    for match in matches.pairs:
        source = alone[match.source]
        made[source.id] = ArticlePair(source, others[match.target], "content", round(min(1.0, match.score), DIGITS))
    least = settings.align.pair_score
    for place, near in matches.sources_alone.items():
        candidate = (near, others[near.target]) if near else None
        made[alone[place].id] = _unpaired(alone[place], candidate, "English", least, of=len(english))
    for found in left:
        yield found if isinstance(found, ArticleError) else made[found.id]
    yield from (found for found in right if isinstance(found, ArticleError))
    for place, near in matches.targets_alone.items():
        candidate = (near, alone[near.source]) if near else None
        yield _unpaired(others[place], candidate, "Arabic", least, of=len(arabic))


def listed(items: Iterable[Item]) -> Iterator[Item]:
    """Yield what a list of pairs names; where the Arabic path is of no Arabic, it is told which column is whose."""
    for item in items:
        if isinstance(item, ArticleError) and item.reason == NOT_ARABIC:
            told = f"{item} Is it the English one? The Arabic path comes first in a line, then a tab and the English."
            yield ArticleError(item.article_id, item.reason, told)
        else:
            yield item


def _by_content(
    sources: Sequence[Article],
    targets: Sequence[Article],
    embedder: Embedder,
    settings: Settings,
    looked_into: Callable[[int], None],
) -> Matches:
    if not sources or not targets:
        return none(len(sources), len(targets))
    sides: dict[Language, Sequence[Article]] = {"ar": sources, "en": targets}
    profiles: dict[Language, list[Profile]] = {"ar": [], "en": []}
    for language, articles in sides.items():
        for article in articles:
            profiles[language].append(profile(article, language, embedder, settings))
            looked_into(sum(map(len, profiles.values())))
    return by_content(profiles["ar"], profiles["en"], threshold=settings.align.pair_score)


def profile(article: Article, language: Language, embedder: Embedder, settings: Settings) -> Profile:
    """Return what an article is recognised by."""
    first: list[tuple[float, str]] = []
    for paragraph in article.paragraphs:
        weight = TITLE_WEIGHT if paragraph.role == "title" else 1.0
        for start, end in segment.split(paragraph.text, language, settings.segment):
            first.append((weight, normalise(paragraph.text[start:end]).strip()))
        if len(first) >= FIRST_SENTENCES:
            break
    first = first[:FIRST_SENTENCES]
    rows = embedder.encode([text for _, text in first])
    numbers = quality.extract(normalise(article.text))
    return Profile(
        vector=mean(((weight, row) for (weight, _), row in zip(first, rows, strict=True)), rows.shape[1]),
        numbers=frozenset(number.value for number in numbers),
        readings=frozenset(value for number in numbers for value in (number.value, *number.readings)),
        names=arabic_keys(article.text) if language == "ar" else english_keys(article.text),
    )


def _unpaired(
    article: Article, near: tuple[Match, Article] | None, other: str, least: float, *, of: int
) -> ArticleError:
    """Say that an article found nobody, and the nearest ``of`` so many articles of the other language."""
    place = article.meta.path or article.id
    if not of:
        return ArticleError(article.id, UNPAIRED, f"{place}: there is no {other} article that could be read beside it.")
    if near is None:
        told = f"no {other} article has its name, or is anything like it"
    else:
        match, nearest = near
        told = (
            f"no {other} article tells the same; the nearest is {nearest.meta.path or nearest.id} "
            f"({match.strength:.2f}, less than align.pair_score {least:g}, or it goes better with another)"
        )
    return ArticleError(article.id, UNPAIRED, f"{place}: {told}. Name pairs in a list (mtpipe align pairs.tsv).")


def check_languages(sources: Sequence[Found], targets: Sequence[Found], *, given: tuple[str, str], out: str) -> None:
    """Raise ``UsageError`` where the sides were exchanged, or are of one language."""
    first, second = given
    no_arabic, no_english = _is_none(sources, "ar"), _is_none(targets, "en")
    if no_arabic and no_english:
        raise UsageError(
            f"the languages are exchanged: {first} is not Arabic, and {second} is not English. "
            f"Give the Arabic side first: mtpipe align {second} {first} -o {out}"
        )
    if no_arabic and _is_some(targets):
        raise UsageError(
            f"no side is Arabic: {first} is not, and {second} is in Latin letters. Give the Arabic side first, then "
            "the English."
        )
    if no_english and _is_some(sources):
        raise UsageError(
            f"no side is English: {second} is not, and {first} is Arabic. Give the Arabic side first, then the English."
        )


def _is_some(found: Iterable[Found]) -> bool:
    return any(isinstance(item, Article) for item in found)


def _is_none(found: Sequence[Found], language: Language) -> bool:
    """Tell whether nothing that could be read is of the language, and something is of another."""
    refused = any(isinstance(item, ArticleError) and item.reason == _REASONS[language] for item in found)
    return refused and not _is_some(found)

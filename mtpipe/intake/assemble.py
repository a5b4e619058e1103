"""Assembly: what a reader found, cleaned and sorted, becomes an Article or the reason why not."""

from __future__ import annotations

from dataclasses import replace

from mtpipe.article import Article, Meta, Role, build
from mtpipe.errors import ArticleError
from mtpipe.intake.clean import clean
from mtpipe.intake.language import Language, check_language
from mtpipe.intake.normalise import normalise
from mtpipe.intake.raw import Raw
from mtpipe.intake.remnants import Sorted, sort_out
from mtpipe.intake.txt import looks_like_title
from mtpipe.settings import IntakeSettings


def assemble(raw: Raw, settings: IntakeSettings, language: Language = "ar") -> Article:
    """Return the article.

    Raises ``ArticleError``: ``no-text``, ``not-arabic``, ``not-english`` or ``paragraph-too-long``. Of English pages
    only repetitions are set aside: the phrases of websites are known in Arabic alone.
    """
    title = _title(raw.title)
    texts = [text for text in map(clean, raw.paragraphs) if normalise(text)]
    if settings.remnants or raw.extracted:
        parts = sort_out(texts, phrases=settings.remnants and language == "ar", first=[title] if title else [])
    else:
        # Without looking for remnants, only a title that the text repeats is not put twice.
        doubled = bool(texts and title) and normalise(texts[0]) == normalise(title)
        parts = Sorted(texts[doubled:], [(texts[0], "repeated-title", 0)] if doubled else [])
    if not parts.kept:
        told = f" ({len(parts.aside)} set aside: {_reasons(parts)})" if parts.aside else ""
        raise ArticleError(raw.id, "no-text", f"{raw.place}: no paragraph of text{told}. Check the file.")
    _check_length(raw, parts.kept, settings)
    check_language(" ".join([title, *parts.kept]), language, raw.id, raw.place, settings)
    roles: list[tuple[Role, str]] = [("text", text) for text in parts.kept]
    aside = parts.aside
    if title:
        roles.insert(0, ("title", title))
        aside = [(text, reason, after + 1) for text, reason, after in aside]
    elif looks_like_title(parts.kept[0], len(parts.kept) - 1):
        roles[0] = ("title", parts.kept[0])
    return build(raw.id, roles, meta=_meta(raw.meta, roles, parts), set_aside=aside)


def _title(given: str | None) -> str:
    """One of nothing but characters that can't be seen (a bidi mark, a joiner) is none."""
    title = clean(given or "")
    return title if normalise(title) else ""


def _check_length(raw: Raw, kept: list[str], settings: IntakeSettings) -> None:
    for number, text in enumerate(kept, start=1):
        if len(text) > settings.max_paragraph:
            raise ArticleError(
                raw.id,
                "paragraph-too-long",
                f"{raw.place}: paragraph {number} has {len(text)} characters, more than intake.max_paragraph "
                f"({settings.max_paragraph}). Break it with blank lines, or raise that setting.",
            )


def _meta(meta: Meta, roles: list[tuple[Role, str]], parts: Sorted) -> Meta:
    """Complete what the source said of the article by what its lines told."""
    role, first = roles[0]
    told = parts.told
    return replace(
        meta,
        title=_title(meta.title) or (first if role == "title" else None),
        date=meta.date or told.get("date"),
        author=meta.author or told.get("author"),
        publisher=meta.publisher or told.get("publisher"),
    )


def _reasons(parts: Sorted) -> str:
    return ", ".join(sorted({reason for _, reason, _ in parts.aside}))

"""Pairs of articles that a list names: two columns of paths, Arabic and English, with a tab between."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from mtpipe.article import Article, ArticlePair, build
from mtpipe.errors import ArticleError, UsageError
from mtpipe.intake.language import Language
from mtpipe.intake.names import tidy_id
from mtpipe.intake.read import read
from mtpipe.settings import IntakeSettings

HEADERS: Final = frozenset(("ar", "en", "arabic", "english", "source", "target"))

Lines = list[tuple[int, tuple[str, str] | None]]


def read_pairs(path: Path, settings: IntakeSettings) -> Iterator[ArticlePair | ArticleError]:
    """Yield the pairs of a list, in order. Its paths are relative to its folder; they are the articles' ids.

    A line that can't be used is an ``ArticleError`` that names it: ``bad-row``, ``missing-file``, ``not-a-file``,
    ``duplicate``, or what is wrong with the article. Raises ``UsageError`` at once where there is no such list, or
    nothing in it.
    """
    return _pairs(path, _lines(path), settings)


def count_pairs(path: Path) -> int:
    """Return how many lines a list has."""
    return len(_lines(path))


def _lines(path: Path) -> Lines:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Name a list of pairs, or two inputs.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 ({error.reason} at byte {error.start}). Save it as UTF-8.") from error
    lines: Lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        fields = [field.strip() for field in line.rstrip("\r").split("\t")]
        if not any(fields) or (number == 1 and {field.lower() for field in fields} <= HEADERS):
            continue
        usable = len(fields) == 2 and all(fields) and "\0" not in line
        lines.append((number, (fields[0], fields[1]) if usable else None))
    if not lines:
        raise UsageError(f"{path}: names no pairs. Give two paths a line, Arabic and English, with a tab between.")
    return lines


def _pairs(path: Path, lines: Lines, settings: IntakeSettings) -> Iterator[ArticlePair | ArticleError]:
    seen: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for number, names in lines:
        place = f"{path} line {number}"
        if names is None:
            yield ArticleError(place, "bad-row", f"{place}: not two paths with a tab between. Mend that line.")
            continue
        try:
            for side, name in zip(seen, names, strict=True):
                first = side.setdefault(os.path.realpath(path.parent / name), number)
                if first != number:
                    raise ArticleError(
                        tidy_id(name),
                        "duplicate",
                        f"{place}: {name} is in line {first} already. Take one of the two out.",
                    )
            source = _article(path.parent, names[0], place, settings, "ar")
            yield ArticlePair(source, _article(path.parent, names[1], place, settings, "en"), "list")
        except ArticleError as error:
            yield error


def _article(folder: Path, name: str, place: str, settings: IntakeSettings, language: Language) -> Article:
    file = folder / name
    article_id = tidy_id(Path(name).as_posix().lstrip("/"))
    try:
        there = file.exists()
    except OSError:  # the name is too long: a text in the place of its path
        there = False
    if not there:
        raise ArticleError(article_id, "missing-file", f"{place}: {name}: there is no such file. Mend the path.")
    if file.is_dir():
        raise ArticleError(article_id, "bad-row", f"{place}: {name} is a folder. Name a file with one article.")
    if not file.is_file():  # opening a pipe would wait for ever
        raise ArticleError(article_id, "not-a-file", f"{place}: {name} is a pipe or a device. Name a file.")
    try:
        found = list(islice(read([file], settings, language=language), 2))
    except UsageError as error:
        raise ArticleError(article_id, "unreadable", f"{place}: {error}") from error
    if len(found) != 1:
        many = "several articles" if found else "no article"
        raise ArticleError(article_id, "bad-row", f"{place}: {name} holds {many}. Name a file with one.")
    if isinstance(found[0], ArticleError):
        raise ArticleError(article_id, found[0].reason, f"{place}: {found[0]}")
    article = found[0]
    return build(
        article_id,
        [(paragraph.role, paragraph.text) for paragraph in article.paragraphs],
        meta=replace(article.meta, path=name if not Path(name).is_absolute() else article.meta.path),
        set_aside=[(piece.text, piece.reason, piece.after) for piece in article.set_aside],
    )

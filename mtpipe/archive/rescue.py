"""A window although some of its articles can't be translated: the others come through.

Where the work on a window fails, its halves are tried, down to the articles that it fails on, and those go to
``failed.jsonl``. Before that the engine is asked for a word: one that can't give it is broken for all, and the error
ends the run.
"""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mtpipe.archive.line import Line
from mtpipe.article import Article, ArticlePair, Rendering
from mtpipe.errors import ArticleError, DeviceMemoryError, MtpipeError, StuckError, UsageError

Recall = Callable[[list[str]], dict[str, Rendering]]
"""Returns what a memory knows of these sources."""

WIDEST: Final = 200
"""Characters of an unexpected error that a message shows."""


@dataclass(slots=True)
class Rescued:
    """What became of a window: what was made, by id; the renderings, remembered and new; and what failed, by id."""

    made: dict[str, Any] = field(default_factory=dict)
    known: dict[str, Rendering] = field(default_factory=dict)
    new: dict[str, Rendering] = field(default_factory=dict)
    failed: dict[str, ArticleError] = field(default_factory=dict)


def translate(line: Line, items: Sequence[Article | ArticlePair], recall: Recall) -> Rescued:
    """Put a window through a line of work.

    Raises ``ModelError`` where the engine does no work any more, and whatever ends a window in which nothing at all
    came through for a reason of ours.
    """
    rescued = Rescued()
    errors: list[Exception] = []
    if items:
        _attempt(line, items, recall, rescued, errors)
    if len(errors) == len(items) > 1 and not any(isinstance(error, MtpipeError | MemoryError) for error in errors):
        raise errors[0]  # no matter of single articles
    return rescued


def measure(line: Line, rescued: Rescued) -> None:
    """Add what needs no engine. Where that fails on a window, each article is tried, and those that fail are moved.

    Raises what ends a window of several articles in which nothing at all came through: no matter of single articles.
    """
    made = rescued.made
    try:
        rescued.made = dict(zip(made, line.measure(list(made.values())), strict=True))
    except (UsageError, OSError):
        raise
    except Exception:
        rescued.made = _measured_alone(line, made, rescued.failed)
        if not rescued.made and len(made) > 1:
            raise


def _measured_alone(line: Line, made: dict[str, Any], failed: dict[str, ArticleError]) -> dict[str, Any]:
    measured = {}
    for name, article in made.items():
        try:
            (measured[name],) = line.measure([article])
        except Exception as error:
            failed[name] = _failure(name, error)
    return measured


def _attempt(
    line: Line, items: Sequence[Article | ArticlePair], recall: Recall, rescued: Rescued, errors: list[Exception]
) -> None:
    try:
        known = recall(line.sources(items))
        result = line.render(items, known)
    except (UsageError, StuckError, sqlite3.Error, OSError):
        raise
    except Exception as error:
        _check(line, error)
        if len(items) == 1:
            rescued.failed[items[0].id] = _failure(items[0].id, error)
            errors.append(error)
            return
    else:
        rescued.failed |= result.refused
        made = (item.id for item in items if item.id not in result.refused)
        rescued.made |= zip(made, result.articles, strict=True)
        rescued.known |= known
        rescued.new |= result.renderings
        return
    # Outside of the handler, so that what the error's traceback holds on to is free again.
    middle = len(items) // 2
    for part in (items[:middle], items[middle:]):
        _attempt(line, part, recall, rescued, errors)


def _check(line: Line, error: Exception) -> None:
    try:
        line.check()
    except (MtpipeError, MemoryError):
        raise error from error.__cause__


def _failure(article: str, error: Exception) -> ArticleError:
    told = " ".join(str(error).split())
    if isinstance(error, DeviceMemoryError):
        return ArticleError(article, "out-of-memory", f"{article}: {told}")
    if isinstance(error, MemoryError):
        return ArticleError(article, "out-of-memory", f"{article}: needs more memory than there is. Split it.")
    if isinstance(error, MtpipeError):
        return ArticleError(article, "engine-failed", f"{article}: the engine fails on this article ({told})")
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {told[:WIDEST]} ({Path(last.filename).name} line {last.lineno})"
    return ArticleError(article, "internal-error", f"{article}: an error of mtpipe's own, {what}. Please report it.")

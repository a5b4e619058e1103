"""JSON files: one article, an array of articles, or articles one after the other over several lines; as a stream."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, Final

from mtpipe.errors import ArticleError
from mtpipe.intake import limits
from mtpipe.intake.raw import Raw
from mtpipe.intake.rows import Found, article_rows, column
from mtpipe.intake.sources import Source
from mtpipe.intake.strays import StrayError, has_prose
from mtpipe.intake.table import open_text, refuse_damage
from mtpipe.settings import IntakeSettings

_STEP: Final = 1 << 16
_HELD: Final = 1 << 20  # characters that are looked at before a file without an article is taken for a stray
_BETWEEN: Final = " \t\r\n,[]\ufeff"  # a comma too many harms nobody


def read_json(source: Source, settings: IntakeSettings) -> Iterator[Raw | ArticleError]:
    """Yield the articles of a JSON file. After a value that is no JSON the rest can't be told apart: one error.

    Raises ``StrayError`` for a file that was found and in which nothing is like an article.
    """
    return article_rows(source, _values(source, settings), settings)


def _values(source: Source, settings: IntakeSettings) -> Iterator[Found | ArticleError]:
    with open_text(source, settings) as text:
        values = _stream(text, source)
        for number, (value, written) in enumerate(values if source.named else _held(values, settings), start=1):
            place = f"{source.shown} article {number}"
            try:
                refuse_damage(written, text.encoding, place)
            except ArticleError as error:
                yield error
                continue
            if isinstance(value, dict):
                yield place, value, text.encoding
            else:
                yield ArticleError(place, "bad-row", f"{place}: a JSON {type(value).__name__}, not an object.")


def _held(values: Iterator[tuple[Any, str]], settings: IntakeSettings) -> Iterator[tuple[Any, str]]:
    """Yield the values once one of them may be an article, or there are too many to wait for one."""
    waiting: list[tuple[Any, str]] = []
    size = 0
    for value, written in values:
        waiting.append((value, written))
        size += len(written)
        has_text = isinstance(value, dict) and column(settings.text_field, list(value)) is not None
        if has_text or size > _HELD or has_prose(value):
            break
    else:
        raise StrayError
    yield from waiting
    yield from values


def _stream(text: io.TextIOWrapper, source: Source) -> Iterator[tuple[Any, str]]:
    """Yield each value, and as it was written."""
    decoder = json.JSONDecoder()
    held, ended, step = "", False, _STEP
    while True:
        held = held.lstrip(_BETWEEN)
        if not held and ended:
            return
        try:
            if not held:
                raise EOFError
            value, end = decoder.raw_decode(held)
            if end == len(held) and not ended:
                raise EOFError  # of the number 12 the next character may be 3
        except (ValueError, EOFError, RecursionError) as error:
            if ended or isinstance(error, RecursionError) or len(held) > limits.ARTICLE:
                raise _bad(source, error, len(held)) from error
            # Twice as much each time: a value is looked at as often as its length has digits.
            piece = text.read(step)
            held, ended, step = held + piece, not piece, min(2 * step, limits.ARTICLE)
            continue
        yield value, held[:end]
        held, step = held[end:], _STEP


def _bad(source: Source, error: Exception, size: int) -> ArticleError:
    if size > limits.ARTICLE:
        most = limits.ARTICLE >> 20
        return ArticleError(
            source.id, "too-large", f"{source.shown}: an article of more than {most} million characters. Split it."
        )
    return ArticleError(
        source.id, "bad-row", f"{source.shown}: not JSON ({error}); what follows is not read. Mend the file."
    )

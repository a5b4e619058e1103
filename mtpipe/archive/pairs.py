"""Aligned articles as they are, window by window, beside the journal: their rows alone do not tell all of a pair.

Text without counterpart, and the paragraphs that sentences stand in, are in no row that could be read back.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mtpipe.archive.journal import FOLDER
from mtpipe.article import AlignedArticle, TranslatedArticle, from_json, to_json
from mtpipe.corpus.files import write_text
from mtpipe.errors import UsageError

PAIRS: Final = "pairs"


def write(root: Path, window: int, articles: Sequence[TranslatedArticle | AlignedArticle]) -> None:
    """Keep the pairs among a window's articles under an output folder, or where a new state of one is made."""
    if pairs := [article for article in articles if isinstance(article, AlignedArticle)]:
        write_text(_path(root, window), "".join(to_json(article) + "\n" for article in pairs))


def read(out: Path, window: int) -> list[AlignedArticle]:
    """Read back what ``write`` kept. Raises ``UsageError`` where it is not there."""
    path = _path(out, window)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}); it tells how the articles were paired. Put it back, or align "
            "the articles again into a new --out."
        ) from error
    return [from_json(AlignedArticle, line) for line in lines]


def _path(root: Path, window: int) -> Path:
    return root / FOLDER / PAIRS / f"{window:06d}.jsonl"

"""What the page's scripts load beside the HTML: the run, and by window the rows of the index and all texts.

Browsers refuse ``fetch()`` and modules to a page that was opened from disk, but not classic scripts: so each file is
one call of a function that ``assets/core.js`` defines, with JSON in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any, Final

from mtpipe.article import AlignedArticle, Review, TranslatedArticle
from mtpipe.corpus.likeness import Suggestion
from mtpipe.review.document import writable
from mtpipe.review.listing import index_row
from mtpipe.review.names import anchor
from mtpipe.review.rows import base, flags
from mtpipe.review.units import units

RUN_NAME: Final = "run.js"

Suggestions = Mapping[str, Sequence[Suggestion]]
"""What a memory has for sentences like those of a page, by the id of the sentence."""


def rows_name(window: int) -> str:
    """Return the file name of a window's rows of the index."""
    return f"{window:06d}.js"


def texts_name(window: int) -> str:
    """Return the file name of a window's texts."""
    return f"{window:06d}-texts.js"


def memory_name(window: int) -> str:
    """Return the file name of what a memory has for a window's sentences; it is there where there is any."""
    return f"{window:06d}-memory.js"


def run_script(run: str, windows: int) -> str:
    """Return what names the run, as decisions do, and counts its committed windows."""
    return _call("run", {"id": run, "windows": windows})


def rows_script(window: int, articles: Sequence[TranslatedArticle | AlignedArticle]) -> str:
    """Return the rows of the index, an article each, with what they can be filtered by."""
    return _call("add", {"window": window}, articles=[{**asdict(index_row(one)), **_found(one)} for one in articles])


def texts_script(window: int, articles: Sequence[TranslatedArticle | AlignedArticle]) -> str:
    """Return the paragraphs with all that a decision on them needs.

    A paragraph is its id, its base, the Arabic, and its ties: where each begins in the Arabic, its English, and, where
    somebody has decided on it, its state and comment.
    """
    return _call("addTexts", {"window": window}, paragraphs=[row for one in articles for row in _texts(one)])


def memory_script(window: int, suggestions: Suggestions) -> str:
    """Return what a memory has: per sentence its id, and of each suggestion the fields, in their order."""
    return _call(
        "addMemory", {"window": window}, sentences=[[key, list(map(astuple, suggestions[key]))] for key in suggestions]
    )


def read_memory(path: Path) -> dict[str, tuple[Suggestion, ...]]:
    """Return what ``memory_script`` wrote to a file; nothing where there is no file."""
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").split("\n")[1:-2]
    rows = (json.loads(line.removesuffix(",")) for line in lines)
    return {key: tuple(Suggestion(*cells) for cells in found) for key, found in rows}


def suggested(article: TranslatedArticle | AlignedArticle, suggestions: Suggestions) -> list[str]:
    """Return the ids of the article's sentences for which there is a suggestion."""
    if isinstance(article, AlignedArticle):
        return []
    ids = [sentence.source.id for paragraph in article.paragraphs for sentence in paragraph.sentences]
    return [one for one in ids if suggestions.get(one)]


def _found(article: TranslatedArticle | AlignedArticle) -> dict[str, Any]:
    """The codes of the checks and the terms that occur, each once, in order, and the paragraphs that are decided on."""
    if isinstance(article, AlignedArticle):
        codes = [code for bead in article.sentences if bead.quality for code in bead.quality.flags]
        terms: list[str] = []
        states = [(anchor(bead.id), bead.review.state) for bead in article.paragraphs if bead.review is not None]
    else:
        sentences = [sentence for paragraph in article.paragraphs for sentence in paragraph.sentences]
        codes = [code for sentence in sentences for code in flags(sentence)]
        terms = [f"{item.target} · {item.entry}" for sentence in sentences for item in sentence.rendering.mentions]
        states = [(anchor(one.source.id), one.review.state) for one in article.paragraphs if one.review is not None]
    return {
        "flags": list(dict.fromkeys(codes)),
        "terms": list(dict.fromkeys(terms)),
        "decided": {
            "approved": [name for name, state in states if state == "approved"],
            "rejected": [name for name, state in states if state == "rejected"],
        },
    }


def _texts(article: TranslatedArticle | AlignedArticle) -> Iterator[list[Any]]:
    if isinstance(article, AlignedArticle):
        texts = {bead.id: bead.source_text for bead in article.paragraphs}
        for unit in units(article):
            yield [
                unit.id,
                unit.base,
                texts[unit.id],
                [[tie.start, tie.text, *_judged(tie.review)] for tie in unit.ties],
            ]
    else:
        for paragraph in article.paragraphs:
            yield [
                paragraph.source.id,
                base(paragraph),
                paragraph.source.text,
                [[one.source.start, one.target, *_judged(one.review)] for one in paragraph.sentences],
            ]


def _judged(review: Review | None) -> list[str]:
    return [review.state, review.comment] if review else []


def _call(name: str, head: dict[str, Any], **lists: list[Any]) -> str:
    """A call with a line for each item, so that tools which go by lines can be used on the file."""
    pieces = [_json(head)[:-1]]
    for key, items in lists.items():
        inner = ",\n".join(map(_json, items))
        pieces.append(f",{_json(key)}:[\n{inner}\n]" if inner else f",{_json(key)}:[]")
    return writable(f"mtpipe.{name}({''.join(pieces)}}});\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

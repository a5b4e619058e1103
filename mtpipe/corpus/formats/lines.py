"""Formats of lines: Moses' pair of files, and aligned text for people."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from mtpipe.corpus.formats.base import SOURCE, TARGET, Head, Pair, Tally, one_line
from mtpipe.corpus.formats.files import PACKED, bare, writing

IDS: Final = "ids"
RULE: Final = "=" * 72


def moses_paths(path: Path) -> list[Path]:
    """Return the files of a Moses corpus: ``c.gz`` is ``c.ar.gz``, ``c.en.gz`` and ``c.ids.gz``."""
    packing = path.suffix if path.suffix.lower() in PACKED else ""
    return [path.with_name(f"{bare(path).name}.{side}{packing}") for side in (SOURCE, TARGET, IDS)]


def write_moses(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write three files whose lines belong together: Arabic, English, ids."""
    paths = moses_paths(path)
    for other in paths:
        other.unlink(missing_ok=True)  # the three take their names one after another: an old one must not be beside new
    with ExitStack() as stack:
        # The Arabic takes its name last: where it is, the other two are.
        arabic, english, ids = (stack.enter_context(writing(place)) for place in paths)
        for pair in pairs:
            arabic.write(one_line(pair.source, tally).encode() + b"\n")
            english.write(one_line(pair.target, tally).encode() + b"\n")
            ids.write(one_line(pair.id, Tally()).encode() + b"\n")


def write_text(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write the articles one after another, each pair as id, Arabic and English, an empty line between pairs."""
    article = None
    with writing(path) as stream:
        stream.write(f"{head.signature}\n".encode())
        for pair in pairs:
            if pair.article != article:
                article = pair.article
                title = pair.text("title")
                stream.write(f"\n{RULE}\n{article}{': ' if title else ''}{title}\n{RULE}\n".encode())
            source, target = one_line(pair.source, tally), one_line(pair.target, tally)
            stream.write(f"\n[{pair.id}]\n{source}\n{target}\n".encode())

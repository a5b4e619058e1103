"""Formats of lines: Moses' pair of files, and aligned text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import Final

from mtpipe.corpus.formats.base import SOURCE, TARGET, Head, Incoming, Pair, Tally, one_line
from mtpipe.corpus.formats.files import bare, reading, writing
from mtpipe.errors import UsageError

IDS: Final = "ids"
RULE: Final = "=" * 72


def moses_paths(path: Path) -> list[Path]:
    """Return the files of a Moses corpus: ``c.gz`` is ``c.ar.gz``, ``c.en.gz`` and ``c.ids.gz``."""
    packing = path.suffix if bare(path) != path else ""
    return [path.with_name(f"{bare(path).name}.{side}{packing}") for side in (SOURCE, TARGET, IDS)]


def write_moses(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write three files whose lines belong together: Arabic, English, ids."""
    paths = moses_paths(path)
    with ExitStack() as stack:
        # The Arabic takes its name last: where it is, the other two are.
        arabic, english, ids = (stack.enter_context(writing(place)) for place in paths)
        for pair in pairs:
            arabic.write(one_line(pair.source, tally).encode() + b"\n")
            english.write(one_line(pair.target, tally).encode() + b"\n")
            ids.write(one_line(pair.id, Tally()).encode() + b"\n")
        for old in paths:  # the three take their names one after another: an old one must not be beside new
            old.unlink(missing_ok=True)


def read_moses(path: Path) -> Iterator[Incoming]:
    """Read the Arabic and English files of a corpus, named by one of them or by what their names share.

    Raises ``UsageError`` where one is missing, or has more lines than the other.
    """
    arabic, english, _ = moses_paths(_shared_name(path))
    with reading(arabic) as left, reading(english) as right:
        number = 0
        for number, (source, target) in enumerate(zip_longest(left, right), start=1):
            if source is None or target is None:
                longer, shorter = (english, arabic) if source is None else (arabic, english)
                raise UsageError(
                    f"{shorter}: ends after {number - 1} lines, {longer.name} goes on: the two do not belong together."
                )
            yield Incoming(_decoded(source, arabic, number), _decoded(target, english, number), f"line {number}")


def _shared_name(path: Path) -> Path:
    """Return the name that the files of a corpus share, of the name of one of them or of itself."""
    inner = bare(path)
    packing = path.suffix if inner != path else ""
    if inner.suffix.lower() in (f".{SOURCE}", f".{TARGET}"):
        return inner.with_name(inner.stem + packing)
    return path


def _decoded(line: bytes, path: Path, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} line {number}: not UTF-8 ({error.reason}). Save the file as UTF-8.") from error


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

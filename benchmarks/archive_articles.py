"""An archive to try a run on: short articles out of the examples' sentences, with other names and figures, and among
every hundred one that is broken, in one of ten ways.

    python benchmarks/archive_articles.py FOLDER --articles 20000

The same count and seed give the same bytes. The folder is a new one.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from mtpipe import intake, segment
from mtpipe.article import Article
from mtpipe.glossary import Glossary
from mtpipe.settings import IntakeSettings

EXAMPLES: Final = Path(__file__).resolve().parents[1] / "examples"
FOLDER: Final = 1_000
"""Articles of a folder."""
EVERY: Final = 100
"""Of so many articles one is broken."""

_FIGURES: Final = re.compile(r"[0-9]+|[٠-٩]+")
_REMNANT: Final = "شارك هذا الموضوع"
_PAGE: Final = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>{1}</article></body></html>"


class Sentences:
    """The examples' titles and sentences, and the names that may stand for one another in them."""

    def __init__(self) -> None:
        read = [item for item in intake.read([EXAMPLES / "articles"], IntakeSettings()) if isinstance(item, Article)]
        self.titles = [paragraph.text for item in read for paragraph in item.paragraphs if paragraph.role == "title"]
        texts = [paragraph.text for item in read for paragraph in item.paragraphs if paragraph.role != "title"]
        self.texts = [text[a:b].strip() for text in texts for a, b in segment.split(text, "ar")]
        self._names: dict[str, list[str]] = {}
        entries = Glossary.load([EXAMPLES / "glossary.csv"]).entries
        for entry in entries:
            self._names.setdefault(entry.type, []).append(entry.source)
        self._types = {entry.source: entry.type for entry in entries}
        longest = sorted(self._types, key=len, reverse=True)
        self._name = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")

    def varied(self, text: str, chance: random.Random) -> str:
        """Return a text with other names of the same kinds, and other figures of as many digits."""
        named = self._name.sub(lambda found: chance.choice(self._names[self._types[found[0]]]), text)
        return _FIGURES.sub(lambda found: _figures(found[0], chance), named)


def _figures(digits: str, chance: random.Random) -> str:
    zero = ord("0") if digits.isascii() else ord("٠")
    first = chr(zero + chance.randint(1, 9))
    return first + "".join(chr(zero + chance.randint(0, 9)) for _ in digits[1:])


def article(sentences: Sentences, chance: random.Random) -> list[str]:
    """Return a title and paragraphs, one to three of one to three sentences; one in eight has a website's remnant."""
    paragraphs = [
        " ".join(sentences.varied(chance.choice(sentences.texts), chance) for _ in range(_few(chance)))
        for _ in range(_few(chance))
    ]
    title = sentences.varied(chance.choice(sentences.titles), chance)
    return [title, *paragraphs, *([_REMNANT] if chance.random() < 1 / 8 else [])]


def _few(chance: random.Random) -> int:
    return chance.choices((1, 2, 3), (12, 3, 1))[0]


def _text(paragraphs: Sequence[str]) -> bytes:
    return ("\n\n".join(paragraphs) + "\n").encode()


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _html(paragraphs: Sequence[str]) -> bytes:
    title, *rest = paragraphs
    return _PAGE.format(title, "".join(f"<p>{text}</p>" for text in rest)).encode()


def _record(paragraphs: Sequence[str]) -> bytes:
    title, *rest = paragraphs
    return json.dumps({"title": title, "text": "\n\n".join(rest)}, ensure_ascii=False).encode()


def _zip(names: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in names.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


Written = Callable[[Sequence[str]], bytes]

SOUND: Final[tuple[tuple[str, int, Written], ...]] = (
    (".txt", 84, _text),
    (".txt.gz", 10, lambda paragraphs: _packed(_text(paragraphs))),
    (".json", 5, _record),
    (".html", 1, _html),
)
"""Formats with their shares in a hundred."""

BROKEN: Final[Mapping[str, tuple[str, Written]]] = {
    "empty-file": (".txt", lambda _: b""),
    "no-text": (".txt", lambda _: _text([_REMNANT])),
    "not-arabic": (".txt", lambda _: b"The ministers met on Tuesday and agreed on nothing.\n"),
    "binary": (".txt", lambda paragraphs: _packed(_text(paragraphs))),
    "paragraph-too-long": (".txt", lambda paragraphs: _text([" ".join(paragraphs) * 2_000])),
    "damaged": (".txt.gz", lambda paragraphs: _packed(_text(paragraphs))[:-20]),
    "no-article": (".zip", lambda _: _zip({})),
    "bad-row": (".jsonl", lambda paragraphs: _record(paragraphs).decode()[:-20].encode()),
    "unreadable": (".parquet", lambda paragraphs: b"PAR1" + _text(paragraphs)),
    "nested-archive": (".zip", lambda paragraphs: _zip({"inner.zip": _zip({"a.txt": _text(paragraphs)})})),
}
"""By the reason that a run gives for it: what is wrong with the file."""


def files(count: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents."""
    sentences = Sentences()
    endings, shares, writers = zip(*SOUND, strict=True)
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        paragraphs = article(sentences, chance)
        name = f"{number // FOLDER:03}/{number:06}"
        if number % EVERY == EVERY // 2:
            ending, broken = tuple(BROKEN.values())[number // EVERY % len(BROKEN)]
            yield name + ending, broken(paragraphs)
        else:
            (kind,) = chance.choices(range(len(SOUND)), shares)
            yield name + endings[kind], writers[kind](paragraphs)


def make(folder: Path, count: int, seed: int = 1) -> None:
    """Write an archive. Raises ``FileExistsError`` where the folder is there."""
    folder.mkdir(parents=True)
    for name, data in files(count, seed):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)


def main() -> None:
    """Read the arguments and write the archive."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.folder.exists():
        parser.error(f"{given.folder} is there: name a new folder")
    make(given.folder, given.articles, given.seed)


if __name__ == "__main__":
    main()

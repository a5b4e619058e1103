"""A finished output folder read back: its windows as the articles that they were written from.

The rows are the truth, what people have changed in them included; the ledger adds what stood at a term's place before,
``set_aside.jsonl`` what belongs to no paragraph. Writing the articles again gives the same bytes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from mtpipe import __version__, corpus
from mtpipe.archive import pairs
from mtpipe.archive.journal import FOLDER, LOCK, STATE, Journal
from mtpipe.archive.lock import locked
from mtpipe.archive.output import DATASET, check_committed
from mtpipe.archive.rewrite import carry_out
from mtpipe.archive.window_files import Made
from mtpipe.article import (
    AlignedArticle,
    Article,
    Mention,
    Meta,
    Paragraph,
    Quality,
    Rendering,
    Review,
    Sentence,
    SetAside,
    TranslatedArticle,
    TranslatedParagraph,
    TranslatedSentence,
)
from mtpipe.corpus import Counts
from mtpipe.errors import UsageError
from mtpipe.quality.score import LENGTH_RATIO, LOW_SIMILARITY, NUMBERS
from mtpipe.settings import Settings

MEASURED: Final = frozenset((LOW_SIMILARITY, LENGTH_RATIO, NUMBERS))
"""Flags of the measures; the others in a row are the guard's."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """A window's row in the journal, with what it alone adds: ``counts``, and the bytes of each log, from and to."""

    number: int
    run: int
    counts: Counts
    content: str
    parts: Mapping[str, tuple[int, int]]


class Finished:
    """What the journal and the files of an output folder say. To be used under the folder's lock."""

    def __init__(self, out: Path, journal: Journal) -> None:
        self.out = out
        self.journal = journal
        self.fingerprint = journal.fingerprint

    @property
    def aligned(self) -> bool:
        """Whether its English was written by people."""
        return self.fingerprint.get("origin") == "aligned"

    @property
    def signature(self) -> str:
        """The signature of its last window: what the card carries."""
        return self.signature_of(self.journal.windows() - 1)

    def signature_of(self, window: int) -> str:
        """Return the signature that a window's rows carry; they differ where people approved something in between."""
        return corpus.signature_of(corpus.shard_path(self.out / DATASET, "sentences", window))

    @property
    def settings(self) -> Settings:
        """The settings that it was made with, but for where glossaries and a shared memory lie.

        Raises ``UsageError`` where this version knows them no more.
        """
        sections: dict[str, dict[str, Any]] = {}
        for key, value in self.fingerprint.items():
            section, dot, name = key.partition(".")
            if dot and section in Settings.model_fields:
                sections.setdefault(section, {})[name] = json.loads(value)
        try:
            return Settings.model_validate(sections)
        except ValidationError as error:
            made_by, wrong = self.fingerprint.get("mtpipe", "another version"), error.errors()[0]["loc"]
            raise UsageError(
                f"{self.out}: was made by mtpipe {made_by} with a setting that {__version__} has not "
                f"({'.'.join(map(str, wrong))}). Use the version of mtpipe that made it."
            ) from error

    def windows(self) -> Iterator[Window]:
        """Yield the windows in order."""
        before = dict.fromkeys(asdict(Counts()), 0)
        sizes: dict[str, int] = {}
        rows = self.journal.connection.execute("SELECT number, run, sizes, counts, content FROM window ORDER BY number")
        for number, run, ends, counts, content in rows.fetchall():
            totals = before | json.loads(counts)
            ends = json.loads(ends)
            parts = {name: (sizes.get(name, 0), end) for name, end in ends.items()}
            own = Counts(**{name: value - before[name] for name, value in totals.items()})
            yield Window(number, run, own, content, parts)
            before, sizes = totals, ends

    def windows_of(self, articles: Iterable[str]) -> dict[str, int]:
        """Return which windows hold these articles; those that were not translated are missing."""
        found = {}
        for article in articles:
            row = self.journal.connection.execute("SELECT window FROM article WHERE id = ?", (article,)).fetchone()
            if row:
                found[article] = int(row[0])
        return found

    def entries(self, window: int) -> list[tuple[str, int, str]]:
        """Return id, place and hash of a window's articles."""
        rows = self.journal.connection.execute(
            "SELECT id, place, digest FROM article WHERE window = ? ORDER BY place", (window,)
        )
        return rows.fetchall()

    def articles(self, window: Window) -> Sequence[Made]:
        """Return a window's articles, translated or aligned, with all that the folder says of them."""
        return self.pairs(window) if self.aligned else self.translated(window)

    def pairs(self, window: Window) -> list[AlignedArticle]:
        """Return a window's articles where they are aligned. Raises ``UsageError`` where they were not kept."""
        entries = self.entries(window.number)
        if not entries:
            return []
        known = {article.pair.id: article for article in pairs.read(self.out, window.number)}
        return [known[name] for name, _, _ in entries]

    def translated(self, window: Window) -> list[TranslatedArticle]:
        """Return a window's articles where they are translated."""
        sentences = defaultdict(list)
        for row in self._rows("sentences", window.number):
            sentences[row["paragraph_id"]].append(row)
        ledger = defaultdict(list)
        for line in self._lines("ledger.jsonl", window):
            ledger[line["sentence_id"]].append(_mention(line))
        asides = defaultdict(list)
        for line in self._lines("set_aside.jsonl", window):
            piece = SetAside(line["id"], line["text"], line["reason"], line["after"])
            asides[line["article_id"]].append(piece)
        paragraphs = defaultdict(list)
        for row in self._rows("paragraphs", window.number):
            paragraphs[row["article_id"]].append(row)
        return [
            _article(name, paragraphs[name], sentences, ledger, tuple(asides[name]))
            for name, _, _ in self.entries(window.number)
        ]

    def _rows(self, config: corpus.Config, number: int) -> list[dict[str, Any]]:
        return corpus.read_shard(corpus.shard_path(self.out / DATASET, config, number))

    def _lines(self, name: str, window: Window) -> Iterator[dict[str, Any]]:
        start, end = window.parts[name]
        with (self.out / name).open("rb") as stream:
            stream.seek(start)
            lines = stream.read(end - start).split(b"\n")[:-1]
        return map(json.loads, lines)


@contextmanager
def held(out: Path) -> Iterator[Finished]:
    """Open an output folder that nobody else is writing, what an earlier command had decided on carried out.

    Raises ``UsageError`` where it is none, in use, or damaged.
    """
    if not (out / FOLDER / STATE).is_file():
        raise UsageError(f"{out}: is no output folder of mtpipe (it has no {FOLDER}/{STATE}).")
    with locked(out / FOLDER / LOCK, out), closing(Journal(out)) as journal:
        carry_out(out, journal)
        check_committed(out, journal)
        yield Finished(out, journal)


@contextmanager
def opened(out: Path) -> Iterator[Finished]:
    """Open one as ``held`` does. Raises ``UsageError`` also where nothing is in it yet."""
    with held(out) as finished:
        if not finished.journal.windows():
            raise UsageError(f"{out}: nothing was translated there yet.")
        yield finished


def _article(
    name: str,
    rows: list[dict[str, Any]],
    sentences: Mapping[str, list[dict[str, Any]]],
    ledger: Mapping[str, list[Mention]],
    asides: tuple[SetAside, ...],
) -> TranslatedArticle:
    made = [_paragraph(row, sentences.get(row["id"], []), ledger) for row in rows]
    known = ("title", "date", "author", "url", "publisher", "path")
    meta = Meta(**{key: rows[0][key] for key in known}) if rows else Meta()
    return TranslatedArticle(Article(name, tuple(part.source for part in made), meta, asides), tuple(made))


def _paragraph(row: Row, sentences: list[dict[str, Any]], ledger: Mapping[str, list[Mention]]) -> TranslatedParagraph:
    text = row["translation"]["ar"]
    made = tuple(_sentence(text, sentence, tuple(ledger.get(sentence["id"], ()))) for sentence in sentences)
    source = Paragraph(
        row["id"], text, row["source_start"], row["source_end"], row["role"], tuple(item.source for item in made)
    )
    return TranslatedParagraph(source, made, _quality(row), _review(row))


def _sentence(paragraph: str, row: Row, mentions: tuple[Mention, ...]) -> TranslatedSentence:
    start, end = row["source_start"], row["source_end"]
    quality = _quality(row)
    flags = tuple(flag for flag in quality.flags if flag not in MEASURED) if quality else ()
    score = quality.score if quality else None
    return TranslatedSentence(
        Sentence(row["id"], paragraph[start:end], start, end),
        Rendering(row["translation"]["en"], row["machine"], score, flags, mentions),
        quality,
        _review(row),
    )


def _quality(row: Row) -> Quality | None:
    cells = row["quality"]
    if cells is None:
        return None
    measures = cells["similarity"], cells["length_ratio"], cells["score"]
    return Quality(*measures, *(tuple(cells[key]) for key in ("missing_numbers", "extra_numbers", "flags")))


def _review(row: Row) -> Review | None:
    found = Review(row["state"], row["reviewer"] or "", row["reviewed"] or "", row["comment"] or "", row["translated"])
    return None if found == Review() else found


def _mention(line: Mapping[str, Any]) -> Mention:
    return Mention(**{key: value for key, value in line.items() if key not in ("article_id", "sentence_id", "written")})

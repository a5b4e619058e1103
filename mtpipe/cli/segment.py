"""``mtpipe segment``: text to sentences."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from mtpipe.cli import options


class Language(StrEnum):
    """Languages with a splitter."""

    ar = "ar"
    en = "en"


def segment(
    inputs: Annotated[list[str] | None, typer.Argument(help="Files, folders, globs; standard input if none.")] = None,
    language: Annotated[Language, typer.Option("--language", "-l", help="Language of plain lines.")] = Language.ar,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object per sentence, with id and span.")] = False,
    config: options.Config = None,
    assignments: options.Set = None,
) -> None:
    """Split Arabic articles into sentences, one a line, with a blank line between paragraphs.

    With --language en, each line of standard input is an English paragraph.
    """
    settings = options.load(config, assignments)
    if language is Language.en:
        _plain(sys.stdin.buffer.read().decode("utf-8", errors="replace"), as_json=as_json)
        return
    from mtpipe import intake
    from mtpipe import segment as station
    from mtpipe.article import Article

    for item in intake.read(inputs or ["-"], settings.intake):
        if not isinstance(item, Article):
            raise item
        for paragraph in station.article(item, settings.segment).paragraphs:
            for sentence in paragraph.sentences:
                _write(sentence.text, sentence.id, sentence.start, sentence.end, as_json=as_json)
            if not as_json:
                sys.stdout.write("\n")


def _plain(text: str, *, as_json: bool) -> None:
    from mtpipe.segment import split

    for number, line in enumerate(text.split("\n"), start=1):
        for place, (start, end) in enumerate(split(line, "en"), start=1):
            _write(line[start:end], f"stdin#p{number}s{place}", start, end, as_json=as_json)


def _write(text: str, sentence: str, start: int, end: int, *, as_json: bool) -> None:
    row = {"id": sentence, "text": text, "start": start, "end": end}
    sys.stdout.write((json.dumps(row, ensure_ascii=False) if as_json else " ".join(text.split())) + "\n")

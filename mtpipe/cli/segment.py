"""``mtpipe segment``: text to sentences."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mtpipe import errors
from mtpipe.cli import options
from mtpipe.cli.say import say


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
    debug: options.Debug = False,
) -> None:
    """Split Arabic articles into sentences, one a line, with a blank line between paragraphs.

    With --language en, the inputs are text files in UTF-8 in which each line is a paragraph.
    """
    settings = options.load(config, assignments)
    if language is Language.en:
        _english(inputs or ["-"], as_json=as_json)
        return
    from mtpipe import intake
    from mtpipe import segment as station
    from mtpipe.article import Article

    code = errors.EXIT_OK
    for item in intake.read(inputs or ["-"], settings.intake, told=say):
        if not isinstance(item, Article):  # the others are still worth having
            say(f"mtpipe: {item}")
            code = item.exit_code
            continue
        for paragraph in station.article(item, settings.segment).paragraphs:
            for sentence in paragraph.sentences:
                _write(sentence.text, sentence.id, sentence.start, sentence.end, as_json=as_json)
            if not as_json:
                sys.stdout.write("\n")
    if code:
        raise typer.Exit(code)


def _english(inputs: list[str], *, as_json: bool) -> None:
    from mtpipe.segment import split

    texts = [("stdin", sys.stdin.buffer.read()) if name == "-" else (Path(name).name, _bytes(name)) for name in inputs]
    for name, raw in texts:
        for number, line in enumerate(raw.decode("utf-8-sig", errors="replace").split("\n"), start=1):
            for place, (start, end) in enumerate(split(line, "en"), start=1):
                _write(line[start:end], f"{name}#p{number}s{place}", start, end, as_json=as_json)
            if line.strip() and not as_json:
                sys.stdout.write("\n")


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise errors.UsageError(f"{name}: cannot be read ({error.strerror}). Name a text file.") from error


def _write(text: str, sentence: str, start: int, end: int, *, as_json: bool) -> None:
    row = {"id": sentence, "text": text, "start": start, "end": end}
    sys.stdout.write((json.dumps(row, ensure_ascii=False) if as_json else " ".join(text.split())) + "\n")

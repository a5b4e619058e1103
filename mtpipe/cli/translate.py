"""``mtpipe translate``: lines in, lines out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

from mtpipe.cli import options
from mtpipe.cli.say import say

CHUNK: Final = 256
"""Lines translated together."""


def translate(
    config: options.Config = None,
    assignments: options.Set = None,
    glossary: options.GlossaryFiles = None,
    model: options.Model = None,
    engine: options.Engine = None,
    device: options.Device = None,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Translate standard input to standard output, line by line: as many lines come out as went in.

    A line may hold several sentences. What is not UTF-8 is read as the replacement character.
    """
    settings = options.load(config, assignments, model=model, engine=engine, device=device, glossary=glossary)
    from mtpipe.article import build
    from mtpipe.pipeline import Pipeline
    from mtpipe.translate import notice

    pipeline = Pipeline.open(
        settings.model_copy(update={"quality": settings.quality.model_copy(update={"similarity": False})})
    )
    if not quiet:
        say(f"device: {pipeline.translator.device}")
        if warning := notice(settings.translate):
            say(warning)
    lines = _lines(sys.stdin.buffer)
    size = 1 if sys.stdin.isatty() else CHUNK  # who types a line waits for its translation
    while chunk := list(islice(lines, size)):
        article = build("stdin", [("text", line) for line in chunk])
        translated = pipeline.translate([article]).articles[0]
        for paragraph in translated.paragraphs:
            # A model may emit a line separator; in a file of lines it is a space.
            sys.stdout.write(" ".join(paragraph.target.split()) + "\n")
        sys.stdout.flush()


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Yield lines cut at LF alone: form feeds and U+2028 stay inside, a last line needs no end."""
    for raw in stream:
        yield raw.decode("utf-8", errors="replace").removesuffix("\n")

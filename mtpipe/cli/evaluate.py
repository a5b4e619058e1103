"""``mtpipe evaluate``: how good a model is on human translations, and what a glossary does to it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mtpipe.cli import options
from mtpipe.cli.say import say


def evaluate(
    data: Annotated[
        list[Path],
        typer.Option("--data", help="Lines of id, Arabic, English with tabs; or an output folder of align."),
    ],
    terms: Annotated[
        list[Path] | None, typer.Option("--terms", help="Glossary to measure, of any format or built in.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Segments of each set.")] = None,
    config: options.Config = None,
    assignments: options.Set = None,
    model: options.Model = None,
    engine: options.Engine = None,
    device: options.Device = None,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Score a model on human translations: chrF2, BLEU, length, empty, copied and looping output, numbers.

    With --terms also what a glossary does: terms as listed, consistency, chrF2, random words as a control, cost.
    """
    settings = options.load(config, assignments, model=model, engine=engine, device=device, glossary=terms)
    from mtpipe import quality
    from mtpipe.archive.names import testset
    from mtpipe.glossary import Glossary
    from mtpipe.intake import normalise
    from mtpipe.translate import open_translator

    quality.check_installed()
    sets = [testset(path).first(limit) for path in data]
    glossary = Glossary.load(settings.glossary.paths)
    translator = open_translator(settings.translate)
    if not quiet:
        say(f"device: {translator.device}")
    translator.translate([normalise(source) for source in sets[0].sources[:4]])  # the first call pays for loading
    for item in sets:
        plain = quality.translated(item, translator, Glossary(), settings.glossary)
        score = quality.evaluate(item.name, list(map(normalise, item.sources)), plain.translations, item.references)
        sys.stdout.write(f"{score}\n")
        if glossary.entries:
            sys.stdout.write(f"{quality.evaluate_terms(item, plain, translator, glossary, settings.glossary)}\n")
    sys.stdout.write(f"model {translator.signature}\n")

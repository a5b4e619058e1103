"""``mtpipe evaluate``: how good models are on human translations, and what a glossary does to them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtpipe.cli import options
from mtpipe.cli.say import say

if TYPE_CHECKING:
    from mtpipe.quality import TestSet
    from mtpipe.settings import Settings


def evaluate(
    data: Annotated[
        list[Path],
        typer.Option("--data", help="Lines of id, Arabic, English with tabs; or an output folder of align."),
    ],
    terms: Annotated[
        list[Path] | None, typer.Option("--terms", help="Glossary to measure, of any format or built in.")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against", help="Another model, or a text file with a translation a line, to compare. May be repeated."
        ),
    ] = None,
    metric_command: Annotated[
        str | None,
        typer.Option("--metric-command", help="Program that reads {src, mt, ref} a line and prints a number a line."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", callback=options.file, help="HTML page to write, with the worst segments."),
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

    Then the same by length and domain. With --terms also what a glossary does: terms as listed, consistency, chrF2,
    random words as a control, cost. With --against whether another system is significantly better or worse.
    """
    settings = options.load(config, assignments, model=model, engine=engine, device=device, glossary=terms)
    from mtpipe import quality
    from mtpipe.archive.names import testset
    from mtpipe.glossary import Glossary
    from mtpipe.intake import normalise
    from mtpipe.quality import external, significance
    from mtpipe.quality.breakdown import breakdown
    from mtpipe.review.evaluation import Evaluated, evaluation_page
    from mtpipe.translate import open_translator

    quality.check_installed()
    significance.check_names([settings.translate.model, *(against or ())])
    sets = [testset(path).first(limit) for path in data]
    glossary = Glossary.load(settings.glossary.paths)
    translator = open_translator(settings.translate)  # before the others translate: it may not be there
    others = [(name, _system(name, settings, sets)) for name in against or ()]
    if not quiet:
        say(f"device: {translator.device}")
    translator.translate([normalise(source) for source in sets[0].sources[:4]])  # the first call pays for loading
    evaluated: list[Evaluated] = []
    for number, item in enumerate(sets):
        plain = quality.translated(item, translator, Glossary(), settings)
        score = quality.evaluate(item.name, list(map(normalise, item.sources)), plain.translations, item.references)
        sys.stdout.write(f"{score}\n")
        for part in breakdown(item, plain.translations):
            sys.stdout.write(f"{part}\n")
        if glossary.entries:
            sys.stdout.write(f"{quality.evaluate_terms(item, plain, translator, glossary, settings)}\n")
        systems = [(settings.translate.model, plain.translations), *((name, made[number]) for name, made in others)]
        comparisons = significance.compare(systems, item.references) if others else []
        for one in comparisons:
            sys.stdout.write(f"{one}\n")
        asked = external.ask(metric_command, item, plain.translations) if metric_command else []
        if asked:
            sys.stdout.write(f"metric       {sum(asked) / len(asked):.4f} by {metric_command}\n")
        evaluated.append(Evaluated(item, plain.translations, score, tuple(comparisons), tuple(asked)))
    sys.stdout.write(f"model {translator.signature}\n")
    if report:
        options.write(report, evaluation_page(evaluated, signature=str(translator.signature)))
        say(str(report))


def _system(name: str, settings: Settings, sets: Sequence[TestSet]) -> list[tuple[str, ...]]:
    """Return the translations of each set: out of a file, a line a segment, all sets one after the other; or made."""
    from mtpipe import quality
    from mtpipe.glossary import Glossary
    from mtpipe.quality.testset import read_translations
    from mtpipe.translate import open_translator

    path = Path(name)
    if path.is_file():
        return read_translations(path, sets)
    translator = open_translator(settings.translate.model_copy(update={"model": name, "revision": None}))
    return [quality.translated(item, translator, Glossary(), settings).translations for item in sets]

"""How far the constants of placing (``mtpipe/glossary/place.py``) hold on text that they were not chosen on.

    python benchmarks/glossary_place.py ../shared/data/dev/ntrex_dev.tsv

Every second document is for choosing, the others are held out. A constant is good where chrF2 of the segments with
names is high: a name that stands where it belongs shares its neighbours with the reference. Each constant is moved
alone, over a grid, with the others as they are; the table has what the chosen half would choose, and what that and the
value in use are worth on the other half. The embedded model translates each sentence once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import glossary_engines
import glossary_terms

from mtpipe.glossary import Enforcer, Glossary, Matcher, place
from mtpipe.intake import normalise
from mtpipe.quality import testset
from mtpipe.settings import GlossarySettings, TranslateSettings
from mtpipe.translate import Translator, open_translator

GRID: dict[str, Sequence[float]] = {
    "NEARNESS": (0.0, 0.1, 0.25, 0.5, 1.0, 2.0),
    "WITH": (0.4, 0.5, 0.6, 0.7, 0.8),
    "CLEAR": (0.1, 0.2, 0.3, 0.5),
    "LONGER": (0, 1, 2),
    "CHOICES": (4, 8, 16),
    "FAMILY": (3, 4, 5),
}


@contextmanager
def constant(name: str, value: float) -> Iterator[None]:
    """Give a constant another value for a while."""
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)


def halves(data: testset.TestSet, terms: Glossary) -> tuple[testset.TestSet, testset.TestSet]:
    """Return the segments with names of every second document, and those of the others."""
    find = Matcher(terms).find
    numbers = [number for number, source in enumerate(data.sources) if find(normalise(source))]
    documents = {name: number for number, name in enumerate(dict.fromkeys(data.ids))}
    first, second = (
        testset.TestSet(
            f"{data.name}, half {half + 1}",
            tuple(data.sources[number] for number in numbers if documents[data.ids[number]] % 2 == half),
            tuple(data.references[number] for number in numbers if documents[data.ids[number]] % 2 == half),
        )
        for half in (0, 1)
    )
    return first, second


def worth(data: testset.TestSet, engine: Translator, terms: Glossary) -> float:
    """Return chrF2 under the glossary."""
    enforcer = Enforcer(terms, engine, GlossarySettings(inject=False))
    made = testset.rendered(data.sources, enforcer.render)
    return glossary_terms.chrf([testset.text(item) for item in made], data)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="The constants of placing on held-out documents.")
    parser.add_argument("data", type=Path, help="lines of id, Arabic, English, with tabs; one id for a document")
    parser.add_argument("--terms", type=Path, action="append", default=[], help="a glossary instead of the derived one")
    wanted = parser.parse_args()
    data, terms = glossary_terms.loaded(wanted.data, wanted.terms)
    engine = glossary_engines.Remembering(open_translator(TranslateSettings(threads=1)), GlossarySettings().n_best)
    report(data, terms, engine)


def report(data: testset.TestSet, terms: Glossary, engine: Translator) -> None:
    """Measure and print."""
    chosen, held = halves(data, terms)
    plain = [glossary_terms.translated(half, engine, Glossary(), GlossarySettings()) for half in (chosen, held)]
    base = worth(chosen, engine, terms), worth(held, engine, terms)
    before = [glossary_terms.chrf(one.translations, half) for one, half in zip(plain, (chosen, held), strict=True)]
    sys.stdout.write(
        f"{len(chosen.sources)} segments with names to choose on, {len(held.sources)} held out\n"
        f"chrF2 without glossary {before[0]:.2f}, {before[1]:.2f}; with it {base[0]:.2f}, {base[1]:.2f}\n\n"
        "| constant | in use | chrF2, choosing | held out | best when choosing | chrF2 | held out |\n"
        "|---|---:|---:|---:|---:|---:|---:|\n"
    )
    for name, values in GRID.items():
        found: dict[float, float] = {}
        for value in values:
            with constant(name, value):
                found[value] = worth(chosen, engine, terms)
        best = max(values, key=lambda value: found[value])
        with constant(name, best):
            there = worth(held, engine, terms)
        used = getattr(place, name)
        sys.stdout.write(
            f"| {name} | {used:g} | {base[0]:.2f} | {base[1]:.2f} | {best:g} | {found[best]:.2f} | {there:.2f} |\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()

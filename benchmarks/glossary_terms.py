"""What a glossary does and costs: success by rung, chrF2, the control with random words, time. One run, one table.

    python benchmarks/glossary_terms.py ../shared/data/dev/ntrex_dev.tsv
    python benchmarks/glossary_terms.py ../shared/data/dev/ntrex_dev.tsv --flagged flagged.txt   (to look at them)

The glossary is derived from the file itself (``glossary_names.py``), or given with ``--terms``. Engines: the embedded
model on all of the file, and stand-ins for the mechanism (``glossary_engines.py``): engines that copy Latin words, and
a model of OPUS-MT's shape with random weights, on the first ``--part`` segments that have a name, so that the cost is
that of the worst text. Random weights say nothing of quality: they write none of the names, and every one has to be
written in, placed or flagged.

Cost is processor time with the glossary over that without, of ``--rounds`` rounds in turn the median, and segments that
the engine translates over those without. The first translation, which loads, is not counted.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import glossary_engines
import glossary_names

from mtpipe.article import Mention
from mtpipe.glossary import ConsistencyScore, Enforcer, Entry, Glossary, Matcher, score
from mtpipe.glossary.consistency import Consistency, by_term, consistency
from mtpipe.glossary.control import random_terms
from mtpipe.intake import normalise
from mtpipe.quality import testset
from mtpipe.quality.evaluate import metrics
from mtpipe.settings import GlossarySettings
from mtpipe.translate import Decoding, Translator
from mtpipe.translate.clock import Clocked

STEPS = {
    "all rungs": GlossarySettings(),
    "no injecting": GlossarySettings(inject=False),
    "no placing": GlossarySettings(place=False),
}


@dataclass(frozen=True)
class Pass:
    """A translation of a test set: its English, its mentions with the segment each is of, and what it took."""

    translations: list[str]
    mentions: list[tuple[int, Mention]]
    seconds: float
    segments: int

    @property
    def score(self) -> ConsistencyScore:
        """Counts of the mentions."""
        return score(mention for _, mention in self.mentions)

    def consistency(self) -> tuple[Consistency, Consistency]:
        """Return the consistency of the terms as the engine wrote them, and now."""
        terms = by_term((mention, ("", "")) for _, mention in self.mentions)
        return consistency(term.before for term in terms), consistency(term.renderings for term in terms)


def translated(data: testset.TestSet, engine: Translator, terms: Glossary, steps: GlossarySettings) -> Pass:
    """Translate a test set as a run would."""
    clocked = Clocked(engine)
    enforcer = Enforcer(terms, clocked, steps, Decoding())
    started = time.process_time()
    made = testset.rendered(data.sources, enforcer.render)
    seconds = time.process_time() - started
    mentions = [(number, one) for number, item in enumerate(made) for part in item for one in part.mentions]
    return Pass([testset.text(item) for item in made], mentions, seconds, clocked.segments)


def chrf(translations: Sequence[str], data: testset.TestSet) -> float:
    """Return chrF2."""
    return metrics(translations, data.references, bootstrap=0)[0].score


def row(
    name: str, data: testset.TestSet, engine: Translator, terms: Glossary, steps: GlossarySettings, rounds: int
) -> tuple[str, Pass]:
    """Measure an engine."""
    plains: list[Pass] = []
    termed: list[Pass] = []
    for _ in range(rounds):
        plains.append(translated(data, engine, Glossary(), steps))
        termed.append(translated(data, engine, terms, steps))
    control = translated(data, engine, random_terms(data.sources, data.references, terms), steps)
    plain, one = plains[0], termed[0]
    cost = statistics.median(after.seconds / before.seconds for before, after in zip(plains, termed, strict=True))
    before, after = one.consistency()
    rungs = ", ".join(f"{rung} {count}" for rung, count in one.score.rungs if count)
    base = chrf(plain.translations, data)
    cells = [
        name,
        f"{len(data.sources)}",
        f"{one.score.listed:.1f} % of {one.score.mentions}",
        rungs,
        f"{_percent(before)} -> {_percent(after)}",
        f"{base:.1f} -> {chrf(one.translations, data):.1f}",
        f"{control.score.listed:.1f} %, {chrf(control.translations, data):.1f}",
        f"{cost:.2f}",
        f"{one.segments / plain.segments:.2f}",
    ]
    return f"| {' | '.join(cells)} |", one


def _percent(found: Consistency) -> str:
    return "-" if found.value is None else f"{found.value:.0f}"


def flagged(one: Pass, data: testset.TestSet) -> Iterator[str]:
    """Yield what there is to see of each flagged mention."""
    for number, mention in one.mentions:
        if mention.rung == "flagged":
            yield f"{mention.reason}: {mention.entry} -> {mention.target}  [{data.ids[number]} line {number + 1}]"
            yield from (f"    {text}" for text in (data.sources[number], data.references[number]))
            yield f"    {one.translations[number]}"


def loaded(path: Path, terms: Sequence[Path]) -> tuple[testset.TestSet, Glossary]:
    """Return the test set and its glossary: the given one, or that derived from it."""
    data = testset.read(path)
    if terms:
        return data, Glossary.load(terms)
    entries: list[Entry]
    entries, _ = glossary_names.derive(glossary_names.read(path))
    return data, Glossary(tuple(entries))


def named(data: testset.TestSet, terms: Glossary) -> testset.TestSet:
    """Return the segments that have a name."""
    find = Matcher(terms).find
    kept = [number for number, source in enumerate(data.sources) if find(normalise(source))]
    columns = (tuple(column[number] for number in kept) for column in (data.sources, data.references, data.ids))
    return testset.TestSet(data.name, *columns)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="What a glossary does and costs.")
    parser.add_argument("data", type=Path, help="lines of id, Arabic, English, with tabs")
    parser.add_argument("--terms", type=Path, action="append", default=[], help="a glossary instead of the derived one")
    parser.add_argument("--part", type=int, default=200, help="segments that the stand-ins translate")
    parser.add_argument("--limit", type=int, help="segments that the embedded model translates; all if left out")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of timing")
    parser.add_argument(
        "--remember", action="store_true", help="translate each segment once: faster, times mean nothing"
    )
    parser.add_argument("--only", help="engines whose name contains this")
    parser.add_argument("--flagged", type=Path, help="file for the flagged mentions of the first engine")
    wanted = parser.parse_args()
    data, terms = loaded(wanted.data, wanted.terms)
    print(f"{len(terms.entries)} names, {len(data.sources)} segments of {wanted.data.name}\n")
    print("| engine | segments | as listed | rungs | consistency | chrF2 | random words | time | translated |")
    print("|---|---:|---:|---|---:|---:|---:|---:|---:|", flush=True)
    for name, engine in glossary_engines.engines(threads=1):
        if wanted.only and wanted.only not in name:
            continue
        cut = data.first(wanted.limit) if name == "small-ar-en" else named(data, terms).first(wanted.part)
        if wanted.remember:
            engine = glossary_engines.Remembering(engine, GlossarySettings().n_best)
        engine.translate([data.sources[0]])
        for way, steps in STEPS.items():
            if way == "no placing" and "copied" not in name:
                continue
            line, one = row(f"{name}; {way}", cut, engine, terms, steps, wanted.rounds)
            print(line, flush=True)
            if wanted.flagged:
                wanted.flagged.write_text("\n".join(flagged(one, cut)) + "\n", encoding="utf-8")
                sys.stderr.write(f"{wanted.flagged}\n")
                wanted.flagged = None


if __name__ == "__main__":
    main()

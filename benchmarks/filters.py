"""What the filters of configs/filters/default.yaml let through: human translations, and the same damaged in known ways.

    python benchmarks/filters.py --data ../shared/data/dev/ntrex_dev.tsv [--filters FILE] [--limit N]

Prints a markdown table: for each way of damage, the share of pairs that the list rejects, and the filters that did
most of it. The first row is undamaged: rejections there are errors.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mtpipe.quality import filters
from mtpipe.quality.filters import Pair
from mtpipe.quality.testset import TestSet, read

SEED = 1
SHOWN = 3

Damage = Callable[[str, str, str, random.Random], tuple[str, str] | None]


def cut(text: str) -> str:
    """The first third of a text's words."""
    words = text.split()
    return " ".join(words[: max(1, len(words) // 3)])


def other_number(_: str, target: str, __: str, random: random.Random) -> str | None:
    """The English with one of its figures changed."""
    found = list(re.finditer(r"\d", target))
    if not found:
        return None
    place = random.choice(found).start()
    return f"{target[:place]}{(int(target[place]) + random.randint(1, 9)) % 10}{target[place + 1 :]}"


DAMAGES: dict[str, Damage] = {
    "none": lambda source, target, _, __: (source, target),
    "English of the next segment": lambda source, _, other, __: (source, other),
    "English cut to a third": lambda source, target, _, __: (source, cut(target)),
    "Arabic cut to a third": lambda source, target, _, __: (cut(source), target),
    "Arabic on both sides": lambda source, _, __, ___: (source, source),
    "English on both sides": lambda _, target, __, ___: (target, target),
    "a figure changed": lambda source, target, other, draw: (
        (source, changed) if (changed := other_number(source, target, other, draw)) else None
    ),
    "English loops": lambda source, target, _, __: (source, " ".join([cut(target)] * 4)),
    "words shuffled": lambda source, target, _, draw: (source, " ".join(draw.sample(s := target.split(), len(s)))),
    "punctuation only": lambda source, _, __, ___: (source, "... !"),
}


def damaged(data: TestSet, damage: Damage) -> list[Pair]:
    """The pairs of a test set, each damaged, without those that can't be."""
    draw = random.Random(SEED)
    others = (*data.references[1:], data.references[0])
    made = [
        damage(source, target, other, draw)
        for source, target, other in zip(data.sources, data.references, others, strict=True)
    ]
    return [
        Pair(f"{name}.{place}", name, *texts)
        for place, (name, texts) in enumerate(zip(data.ids, made, strict=True))
        if texts
    ]


def main() -> None:
    """Filter and count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="Lines of id, Arabic, English")
    parser.add_argument("--filters", type=Path, help="YAML list; default: configs/filters/default.yaml")
    parser.add_argument("--limit", type=int, help="Segments")
    arguments = parser.parse_args()
    data = read(arguments.data).first(arguments.limit)
    chain = filters.load(arguments.filters) if arguments.filters else filters.defaults()
    print("| damage | pairs | rejected | by |\n|---|---:|---:|---|")
    for name, damage in DAMAGES.items():
        pairs = damaged(data, damage)
        refused: Counter[str] = Counter()
        rejected = 0
        for _, scores in filters.score_all(chain, partial(iter, pairs)):
            own = [item.name for item, score in zip(chain, scores, strict=True) if not item.accept(score)]
            refused.update(own)
            rejected += bool(own)
        most = ", ".join(f"{item} {count / len(pairs):.1%}" for item, count in refused.most_common(SHOWN))
        print(f"| {name} | {len(pairs)} | {rejected / len(pairs):.1%} | {most} |")


if __name__ == "__main__":
    main()

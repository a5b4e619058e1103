"""A glossary derived from human translations: the names of a file of id, Arabic and English, for measuring with.

    python benchmarks/glossary_names.py ../shared/data/dev/ntrex_dev.tsv -o names.csv
    mtpipe evaluate --data ../shared/data/dev/ntrex_dev.tsv --terms names.csv

Names are found as ``mtpipe glossary suggest`` finds them: capitalised English tied to Arabic by sound, by company and
by the lists that come with the program. Then what a person would strike out is struck out (``KEEP``), and why is told
on the standard error. The same file gives the same glossary. No list of names stands here: all comes from the file.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from mtpipe.glossary import Glossary, files
from mtpipe.glossary.capitals import NEVER
from mtpipe.glossary.entries import NAMES, Entry
from mtpipe.glossary.names import Pair
from mtpipe.glossary.spelling import MINIMUM_CONSONANTS, alikeness, arabic_sounds, consonants
from mtpipe.glossary.suggest import Name, names

ALIKE = 0.6
"""Alikeness that an unlisted name must have: what is tied by company alone needs a person who knows it."""
TRUE = 2 / 3
"""Share of the mentions of its Arabic that the human English has as this name: below, it is a common word as well."""

_NISBA = re.compile(r"ال\w+(?:ي|ية|يه)")


def listed(name: Name) -> bool:
    """Tell whether a list that comes with the program has the name."""
    return name.choice.reason == "listed"


def a_name(name: Name) -> bool:
    """Tell whether each longer word of the English has a capital, and the whole is no title, day or month."""
    words = [word for word in name.entry.target.split() if len(word) > 3]
    return all(word[:1].isupper() or not word.isalpha() for word in words) and name.entry.target.lower() not in NEVER


def heard(name: Name) -> bool:
    """Tell whether Arabic and English are one name by their sound, word for word, or somebody lists it."""
    source, target = name.entry.source, name.entry.target
    return listed(name) or alikeness(source, target) >= ALIKE


def long_enough(name: Name) -> bool:
    """Tell whether an unlisted name has sounds enough to be no common word."""
    return (
        listed(name) or " " in name.entry.source or consonants(arabic_sounds(name.entry.source)) >= MINIMUM_CONSONANTS
    )


def true(name: Name) -> bool:
    """Tell whether the Arabic is nearly always this name: what else it is belongs in no glossary."""
    known = name.rendered.renderings.total() - name.rendered.renderings[""]
    return bool(known) and known >= TRUE * name.mentions


def agreed(name: Name) -> bool:
    """Tell whether the human English has nearly always this form where it has the name at all."""
    known = name.rendered.known
    return max(known.values(), default=0) > TRUE * known.total()


def a_proper_name(name: Name) -> bool:
    """Tell whether it names a person, a place or a body: nationalities are adjectives, offices titles.

    A word with an article and the ending of a nisba is an adjective (الأولمبية, Olympic).
    """
    if listed(name):
        return name.entry.type in NAMES
    return _NISBA.fullmatch(name.entry.source) is None


KEEP: dict[str, Callable[[Name], bool]] = {
    "not written as a name": a_name,
    "an adjective or a title": a_proper_name,
    "does not sound like its Arabic": heard,
    "too short": long_enough,
    "its Arabic is something else as well": true,
    "its English varies": agreed,
}
"""What a person would ask of each name, and what is told of one that fails."""


def derive(pairs: Sequence[Pair]) -> tuple[list[Entry], Counter[str]]:
    """Return the names of sentences and their English as entries, and how many were struck out for which reason."""
    struck: Counter[str] = Counter()
    kept: list[Entry] = []
    for name in names(pairs):
        failed = next((reason for reason, keeps in KEEP.items() if not keeps(name)), None)
        if failed is not None:
            struck[failed] += 1
            continue
        kept.append(replace(name.entry, note=f"{name.mentions} mentions; {name.choice.reason}", where=""))
    return kept, struck


def read(path: Path) -> list[Pair]:
    """Read lines of id, Arabic and English: lines of one id are an article."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Pair(f"{row[0]}:{number}", row[0], row[1], row[2]) for number, row in enumerate(rows, start=1)]


def main() -> None:
    """Write the glossary."""
    parser = argparse.ArgumentParser(description="A glossary of the names in human translations.")
    parser.add_argument("data", type=Path, help="lines of id, Arabic, English, with tabs")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the glossary, of any format")
    wanted = parser.parse_args()
    entries, struck = derive(read(wanted.data))
    Glossary(tuple(entries))  # loads, as a run would load it
    files.write(entries, wanted.out)
    told = ", ".join(f"{reason} {count}" for reason, count in struck.most_common())
    sys.stderr.write(f"{len(entries)} names: {wanted.out}{told and f'; struck out: {told}'}\n")


if __name__ == "__main__":
    main()

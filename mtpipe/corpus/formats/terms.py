"""The terms of a corpus as TBX: what its glossary's entries are, and how often each was met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mtpipe.corpus.files import replacing
from mtpipe.corpus.formats.base import Head, Pair, Tally
from mtpipe.corpus.formats.files import told
from mtpipe.corpus.formats.xml import legal
from mtpipe.errors import UsageError
from mtpipe.glossary import tbx
from mtpipe.glossary.entries import Entry

HOMOGRAPHS: Final = "mentions of homographs, whose English is open, left out"
BETWEEN: Final = " | "


def write(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write a concept for each term that is mentioned, in the order of the Arabic. Raises ``UsageError`` for none."""
    mentions: Counter[tuple[str, str]] = Counter()
    flagged: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        for term in pair.terms:
            if BETWEEN in term["target"]:
                tally[HOMOGRAPHS] += 1
                continue
            key = legal(str(term["entry"]), tally), legal(str(term["target"]), tally)
            mentions[key] += 1
            flagged[key] += term["rung"] == "flagged"
    if not mentions:
        raise UsageError("no term was met: the corpus was made without a glossary, or no entry of it occurs.")
    entries = (
        Entry(source, target, note=_note(number, flagged[source, target]))
        for (source, target), number in sorted(mentions.items())
    )
    with told(path), replacing(path) as temporary:
        tbx.write(entries, temporary)


def _note(number: int, flagged: int) -> str:
    mentions = f"{number} mention{'s' * (number != 1)}"
    return f"{mentions}, {flagged} flagged" if flagged else mentions

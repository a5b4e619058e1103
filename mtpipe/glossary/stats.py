"""A glossary in figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from mtpipe.glossary.entries import Entry, spelling_key


@dataclass(frozen=True, slots=True)
class GlossaryStats:
    """Counts of entries: by type, by case rule, by words of the source (optional ones too); of spellings and English
    variants.

    ``homographs`` are entries whose source only vowel marks tell from another one's.
    """

    entries: int
    spellings: int
    variants: int
    notes: int
    homographs: int
    types: dict[str, int]
    cases: dict[str, int]
    words: dict[int, int]

    def format(self) -> str:
        """Return a line for each count."""
        lines = [
            f"entries           {self.entries}",
            f"Arabic spellings  {self.spellings}",
            f"English variants  {self.variants}",
            f"notes             {self.notes}",
            f"homographs        {self.homographs}",
            f"types             {_listed(self.types)}",
            f"case rules        {_listed(self.cases)}",
            f"words             {_listed(self.words)}",
        ]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.format()


def stats(entries: Sequence[Entry]) -> GlossaryStats:
    """Count entries."""
    marked: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        marked[entry.spellings[0]].add(entry.source)
    words = Counter((len(spelling_key(entry.spellings[0])) + 1) // 2 for entry in entries)
    return GlossaryStats(
        len(entries),
        sum(len(entry.spellings) for entry in entries),
        sum(len(entry.accepted) for entry in entries),
        sum(bool(entry.note) for entry in entries),
        sum(len(marked[entry.spellings[0]]) > 1 for entry in entries),
        dict(Counter(entry.type or "(none)" for entry in entries).most_common()),
        dict(Counter(entry.case for entry in entries).most_common()),
        dict(sorted(words.items())),
    )


def _listed(counts: dict[str, int] | dict[int, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())

"""What became of the terms of an archive, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, get_args

from mtpipe.article import Mention, Rung
from mtpipe.glossary.fold import FOLD_VERSION
from mtpipe.glossary.plural import singular

RUNGS: Final[tuple[Rung, ...]] = get_args(Rung)


@dataclass(frozen=True, slots=True)
class ConsistencyScore:
    """The share of names, in per cent, that all their mentions render one way.

    A flagged mention counts as a rendering of its own: nobody knows what stands there. ``worst`` is the term with
    the most renderings and their number, None where all have one. ``rungs`` and ``reasons`` count mentions.
    """

    value: float
    names: int
    consistent: int
    mentions: int
    rungs: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    worst: tuple[str, int] | None

    @property
    def listed(self) -> float:
        """Per cent of mentions that are rendered as listed."""
        flagged = dict(self.rungs)["flagged"]
        return 100.0 * (self.mentions - flagged) / self.mentions if self.mentions else 100.0

    def format(self) -> str:
        """Return one line: the value, its parts, and what it was counted on."""
        worst = f"; worst: {self.worst[0]} {self.worst[1]}" if self.worst else ""
        parts = " ".join(f"{rung} {count}" for rung, count in self.rungs)
        return (
            f"consistency {self.value:.1f} ({self.consistent} of {self.names} names with one rendering{worst}) "
            f"{parts}  terms:{self.names}|mentions:{self.mentions}|fold:{FOLD_VERSION}"
        )

    def __str__(self) -> str:
        return self.format()


def score(mentions: Iterable[Mention]) -> ConsistencyScore:
    """Score the mentions of a ledger. Names are told apart by their Arabic form as listed."""
    forms: dict[str, set[str]] = {}
    flagged: Counter[str] = Counter()
    rungs: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for mention in mentions:
        rungs[mention.rung] += 1
        known = forms.setdefault(mention.entry, set())
        if mention.rung == "flagged":
            flagged[mention.entry] += 1
            reasons[mention.reason] += 1
        else:
            # Neither a capital at the start of a sentence nor a plural is another rendering.
            known.add(singular(mention.after.casefold()))
    consistent = sum(len(known) == 1 and not flagged[name] for name, known in forms.items())
    names = len(forms)
    renderings = ((len(known) + flagged[name], name) for name, known in forms.items())
    worst = max(renderings, default=(0, ""), key=lambda item: item[0])
    return ConsistencyScore(
        100.0 * consistent / names if names else 100.0,
        names,
        consistent,
        rungs.total(),
        tuple((rung, rungs[rung]) for rung in RUNGS),
        tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        (worst[1], worst[0]) if worst[0] > 1 else None,
    )

"""Translation memories and files of pairs: what comes in, what goes out, what is alike."""

from __future__ import annotations

import heapq
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mtpipe.corpus.export import Exported, check_target, nothing
from mtpipe.corpus.formats.base import SOURCE, TARGET, UNAPPROVED, Head, Incoming, Pair, Tally
from mtpipe.corpus.formats.registry import Format
from mtpipe.corpus.likeness import LEAST
from mtpipe.counted import many
from mtpipe.errors import UsageError
from mtpipe.glossary.entries import is_arabic
from mtpipe.intake import normalise
from mtpipe.translate import memory
from mtpipe.translate.memory import Learned

SIGNATURE: Final = "mtpipe translation memory"
NO_PAIR: Final = "units without Arabic and English"
NO_ARABIC: Final = "pairs without an Arabic letter in the source"
TURNED: Final = "pairs with as much Arabic in the target as in the source"
SHOWN: Final = 3


@dataclass(slots=True)
class Imported:
    """What an import did: pairs read, what became of them, and what was passed over, by the words that tell it."""

    read: int = 0
    approved: int = 0
    silent: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    skipped: Tally = field(default_factory=Tally)
    contradictions: list[str] = field(default_factory=list)
    languages: set[str] = field(default_factory=set)

    def format(self) -> list[str]:
        """Lines for people."""
        lines = [f"{words}, passed over" for words in self.skipped.format()]
        told = (
            ("same", "in the memory already, or twice in the file"),
            ("weaker", "suggested for what has an approved translation: left as it is"),
        )
        lines += [f"{many(self.changes[change], 'pair')} {words}" for change, words in told if self.changes[change]]
        if number := self.changes["changed"]:
            shown = "; ".join(self.contradictions)
            lines.append(f"{many(number, 'pair')} gave a source another translation: the last one holds ({shown})")
        if self.silent:
            lines.append(
                f"{many(self.silent, 'pair')} of which the file does not say whether a person approved: only suggested "
                "(--approved takes them as approved)"
            )
        learned = self.changes["new"] + self.changes["changed"]
        return [*lines, f"{many(self.read, 'pair')} read, {learned} learned, {self.approved} of them approved"]


def take_in(
    pairs: Iterable[Incoming], connection: sqlite3.Connection, *, origin: str, approved: bool = False
) -> Imported:
    """Learn the pairs of a file, all or, where it can't be read to its end, none.

    ``approved`` takes all as approved, whatever the file says. Raises ``UsageError`` where there is none to learn.
    """
    done = Imported()
    with connection:
        for pair in pairs:
            done.read += 1
            done.languages.update(pair.languages)
            if reason := _unusable(pair):
                done.skipped[reason] += 1
                continue
            _learn(pair, connection, done, origin=origin, approved=approved)
        if done.read == sum(done.skipped.values()):
            named = f" Languages in it: {', '.join(sorted(filter(None, done.languages)))}." if done.languages else ""
            reasons = "; ".join(done.skipped.format()) or "it is empty"
            raise UsageError(f"{origin}: no pair of Arabic and English to learn ({reasons}).{named}")
    return done


def _learn(pair: Incoming, connection: sqlite3.Connection, done: Imported, *, origin: str, approved: bool) -> None:
    right = approved or bool(pair.approved)
    done.silent += not right and pair.approved is None
    learned = Learned(pair.source, pair.target, right, pair.reviewer, pair.time, origin)
    before = memory.last(connection, learned.key)
    change = memory.learn(connection, learned)
    done.changes[change] += 1
    if change in ("new", "changed"):
        done.approved += right
    if change == "changed" and before and len(done.contradictions) < SHOWN:
        done.contradictions.append(f"{pair.where}: {_short(pair.source)}, was {_short(before.target)}")


def _unusable(pair: Incoming) -> str:
    if not pair.source.strip() or not pair.target.strip():
        return NO_PAIR
    if not is_arabic(pair.source):
        return NO_ARABIC
    return TURNED if _arabic(pair.target) >= _arabic(pair.source) else ""


def _arabic(text: str) -> int:
    return sum(is_arabic(letter) for letter in text) if is_arabic(text) else 0


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}...")


def write_out(
    connection: sqlite3.Connection, path: Path, known: Format, *, approved_only: bool, force: bool
) -> tuple[int, Tally]:
    """Write what a memory has learned; return the number of pairs, and what was left out.

    Raises ``UsageError`` where there is none, or where the file can't be written.
    """
    check_target(known, path, force=force)
    done = Exported()

    def chosen() -> Iterator[Pair]:
        for pair in memory.in_force(connection):
            if approved_only and not pair.approved:
                done.tally[UNAPPROVED] += 1
            else:
                done.pairs += 1
                yield Pair(_row(pair, done.pairs))
        if not done.pairs:
            raise nothing(done.tally)

    known.write(chosen(), path, Head(SIGNATURE, "sentences"), done.tally)
    return done.pairs, done.tally


def _row(pair: Learned, number: int) -> dict[str, Any]:
    return {
        "id": f"memory#p1s{number}",
        "article_id": "memory",
        "translation": {SOURCE: pair.source, TARGET: pair.target},
        "origin": pair.origin,
        "state": "approved" if pair.approved else "open",
        "reviewer": pair.reviewer or None,
        "reviewed": pair.time or None,
    }


@dataclass(frozen=True, slots=True)
class Match:
    """A pair of a memory that is like a text. ``score`` is 0 to 100, 100 for the same normalised text."""

    score: float
    pair: Learned


def look_up(connection: sqlite3.Connection, text: str, *, least: float = LEAST, most: int = 5) -> list[Match]:
    """Return the pairs whose source is most like a text, the likest first, approved before others.

    Likeness is rapidfuzz's ratio of the normalised forms (Levenshtein's distance of insertions and deletions, over
    both lengths).
    """
    from rapidfuzz import fuzz

    wanted = normalise(text)
    scored = (
        Match(score, pair)
        for pair in memory.in_force(connection)
        if (score := fuzz.ratio(wanted, pair.key, score_cutoff=least)) >= least
    )
    return heapq.nlargest(most, scored, key=lambda match: (match.score, match.pair.approved))


@dataclass(frozen=True, slots=True)
class MemoryStats:
    """What a memory holds."""

    renderings: int
    runs: int
    approved: int
    suggestions: int
    superseded: int
    reviewers: dict[str, int]
    origins: dict[str, int]

    def format(self) -> str:
        """Lines for people."""
        lines = [
            f"{many(self.renderings, 'rendering')} by engines, of {many(self.runs, 'run')}",
            f"{many(self.approved, 'approved pair')}, {many(self.suggestions, 'suggestion')}, "
            f"{many(self.superseded, 'row')} replaced by later ones",
        ]
        for name, numbers in (("reviewers", self.reviewers), ("origins", self.origins)):
            if numbers:
                lines.append(f"{name}: " + ", ".join(f"{key or '(none)'} {value}" for key, value in numbers.items()))
        return "\n".join(lines)


def stats(connection: sqlite3.Connection) -> MemoryStats:
    """Count a memory."""
    renderings, runs = connection.execute("SELECT count(*), count(DISTINCT run) FROM memory").fetchone()
    held = list(memory.in_force(connection))
    rows = connection.execute("SELECT count(*) FROM learned").fetchone()[0]
    approved = [pair for pair in held if pair.approved]
    return MemoryStats(
        renderings=renderings,
        runs=runs,
        approved=len(approved),
        suggestions=len(held) - len(approved),
        superseded=rows - len(held),
        reviewers=dict(Counter(pair.reviewer for pair in approved).most_common()),
        origins=dict(Counter(pair.origin for pair in held).most_common()),
    )


def prune(
    connection: sqlite3.Connection, *, superseded: bool = False, suggestions: bool = False, renderings: bool = False
) -> int:
    """Delete rows that others replaced, pairs that nobody approved, or what engines said; return how many went.

    A run that was interrupted and had looked up one of them will say so when it is started again.
    """
    gone = 0
    with connection:
        if superseded:
            gone += connection.execute(
                "DELETE FROM learned WHERE number NOT IN (SELECT max(number) FROM learned GROUP BY key) "
                "OR (target = '' AND NOT approved)"
            ).rowcount
        if suggestions:
            gone += connection.execute(
                "DELETE FROM learned WHERE NOT approved AND key NOT IN (SELECT key FROM learned WHERE approved)"
            ).rowcount
        if renderings:
            gone += connection.execute("DELETE FROM memory").rowcount
    connection.execute("VACUUM")
    return gone

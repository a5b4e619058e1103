"""The shards of a run (``--shard i/n``), opened to be put together, and the proof that they are the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from mtpipe.archive import coverage
from mtpipe.archive.choice import Shard
from mtpipe.archive.finished import Finished, Window, held
from mtpipe.archive.journal import Entry, Failure
from mtpipe.archive.output import REVIEW
from mtpipe.article import TranslatedArticle
from mtpipe.errors import ArticleError, UsageError
from mtpipe.review import suggestions_of
from mtpipe.review.shards import Suggestions

SHARD: Final = "shard"
KEPT: Final = 2
"""Windows of a shard that are kept in memory: its articles come in the order of its windows, but for new runs."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an article, or what failed to be one, stood in the inputs.

    ``generation`` counts the runs that read new inputs from the last one back (0, -1, ...): what was added later stands
    behind what was there before.
    """

    generation: int
    position: int
    part: int
    window: int = field(compare=False)
    characters: int = field(compare=False)
    entry: Entry | Failure = field(compare=False)


class Part:
    """The output folder of a shard. To be used under its lock."""

    def __init__(self, number: int, finished: Finished) -> None:
        """Raises ``UsageError`` where it is no shard, or its last run did not read the inputs to the end."""
        self.out = out = finished.out
        self.journal = journal = finished.journal
        self.finished = finished
        self._number = number
        shard = self.finished.fingerprint.get(SHARD)
        if shard is None:
            raise UsageError(f"{out}: was not made with --shard, so that nothing tells what it is a part of.")
        self.shard = Shard.parse(shard)
        self._seen = coverage.seen(journal.connection)
        last = journal.connection.execute("SELECT number, finished FROM run ORDER BY number DESC LIMIT 1").fetchone()
        if not last or not last[1] or not self._seen or self._seen[-1].run != last[0]:
            raise UsageError(
                f"{out}: shard {self.shard} has not read its inputs to the end. Give the command of that run again, "
                "without --limit."
            )
        self._windows = {window.number: window for window in self.finished.windows()}
        self._load = lru_cache(KEPT)(self._articles)
        self.suggestions = lru_cache(KEPT)(self._suggestions)

    @property
    def seen(self) -> coverage.Seen:
        """What its last run has seen of the inputs."""
        return self._seen[-1]

    @property
    def settings(self) -> dict[str, str]:
        """Its fingerprint but for the shard."""
        return {key: value for key, value in self.finished.fingerprint.items() if key != SHARD}

    @property
    def windows(self) -> list[Window]:
        """Its windows, in order."""
        return list(self._windows.values())

    def places(self) -> Iterator[Place]:
        """Yield all that it holds. Raises ``UsageError`` for what is in no order or in another shard."""
        positions = coverage.places(self.journal.connection)
        entries: list[tuple[int, Entry | Failure]] = []
        rows = self.journal.connection.execute("SELECT window, id, digest FROM article")
        entries += ((window, Entry(name, said, {})) for window, name, said in rows)
        rows = self.journal.connection.execute("SELECT window, id, reason, message, digest FROM failure")
        entries += ((window, Failure(ArticleError(*told), said)) for window, *told, said in rows)
        for window, entry in entries:
            name = entry.error.article_id if isinstance(entry, Failure) else entry.id
            position = positions.get(coverage.entry_key(entry))
            if position is None or not self.shard.holds(name):
                raise UsageError(f"{self.out}: holds {name!r}, which shard {self.shard} can't have made.")
            yield Place(self._generation(window), position[0], self._number, window, position[1], entry)

    def article(self, window: int, name: str) -> TranslatedArticle:
        """Return an article as the folder holds it."""
        return self._load(window)[name]

    def _articles(self, window: int) -> dict[str, TranslatedArticle]:
        return {article.source.id: article for article in self.finished.translated(self._windows[window])}

    def _suggestions(self, window: int) -> Suggestions:
        return suggestions_of(self.out / REVIEW, window)

    def _generation(self, window: int) -> int:
        run = self._windows[window].run
        return 1 - sum(seen.run >= run for seen in self._seen)


@contextmanager
def opened(outs: Sequence[Path]) -> Iterator[list[Part]]:
    """Open all shards of a run, in the order of their numbers, and see that they are its whole.

    Raises ``UsageError`` where one is missing, there twice, in use, unfinished or made otherwise, or where they did
    not see the same inputs.
    """
    with ExitStack() as stack:
        parts = []
        twice = [
            out for number, out in enumerate(outs) if out.resolve() in {known.resolve() for known in outs[:number]}
        ]
        if twice:
            raise UsageError(f"{twice[0]}: is named twice. Name each shard once.")
        for number, out in enumerate(outs):
            parts.append(Part(number, stack.enter_context(held(out))))
        check_whole(parts)
        yield parts


def check_whole(parts: Sequence[Part]) -> None:
    """Prove that parts are the whole of a run. Raises ``UsageError`` that says what is wrong."""
    first = parts[0]
    for part in parts[1:]:
        changed = [
            f"{key} {first.settings.get(key, 'absent')} there, {part.settings.get(key, 'absent')} here"
            for key in sorted(first.settings.keys() | part.settings.keys())
            if first.settings.get(key) != part.settings.get(key)
        ]
        if changed:
            raise UsageError(f"{part.out}: was made with other settings than {first.out} ({'; '.join(changed)}).")
    count = first.shard.count
    by_number: dict[int, Part] = {}
    for part in parts:
        if part.shard.count != count:
            raise UsageError(f"{part.out}: is shard {part.shard}, but {first.out} is shard {first.shard}.")
        if part.shard.number in by_number:
            raise UsageError(f"{part.out}: is shard {part.shard}, and so is {by_number[part.shard.number].out}.")
        by_number[part.shard.number] = part
    missing = [f"{number}/{count}" for number in range(1, count + 1) if number not in by_number]
    if missing:
        raise UsageError(f"{len(missing)} of {count} shards missing: {_some(missing)}. Run and name them, too.")
    signed = {part.finished.signature_of(window.number): part for part in parts for window in part.windows}
    if len(signed) > 1:  # approvals that came in between: a row says what it was made with, and a dataset has one card
        raise UsageError(
            f"{' and '.join(str(part.out) for part in signed.values())}: were made with other approved translations. "
            "Give their commands again in new folders."
        )
    for part in parts[1:]:
        if (part.seen.items, part.seen.hash) != (first.seen.items, first.seen.hash):
            raise UsageError(
                f"{part.out}: has seen other inputs ({part.seen.items} articles) than {first.out} "
                f"({first.seen.items} articles). Give their commands again over the same inputs."
            )
    own = sum(part.seen.own for part in parts)
    if own != first.seen.items:
        raise UsageError(f"the shards have {own} articles of {first.seen.items}, an error of mtpipe. Please report it.")


def _some(missing: Iterable[str], shown: int = 10) -> str:
    names = list(missing)
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {rest} more" if rest > 0 else "")

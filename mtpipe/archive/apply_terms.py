"""Another glossary for a finished folder: the sentences that it touches are rendered anew, the others stay.

The folder becomes what a run with the new glossary would have made of the same articles, byte for byte, as far as the
engine gives the same translation for the same sentence whatever is beside it. For the sake of that equality a sentence
that is touched goes through the whole ladder again: a repair of what stood there would be cheaper, and another text.
What a person has edited, approved or rejected stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from mtpipe.archive import kept_terms
from mtpipe.archive.fingerprint import fingerprint
from mtpipe.archive.finished import Finished, Window, opened
from mtpipe.archive.renewal import Renewal
from mtpipe.archive.reviewed import Original, originals
from mtpipe.article import (
    Rendering,
    Review,
    State,
    TranslatedArticle,
    TranslatedParagraph,
    TranslatedSentence,
    to_json,
)
from mtpipe.errors import UsageError
from mtpipe.glossary import Entry, Glossary, Match, Matcher
from mtpipe.intake import normalise
from mtpipe.pipeline import Pipeline
from mtpipe.settings import Settings
from mtpipe.signature import Signature
from mtpipe.translate import notice
from mtpipe.translate.memory import LAST, Learned

ITS_OWN: Final = frozenset(("glossary", "terms"))
"""What of a fingerprint another glossary may change."""
APPROVED: Final = "|approved:"
"""What ends the signature of windows that people's approvals went into: another glossary changes nothing in it."""
GROUP: Final = 1000
"""Articles whose sentences go to the engine together: full batches, and no more than these in memory."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence that reads otherwise now."""

    sentence: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Left:
    """A sentence that the new glossary would have changed, and a person's decision keeps as it is."""

    sentence: str
    text: str
    reviewer: str
    edited: bool
    state: State

    @property
    def why(self) -> str:
        """Who did what: ``edited and approved by NAME``."""
        done = [*(("edited",) if self.edited else ()), *((self.state,) if self.state != "open" else ())]
        return f"{' and '.join(done) or 'cut otherwise'} by {self.reviewer or 'somebody'}"


@dataclass(slots=True)
class Outcome:
    """What became of a folder. ``touched`` counts sentences, ``translated`` those that the engine was given, each once.

    ``known`` says that the folder had this glossary already; ``gone`` are the terms that it had and has no longer.
    """

    known: bool = False
    touched: int = 0
    translated: int = 0
    changed: int = 0
    left: int = 0
    gone: tuple[str, ...] = ()


Tell = Callable[[Changed | Left], None]


def apply_glossary(
    out: Path,
    paths: Sequence[Path],
    *,
    tell: Tell = lambda _: None,
    dry_run: bool = False,
    open_line: Callable[[Settings], Pipeline] = Pipeline.open,
    device: str = "auto",
) -> Outcome:
    """Bring a finished folder to what its articles are under the glossaries of ``paths``.

    ``tell`` hears of each sentence in order. A dry run writes nothing. Raises ``UsageError`` where the folder, the
    glossary or the engine is not what it must be, ``ModelError`` where the engine fails; then the folder stays as it
    was, and what was translated is remembered.
    """
    glossary = Glossary.load(paths)
    with opened(out) as finished:
        _check(finished)
        wanted = {"glossary": glossary.digest, "terms": str(len(glossary.entries))}
        if all(finished.fingerprint.get(key) == value for key, value in wanted.items()):
            return Outcome(known=True)
        settings = _settings(finished, paths, device)
        line = open_line(settings)
        _check_engine(finished, line)
        work = _Work(finished, line, glossary, tell, remember=not dry_run)
        if dry_run:
            for _ in work.windows():
                pass
        else:
            _write(finished, line, work, paths)
        return work.outcome


def _check(finished: Finished) -> None:
    if finished.aligned:
        raise UsageError(f"{finished.out}: its English was written by people; only a translation follows a glossary.")
    if finished.journal.connection.execute("SELECT 1 FROM run WHERE NOT finished").fetchone():
        raise UsageError(
            f"{finished.out}: its last run was stopped before its end. Give the command of that run again first."
        )


def _settings(finished: Finished, paths: Sequence[Path], device: str) -> Settings:
    settings = finished.settings
    return settings.model_copy(
        update={
            "glossary": settings.glossary.model_copy(update={"paths": tuple(paths)}),
            "translate": settings.translate.model_copy(update={"device": device}),
        }
    )


def _check_engine(finished: Finished, line: Pipeline) -> None:
    """Raise ``UsageError`` where anything but the glossary differs from what the folder was made with."""
    known, now = finished.fingerprint, fingerprint(line.settings, line.signature)
    differing = [
        f"{key} was {known.get(key, 'absent')}, is {now.get(key, 'absent')}"
        for key in sorted(now.keys() - ITS_OWN)
        if known.get(key) != now.get(key)
    ]
    if differing:
        raise UsageError(
            f"{finished.out}: was made by another engine or version ({'; '.join(differing)}); sentences of two kinds "
            "would stand side by side. Use what it was made with, or run with the new glossary into a new --out."
        )


def _write(finished: Finished, line: Pipeline, work: _Work, paths: Sequence[Path]) -> None:
    new = str(line.signature)

    def sign(old: str) -> str:
        return new + old[old.index(APPROVED) :] if APPROVED in old else new

    renewal = Renewal(
        finished, signature=sign(finished.signature), settings=line.settings, notice=notice(line.settings.translate)
    )
    try:
        for window, articles in work.windows():
            renewal.put(window, articles, signature=sign(finished.signature_of(window.number)))
        for key, value in fingerprint(line.settings, line.signature).items():
            if key in ITS_OWN:
                renewal.staging.put("fingerprint", key, value)
        for place, entry in enumerate(kept_terms.texts(line.glossary.entries)):
            renewal.staging.put("term", place, entry)
        for paragraph, base, original in work.originals:
            renewal.staging.put("reviewed", paragraph, base, original)
        renewal.finish({"glossary": [str(path) for path in paths], "changed": work.outcome.changed})
    except BaseException:
        renewal.drop()
        raise


class _Touch:
    """Tells which sentences another glossary touches: those in which it finds other terms, or other entries for them.

    The ladder also refuses to take another term's English for this one's, whatever sentence that stands in: so a
    sentence with terms is touched too where the engine wrote an English form that came or went.
    """

    def __init__(self, old: tuple[Entry, ...] | None, new: Glossary) -> None:
        self._old = None if old is None else Matcher(Glossary(old))
        self._new = Matcher(new)
        before, after = (_forms(entries) for entries in (old or (), new.entries))
        self._forms = tuple(before ^ after)

    def __call__(self, source: str, known: Rendering) -> bool:
        new = self._new.find(source)
        if self._old is None:  # a folder of before glossaries were kept
            return bool(new or known.mentions)
        if [_kind(match) for match in self._old.find(source)] != [_kind(match) for match in new]:
            return True
        machine = " ".join((known.machine or "").casefold().split())
        return bool(new) and any(form in machine for form in self._forms)


def _forms(entries: Sequence[Entry]) -> frozenset[str]:
    return frozenset(
        " ".join(form.casefold().split())
        for entry in entries
        for form in (entry.target, *entry.inflected, *entry.accepted)
    )


def _kind(match: Match) -> Match:
    """Return a match without what changes no translation."""
    bare = (replace(entry, note="", where="") for entry in match.candidates)
    entry, *rivals = bare
    return match._replace(entry=entry, rivals=tuple(rivals))


class _Work:
    """The new state of all windows, one after another."""

    def __init__(self, finished: Finished, line: Pipeline, glossary: Glossary, tell: Tell, *, remember: bool) -> None:
        self.outcome = Outcome()
        self.originals: list[tuple[str, str, str]] = []
        self._finished = finished
        self._line = line
        self._tell = tell
        self._memory = finished.journal.memory(*line.rendering_signatures)
        self._remembers = remember
        engine, terms = line.rendering_signatures
        before = Signature(tuple((key, finished.fingerprint.get(key, value)) for key, value in terms.parts))
        self._before = finished.journal.memory(engine, before)
        kept = kept_terms.entries(finished.journal.terms)
        whole = len(kept) == int(finished.fingerprint["terms"])
        self._touches = _Touch(kept if whole else None, glossary)
        listed = {entry.source for entry in glossary.entries}
        self.outcome.gone = tuple(entry.source for entry in kept if entry.source not in listed)

    def windows(self) -> Iterator[tuple[Window, list[TranslatedArticle]]]:
        """Yield each window with its articles in their new state."""
        windows = self._finished.windows()
        size = max(1, GROUP // self._line.settings.corpus.window)
        while group := [(window, self._finished.translated(window)) for window in islice(windows, size)]:
            made = self._render([article for _, articles in group for article in articles], group[0][0].run)
            for window, articles in group:
                yield window, [made.get(article.source.id, article) for article in articles]

    def _render(self, articles: Sequence[TranslatedArticle], run: int) -> dict[str, TranslatedArticle]:
        """Return those of the articles that have a sentence which is touched, in their new state."""
        sources = {article.source.id: self._line.sources([article.source]) for article in articles}
        every = list(dict.fromkeys(source for each in sources.values() for source in each))
        old = self._before.look_up(every, before=LAST)
        adopted = self._adopted(old)
        touched = {
            source for source in every if source not in old or self._touches(source, old[source])
        } - adopted.keys()
        kept = {source: old[source] for source in every if source not in touched} | adopted
        known = kept | self._memory.look_up(touched, before=LAST)
        changing = touched | adopted.keys()
        wanted = [article for article in articles if changing.intersection(sources[article.source.id])]
        rendered = self._line.render([article.source for article in wanted], known)
        if self._remembers:  # at once: what the engine gave is not lost if all of this is stopped
            with self._finished.journal.transaction():
                self._memory.add(kept | rendered.renderings, run=run)
        self.outcome.translated += len(rendered.renderings)
        merged = []
        for before, after in zip(wanted, rendered.articles, strict=True):
            pairs = zip(before.paragraphs, after.paragraphs, strict=True)
            merged.append(replace(after, paragraphs=tuple(self._paragraph(*pair, touched) for pair in pairs)))
        return {article.source.id: article for article in self._line.measure(merged)}

    def _adopted(self, old: Mapping[str, Rendering]) -> dict[str, Rendering]:
        """Return what was approved elsewhere and used here, with the terms of the new glossary, where these differ."""
        pairs = {
            source: Learned(source, rendering.text, True, rendering.review.reviewer, rendering.review.time)
            for source, rendering in old.items()
            if rendering.review and self._touches(source, rendering)
        }
        return self._line.adopt(pairs)

    def _paragraph(
        self, old: TranslatedParagraph, new: TranslatedParagraph, touched: Container[str]
    ) -> TranslatedParagraph:
        """Return the new state of a paragraph, with what people decided on kept from the old one; tell what changed."""
        self.outcome.touched += sum(normalise(sentence.source.text) in touched for sentence in new.sentences)
        if old.review is None and not any(sentence.review for sentence in old.sentences):
            for was, now in zip(old.sentences, new.sentences, strict=True):
                self._compare(was, now)
            return new
        kept = originals(self._finished.journal, [old.source.id]).get(old.source.id) or Original("", old)
        fresh = {(now.source.start, now.source.end): now for now in new.sentences}
        made: list[TranslatedSentence] = []
        taken: dict[str, TranslatedSentence] = {}
        for was in old.sentences:
            same = fresh.get((was.source.start, was.source.end))
            if same is not None and same.rendering.review and same.review == was.review:
                made.append(same)
                if any(mention.rung == "flagged" for mention in same.rendering.mentions):
                    self._tell_left(was)
            elif same is not None and not _decided(was):
                made.append(replace(same, review=was.review))
                taken[same.source.id] = same
                self._compare(was, same)
            else:
                made.append(was)
                self._leave(was, kept.paragraph, new)
        line = replace(
            kept.paragraph, sentences=tuple(taken.get(item.source.id, item) for item in kept.paragraph.sentences)
        )
        if old.review is not None and line != kept.paragraph:  # a record on the old text would undo the new one
            self.originals.append((old.source.id, "", to_json(line)))
        review = old.review
        if review is not None and review.translated is not None:
            review = replace(review, translated=line.target)
        source = replace(new.source, sentences=old.source.sentences)
        return replace(old, source=source, sentences=tuple(made), review=review)

    def _leave(self, was: TranslatedSentence, line: TranslatedParagraph, new: TranslatedParagraph) -> None:
        """Tell a sentence that a person decided on, where the new glossary would have it otherwise."""
        start, end = was.source.start, was.source.end
        inside = [
            (before.target, after.target)
            for before, after in zip(line.sentences, new.sentences, strict=True)
            if before.source.start < end and start < before.source.end
        ]
        if any(before != after for before, after in inside):
            self._tell_left(was)

    def _tell_left(self, was: TranslatedSentence) -> None:
        review = was.review or Review()
        self.outcome.left += 1
        self._tell(Left(was.source.id, was.target, review.reviewer, review.translated is not None, review.state))

    def _compare(self, was: TranslatedSentence, now: TranslatedSentence) -> None:
        if was.target != now.target:
            self.outcome.changed += 1
            self._tell(Changed(now.source.id, was.target, now.target))


def _decided(sentence: TranslatedSentence) -> bool:
    """Tell whether a person wrote, approved or rejected what stands there; a mere comment decides nothing."""
    review = sentence.review
    return review is not None and (review.state != "open" or review.translated is not None)

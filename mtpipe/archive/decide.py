"""Reviewers' decisions put into a finished folder: its rows, pages, ledger and memory.

A record goes in where it was made on the text that stands there. Where something else stands there now, it is left
out and told; the others go in all the same. What a folder holds already is not done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mtpipe import quality
from mtpipe.align import Embedder, open_embedder
from mtpipe.archive import decide_pairs
from mtpipe.archive.finished import Finished, Window, opened
from mtpipe.archive.renewal import Renewal
from mtpipe.archive.reviewed import Original, holds, originals, outcome
from mtpipe.article import AlignedArticle, Review, TranslatedArticle, TranslatedParagraph, to_json
from mtpipe.errors import UsageError
from mtpipe.intake import normalise
from mtpipe.pipeline import embedder
from mtpipe.review.decisions import Decisions, Record
from mtpipe.review.rows import base
from mtpipe.translate import notice


@dataclass(slots=True)
class Applied:
    """What became of records, by the ids of their paragraphs.

    ``applied`` changed something, ``known`` are as the folder has it already, ``stale`` were made on another text than
    stands there, ``unknown`` are about paragraphs that the folder has not, ``cut`` tie aligned text otherwise than its
    beads.
    """

    applied: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)

    @property
    def left_out(self) -> list[str]:
        """Those that did not go in, though they should have."""
        return [*self.stale, *self.unknown, *self.cut]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A paragraph's new state, still unmeasured, and the old one; ``original`` is what the line had made."""

    record: Record
    old: TranslatedParagraph
    new: TranslatedParagraph
    original: TranslatedParagraph


def apply_decisions(
    out: Path, decisions: Decisions, *, open_aligner: Callable[[str], Embedder] = open_embedder
) -> Applied:
    """Put decisions into a finished folder; their ``terms`` are not touched here.

    ``open_aligner`` opens, by its name, the embedder that aligned articles were measured with.
    Raises ``UsageError`` where the folder can't be used, or where a record's ties don't cover its paragraph; then
    nothing has changed.
    """
    applied = Applied()
    with opened(out) as finished:
        records = _by_window(finished, decisions.paragraphs, applied)
        if finished.aligned:
            _apply_to_pairs(finished, records, applied, open_aligner)
            return applied
        plans: dict[int, dict[str, _Plan]] = {}
        for window in finished.windows():
            if window.number in records:
                articles = finished.translated(window)
                plans[window.number] = _plan(finished, articles, records[window.number], applied)
        if applied.applied:
            _write(finished, plans)
    return applied


def _apply_to_pairs(
    finished: Finished,
    records: Mapping[int, Sequence[Record]],
    applied: Applied,
    open_aligner: Callable[[str], Embedder],
) -> None:
    changed: dict[str, AlignedArticle] = {}
    learned: list[tuple[Record, dict[str, str | None]]] = []
    for window in finished.windows():
        if window.number not in records:
            continue
        articles = {article.pair.id: article for article in finished.pairs(window)}
        for record in records[window.number]:
            found = decide_pairs.find(list(articles.values()), record.paragraph)
            if found is None:
                applied.unknown.append(record.paragraph)
                continue
            before, unit = found
            decided = decide_pairs.decide(before, unit, record)
            where = applied.applied if decided.changed else applied.known if decided.fits else applied.stale
            (applied.cut if decided.cut else where).append(record.paragraph)
            if decided.changed:
                articles[before.pair.id] = changed[before.pair.id] = decided.article
                learned.append((record, decide_pairs.learned(decided.article, before)))
    if changed:
        measure = open_aligner(finished.settings.align.embedder)
        _write_pairs(finished, changed, set(records), learned, measure)


def _write_pairs(
    finished: Finished,
    changed: Mapping[str, AlignedArticle],
    windows: Container[int],
    learned: Iterable[tuple[Record, dict[str, str | None]]],
    measure: Embedder,
) -> None:
    settings = finished.settings
    _check_measures(finished, measure)
    renewal = Renewal(finished, signature=finished.signature, settings=settings, notice=None)
    try:
        for window in finished.windows():
            if window.number not in windows:
                renewal.keep(window)
                continue
            made = [
                decide_pairs.measured(changed[one.pair.id], one, measure, name=settings.align.embedder)
                if one.pair.id in changed
                else one
                for one in finished.pairs(window)
            ]
            renewal.put(window, made, signature=finished.signature_of(window.number))
        for record, pairs in learned:
            _learn(renewal, record, pairs)
        renewal.finish({"decisions": len(changed)})
    except BaseException:
        renewal.drop()
        raise


def _by_window(finished: Finished, records: Sequence[Record], applied: Applied) -> dict[int, list[Record]]:
    names = {record.paragraph: record.paragraph.rpartition("#")[0] for record in records}
    windows = finished.windows_of(set(names.values()))
    found: dict[int, list[Record]] = {}
    for record in records:
        window = windows.get(names[record.paragraph])
        if window is None:
            applied.unknown.append(record.paragraph)
        else:
            found.setdefault(window, []).append(record)
    return found


def _plan(
    finished: Finished, articles: Iterable[TranslatedArticle], records: Iterable[Record], applied: Applied
) -> dict[str, _Plan]:
    """Return what becomes of the paragraphs that records change; tell what becomes of the records."""
    paragraphs = {paragraph.source.id: paragraph for article in articles for paragraph in article.paragraphs}
    plans: dict[str, _Plan] = {}
    for record in records:
        name = record.paragraph
        current = paragraphs.get(name)
        if current is None:
            applied.unknown.append(name)
            continue
        if holds(record, current):
            applied.known.append(name)
            continue
        kept = originals(finished.journal, [name]).get(name)
        if not _fits(record, current, kept):
            applied.stale.append(name)
            continue
        if record.source_end != len(current.source.text):
            raise UsageError(
                f"paragraph {name!r}: ties: end at {record.source_end}, the Arabic at {len(current.source.text)}. "
                "Save the decisions from the page again."
            )
        line = kept.paragraph if kept else current
        plans[name] = _Plan(record, current, outcome(record, current, line), line)
        applied.applied.append(name)
    return plans


def _fits(record: Record, current: TranslatedParagraph, kept: Original | None) -> bool:
    """Tell whether a record was made on what stands there: on the row, or by who went on from the row before it."""
    if record.base == base(current):
        return True
    last = current.review
    return (
        kept is not None
        and last is not None
        and record.base == kept.base
        and record.reviewer == last.reviewer
        and record.time > last.time
    )


def _write(finished: Finished, plans: Mapping[int, Mapping[str, _Plan]]) -> None:
    settings = finished.settings
    measure = embedder(settings)
    _check_measures(finished, measure)
    renewal = Renewal(finished, signature=finished.signature, settings=settings, notice=notice(settings.translate))
    try:
        for window in finished.windows():
            if own := plans.get(window.number):
                renewed = _renewed(finished, window, own, measure)
                renewal.put(window, renewed, signature=finished.signature_of(window.number))
                for plan in own.values():
                    _record(renewal, plan)
            else:
                renewal.keep(window)
        paragraphs = sum(map(len, plans.values()))
        renewal.finish({"decisions": paragraphs})
    except BaseException:
        renewal.drop()
        raise


def _check_measures(finished: Finished, measure: Embedder | None) -> None:
    """Raise ``UsageError`` where what was written by a person would be measured otherwise than the rest."""
    differing = [
        f"{key} was {finished.fingerprint.get(key, 'absent')}, is {value}"
        for key, value in quality.signature(measure).parts
        if finished.fingerprint.get(key) != value
    ]
    if differing:
        raise UsageError(
            f"{finished.out}: was measured by another version ({'; '.join(differing)}). Use the version of mtpipe that "
            "made it."
        )


def _renewed(
    finished: Finished, window: Window, plans: Mapping[str, _Plan], measure: Embedder | None
) -> list[TranslatedArticle]:
    return [_article(article, plans, measure) for article in finished.translated(window)]


def _article(article: TranslatedArticle, plans: Mapping[str, _Plan], measure: Embedder | None) -> TranslatedArticle:
    """Return an article with its changed paragraphs, these alone measured: the others stay to the last digit."""
    new = [plans[part.source.id].new for part in article.paragraphs if part.source.id in plans]
    if not new:
        return article
    part = TranslatedArticle(replace(article.source, paragraphs=tuple(item.source for item in new)), tuple(new))
    measured = {item.source.id: item for item in quality.article(part, measure).paragraphs}
    paragraphs = tuple(measured.get(item.source.id, item) for item in article.paragraphs)
    source = replace(article.source, paragraphs=tuple(item.source for item in paragraphs))
    return TranslatedArticle(source, paragraphs)


def _record(renewal: Renewal, plan: _Plan) -> None:
    """Keep what the record was made on, and let the memory learn what it approves and unlearn what it no more does."""
    record = plan.record
    renewal.staging.put("reviewed", record.paragraph, record.base, to_json(plan.original))
    approved: dict[str, str | None] = {
        item.source.text: item.target for item in plan.new.sentences if item.review and _approves(item.review)
    }
    before = [item.source.text for item in plan.old.sentences if item.review and _approves(item.review)]
    withdrawn: dict[str, str | None] = {text: None for text in before if text not in approved}
    _learn(renewal, record, withdrawn | approved)


def _learn(renewal: Renewal, record: Record, pairs: Mapping[str, str | None]) -> None:
    """Let the memory learn the English of Arabic texts, or unlearn it (None)."""
    for text, target in pairs.items():
        if key := normalise(text):
            renewal.staging.put("learned", key, text.strip(), target, record.reviewer, record.time)


def _approves(review: Review) -> bool:
    return review.state == "approved"

"""The ladder of one segment: what becomes of each mention of a term, rung by rung, each verified.

present -> n-best -> repaired -> injected -> placed -> flagged: what changes least comes first, and costs least. The
rungs n-best and injected are taken by a whole sentence: another translation replaces the plain one only if all its
mentions are as listed and nothing else is worse. Repaired and placed change spans of the plain one.

Some mentions are held: homographs of which the translation has neither, and doubtful matches that nothing in it speaks
for. They are flagged, and no rung is tried for their sake: it would write a name where there may be none.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal

from mtpipe.article import Mention, Rendering, Rung
from mtpipe.glossary.doubt import spoken_for
from mtpipe.glossary.edits import Span, rewrite
from mtpipe.glossary.english import Place, form_at, written_right
from mtpipe.glossary.entries import Entry
from mtpipe.glossary.mention import Match
from mtpipe.glossary.place import SURE, Slot, family, slots
from mtpipe.glossary.repair import AMBIGUOUS, NO_SPAN, Candidate, find, named
from mtpipe.glossary.verify import complete, sound, tie
from mtpipe.translate.base import Hypotheses, Hypothesis

LADDER_VERSION: Final = "v8"
"""Part of the signature. v3 injected before it repaired, and knew no placing; v4 placed all of a sentence or none; v5
wrote "an" before U.N. and UNESCO, and a capital behind U.S.; v6 searched with the whole beam twice, and took five
names of the eight probes for copying; v7 heard the kh of Khalid as ks."""

MOST_TRIED: Final = 20
"""Places of a sentence that are tried one by one where all together do not do: each try reads the whole."""

Placing = Literal["no", "sure", "any"]

FEWER: Final = "fewer-in-target"
BAD: Final = "bad-translation"
EMPTY: Final = "empty-translation"
OFF: Final = "repair-off"
HOMOGRAPH: Final = "homograph"
DERIVED: Final = "derived-form"

REASONS: Final = {
    NO_SPAN: "no words of the translation could be tied to the term",
    "weak-alignment": "words that may be the term, but not surely enough to rewrite them",
    AMBIGUOUS: "several places, several terms for one place, or entries that only vowel marks tell apart",
    DERIVED: "a word of the term's family stands there (Syrian for Syria) and may well be right",
    FEWER: "the translation names the term fewer times than the source (a pronoun, perhaps)",
    BAD: "the guard flagged the translation: what stands there is not worth repairing",
    EMPTY: "the engine gave no translation",
    HOMOGRAPH: "a short word behind a prefix may be no name (وفتح, and opened), and the translation has no such name",
    OFF: "another spelling stands there, and repairs are switched off",
}
"""The reason codes of flagged mentions."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment with mentions, its plain translation, where that has the mentions, and which of them are held."""

    text: str
    matches: tuple[Match, ...]
    plain: Hypotheses
    tied: tuple[Place | None, ...]
    held: frozenset[int]

    def unsettled(self, *, repair: bool) -> list[Match]:
        """Return the mentions to climb for: the plain translation has them nowhere, or as what may not be rewritten."""
        rewritable = repair and not self.plain.flags
        return [
            match
            for number, (match, place) in enumerate(zip(self.matches, self.tied, strict=True))
            if number not in self.held and (place is None or not (place.exact or rewritable))
        ]


def open_segment(text: str, matches: Sequence[Match], plain: Hypotheses, listed: frozenset[str]) -> Segment:
    """Tie the mentions of a segment to its plain translation. ``listed`` are all English forms, case-folded."""
    tied = tuple(tie(plain.best.text, matches))
    surely = spoken_for(text, matches)
    held = frozenset(
        number
        for number, (match, place) in enumerate(zip(matches, tied, strict=True))
        if place is None
        and (
            match.rivals
            or (match.doubtful and number not in surely and not named(plain, match, tied, listed, len(text)))
        )
    )
    return Segment(text, tuple(matches), plain, tied, held)


def climb(segment: Segment, *, repair: bool, place: bool, listed: frozenset[str]) -> Rendering:
    """Return the rendering of a segment as far as its own hypotheses lead, placing only what surely has its place."""
    if not segment.unsettled(repair=repair):
        return _written(segment, segment.plain.best, segment.plain.flags, segment.tied, "present")
    if not segment.plain.flags:
        for other in segment.plain.items[1:]:
            tied = _taken(segment, other, repair=repair)
            if tied is not None:
                return _written(segment, other, (), tied, "n-best")
    return _mended(segment, repair=repair, placing="sure" if place else "no", listed=listed)


def climb_on(
    segment: Segment,
    so_far: Rendering,
    injected: Hypotheses | None,
    *,
    repair: bool,
    place: bool,
    listed: frozenset[str],
) -> Rendering:
    """Return the rendering of a segment of which ``climb`` left mentions open, ``so_far``.

    ``injected`` is the translation of the injected source, if one was made.
    """
    if injected is not None:
        tied = _taken(segment, injected.best, repair=repair)
        if tied is not None and set(injected.flags) <= set(segment.plain.flags):
            return _written(segment, injected.best, injected.flags, tied, "injected")
    if not place:
        return so_far
    mended = _mended(segment, repair=repair, placing="any", listed=listed)
    return _roomier(segment, mended, repair=repair, listed=listed) if _lacking(segment, mended) else mended


def _lacking(segment: Segment, rendering: Rendering) -> int:
    """Count the mentions for which the translation has no words at all."""
    return sum(
        mention.reason == NO_SPAN and number not in segment.held for number, mention in enumerate(rendering.mentions)
    )


def _roomier(segment: Segment, mended: Rendering, *, repair: bool, listed: frozenset[str]) -> Rendering:
    """Return the rendering of another hypothesis in which more of the mentions have a place, else ``mended``."""
    plain, best, least = segment.plain, mended, _flags(mended)
    for other in plain.items[1:] if not plain.flags else ():
        if not sound(segment.text, plain.best, other, segment.matches, ()):
            continue
        alone = open_segment(segment.text, segment.matches, Hypotheses((other,), plain.source), listed)
        alone = replace(alone, held=segment.held | alone.held)
        found = _mended(alone, repair=repair, placing="any", listed=listed)
        kept = all(
            mention.rung != "flagged" or before.rung == "flagged"
            for mention, before in zip(found.mentions, mended.mentions, strict=True)
        )
        if kept and _flags(found) < least:
            best, least = replace(found, machine=plain.best.text), _flags(found)
    return best


def _flags(rendering: Rendering) -> int:
    return sum(mention.rung == "flagged" for mention in rendering.mentions)


def _taken(segment: Segment, other: Hypothesis, *, repair: bool) -> list[Place | None] | None:
    """Return where another translation has the mentions, None where it has not all of them or is otherwise worse."""
    tied = tie(other.text, segment.matches)
    if not complete(tied, segment.tied, segment.held, rewritable=repair):
        return None
    if not sound(segment.text, segment.plain.best, other, segment.matches, segment.plain.flags):
        return None
    return tied


def _written(
    segment: Segment, hypothesis: Hypothesis, flags: tuple[str, ...], tied: Sequence[Place | None], rung: Rung
) -> Rendering:
    """Write a translation that has all mentions; those written another way are rewritten."""
    spans: list[Span | None] = [(place.start, place.end) if place else None for place in tied]
    entries = _entries(segment.matches, tied)
    forms = {
        number: form_at(hypothesis.text, place.start, entries[number])
        for number, place in enumerate(tied)
        if place is not None and (not place.exact or _needs_capital(hypothesis.text, place, entries[number], rung))
    }
    text, moved, changed = _rewritten(hypothesis.text, spans, forms, entries)
    mentions: list[Mention] = []
    for number, match in enumerate(segment.matches):
        first, span = segment.tied[number], spans[number]
        if span is None:
            mentions.append(_mention(match, entries[number], None, "flagged", text, "", _why(segment, number)))
            continue
        # What the plain translation had already stays "present" in another one, where it is of the same make.
        settled = first is not None and first.exact
        own: Rung = "present" if settled or rung == "present" else rung
        if own == "present" and number in changed:
            own = "repaired"
        before = ""
        if own in ("present", "repaired"):
            before = hypothesis.text[span[0] : span[1]]
        elif first is not None:
            before = segment.plain.best.text[first.start : first.end]
        mentions.append(_mention(match, entries[number], moved[number], own, text, before))
    return Rendering(text, segment.plain.best.text, hypothesis.score, flags, tuple(mentions))


def _needs_capital(text: str, place: Place, entry: Entry, rung: Rung) -> bool:
    """Tell whether a form begins a sentence as it was written in, in small letters: "dust storm hits Basra"."""
    wanted = form_at(text, place.start, entry)
    return rung == "injected" and text[place.start : place.end] == entry.target != wanted


def _mended(segment: Segment, *, repair: bool, placing: Placing, listed: frozenset[str]) -> Rendering:
    """Repair what can surely be repaired in the plain translation, place the rest, flag what is left."""
    plain = segment.plain.best
    allowed = repair and not segment.plain.flags
    found = (
        find(segment.text, segment.plain, segment.matches, segment.tied, listed, segment.held)
        if allowed
        else [""] * len(segment.matches)
    )
    spans: list[Span | None] = []
    forms: dict[int, str] = {}
    entries = _entries(segment.matches, segment.tied)
    for number, place in enumerate(segment.tied):
        candidate = found[number]
        if place is not None and place.exact:
            spans.append((place.start, place.end))
            continue
        span = (candidate.start, candidate.end) if isinstance(candidate, Candidate) else None
        if place is not None and allowed:
            span = (place.start, place.end)
        spans.append(span)
        if span is not None:
            forms[number] = form_at(plain.text, span[0], entries[number])
    rendered = {entry.target for entry, span in zip(entries, spans, strict=True) if span is not None}
    placed = {} if placing == "no" or segment.plain.flags else _placed(segment, spans, rendered, placing)
    text, moved, changed = _with(plain.text, spans, forms, placed, entries)
    if placed and not _stands(segment, text):
        placed = _those_that_stand(segment, spans, forms, placed, entries)
        text, moved, changed = _with(plain.text, spans, forms, placed, entries)
    spans = [placed.get(number, span) for number, span in enumerate(spans)]
    mentions: list[Mention] = []
    for number, (match, entry, span) in enumerate(zip(segment.matches, entries, spans, strict=True)):
        if span is None:
            reason = _why(segment, number, found[number], fewer=entry.target in rendered)
            mentions.append(_mention(match, entry, None, "flagged", text, "", reason))
        else:
            rung: Rung = "placed" if number in placed else "repaired" if number in changed else "present"
            mentions.append(_mention(match, entry, moved[number], rung, text, plain.text[span[0] : span[1]]))
    return Rendering(text, plain.text, plain.score, segment.plain.flags, tuple(mentions))


def _placed(
    segment: Segment, spans: Sequence[Span | None], rendered: Container[str], placing: Placing
) -> dict[int, Span]:
    """Return where to place the mentions that have no span, where that is sure enough."""
    wanted = [number for number, span in enumerate(spans) if span is None and number not in segment.held]
    taken = [span for span in spans if span is not None]
    found = slots(segment.plain, segment.matches, wanted, taken, len(segment.text))

    def enough(number: int, slot: Slot) -> bool:
        again = segment.matches[number].entry.target in rendered
        return (placing == "any" or slot.attention >= SURE) and not (again and slot.pronoun)

    return {number: (slot.start, slot.end) for number, slot in found.items() if enough(number, slot)}


def _stands(segment: Segment, text: str) -> bool:
    """Tell whether a text may stand in for the plain translation, apart from its terms."""
    plain = segment.plain.best
    return sound(segment.text, plain, replace(plain, text=text), segment.matches, ())


def _those_that_stand(
    segment: Segment,
    spans: Sequence[Span | None],
    forms: Mapping[int, str],
    placed: Mapping[int, Span],
    entries: Sequence[Entry],
) -> dict[int, Span]:
    """Return the places that may be written over, taken one after the other: what is wrong with one may be its own."""
    kept: dict[int, Span] = {}
    for number, span in islice(placed.items(), MOST_TRIED):
        text, _, _ = _with(segment.plain.best.text, spans, forms, {**kept, number: span}, entries)
        if _stands(segment, text):
            kept[number] = span
    return kept


def _with(
    text: str,
    spans: Sequence[Span | None],
    forms: Mapping[int, str],
    placed: Mapping[int, Span],
    entries: Sequence[Entry],
) -> tuple[str, list[Span | None], set[int]]:
    """Write the forms, and those of the mentions placed; see ``_rewritten``."""
    both = [placed.get(number, span) for number, span in enumerate(spans)]
    new = {number: form_at(text, span[0], entries[number]) for number, span in placed.items()}
    return _rewritten(text, both, {**forms, **new}, entries)


def _entries(matches: Sequence[Match], tied: Sequence[Place | None]) -> list[Entry]:
    """Return the entry of each mention: of homographs the one that the English has."""
    # By form, since another entry with the same English may have claimed the place for both.
    return [
        next(entry for entry in match.candidates if place is None or entry.target == place.entry.target)
        for match, place in zip(matches, tied, strict=True)
    ]


def _rewritten(
    text: str, spans: Sequence[Span | None], forms: dict[int, str], entries: Sequence[Entry]
) -> tuple[str, list[Span | None], set[int]]:
    """Write the forms; return the text, where the mentions lie in it, and which of them were changed."""
    text, moved = rewrite(text, spans, forms)
    # A form with another full stop than what stood there (Inc., Company) moves the start of a sentence and its capital.
    again = {
        number: form_at(text, span[0], entry)
        for number, (entry, span) in enumerate(zip(entries, moved, strict=True))
        if span is not None and not written_right(text, *span, entry)
    }
    if again:
        text, moved = rewrite(text, moved, again)
    return text, moved, set(forms) | set(again)


def _why(segment: Segment, number: int, found: Candidate | str = "", *, fewer: bool = False) -> str:
    """Return the reason code of a mention that could not be rendered."""
    if not segment.plain.best.text.strip():
        return EMPTY
    if number in segment.held:
        return AMBIGUOUS if segment.matches[number].rivals else HOMOGRAPH
    if segment.plain.flags:
        return BAD
    if segment.tied[number] is not None:
        return OFF
    if fewer:
        return FEWER
    if family(segment.plain.best.text, segment.matches[number].entry.target):
        return DERIVED
    return found if isinstance(found, str) and found else NO_SPAN


def _mention(
    match: Match, entry: Entry, span: Span | None, rung: Rung, text: str, before: str, reason: str = ""
) -> Mention:
    """Make a ledger line, after one last look at what stands there. Homographs that nothing parts are all named."""
    start, end = span or (-1, -1)
    if span is not None and not written_right(text, start, end, entry):
        raise AssertionError(f"{entry.target!r} does not stand at {span} of {text!r}")
    after = text[start:end] if span else ""
    meant = (entry,) if span else match.candidates
    source, target = " | ".join(item.source for item in meant), " | ".join(item.target for item in meant)
    return Mention(source, target, match.start, match.end, start, end, rung, before, after, reason)

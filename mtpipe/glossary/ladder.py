"""The ladder of one segment: what becomes of each mention of a term, rung by rung, each verified.

present -> injected -> n-best -> repaired -> flagged. A rung above the last is taken by a whole sentence: another
translation replaces the plain one only if all its mentions are as listed and nothing else is worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mtpipe.article import Mention, Rendering, Rung
from mtpipe.glossary.edits import Span, rewrite
from mtpipe.glossary.english import Place, form_at, written_right
from mtpipe.glossary.match import Match
from mtpipe.glossary.repair import NO_SPAN, Candidate, find
from mtpipe.glossary.verify import complete, sound, tie
from mtpipe.translate.base import Hypotheses, Hypothesis

LADDER_VERSION: Final = "v1"

FEWER: Final = "fewer-in-target"
BAD: Final = "bad-translation"
EMPTY: Final = "empty-translation"
OFF: Final = "repair-off"

REASONS: Final = {
    NO_SPAN: "no words of the translation could be tied to the term",
    "weak-alignment": "words that may be the term, but not surely enough to rewrite them",
    "ambiguous": "several places, or several terms for one place, are about as likely",
    FEWER: "the translation names the term fewer times than the source (a pronoun, perhaps)",
    BAD: "the guard flagged the translation: what stands there is not worth repairing",
    EMPTY: "the engine gave no translation",
    OFF: "another spelling stands there, and repairs are switched off",
}
"""The reason codes of flagged mentions."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment with mentions, its plain translation, and where that has the mentions."""

    text: str
    matches: tuple[Match, ...]
    plain: Hypotheses
    tied: tuple[Place | None, ...]

    def unsettled(self, *, repair: bool) -> list[Match]:
        """Return the mentions that the plain translation has nowhere, or as nothing that may be rewritten."""
        rewritable = repair and not self.plain.flags
        return [
            match
            for match, place in zip(self.matches, self.tied, strict=True)
            if place is None or not (place.exact or rewritable)
        ]


def open_segment(text: str, matches: Sequence[Match], plain: Hypotheses) -> Segment:
    """Tie the mentions of a segment to its plain translation."""
    return Segment(text, tuple(matches), plain, tuple(tie(plain.best.text, matches)))


def climb(segment: Segment, injected: Hypotheses | None, *, repair: bool, listed: frozenset[str]) -> Rendering:
    """Return the rendering of a segment. ``injected`` is the translation of the injected source, if one was made."""
    if not segment.unsettled(repair=repair):
        return _written(segment, segment.plain.best, segment.plain.flags, segment.tied, "present")
    if injected is not None:
        tied = _taken(segment, injected.best, repair=repair)
        if tied is not None and set(injected.flags) <= set(segment.plain.flags):
            return _written(segment, injected.best, injected.flags, tied, "injected")
    if not segment.plain.flags:
        for other in segment.plain.items[1:]:
            tied = _taken(segment, other, repair=repair)
            if tied is not None:
                return _written(segment, other, (), tied, "n-best")
    return _mended(segment, repair=repair, listed=listed)


def _taken(segment: Segment, other: Hypothesis, *, repair: bool) -> list[Place | None] | None:
    """Return where another translation has the mentions, None where it has not all of them or is otherwise worse."""
    tied = tie(other.text, segment.matches)
    if not complete(tied, rewritable=repair):
        return None
    if not sound(segment.text, segment.plain.best, other, segment.matches, segment.plain.flags):
        return None
    return tied


def _written(
    segment: Segment, hypothesis: Hypothesis, flags: tuple[str, ...], tied: Sequence[Place | None], rung: Rung
) -> Rendering:
    """Write a translation that has all mentions; those written another way are rewritten."""
    spans: list[Span | None] = [(place.start, place.end) if place else None for place in tied]
    forms = {
        number: form_at(hypothesis.text, place.start, match.entry)
        for number, (match, place) in enumerate(zip(segment.matches, tied, strict=True))
        if place is not None and not place.exact
    }
    text, moved, changed = _rewritten(hypothesis.text, spans, forms, segment.matches)
    mentions: list[Mention] = []
    for number, match in enumerate(segment.matches):
        first, span = segment.tied[number], spans[number]
        # What the plain translation had already stays "present" in another one, where it is of the same make.
        settled = first is not None and first.exact
        own: Rung = "present" if settled or rung == "present" else rung
        if own == "present" and number in changed:
            own = "repaired"
        before = ""
        if span is not None and own in ("present", "repaired"):
            before = hypothesis.text[span[0] : span[1]]
        elif first is not None:
            before = segment.plain.best.text[first.start : first.end]
        mentions.append(_mention(match, moved[number], own, text, before))
    return Rendering(text, segment.plain.best.text, hypothesis.score, flags, tuple(mentions))


def _mended(segment: Segment, *, repair: bool, listed: frozenset[str]) -> Rendering:
    """Repair what can surely be repaired in the plain translation, flag the rest."""
    plain = segment.plain.best
    allowed = repair and not segment.plain.flags
    found = (
        find(segment.text, segment.plain, segment.matches, segment.tied, listed)
        if allowed
        else [""] * len(segment.matches)
    )
    spans: list[Span | None] = []
    forms: dict[int, str] = {}
    for number, (match, place) in enumerate(zip(segment.matches, segment.tied, strict=True)):
        candidate = found[number]
        if place is not None and place.exact:
            spans.append((place.start, place.end))
            continue
        span = (candidate.start, candidate.end) if isinstance(candidate, Candidate) else None
        if place is not None and allowed:
            span = (place.start, place.end)
        spans.append(span)
        if span is not None:
            forms[number] = form_at(plain.text, span[0], match.entry)
    text, moved, changed = _rewritten(plain.text, spans, forms, segment.matches)
    named = {match.entry.target for match, span in zip(segment.matches, spans, strict=True) if span is not None}
    mentions: list[Mention] = []
    for number, (match, span) in enumerate(zip(segment.matches, spans, strict=True)):
        if span is None:
            reason = _why(segment, number, found[number], match.entry.target in named)
            mentions.append(_mention(match, None, "flagged", text, "", reason))
        else:
            rung: Rung = "repaired" if number in changed else "present"
            mentions.append(_mention(match, moved[number], rung, text, plain.text[span[0] : span[1]]))
    return Rendering(text, plain.text, plain.score, segment.plain.flags, tuple(mentions))


def _rewritten(
    text: str, spans: Sequence[Span | None], forms: dict[int, str], matches: Sequence[Match]
) -> tuple[str, list[Span | None], set[int]]:
    """Write the forms; return the text, where the mentions lie in it, and which of them were changed."""
    text, moved = rewrite(text, spans, forms)
    # A form with another full stop than what stood there (U.N., UN) moves the start of a sentence, and its capital.
    again = {
        number: form_at(text, span[0], match.entry)
        for number, (match, span) in enumerate(zip(matches, moved, strict=True))
        if span is not None and not written_right(text, *span, match.entry)
    }
    if again:
        text, moved = rewrite(text, moved, again)
    return text, moved, set(forms) | set(again)


def _why(segment: Segment, number: int, found: Candidate | str, named: bool) -> str:
    """Return the reason code of a mention that could not be rendered."""
    if not segment.plain.best.text.strip():
        return EMPTY
    if segment.plain.flags:
        return BAD
    if segment.tied[number] is not None:
        return OFF
    if named:
        return FEWER
    return found if isinstance(found, str) and found else NO_SPAN


def _mention(match: Match, span: Span | None, rung: Rung, text: str, before: str, reason: str = "") -> Mention:
    """Make a ledger line, after one last look at what stands there."""
    start, end = span or (-1, -1)
    if span is not None and not written_right(text, start, end, match.entry):
        raise AssertionError(f"{match.entry.target!r} does not stand at {span} of {text!r}")
    after = text[start:end] if span else ""
    return Mention(
        match.entry.source, match.entry.target, match.start, match.end, start, end, rung, before, after, reason
    )

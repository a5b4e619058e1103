"""The terms of a glossary in texts that people wrote: anchors of an alignment, and what became of each mention."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from mtpipe.align.anchors import Keys
from mtpipe.article import Mention
from mtpipe.glossary import Entry, Glossary, Matcher
from mtpipe.glossary.english import APOSTROPHES, places
from mtpipe.glossary.fold import FOLD_VERSION
from mtpipe.glossary.ladder import FEWER, HOMOGRAPH, LADDER_VERSION, OFF, Segment, open_segment
from mtpipe.glossary.match import MATCH_VERSION
from mtpipe.glossary.repair import AMBIGUOUS, NO_SPAN
from mtpipe.intake import normalise, normalised
from mtpipe.signature import Signature
from mtpipe.translate.base import Hypotheses, Hypothesis

_WORD: Final = re.compile(rf"[^\W_]+(?:[-‐‑{APOSTROPHES}][^\W_]+)*")
_LETTERS: Final = re.compile(r"[^\W_]+")


class Terms:
    """A glossary, asked about Arabic and the English that people made of it. That English is never rewritten."""

    def __init__(self, glossary: Glossary) -> None:
        """Index the glossary."""
        self._glossary = glossary
        self._matcher = Matcher(glossary)
        self._listed = frozenset(
            form.casefold() for entry in glossary.entries for form in (entry.target, *entry.inflected, *entry.accepted)
        )

    @property
    def signature(self) -> Signature:
        """The glossary's digest and the rules that it is read by; nothing for an empty one."""
        if not self._glossary.entries:
            return Signature(())
        rules = (("fold", FOLD_VERSION), ("match", MATCH_VERSION), ("ladder", LADDER_VERSION))
        return Signature((("glossary", self._glossary.digest), ("terms", str(len(self._glossary.entries))), *rules))

    def anchors(self, source: Sequence[str], target: Sequence[str]) -> tuple[Keys, Keys]:
        """A reader of anchors: terms in the Arabic, and their English, in any accepted spelling, in the other text.

        Only terms that the Arabic has are looked for in the English: a glossary may be as large as it likes.
        """
        found = [self._matcher.find(normalise(text)) for text in source]
        entries = dict.fromkeys(entry for matches in found for match in matches for entry in match.candidates)
        ours = [frozenset(_key(entry) for match in matches for entry in match.candidates) for matches in found]
        return ours, _named(entries, target)

    def mentions(self, source: str, target: str) -> tuple[Mention, ...]:
        """Return the terms of the Arabic, with spans into both texts: ``present`` in the English as listed, or flagged
        with the reasons that a translation's are. Of another spelling of a term ``before`` tells what stands there.
        """
        matches = self._matcher.find(normalise(source))
        if not matches:
            return ()
        form, plain = normalised(source), Hypotheses((Hypothesis(target, 0.0),))
        segment = open_segment(form.text, matches, plain, self._listed)
        found = []
        for number, (match, place) in enumerate(zip(matches, segment.tied, strict=True)):
            start, end = form.original_span(match.start, match.end)
            if place is not None and place.exact:
                entry = next(entry for entry in match.candidates if entry.target == place.entry.target)
                there = target[place.start : place.end]
                found.append(
                    Mention(entry.source, entry.target, start, end, place.start, place.end, "present", there, there)
                )
                continue
            arabic = " | ".join(entry.source for entry in match.candidates)
            english = " | ".join(entry.target for entry in match.candidates)
            there = target[place.start : place.end] if place else ""
            found.append(Mention(arabic, english, start, end, -1, -1, "flagged", there, "", _why(segment, number)))
        return tuple(found)


def _why(segment: Segment, number: int) -> str:
    """Return the reason code of a mention that the English has not as listed."""
    match = segment.matches[number]
    if segment.tied[number] is not None:
        return OFF
    if number in segment.held:
        return AMBIGUOUS if match.rivals else HOMOGRAPH
    named = {place.entry.target for place in segment.tied if place is not None}
    return FEWER if match.entry.target in named else NO_SPAN


def _key(entry: Entry) -> str:
    return f"term {entry.target}"


def _named(entries: Iterable[Entry], texts: Sequence[str]) -> Keys:
    """Return which of the entries each English text names."""
    having: dict[str, set[int]] = defaultdict(set)
    for number, text in enumerate(texts):
        for word in _WORD.findall(text.casefold()):
            for handle in (*_LETTERS.findall(word), _joined(word)):
                having[handle].add(number)
    keys: list[set[str]] = [set() for _ in texts]
    for entry in entries:
        first = (_WORD.search(form.casefold()) for form in (entry.target, *entry.inflected, *entry.accepted))
        handles = {handle for word in first if word for handle in (_LETTERS.findall(word[0])[0], _joined(word[0]))}
        for number in sorted({number for handle in handles for number in having.get(handle, ())}):
            if places(texts[number], entry):
                keys[number].add(_key(entry))
    return list(map(frozenset, keys))


def _joined(word: str) -> str:
    """Return a word without the hyphens and apostrophes in it, which come and go."""
    return "".join(_LETTERS.findall(word))

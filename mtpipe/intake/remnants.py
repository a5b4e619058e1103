"""Website remnants: share bars, comment forms, "back to top" are set aside with a reason, never dropped.

A line is a remnant when it is short, stands near the start or the end (or is too plain to be anything else), matches
a phrase of ``phrases.py`` as a whole, and carries no sentence. Repeated paragraphs and lines without a letter or a
figure are set aside too. What such lines tell of the article (publisher, author, date) is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from mtpipe.intake.normalise import normalise, normalised
from mtpipe.intake.phrases import PHRASES, Phrase

_EDGE: Final = 5  # paragraphs of text from the start or the end within which a lone "إعلان" is no subheading
_LONGEST: Final = 300  # characters
_REPEATED_WORDS: Final = 8  # shorter lines come again in speeches, poems and interviews
_SENTENCE_WORDS: Final = 5
_SEATS: Final = str.maketrans("أإآٱىة", "ااااي" + "ه", "\u064b")
_SEPARATORS: Final = re.compile(r"[ ]*[:|»«›‹<>/–—\-•·→←⟵↩][ :|»«›‹<>/–—\-•·→←⟵↩]*")
_SIGNS: Final = re.compile(r"[^\w:]+|_+")
_SENTENCE_END: Final = re.compile(r"[.!؟?…][»\"”')\]]*$")
_OPEN_TAILS: Final = frozenset(("source-line", "byline", "navigation", "read-also", "tags", "link-list"))
_PLAIN_FIRST: Final = tuple(sorted(PHRASES, key=lambda phrase: not phrase.anywhere))
_LABEL_END: Final = re.compile("[:：|]")
_AGO: Final = re.compile("(?:منذ|قبل) ")
_WORD: Final = re.compile(r"[^\W_]+")
_AFTER_LABEL: Final = " _:：|/–—-•·→←⟵↩»›<>"  # not the quotes that may open a name


@dataclass(frozen=True, slots=True)
class Sorted:
    """Paragraphs sorted: ``kept`` in order, ``aside`` as (text, reason, number of kept ones before it).

    ``publisher``, ``author`` and ``date`` are what the remnants told, as they wrote it.
    """

    kept: list[str] = field(default_factory=list)
    aside: list[tuple[str, str, int]] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)


def sort_out(paragraphs: Sequence[str], *, phrases: bool = True, first: Iterable[str] = ()) -> Sorted:
    """Sort cleaned paragraphs into kept ones and remnants.

    ``phrases=False`` looks for repeated paragraphs only. ``first`` is a title that stands before them: a first
    paragraph equal to it repeats it.
    """
    matches = [_match(text) if phrases else None for text in paragraphs]
    near = _near_edges([match is not None for match in matches])
    forms = list(map(normalise, paragraphs))
    counts = Counter(forms)
    result = Sorted()
    titles = {normalise(title) for title in first}
    seen: set[str] = set()
    for place, (text, form, match) in enumerate(zip(paragraphs, forms, matches, strict=True)):
        reason = None
        if match and (match[0].anywhere or near[place] or counts[form] > 1):
            reason = match[0].reason
            _tell(result.told, text, match[1])
        elif phrases and not any(character.isalnum() for character in form):
            reason = "no-letters"
        elif form in titles and not result.kept:
            reason = "repeated-title"
        elif form in seen and (len(form.split()) >= _REPEATED_WORDS or (len(result.kept) == 1 and place < _EDGE)):
            reason = "repeated-paragraph"
        if reason:
            result.aside.append((text, reason, len(result.kept)))
        else:
            result.kept.append(text)
            seen.add(form)
    return result


def skeleton(text: str) -> str:
    """Return the form in which phrases are matched: folded spelling, separators as ``:``, no other signs."""
    folded = normalise(text).lower().translate(_SEATS)
    return " ".join(_SIGNS.sub(" ", _SEPARATORS.sub(" : ", folded)).split()).strip(" :")


def _match(text: str) -> tuple[Phrase, re.Match[str]] | None:
    if len(text) > _LONGEST:
        return None
    bare = skeleton(text)
    sentence = bool(_SENTENCE_END.search(text)) and len(bare.split()) >= _SENTENCE_WORDS
    for phrase in _PLAIN_FIRST:
        match = phrase.pattern.fullmatch(bare)
        if match and not (sentence and phrase.reason in _OPEN_TAILS and not _points_elsewhere(phrase, text, bare)):
            return phrase, match
    return None


def _points_elsewhere(phrase: Phrase, text: str, bare: str) -> bool:
    """Tell whether a line is a pointer alone, or one with a headline, be it a question, after its colon or bar.

    After "he continued" comes no headline but speech: ``تابع أيضاً: «لن نعود.»``. A dash or a quote does for a colon
    in the skeleton, but begins no headline here: ``قصص مشابهة «هزّت العالم» كلها.``
    """
    label = _LABEL_END.split(text, maxsplit=1)[0]
    return phrase.reason == "read-also" and not bare.startswith("تابع ") and skeleton(label) == bare.partition(" : ")[0]


def _near_edges(remnant: Sequence[bool]) -> list[bool]:
    """Tell for each paragraph whether few paragraphs of text lie between it and the start, or the end."""
    near = [False] * len(remnant)
    for order in (range(len(remnant)), range(len(remnant) - 1, -1, -1)):
        between = 0
        for place in order:
            if between >= _EDGE:
                break
            near[place] = True
            between += not remnant[place]
    return near


def _tell(told: dict[str, str], text: str, match: re.Match[str]) -> None:
    groups = match.groupdict()
    for group, name in (("publisher", "publisher"), ("author", "author"), ("by", "author"), ("date", "date")):
        if groups.get(group) and not (group == "date" and _AGO.match(groups[group])):
            told.setdefault(name, _after(text, match.string[: match.start(group)]))
    if groups.get("alone"):
        told.setdefault("date", text)


def _after(text: str, label: str) -> str:
    """Return what stands in a line after its label, which is given as it is in the line's skeleton."""
    tied = normalised(text)
    *_, last = [word.end() for word in _WORD.finditer(tied.text)][: len(_WORD.findall(label))]
    return text[tied.offsets[last] :].lstrip(_AFTER_LABEL)

"""The English side: where a form stands in a text, how it may be written there, and the words that lean on it."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mtpipe.glossary.entries import Entry

APOSTROPHES: Final = "'’‘ʼʿʾ`"
ARTICLE_PREFIX: Final = r"(?:al|el|ul|[ae](?:[dnrstz]|sh|th))"
"""The Arabic article before a hyphen, as English writes it: al-, el-, Ar-, ash-."""

SHORTEST_LOOSE: Final = 4
"""Letters of a one-word form that may be found in another case: ``us`` is not US, ``who`` not WHO."""

BEFORE: Final = 64
"""Characters before a place that are looked at: a sentence of thousands of words is not read again for each."""

_PREFIXED: Final = re.compile(rf"\b{ARTICLE_PREFIX}-$", re.IGNORECASE)
_AFTER_LETTER: Final = re.compile(rf"[^\W_][{APOSTROPHES}]$")
_GLUED: Final = re.compile(rf"^[{APOSTROPHES}](?!s\b)[^\W_]")
_SENTENCE_END: Final = re.compile(r"(?:^|[.!?…][\"'”’»)\]]*\s)\s*[\"'“‘«(\[]*$")
_ABBREVIATED: Final = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Maj|Lt|Capt|Sgt|Sen|Rep|Gov|St)\.\s+[\"'“‘«(\[]*$"
)
"""What ends in a full stop that ends no sentence: U.S., Gen., St."""
_MAYBE_START: Final = re.compile(r"[:\"“‘«(\[—–-]\s*$")

_VOWEL_LETTERS: Final = frozenset("AEFHILMNORSX")
"""Letters whose names begin with a vowel sound: an FBI agent."""
_YOO: Final = re.compile(
    r"(?:un(?:i(?!n|mp|mag)|(?:esco|hcr|dp|ep|fpa)\b)|use|usu|uk|ura|uro|uef|uyg|eu|ew|one\b|once|ou[aei]|ubi|uga|uru|utah"
    r"|utop)",
    re.IGNORECASE,
)
"""Words that are spelled with a vowel and begin like ``you`` or ``we``: a UNESCO site, a Ouagadougou hotel."""
_SILENT_H: Final = re.compile(r"(?:hour|honest|honou?r|heir)", re.IGNORECASE)
_INDEFINITE: Final = re.compile(r"\b(an?)(\s+[\"“‘«(]?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry's English stands in a text. ``exact`` says that it is written as it may be."""

    start: int
    end: int
    exact: bool
    entry: Entry

    def overlaps(self, other: Place) -> bool:
        """Tell whether the two share a character."""
        return self.start < other.end and other.start < self.end


def places(text: str, entry: Entry) -> list[Place]:
    """Return where the entry's English stands in the text, whole-word, in order, without overlaps.

    A common noun may stand in the other number, since Arabic counts in the singular (fifty village). Places that are
    not ``exact`` hold an accepted variant, or the form with another case, hyphen, apostrophe or a glued Arabic article
    (``al-Raqqa``): the same name, written another way.
    """
    found: list[Place] = []
    small = lowered(text)
    for form in (entry.target, *entry.inflected, *entry.accepted):
        if _first_word(form) not in small:  # nearly always: a pattern that ignores case is slow
            continue
        for hit in _pattern(form).finditer(text):
            start, end = hit.span()
            if not _whole(text, start, end) or not _case_tells(text[start:end], form, entry):
                continue
            prefix = _PREFIXED.search(text, max(0, start - BEFORE), start)
            if prefix:
                start = prefix.start()
            found.append(Place(start, end, written_right(text, start, end, entry), entry))
    # A variant may lie inside a longer form (Islamic State of Iraq): the longer one is the name.
    found.sort(key=lambda place: (place.start - place.end, place.start))
    claims = Claims()
    return sorted((place for place in found if claims.take(place.start, place.end)), key=lambda place: place.start)


class Claims:
    """Spans of a text that do not overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        """Begin with spans that do not overlap."""
        self._spans = sorted(spans)

    def take(self, start: int, end: int) -> bool:
        """Take a span where it is free; tell whether it was."""
        if not self.free(start, end):
            return False
        insort(self._spans, (start, end))
        return True

    def free(self, start: int, end: int) -> bool:
        """Tell whether a span overlaps none of those taken. Empty ones are not asked for."""
        place = bisect_left(self._spans, (end, -1))
        return place == 0 or self._spans[place - 1][1] <= start


def written_right(text: str, start: int, end: int, entry: Entry) -> bool:
    """Tell whether what stands there is the listed form, in any number, under the entry's case rule."""
    written = text[start:end]
    forms = (entry.target, *entry.inflected)
    if written in forms:
        return True
    if entry.case == "any":
        return written.casefold() in map(str.casefold, forms)
    return entry.case == "sentence" and may_start(text, start) and written in map(capitalised, forms)


def form_at(text: str, start: int, entry: Entry) -> str:
    """Return the listed form as it is to be written at ``start``: capitalised where a sentence begins, if it may."""
    if entry.case != "exact" and starts_sentence(text, start):
        return capitalised(entry.target)
    return entry.target


def capitalised(form: str) -> str:
    """Return the form with its first letter upper-case, the others as they are."""
    return form[:1].upper() + form[1:]


def starts_sentence(text: str, start: int) -> bool:
    """Tell whether a sentence begins at ``start``, perhaps after an opening quotation mark or bracket."""
    near = max(0, start - BEFORE)
    return bool(_SENTENCE_END.search(text, near, start)) and not _ABBREVIATED.search(text, near, start)


def may_start(text: str, start: int) -> bool:
    """Tell whether a capital is right at ``start``: a sentence, or a quotation or clause after a colon, begins."""
    return starts_sentence(text, start) or _MAYBE_START.search(text, max(0, start - BEFORE), start) is not None


def article_fix(text: str, start: int, form: str) -> tuple[int, int, str] | None:
    """Return the edit that makes ``a`` or ``an`` before ``start`` agree with the form to be written there, if any."""
    found = _INDEFINITE.search(text, max(0, start - BEFORE), start)
    if found is None:
        return None
    if found[1] == "A" and not starts_sentence(text, found.start(1)):
        return None  # "Vitamin A": a capital inside a sentence is no article
    wanted = "an" if begins_with_vowel(form) else "a"
    if found[1].lower() == wanted:
        return None
    written = capitalised(wanted) if found[1][0].isupper() else wanted
    return found.start(1), found.end(1), written


def begins_with_vowel(form: str) -> bool:
    """Tell whether English says ``an`` before the form. Spelling rules, with initialisms letter by letter."""
    bare = form.lstrip("\"'“‘«(")
    word = re.match(r"[^\W_]*", bare)
    first = word[0] if word else ""
    # A single letter is an initial (a U.N. envoy, an S-400), but for O'Neill and L'Oréal.
    if first.isupper() and len(first) <= 3 and not bare[len(first) :].startswith(tuple(APOSTROPHES)):
        return first[0] in _VOWEL_LETTERS
    if _YOO.match(first):
        return False
    return bool(_SILENT_H.match(first)) or first[:1].lower() in ("a", "e", "i", "o", "u")


def words(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of English words, hyphens and inner apostrophes included, a possessive ``'s`` left out."""
    for found in _WORDS.finditer(text):
        yield found.span()


_ASCII_WORD: Final = re.compile(r"[a-z0-9]+")
_WORDS: Final = re.compile(rf"(?<!\w[{APOSTROPHES}])[^\W\d_]+(?:(?:-|[{APOSTROPHES}](?!s\b))[^\W\d_]+)*")


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether the span begins and ends at word edges; Sana is no word of Sana'a, though it is of Sana's."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:].isalnum() or after[:1].isalnum():
        return False
    return not (_AFTER_LETTER.search(before) or _GLUED.match(text[end : end + 3]))


def _case_tells(written: str, form: str, entry: Entry) -> bool:
    """Tell whether the letters' case leaves no doubt: ``common`` is not Common, ``us`` not US."""
    if written == form or not form[:1].isupper():
        return True
    if entry.case != "any" and len(form.split()) == 1 and not any(map(str.isupper, written)):
        return False
    return sum(map(str.isalpha, form)) >= SHORTEST_LOOSE


@lru_cache(maxsize=16)
def lowered(text: str) -> str:
    """Return a text in small letters: all terms of a glossary are looked for in it."""
    return text.lower()


@lru_cache(maxsize=65_536)
def _first_word(form: str) -> str:
    """Return what of a form stands in any text that its pattern matches: its first word, in small letters."""
    found = _ASCII_WORD.search(form.lower())
    return found[0] if found else ""


@lru_cache(maxsize=65_536)
def _pattern(form: str) -> re.Pattern[str]:
    """Match a form in any case, its hyphens and apostrophes written or not."""
    parts = re.split(rf"(\s+|-|[{APOSTROPHES}])", form)
    pattern = ""
    for part in parts:
        if part.isspace():
            pattern += r"(?:\s+|-)"
        elif part == "-":
            pattern += r"[-‐‑\s]?"
        elif part and part in APOSTROPHES:
            pattern += rf"[{APOSTROPHES}]?"
        else:
            pattern += re.escape(part)
    return re.compile(pattern, re.IGNORECASE)

"""What the sentence rules of both languages share: the bare text, quotations, stops, and the walk over them.

The walk is one pass over the punctuation of a text. At each run of stops it takes in the quotes and brackets that
close there, looks at what follows, and asks the language's rule whether a sentence ends. All of it is linear in the
length of the text: whatever looks around a stop sees a bounded window.

The rules read a *bare* form without harakat, tatweel and direction marks; offsets lead back to the text that readers
see, so that spans are those of the text as given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import regex

Span = tuple[int, int]

# Harakat, Quranic and superscript signs, tatweel; what steers direction or joining; soft hyphen and byte order mark.
MARKS: Final = "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
CONTROLS: Final = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
IGNORED: Final = re.compile(f"[{MARKS}{CONTROLS}]")
# What may not stand first in a sentence: combining signs, joiners, and the ends of embeddings and isolates.
TRAILING: Final = regex.compile(r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}\u202c\u2069]+")
LETTER: Final = "\u0621-\u063a\u0641-\u064a\u0671-\u06d3"
"""Arabic letters, for a character class."""

# One letter for one letter: alef forms, final yeh, Persian kaf and yeh, digits, so that the rules list one spelling.
FOLD: Final = str.maketrans("أإآٱىیک٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ااااييك01234567890123456789")

STOPS: Final = ".!?؟…۔⸮"
EVENT: Final = re.compile(
    rf"(?P<stop>[{STOPS}]+(?:[ \u00a0][{STOPS}]+)*)|(?P<semicolon>؛)|(?P<break>\n[ \t\r]*\n\s*)"
    r'|(?P<pair>[«»“”„‟‹›"()\[\]])'
)
OPENS: Final = {"«": "»", "‹": "›", "“": "”", "(": ")", "[": "]"}
CLOSES: Final = frozenset("»›”)]")
EITHER: Final = frozenset('"“”„‟')
"""Quotes whose direction the neighbours tell better than the character: in Arabic typing “ and ” change places."""
OPENERS: Final = "«‹“”„‟\"'‘([*-–—• \t\r\n\u00a0"
SPACES: Final = re.compile(r"\s*")
# "...in 1964.[12]", "[citation needed]", and page references ":212–219" as encyclopedias set them, right at the stop.
NOTE: Final = re.compile(r"\[[^\[\]\n]{1,40}\]|:\d[\d,،:–-]*|[¹²³⁰⁴-⁹]+")
WORD: Final = re.compile(r"\w+")
LIST_NUMBER: Final = re.compile(r"\d{1,3}\Z")

NESTING: Final = 8
QUOTATION: Final = 1000
BRACKET: Final = 300
"""Characters that a quotation or bracket can hold; a longer one was never closed where it seems to be."""
SHORT_QUOTATION: Final = 40
"""Characters up to which a quotation stays in one piece whatever stops it holds."""
LOOK: Final = 48
"""Characters that a rule sees before and after a stop."""


def words(text: str) -> frozenset[str]:
    """Return the words of a list written as one string."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Bare:
    """A text without the characters that sentence rules must not stumble over; ``offsets`` is None where none fell."""

    text: str
    original: str
    offsets: list[int] | None

    def at(self, position: int) -> str:
        """Return the character of the original that stands at ``position`` of the bare text, unfolded."""
        return self.original[position if self.offsets is None else self.offsets[position]]

    def end(self, position: int) -> int:
        """Return where, in the original, a sentence ends that ends at ``position`` of the bare text."""
        end = position if self.offsets is None or not position else self.offsets[position - 1] + 1
        trailing = TRAILING.match(self.original, end)
        return trailing.end() if trailing else end


def bare(text: str) -> Bare:
    """Drop marks and direction controls and fold letters, one for one."""
    if not IGNORED.search(text):
        return Bare(text.translate(FOLD), text, None)
    offsets = [place for place, character in enumerate(text) if not IGNORED.match(character)]
    return Bare("".join([text[place] for place in offsets]).translate(FOLD), text, offsets)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Quotations and brackets that are closed: opening to closing place, and back."""

    closing: dict[int, int]
    opening: dict[int, int]


def pairs(text: str) -> Pairs:
    """Match quotes and brackets. Those that nothing closes are left out, and so hold no power over what follows."""
    closing: dict[int, int] = {}
    open_places: list[tuple[str, int]] = []
    for event in EVENT.finditer(text):
        if event.lastgroup == "break":
            open_places.clear()
        if event.lastgroup != "pair":
            continue
        place, sign = event.start(), event.group()
        kind = '"' if sign in EITHER else OPENS.get(sign, sign)
        if _opens(text, place, sign, any(name == kind for name, _ in open_places[-NESTING:])):
            open_places.append((kind, place))
            continue
        for depth in range(1, min(NESTING, len(open_places)) + 1):
            if open_places[-depth][0] == kind:
                closing[open_places[-depth][1]] = place
                del open_places[-depth:]
                break
    return Pairs(closing, {close: start for start, close in closing.items()})


def _opens(text: str, place: int, sign: str, is_open: bool) -> bool:
    if sign not in EITHER:
        return sign in OPENS
    before = text[place - 1 : place]
    after = text[place + 1 : place + 2]
    free_before = not before or before.isspace() or before in "([«:"
    free_after = not after or after.isspace() or after in ")]»،,.؛;:!?؟…"
    if free_before != free_after:
        return free_before
    return not is_open


@dataclass(frozen=True)
class Stop:
    """A run of stops in its surroundings; all places are in the bare text.

    ``start`` to ``stop`` is the run itself, ``end`` lies after the quotes and brackets that close there, ``next`` is
    the first character after the white space. ``begins`` is where the sentence began. ``opened`` is where the
    quotation or bracket opened that closes right after the run (-1: none does), ``quotation`` and ``bracket`` are the
    innermost ones that go on around it.
    """

    text: str
    start: int
    stop: int
    end: int
    next: int
    begins: int
    opened: int
    quotation: Span | None
    bracket: Span | None

    @cached_property
    def run(self) -> str:
        """The stops, without spaces between them."""
        return self.text[self.start : self.stop].replace(" ", "").replace("\u00a0", "")

    @cached_property
    def ellipsis(self) -> bool:
        """Whether the run is dots that trail off, and nothing that ends more firmly."""
        return ("…" in self.run or ".." in self.run) and not set(self.run) & set("!?؟۔⸮")

    @property
    def exclaims(self) -> bool:
        """Whether the run has a question or exclamation mark, which a quoted phrase may carry in mid-sentence."""
        return not set(self.run).isdisjoint("!?؟⸮")

    @property
    def quoted(self) -> bool:
        """Whether a short quotation goes on around the run."""
        return self.quotation is not None and self.quotation[1] - self.quotation[0] <= SHORT_QUOTATION

    @property
    def set_apart(self) -> bool:
        """Whether a bracket opens right before the run: ``(!)``."""
        return self.text[self.start - 1 : self.start] in ("(", "[")

    @property
    def glued(self) -> bool:
        """Whether what follows stands right at the stop, without white space."""
        return self.next == self.end

    @property
    def closed(self) -> bool:
        """Whether quotes or brackets close between the run and the white space."""
        return self.end > self.stop

    @cached_property
    def before(self) -> str:
        """What stands before the run, back to white space, at most ``LOOK`` characters."""
        words = self.text[max(self.begins, self.start - LOOK) : self.start].rsplit(maxsplit=1)
        return words[-1] if words and not self.text[self.start - 1].isspace() else ""

    @cached_property
    def after(self) -> str:
        """What follows, at most ``LOOK`` characters, without opening quotes, brackets and dashes."""
        return self.text[self.next : self.next + LOOK].lstrip(OPENERS)

    @cached_property
    def follows(self) -> str:
        """The first word that follows, "" where none does."""
        word = WORD.match(self.after)
        return word.group() if word else ""


Rule = Callable[[Stop], bool]


def split(text: str, rule: Rule, *, semicolon: bool = False) -> list[Span]:
    """Cut a text where ``rule`` sees sentences end; ``semicolon`` lets the Arabic one end them too."""
    stripped = bare(text)
    spans: list[Span] = []
    cursor = 0
    for position in ends(stripped.text, rule, semicolon=semicolon):
        end = stripped.end(position)
        if cursor < end < len(text):
            spans.append((cursor, end))
            cursor = end
    if text:
        spans.append((cursor, len(text)))
    return spans


def ends(text: str, rule: Rule, *, semicolon: bool = False) -> Iterator[int]:
    """Yield where sentences end in a bare text, each after the white space that follows it; not the text's own end."""
    matched = pairs(text)
    around: list[Span] = []
    begins = _skip(text, 0)
    item = 0
    beyond = 0
    for event in EVENT.finditer(text):
        place = event.start()
        if event["pair"]:
            if place in matched.closing:
                around.append((place, matched.closing[place]))
            continue
        if place < beyond:  # inside a footnote mark that was taken in already
            continue
        while around and around[-1][1] < place:
            around.pop()
        if event["break"] or (event["semicolon"] and semicolon and not _in_bracket(text, around)):
            after = _skip(text, event.end())
            if begins < place and after < len(text):
                yield after
                begins, item = after, 0
            continue
        if event["semicolon"]:
            continue
        number = _list_number(text, place, event.group(), begins, item)
        if number:
            item = number
            continue
        stop = _stop(text, event.start(), event.end(), begins, matched, around)
        beyond = stop.end
        if stop.next >= len(text):
            continue  # a blank line or another stop may still follow, but no sentence does
        if begins <= stop.start and stop.after and stop.after[0] not in "،,؛;:" and rule(stop):
            yield stop.next
            begins, item = stop.next, 0


def _skip(text: str, place: int) -> int:
    space = SPACES.match(text, place)
    return space.end() if space else place


def _stop(text: str, start: int, stop: int, begins: int, matched: Pairs, around: list[Span]) -> Stop:
    end, opened = _closers(text, stop, matched)
    going_on = [pair for pair in around[-NESTING:] if pair[1] >= end]
    quotation = next((pair for pair in reversed(going_on) if is_quotation(text, pair, matched)), None)
    bracket = next((pair for pair in reversed(going_on) if not is_quotation(text, pair, matched)), None)
    if quotation and quotation[1] - quotation[0] > QUOTATION:
        quotation = None
    if bracket and bracket[1] - bracket[0] > BRACKET:
        bracket = None
    return Stop(text, start, stop, end, _skip(text, end), begins, opened, quotation, bracket)


def is_quotation(text: str, pair: Span, matched: Pairs) -> bool:
    """Tell quotations, ``((``…``))`` among them, from brackets."""
    start, close = pair
    if text[start] not in "([":
        return True
    return matched.closing.get(start + 1) == close - 1 or matched.closing.get(start - 1) == close + 1


def _closers(text: str, place: int, matched: Pairs) -> tuple[int, int]:
    """Return the end of the quotes, brackets and footnote marks at ``place``, and where the last of them opened."""
    opened = -1
    while place < len(text):
        note = NOTE.match(text, place)
        if note:
            place = note.end()
            continue
        # Typists put a space before a closing quote; two spaces or a line break would be too far.
        here = place + 1 if text[place] in " \u00a0" else place
        sign = text[here : here + 1]
        follows = text[here + 1 : here + 2]
        at_end = not follows or follows.isspace() or follows in CLOSES
        if here in matched.opening:
            opened = matched.opening[here]
        elif sign not in CLOSES - EITHER and not (sign and sign in "\"'’”“" and at_end and here == place):
            break
        place = here + 1
    return place, opened


def _in_bracket(text: str, around: list[Span]) -> bool:
    return any(text[start] == "(" and close - start <= BRACKET for start, close in around[-NESTING:])


def _list_number(text: str, place: int, run: str, begins: int, item: int) -> int:
    """Return the number of the list item that this stop belongs to (``1.`` first in a sentence, then ``2.``), or 0."""
    digits = LIST_NUMBER.search(text, max(begins, place - 3), place)
    if run != "." or not digits or not text[place + 1 : place + 2].isspace():
        return 0
    start = digits.start()
    number = int(digits.group())
    if start > begins and not text[start - 1].isspace():
        return 0
    first = start == begins or text[max(begins, start - 2)] in ":؛"
    return number if number and (first or (item and number == item + 1)) else 0

"""The normalised form: what the model, the translation memory and the glossary see.

Readers see the cleaned text (``clean.py``), which keeps vowel signs; the two are tied by character offsets. The
rules are per character, then NFC, then tanwin, then white space, so that the form is idempotent and every character
of it has a place in the original.

Vowel signs are dropped, but for one: the tanwin of the accusative on the alef that ends a word, written after the
alef or before it (``جداً``, ``جدًا``), stays and stands after it. It is ordinary spelling, which models met in training
(a SentencePiece that has no piece for it drops it by itself, as that of the embedded model does), and it tells
``سورياً`` (Syrian) from ``سوريا`` (Syria): memory and glossary must not take the one for the other. On any other letter
(``مساءً``, ``هدىً``) it tells no words apart and is dropped.

Compatibility characters are mended (NFKC) only where they stand for the same letters: Arabic presentation forms,
full-width ASCII, Latin ligatures. Full NFKC would turn "10²" into "102" and "½" into "1⁄2"; what else a model wants
folded is compiled into its own SentencePiece. The signs ﷲ and ﷺ become words ("الله", "صلى الله عليه وسلم"): no model
has a piece for the signs, and a memory or a glossary entry should not miss the one for the other.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

import regex

# Harakat but for U+064B (``_TANWIN``), dagger alef, Quranic marks, the vowel signs of Arabic Extended.
_MARKS: Final = (
    *range(0x0610, 0x061B),
    *range(0x064C, 0x0653),
    *range(0x0656, 0x0660),
    0x0670,
    *range(0x06D6, 0x06EE),
    *range(0x0898, 0x08A0),
    *range(0x08CA, 0x0900),
)
# These compose with their letter (NFC); only what is left over after that is dropped.
_SEATS: Final = dict.fromkeys((0x0653, 0x0654, 0x0655))
_TATWEEL: Final = 0x0640
_JOINER: Final = 0x034F  # combining grapheme joiner: invisible, category Mn
_VARIATIONS: Final = range(0xFE00, 0xFE10)
_DROPPED: Final = frozenset((*_MARKS, _TATWEEL, _JOINER, *_VARIATIONS))
_TANWIN: Final = "\u064b"
# With an alef in it, a match ends a word; without, its signs stand anywhere else.
_TANWINS: Final = regex.compile(r"(?<=\p{L})(?:\u064b+ا\u064b*|ا\u064b+)(?![\p{L}\p{M}])|\u064b+")
_MENDED: Final = (
    range(0xFB00, 0xFB07),  # ﬀ ... ﬆ
    range(0xFB50, 0xFE00),  # Arabic presentation forms A
    range(0xFE50, 0xFE70),  # small forms of punctuation
    range(0xFE70, 0xFEFF),  # Arabic presentation forms B
    range(0xFF01, 0xFF5F),  # full-width ASCII
    range(0x1EE00, 0x1EF00),  # Arabic mathematical letters
)
_SIGNS: Final = {
    "٫": ".",
    "٬": ",",
    "٪": "%",
    # Unicode mirrors neither of them: in Arabic the "right" one opens. No model knows them, all know parentheses.
    "\ufd3f": "(",
    "\ufd3e": ")",
} | {chr(start + digit): str(digit) for start in (0x0660, 0x06F0) for digit in range(10)}


def is_invisible(character: str) -> bool:
    """Tell controls, format characters (bidi, joiners, BOM, soft hyphen), surrogates and non-characters."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") or ord(character) & 0xFFFE == 0xFFFE


def mended(character: str) -> str:
    """Return the ordinary letters that a presentation form stands for; any other character as it is.

    The presentation forms of a lone vowel sign decompose to a space or a tatweel that carries it; the carrier goes,
    the sign stays.
    """
    if not any(ord(character) in block for block in _MENDED):
        return character
    letters = unicodedata.normalize("NFKC", character)
    if len(letters) > 1 and letters[0] in " ـ" and unicodedata.combining(letters[1]):
        return letters[1:]
    return letters


def _rule(character: str) -> str:
    if ord(character) in _DROPPED:
        return ""
    if character.isspace():
        return " "
    if is_invisible(character):
        return ""
    if character in _SIGNS:
        return _SIGNS[character]
    letters = mended(character)
    return letters if letters == character else "".join(map(_rule, letters))


class _Table(dict[int, str]):
    """The rule of each code point, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _rule(chr(code))
        return self[code]


_TABLE: Final = _Table()


def normalise(text: str) -> str:
    """Return the normalised form of a text; idempotent, without line breaks, stripped at both ends."""
    letters = unicodedata.normalize("NFC", text.translate(_TABLE))
    bare = letters.translate(_SEATS)
    if _TANWIN in bare:
        bare = _TANWINS.sub(lambda match: "ا" + _TANWIN if "ا" in match[0] else "", bare)
    if bare != letters:  # a mark that stood between two others may have kept them from composing
        bare = unicodedata.normalize("NFC", bare)
    return " ".join(bare.split())


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text tied to its original.

    ``offsets`` has one place in the original for each character of ``text`` and one for its end (the end of the
    original); it never goes down. Where one character became several (ﷺ) they share a place.
    """

    text: str
    offsets: tuple[int, ...]
    original: str

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that ``text[start:end]`` came from, in whole grapheme clusters.

        The vowel signs of the last letter belong to it, dropped characters between letters too. (Where the tanwin stood
        before the last alef, it belongs to the letter before.) An empty span gives an empty span. Raises ``ValueError``
        where the span does not lie in the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"span {start}-{end} does not lie in a text of {len(self.text)} characters")
        if start == end:
            return self.offsets[start], self.offsets[start]
        first, last = self.offsets[start], self.offsets[end - 1]
        for cluster in regex.finditer(r"\X", self.original):
            if cluster.start() <= self.offsets[start]:
                first = cluster.start()
            if cluster.end() > last:
                return first, cluster.end()
        raise AssertionError("offsets lie beyond the original")


def normalised(text: str) -> Normalised:
    """Return the normalised form of a text (the same as ``normalise``) with its offsets into it."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _TABLE[ord(character)]:
            letters.append(letter)
            places.append(place)
    letters, places = _composed(letters, places)
    kept = [index for index, letter in enumerate(letters) if ord(letter) not in _SEATS]
    if len(kept) < len(letters) or _TANWIN in letters:
        letters, places = [letters[index] for index in kept], [places[index] for index in kept]
        letters, places = _composed(*_with_tanwin(letters, places))
    result: list[str] = []
    offsets: list[int] = []
    for letter, place in zip(letters, places, strict=True):
        if letter == " " and (not result or result[-1] == " "):
            continue
        result.append(letter)
        offsets.append(place)
    if result and result[-1] == " ":
        result.pop()
        offsets.pop()
    return Normalised("".join(result), (*offsets, len(text)), text)


def _with_tanwin(letters: list[str], places: list[int]) -> tuple[list[str], list[int]]:
    """Put the tanwin of a word's last alef after it, and drop any other.

    One that stood before the alef has the alef's place, so that places never go down.
    """
    text = "".join(letters)
    out_letters: list[str] = []
    out_places: list[int] = []
    cursor = 0
    for match in _TANWINS.finditer(text):
        out_letters += letters[cursor : match.start()]
        out_places += places[cursor : match.start()]
        cursor = match.end()
        if "ا" in match[0]:
            alef = text.index("ا", match.start())
            out_letters += ["ا", _TANWIN]
            out_places += [places[alef], places[min(alef + 1, cursor - 1)]]
    return out_letters + letters[cursor:], out_places + places[cursor:]


def _composed(letters: list[str], places: list[int]) -> tuple[list[str], list[int]]:
    """Bring letters into NFC, each with the place of the cluster it was composed from."""
    if unicodedata.is_normalized("NFC", "".join(letters)):
        return letters, places
    out_letters: list[str] = []
    out_places: list[int] = []
    start = 0
    for end in range(1, len(letters) + 1):
        if end < len(letters) and not _begins(letters[end]):
            continue
        composed = unicodedata.normalize("NFC", "".join(letters[start:end]))
        out_letters.extend(composed)
        out_places.extend(places[min(start + index, end - 1)] for index in range(len(composed)))
        start = end
    return out_letters, out_places


def _begins(letter: str) -> bool:
    """Tell whether nothing before the letter can compose with it: no mark, no medial or final Hangul jamo."""
    return not unicodedata.category(letter).startswith("M") and not 0x1160 <= ord(letter) <= 0x11FF

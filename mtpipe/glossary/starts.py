"""Where terms may begin: the readings of what blanks separate, each worked out once and remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from mtpipe.glossary.chunks import words_of
from mtpipe.glossary.endings import Number, Stem, stems
from mtpipe.glossary.entries import AGREEING, NAMES, Entry
from mtpipe.glossary.fold import TANWIN, Word, fold, is_plain, offset
from mtpipe.glossary.function_words import FUNCTION_WORDS
from mtpipe.glossary.index import Index
from mtpipe.glossary.mention import Found, Match
from mtpipe.glossary.plural import is_plural, plural
from mtpipe.glossary.proclitics import FUTURE, Reading, listed, readings

MOST_CHUNKS: Final = 800_000
"""Pieces of text remembered, about 100 bytes each; of so many the half met first stays, which has what is frequent."""

ACCUSATIVE: Final = ("ا" + TANWIN, TANWIN + "ا")
"""Ends common nouns (كوباً, a cup), never a name that is listed with a bare alef (كوبا, Cuba)."""

SEATED: Final = "أإآ"
"""No alef of the article: ألغاز are riddles, not الغاز."""

EDGES: Final = ".,:;!?،؛؟()[]{}«»“”\"'…/-"
"""What stands around a word and is no part of any: stripped, most chunks are one word of letters alone."""

SHORT_STEM: Final = 3
"""Letters of a noun that an ending makes doubtful: two words in three letters are common (مال, مالك)."""


class Start(NamedTuple):
    """A word of a chunk, by its place there, that may begin a term, read one way: ``key`` is what to look up.

    ``alone`` is the match that it is by itself, offsets counted from the chunk; ``onward`` says that longer terms
    begin so; ``genitive`` that the word may be listed alone, where one with the article follows. ``begin`` and ``core``
    are offsets of the word and of what its proclitics leave.
    """

    place: int
    written: str
    begin: int
    core: int
    key: str
    reading: Reading
    stem: Stem | None
    alone: Match | None
    onward: bool
    genitive: bool


Begun = tuple[bool, int, int, int, tuple[str, ...], "Match | None", str, tuple[Start, ...]]
"""What a chunk may begin, a plain tuple for speed.

Whether it is simple: one word that can be read in one way, any entry of several words being meant by what is read so.
Of a simple one: offsets of the word, of its core and of its end, its clitics, what it is alone, and where longer terms
begin so its key with what ends the chunk, ready for the first word of the next, else "". Of any but a simple one that
begins nothing longer: its ``Start``s.
"""


class Starts(dict[str, Begun | None]):
    """For each chunk (what blanks separate) the readings of its words that may begin a term; None where none may."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known = index.get

    def __missing__(self, chunk: str) -> Begun | None:
        if len(self) >= MOST_CHUNKS:
            for late in list(islice(self, MOST_CHUNKS // 2, None)):
                del self[late]
        inner = chunk.strip(EDGES)
        if is_plain(inner):  # nearly always
            folded = fold(inner)
            if self._index.bending or listed(folded, self._known):
                begin = chunk.index(inner)
                found = self._read(chunk, (Word(folded, begin, begin + len(inner)),))
            else:
                found = None
        else:
            found = self._read(chunk, words_of(chunk))
        self[chunk] = found
        return found

    def _read(self, chunk: str, words: Sequence[Word]) -> Begun | None:
        starts: list[Start] = []
        known = self._known
        for place, word in enumerate(words):
            for reading in readings(word.folded, known):
                starts.append(self._start(chunk, place, word, reading.core, reading, None))
            if self._index.bending:
                for key, reading, stem in self._bent(readings(word.folded), chunk[: word.end]):
                    starts.append(self._start(chunk, place, word, key, reading, stem))
        starts = [start for start in starts if start.alone is not None or start.onward or start.genitive]
        if not starts:
            return None
        if len(starts) > 1:
            return False, 0, 0, 0, (), None, "", _with_rivals(starts)
        (start,) = starts
        reading = start.reading
        plain = start.stem is None and not reading.bare and FUTURE not in reading.clitics
        last = start.place == len(words) - 1
        simple = not start.onward or (plain and last and start.key not in self._index.bent)
        end = words[start.place].end
        if not start.onward and not start.genitive:  # the end of it: what is kept is walked by the garbage collector
            return True, start.begin, start.core, end, reading.clitics, start.alone, "", ()
        joined = f"{start.key}{chunk[end:]} " if start.onward else ""
        simple = simple and not start.genitive
        return simple, start.begin, start.core, end, reading.clitics, start.alone, joined, (start,)

    def _bent(self, read: Sequence[Reading], written: str) -> Iterator[tuple[str, Reading, Stem]]:
        for reading in read:
            for stem in stems(reading.core, written):
                # With the article a noun has neither a pronoun nor a genitive.
                owned = stem.enclitic or stem.construct
                if stem.form in (self._index.owned if owned else self._index.bending) and not (owned and reading.bare):
                    yield stem.form, reading, stem

    def _start(self, chunk: str, place: int, word: Word, key: str, reading: Reading, stem: Stem | None) -> Start:
        written = chunk[word.start : word.end]
        core = word.start + offset(written, reading.peeled)
        genitive = stem is not None and stem.construct
        onward = key in self._index.begun and not (stem and stem.enclitic)
        start = Start(place, written, word.start, core, key, reading, stem, None, onward, genitive)
        entries = None if genitive else self._known(key)
        alone = found(start, 0, entries, 1, word.end) if entries else None
        return start._replace(alone=alone[0][4]) if alone else start


def _with_rivals(starts: Sequence[Start]) -> tuple[Start, ...]:
    """Make a country and the feminine of its adjective rivals where one word is both: السعودية, سورية."""
    feminine = {
        (start.place, start.reading.clitics): start.alone
        for start in starts
        if start.alone is not None and start.stem is not None and start.stem.agreeing and not start.stem.number
    }
    found: list[Start] = []
    for start in starts:
        other = feminine.get((start.place, start.reading.clitics))
        if other is not None and start.alone is not None and start.stem is None and start.alone.entry.type in NAMES:
            rivals = (*start.alone.rivals, other.entry)
            start = start._replace(alone=start.alone._replace(rivals=rivals))
        found.append(start)
    return tuple(found)


def found(
    start: Start,
    shift: int,
    entries: Sequence[Entry],
    length: int,
    end: int,
    *,
    titled: bool = False,
    enclitic: str = "",
) -> list[Found]:
    """Return the match of those of the entries that may be meant here, if any; the chunk begins at ``shift``."""
    reading, stem = start.reading, start.stem
    allowed = (
        entries
        if stem is None and not titled and _meant(start, length)
        else [
            entry
            for entry in entries
            if (not titled or entry.type == "person")
            and _reads(entry, reading, start, length)
            and (stem is None or _bends(entry, stem))
        ]
    )
    if not allowed:
        return []
    begin, core = start.begin + shift, start.core + shift
    doubtful = length == 1 and (reading.doubtful or (stem is not None and len(stem.form) <= SHORT_STEM))
    number: Number = ""
    if stem is not None:
        number, enclitic = stem.number, enclitic or stem.enclitic
        allowed = [counted(entry) if number else entry for entry in allowed]
    match = Match(allowed[0], begin, end, core, reading.clitics, tuple(allowed[1:]), doubtful, number, enclitic)
    return [(begin, end, length, end - core, match)]


def _meant(start: Start, length: int) -> bool:
    """Tell at once, for most that is listed, that ``_reads`` would refuse no entry."""
    reading, written = start.reading, start.written
    if reading.clitics or reading.bare:
        return False
    return length > 1 or not (written in FUNCTION_WORDS or written.endswith(ACCUSATIVE))


def _bends(entry: Entry, stem: Stem) -> bool:
    """Refuse endings to names, a feminine to nouns, and a number to a noun that is plural (العربات is not العرب)."""
    if not entry.bends or entry.type in AGREEING:
        return entry.bends
    return not stem.agreeing and (not stem.number or stem.form.endswith("ه") or not is_plural(entry.target))


def _reads(entry: Entry, reading: Reading, start: Start, length: int) -> bool:
    """Refuse س before anything but verbs, an article or a tanwin that no name has, and what only folds to a term."""
    if FUTURE in reading.clitics and entry.type != "verb":
        return False
    written = start.written
    core = written[start.core - start.begin :]
    if reading.bare and (not entry.takes_article or core[0] in SEATED):
        return False
    if length > 1:
        return True
    if entry.type in NAMES and written.endswith(ACCUSATIVE):
        return False
    # A proclitic is one letter, so what is left before the last of them is peeled begins at their number or below.
    if any(written[offset(written, peeled) :] in FUNCTION_WORDS for peeled in range(len(reading.clitics))):
        return False  # كن is no word of ولكن, whoever lists it
    return core not in FUNCTION_WORDS or core in entry.spellings


@lru_cache(maxsize=4096)
def counted(entry: Entry) -> Entry:
    """Return the entry of a dual or a plural: its English in the plural, but for adjectives."""
    if entry.type in AGREEING or is_plural(entry.target):
        return entry
    return replace(entry, target=plural(entry.target))

"""Finding the glossary's terms in Arabic text.

Terms are sequences of folded words in a flat table (``index.py``). A word of the text may carry proclitics,
(و|ف)(ب|ل|ك|س)(ال|لل); they are peeled only where the rest is a listed term, and the fewest that will do. Common nouns
and adjectives may have endings as well (``endings.py``); a word as it is listed comes before one with an ending.

Where terms overlap, the one of more words wins, then the one of more letters, then the leftmost.

Spelling alone cannot settle everything. Where marks would tell two entries apart, a match has ``rivals``; where a short
name behind a prefix is a common word as well (وفتح "and opened", بقطر "with a diameter"), it is ``doubtful``: both wait
for the translation to speak for the name (``ladder.py``). A name without any prefix is always taken at its word.

Speed: what blanks separate is looked up whole, in one table of all that was met, and nearly every piece of a text is
known there to begin no term; Python's own code runs only for the others. Folding a text and running an Aho-Corasick
automaton over it (pyahocorasick, with 100,000 terms) takes about as long as all of this, and the checks would come on
top (``benchmarks/glossary.py --compare``).
"""

from __future__ import annotations

import gc
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import compress, pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from mtpipe.glossary.chunks import SINGLES, Line, Step, offsets_of, words_of
from mtpipe.glossary.endings import Number, Stem, stems
from mtpipe.glossary.entries import AGREEING, NAMES, Entry, Glossary
from mtpipe.glossary.fold import TANWIN, folded_words, offset
from mtpipe.glossary.function_words import FUNCTION_WORDS
from mtpipe.glossary.index import Index
from mtpipe.glossary.plural import is_plural, plural
from mtpipe.glossary.proclitics import FUTURE, Reading, readings
from mtpipe.glossary.titles import TITLES

MATCH_VERSION: Final = "v3"
"""Part of the signature: a change of the rules changes what is found. v1 knew no endings, v2 found كوبا in
كوباً, الروس in الروسية, طريق in طريقة."""

MOST_CHUNKS: Final = 400_000
"""Pieces of text remembered, about 100 bytes each, and as many from before them, so that what is frequent stays."""

MANY: Final = 10_000
"""Entries from which on the garbage collector is told to leave alone what is there: words met for the first time make
it walk the whole index again and again, a fifth of the time with 100,000 entries."""

ACCUSATIVE: Final = ("ا" + TANWIN, TANWIN + "ا")
"""Ends common nouns (كوباً, a cup), never a name that is listed with a bare alef (كوبا, Cuba)."""

SEATED: Final = "أإآ"
"""No alef of the article: ألغاز are riddles, not الغاز."""

SHORT_STEM: Final = 3
"""Letters of a noun that an ending makes doubtful: two words in three letters are common (مال, مالك)."""


class Match(NamedTuple):
    """A term in a text. ``start`` and ``end`` take in what sticks to it; ``core_start`` stands after ``clitics``.

    The article belongs to the core: English decides about its own. ``rivals`` are the other entries that the text may
    mean as well as ``entry``. ``doubtful`` says that it may well be no name at all. ``number`` and ``enclitic`` say
    what the ending of a common noun adds; the entry of a plural has its English in the plural.
    """

    entry: Entry
    start: int
    end: int
    core_start: int
    clitics: tuple[str, ...] = ()
    rivals: tuple[Entry, ...] = ()
    doubtful: bool = False
    number: Number = ""
    enclitic: str = ""

    @property
    def candidates(self) -> tuple[Entry, ...]:
        """The entries that it may be a mention of: one, but for homographs."""
        return (self.entry, *self.rivals)

    @property
    def replaceable(self) -> bool:
        """Whether the English form alone says all that the Arabic says: no "its", no "two"."""
        agrees = self.number and self.entry.type in AGREEING
        return not (self.enclitic or agrees or self.number == "dual")


class _Start(NamedTuple):
    """A word of a chunk, by its place there, that may begin a term, read one way: ``key`` is what to look up.

    ``alone`` is the match that it is by itself, offsets counted from the chunk; ``onward`` says that longer terms
    begin so, and ``joined`` is the key with what ends the chunk, ready for the first word of the next ("" where the
    word is not the chunk's last). ``slow`` wants a look at what follows in any case; ``plain`` says that any entry of
    several words may be meant by what is read so. ``begin`` and ``core`` are offsets of the word and of what its
    proclitics leave.
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
    joined: str
    slow: bool
    plain: bool


def _with_rivals(starts: Sequence[_Start]) -> tuple[_Start, ...]:
    """Make a country and the feminine of its adjective rivals where one word is both: السعودية, سورية."""
    feminine = {
        (start.place, start.reading.clitics): start.alone
        for start in starts
        if start.alone is not None and start.stem is not None and start.stem.agreeing and not start.stem.number
    }
    found: list[_Start] = []
    for start in starts:
        other = feminine.get((start.place, start.reading.clitics))
        if other is not None and start.alone is not None and start.stem is None and start.alone.entry.type in NAMES:
            rivals = (*start.alone.rivals, other.entry)
            start = start._replace(alone=start.alone._replace(rivals=rivals))
        found.append(start)
    return tuple(found)


class _Found(NamedTuple):
    """A match before it is moved by ``shift``, and what it is weighed by."""

    start: int
    end: int
    words: int
    letters: int
    match: Match
    shift: int


class Matcher:
    """An index of a glossary: ``find`` costs a look-up a word, and a few where a term may begin."""

    def __init__(self, glossary: Glossary) -> None:
        self._index = Index(glossary.entries)
        self._starts = _Starts(self._index)
        if len(glossary.entries) >= MANY:
            gc.collect()
            gc.freeze()

    def find(self, text: str) -> list[Match]:
        """Return the terms of a text, in order, without overlaps: most words, then most letters, then leftmost."""
        chunks = text.split()
        starts_of = self._starts.__getitem__
        hits = list(compress(range(len(chunks)), map(starts_of, chunks)))  # no bytecode for a word that begins nothing
        if not hits:
            return []
        line = Line(chunks, offsets_of(text, chunks))
        found: list[_Found] = []
        for number in hits:
            starts = starts_of(chunks[number])
            if len(starts) == 1:
                self._from(line, number, starts[0], found)
                continue
            here: list[_Found] = []
            for start in starts:
                self._from(line, number, start, here)
            found += _simplest(here)
        return _without_overlaps(found)

    def _from(self, line: Line, number: int, start: _Start, found: list[_Found]) -> None:
        """Add the terms that begin at a word read one way."""
        match = start.alone
        if match is not None:
            shift = line.start(number)
            letters = match.end - match.core_start
            found.append(_Found(match.start + shift, match.end + shift, 1, letters, match, shift))
        if start.slow or (start.onward and not self._run(line, number, start, found)):
            found += self._climb(line, number, start)

    def _run(self, line: Line, number: int, start: _Start, found: list[_Found]) -> bool:
        """Add the longer terms where each next chunk is one word, as nearly always; False asks for ``_climb``."""
        joined, first = start.joined, len(found)
        if not joined:
            return False
        look_up, chunks = self._index.get, line.chunks
        for last in range(number + 1, len(chunks)):
            single = SINGLES[chunks[last]]
            if single is None:
                del found[first:]
                return False
            lead, tail, end = single
            longer = joined + lead
            entries = look_up(longer)
            if entries is None:
                if lead in TITLES or (last > number + 1 and self._index.bent):
                    del found[first:]
                    return False
                return True
            if entries:
                shift, end, length = line.start(number), line.start(last) + end, last - number + 1
                if start.plain:  # nearly always: written out
                    begin, core = start.begin + shift, start.core + shift
                    match = Match(entries[0], begin, end, core, start.reading.clitics, entries[1:])
                    found.append(_Found(begin, end, length, end - core, match, 0))
                else:
                    found += _found(start, shift, entries, length, end)
            joined = longer + tail
        return True

    def _climb(self, line: Line, number: int, start: _Start) -> Iterator[_Found]:
        """Yield the longer terms that begin at a word read one way, the shortest first, and one before a genitive."""
        key, length, titled = start.key, 1, False
        if start.stem and start.stem.construct and line.definite_after(number, start.place):
            end = line.end(number, start.place)
            yield from _found(start, line.start(number), self._index.get(key) or (), 1, end)
        if not start.onward:
            return
        for step in line.after(number, start.place):
            length += 1
            longer = key + step.before + step.folded
            entries = self._index.get(longer)
            if entries is not None:
                key = longer
                if entries:
                    yield from _found(start, line.start(number), entries, length, step.end, titled=titled)
            elif not titled and step.folded in TITLES and step.before == " ":
                titled = True
            else:
                if key in self._index.bent:
                    yield from self._suffixed(line, number, start, key, length, step)
                return

    def _suffixed(self, line: Line, number: int, start: _Start, key: str, length: int, step: Step) -> Iterator[_Found]:
        """Yield terms whose last word has a pronoun: محطة تحليتها."""
        for stem in stems(step.folded, step.written):
            if stem.enclitic and not stem.number and stem.form in self._index.owned:
                entries = self._index.get(key + step.before + stem.form) or ()
                bent = tuple(entry for entry in entries if entry.bends)
                yield from _found(start, line.start(number), bent, length, step.end, enclitic=stem.enclitic)


class _Starts(dict[str, tuple[_Start, ...]]):
    """For each chunk (what blanks separate) the readings of its words that may begin a term, worked out once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._earlier: dict[str, tuple[_Start, ...]] = {}

    def __missing__(self, chunk: str) -> tuple[_Start, ...]:
        if len(self) >= MOST_CHUNKS:
            self._earlier = dict(self)
            self.clear()
        found = self._earlier.get(chunk)
        if found is None:
            found = self._read(chunk)
        self[chunk] = found
        return found

    def _read(self, chunk: str) -> tuple[_Start, ...]:
        starts: list[_Start] = []
        known = self._index.get
        for place, word in enumerate(folded_words(chunk)):
            for reading in readings(word.folded, known):
                starts.append(self._start(chunk, place, reading.core, reading, None))
            if self._index.bending:
                for key, reading, stem in self._bent(readings(word.folded), chunk[: word.end]):
                    starts.append(self._start(chunk, place, key, reading, stem))
        return _with_rivals(starts) if len(starts) > 1 else tuple(starts)

    def _bent(self, read: Sequence[Reading], written: str) -> Iterator[tuple[str, Reading, Stem]]:
        for reading in read:
            for stem in stems(reading.core, written):
                # With the article a noun has neither a pronoun nor a genitive.
                owned = stem.enclitic or stem.construct
                if stem.form in (self._index.owned if owned else self._index.bending) and not (owned and reading.bare):
                    yield stem.form, reading, stem

    def _start(self, chunk: str, place: int, key: str, reading: Reading, stem: Stem | None) -> _Start:
        words = words_of(chunk)
        word = words[place]
        written = chunk[word.start : word.end]
        core = word.start + offset(written, reading.peeled)
        construct = stem is not None and stem.construct
        onward = key in self._index.begun and not (stem and stem.enclitic)
        joined = f"{key}{chunk[word.end :]} " if place == len(words) - 1 else ""
        slow = construct or key in self._index.bent
        plain = stem is None and not reading.bare and FUTURE not in reading.clitics
        start = _Start(place, written, word.start, core, key, reading, stem, None, onward, joined, slow, plain)
        entries = () if construct else self._index.get(key) or ()
        alone = _found(start, 0, entries, 1, word.end)
        return start._replace(alone=alone[0].match) if alone else start


def _found(
    start: _Start,
    shift: int,
    entries: Sequence[Entry],
    length: int,
    end: int,
    *,
    titled: bool = False,
    enclitic: str = "",
) -> list[_Found]:
    """Return the match of those of the entries that may be meant here, if any; the chunk begins at ``shift``."""
    reading, stem = start.reading, start.stem
    allowed = [
        entry
        for entry in entries
        if (not titled or entry.type == "person")
        and _reads(entry, reading, start, length)
        and (stem is None or _bends(entry, stem))
    ]
    if not allowed:
        return []
    begin, core = start.begin + shift, start.core + shift
    doubtful = length == 1 and (reading.doubtful or (stem is not None and len(stem.form) <= SHORT_STEM))
    number: Number = ""
    if stem is not None:
        number, enclitic = stem.number, enclitic or stem.enclitic
        allowed = [counted(entry) if number else entry for entry in allowed]
    match = Match(allowed[0], begin, end, core, reading.clitics, tuple(allowed[1:]), doubtful, number, enclitic)
    return [_Found(begin, end, length, end - core, match, 0)]


def _bends(entry: Entry, stem: Stem) -> bool:
    """Refuse endings to names, a feminine to nouns, and a number to a noun that is plural (العربات is not العرب)."""
    if not entry.bends or entry.type in AGREEING:
        return entry.bends
    return not stem.agreeing and (not stem.number or stem.form.endswith("ه") or not is_plural(entry.target))


def _reads(entry: Entry, reading: Reading, start: _Start, length: int) -> bool:
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


def _simplest(found: list[_Found]) -> list[_Found]:
    """Keep, of terms of as many words that begin at one word, the first: readings come with the simplest first."""
    kept: dict[tuple[int, int], _Found] = {}
    for item in found:
        kept.setdefault((item.start, item.words), item)
    return list(kept.values())


def _without_overlaps(found: list[_Found]) -> list[Match]:
    if len(found) > 1:
        found.sort(key=itemgetter(0))
    if all(before.end <= after.start for before, after in pairwise(found)):
        return [_moved(item.match, item.shift) for item in found]
    found.sort(key=lambda item: (-item.words, -item.letters, item.start))
    chosen: list[_Found] = []
    starts: list[int] = []
    for item in found:
        place = bisect(starts, item.start)
        if place and chosen[place - 1].end > item.start:
            continue
        if place < len(starts) and starts[place] < item.end:
            continue
        starts.insert(place, item.start)
        chosen.insert(place, item)
    return [_moved(item.match, item.shift) for item in chosen]


def _moved(match: Match, shift: int) -> Match:
    if not shift:
        return match
    entry, start, end, core, clitics, rivals, doubtful, number, enclitic = match  # _replace takes three times as long
    return Match(entry, start + shift, end + shift, core + shift, clitics, rivals, doubtful, number, enclitic)

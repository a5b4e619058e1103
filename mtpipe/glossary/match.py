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
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Final

from mtpipe.glossary.chunks import SINGLES, Line, Step, offsets_of
from mtpipe.glossary.endings import stems
from mtpipe.glossary.entries import Glossary
from mtpipe.glossary.index import Index
from mtpipe.glossary.mention import Found, Match, simplest, without_overlaps
from mtpipe.glossary.starts import Start, Starts, found
from mtpipe.glossary.titles import TITLES

MATCH_VERSION: Final = "v3"
"""Part of the signature: a change of the rules changes what is found. v1 knew no endings, v2 found كوبا in
كوباً, الروس in الروسية, طريق in طريقة."""

MANY: Final = 10_000
"""Entries from which on the garbage collector is told to leave alone what is there: words met for the first time make
it walk the whole index again and again, a fifth of the time with 100,000 entries."""


class Matcher:
    """An index of a glossary: ``find`` costs a look-up a word, and a few where a term may begin."""

    def __init__(self, glossary: Glossary) -> None:
        self._index = Index(glossary.entries)
        self._starts = Starts(self._index)
        self._starts_of = self._starts.__getitem__
        if len(glossary.entries) >= MANY:
            gc.collect()
            gc.freeze()

    def find(self, text: str) -> list[Match]:
        """Return the terms of a text, in order, without overlaps: most words, then most letters, then leftmost."""
        chunks = text.split()
        starts = list(map(self._starts_of, chunks))
        if not any(starts):  # no bytecode runs for a chunk that begins nothing, here or below
            return []
        offsets = offsets_of(text, chunks)
        look_up, begun, bent, singles = self._index.get, self._index.begun, self._index.bent, SINGLES
        terms: list[Found] = []
        count = len(chunks)
        for number, read in zip(compress(range(count), starts), filter(None, starts), strict=True):
            simple, begin, core, end, clitics, alone, joined, readings = read
            if not simple:
                terms += self._climbs(Line(chunks, offsets), number, readings)
                continue
            shift = offsets[number] + number
            begin += shift
            core += shift
            if alone is not None:
                end += shift
                terms.append((begin, end, 1, end - core, alone.moved(shift)))
            if not joined:
                continue
            # Longer terms where each next chunk is one word, as nearly always; else what was found is found anew.
            first, key, climb = len(terms), "", False
            for last in range(number + 1, count):
                single = singles[chunks[last]]
                if single is None:
                    climb = True
                    break
                lead, tail, end = single
                longer = joined + lead
                entries = look_up(longer)
                if entries:
                    end += offsets[last] + last
                    match = Match(entries[0], begin, end, core, clitics, entries[1:])
                    terms.append((begin, end, last - number + 1, end - core, match))
                    if longer not in begun:
                        break
                elif entries is None:
                    climb = lead in TITLES or key in bent
                    break
                joined, key = longer + tail, longer
            if climb:
                del terms[first:]
                terms += self._climb(Line(chunks, offsets), number, readings[0])
        return without_overlaps(terms)

    def _climbs(self, line: Line, number: int, read: Sequence[Start]) -> list[Found]:
        """Return the terms that begin in a chunk read in several ways."""
        terms: list[Found] = []
        for start in read:
            if start.alone is not None:
                shift = line.start(number)
                begin, core, end = start.begin + shift, start.core + shift, start.alone.end + shift
                terms.append((begin, end, 1, end - core, start.alone.moved(shift)))
            terms += self._climb(line, number, start)
        return simplest(terms) if len(read) > 1 else terms

    def _climb(self, line: Line, number: int, start: Start) -> Iterator[Found]:
        """Yield the longer terms that begin at a word read one way, the shortest first, and one before a genitive."""
        key, length, titled = start.key, 1, False
        if start.genitive and line.definite_after(number, start.place):
            end = line.end(number, start.place)
            yield from found(start, line.start(number), self._index.get(key) or (), 1, end)
        if not start.onward:
            return
        for step in line.after(number, start.place):
            length += 1
            longer = key + step.before + step.folded
            entries = self._index.get(longer)
            if entries is not None:
                key = longer
                if entries:
                    yield from found(start, line.start(number), entries, length, step.end, titled=titled)
            elif not titled and step.folded in TITLES and step.before == " ":
                titled = True
            else:
                if key in self._index.bent:
                    yield from self._suffixed(line, number, start, key, length, step)
                return

    def _suffixed(self, line: Line, number: int, start: Start, key: str, length: int, step: Step) -> Iterator[Found]:
        """Yield terms whose last word has a pronoun: محطة تحليتها."""
        for stem in stems(step.folded, step.written):
            if stem.enclitic and not stem.number and stem.form in self._index.owned:
                entries = self._index.get(key + step.before + stem.form) or ()
                bent = tuple(entry for entry in entries if entry.bends)
                yield from found(start, line.start(number), bent, length, step.end, enclitic=stem.enclitic)

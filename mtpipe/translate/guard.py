"""Bad output is seen, tried again, and flagged where it stays bad. Never silent (contract 5 of the design).

The ladder has no rung for the other engine: in float32 both give the same translation (a test holds this), so it
could not mend what the first one got wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import regex

from mtpipe.segment.cut import cut
from mtpipe.signature import Signature
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis, Translator
from mtpipe.translate.long import in_parts

VERSION: Final = "3"

# Characters of the target over those of the source. On the 1,492 human translations of NTREX and PUD dev whose source
# has MIN_SOURCE characters the ratio lies between 0.46 and 1.96; far outside of that nobody translates.
SHORTEST: Final = 0.3
LONGEST: Final = 4.0
MIN_SOURCE: Final = 20
"""Characters under which the ratio says nothing ("نعم" is "Yes, indeed.")."""

ARABIC_SHARE: Final = 0.3
"""Share of Arabic among the letters of an English text from which on it counts as not translated."""

LOOP_WORDS: Final = 4
"""A word or phrase this many times in a row is a loop; so is a text of which ..."""
LOOP_SHARE: Final = 0.25
"""... this share of the three-word phrases stood in it before. Of 16,539 human sentences (NTREX and PUD dev, TICO-19,
UN, NLLB-Seed, exam questions) four do, all lists or definitions."""
UNDECODABLE: Final = "\N{REPLACEMENT CHARACTER}"
"""What stands where a program answered bytes that are no UTF-8."""

RETRY_NGRAM: Final = 3
RETRY_BEAM: Final = 8
HALF: Final = 0.7
"""Most of a segment that may be in one "half": with exactly 0.5 the halves of most are cut again, into single words."""

Attempt = Callable[[Sequence[str], Decoding | None], list[Hypotheses]]

_HAS_CONTENT: Final = regex.compile(r"[\p{L}\p{N}]")
_ARABIC: Final = regex.compile(r"\p{Arabic}")
_LETTER: Final = regex.compile(r"\p{L}")
_WORD: Final = regex.compile(r"\d+(?:[.,:/-]\d+)+|\w+")  # 1,000,000,000,000 is one word


class Guard:
    """A translator on top of another, whose hypotheses carry flags."""

    def __init__(self, translator: Translator, *, decoding: Decoding | None) -> None:
        """Wrap a translator that decodes with ``decoding`` (None: as it likes, so asking again is of no use)."""
        self._translator = translator
        self._decoding = decoding

    @property
    def signature(self) -> Signature:
        """See ``Translator``."""
        return self._translator.signature + Signature((("guard", VERSION),))

    @property
    def device(self) -> str:
        """See ``Translator``."""
        return self._translator.device

    def translate(
        self,
        segments: Sequence[str],
        *,
        n_best: int = 1,
        attention: bool = False,
        decoding: Decoding | None = None,
    ) -> list[Hypotheses]:
        """See ``Translator``. ``Hypotheses.flags`` are what is wrong with the best one, after all attempts."""
        found = self._translator.translate(segments, n_best=n_best, attention=attention, decoding=decoding)
        results = [self._flagged(segment, item) for segment, item in zip(segments, found, strict=True)]

        def whole(texts: Sequence[str], rung: Decoding | None) -> list[Hypotheses]:
            return self._translator.translate(texts, n_best=n_best, attention=attention, decoding=rung)

        def halves(texts: Sequence[str], rung: Decoding | None) -> list[Hypotheses]:
            spans = [cut(text, max(1, int(HALF * len(text))), len) for text in texts]
            return in_parts(self._translator, texts, spans, n_best=n_best, attention=attention, decoding=rung)

        ladder: list[tuple[Attempt, Decoding | None]] = [(halves, None)]
        if self._decoding:
            search = decoding or self._decoding
            plain = replace(search, beam=RETRY_BEAM if search.beam < RETRY_BEAM else 1)
            distinct = replace(search, no_repeat_ngram=RETRY_NGRAM)
            ladder = [(whole, plain), (whole, distinct), (halves, distinct)]
        for attempt, rung in ladder:
            bad = [place for place, result in enumerate(results) if result.flags]
            if not bad:
                break
            texts = [segments[place] for place in bad]
            for place, item in zip(bad, attempt(texts, rung), strict=True):
                checked = self._flagged(segments[place], item)
                if len(checked.flags) < len(results[place].flags):
                    results[place] = checked
        return results

    def _flagged(self, segment: str, found: Hypotheses) -> Hypotheses:
        return replace(found, flags=flags(segment, found.best))


def flags(source: str, hypothesis: Hypothesis) -> tuple[str, ...]:
    """Return what is wrong with a translation: ``empty``, ``copied``, ``looping``, ``truncated``, ``short``,
    ``long``, ``garbled``.

    A source without letter or digit may become anything; one that repeats itself may be repeated.
    """
    if not _HAS_CONTENT.search(source):
        return ()
    target = hypothesis.text
    if not _HAS_CONTENT.search(target):
        return ("empty",)
    found = []
    letters = len(_LETTER.findall(target))
    if len(_ARABIC.findall(target)) > ARABIC_SHARE * max(1, letters) and _ARABIC.search(source):
        found.append("copied")
    if looping(target) and not looping(source):
        found.append("looping")
    if not hypothesis.ended:
        found.append("truncated")
    if len(source) >= MIN_SOURCE:
        ratio = len(target) / len(source)
        if ratio < SHORTEST:
            found.append("short")
        elif ratio > LONGEST:
            found.append("long")
    if UNDECODABLE in target and UNDECODABLE not in source:
        found.append("garbled")
    return tuple(found)


def looping(text: str) -> bool:
    """Tell whether a text repeats itself as only a decoder does."""
    words = [word.casefold() for word in _WORD.findall(text)]
    for size in (1, 2, 3, 4):
        run = 0
        for place in range(size, len(words) - size + 1):
            run = run + 1 if words[place : place + size] == words[place - size : place] else 0
            if run > size * (LOOP_WORDS - 2):  # k phrases in a row agree with the one before at (k-2)·size + 1 places
                return True
    if len(words) < 12:
        return False
    trigrams = [tuple(words[place : place + 3]) for place in range(len(words) - 2)]
    return 1 - len(set(trigrams)) / len(trigrams) >= LOOP_SHARE

"""What Arabic and English have in common: numbers, dates, Latin strings, names by the skeleton of their consonants.

What takes knowledge that this station has not comes from readers: numbers in words, which ``quality`` reads, and the
terms of a glossary. A skeleton takes consonants only, and one letter for all those that spellings of one name exchange
(ق ك ج غ k g q j c); coarser than ``mtpipe.glossary.spelling``, so that equality suffices and a table finds it. Chance
likeness is left to the weight: anchors count by how rare they are in the two texts. (Among thousands of articles too
much would be alike: ``names`` tells more letters apart. The weights of the aligner are fitted to these here.)
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from mtpipe.align.dates import arabic_dates, english_dates
from mtpipe.glossary.fold import fold

ARABIC: Final = re.compile(r"[\u0621-\u064a\u066e-\u06d3]+")
LATIN: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*")
FIGURE: Final = re.compile(r"\d+(?:[.,٫٬]\d{3})*")
SEPARATORS: Final = re.compile("[.,٫٬]")
SHORTEST: Final = 3
"""Consonants under which a likeness is chance."""

PROCLITICS: Final = ("", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "فال", "كال", "لل")
ARABIC_CLASSES: Final = {
    **dict.fromkeys("بپ", "b"), **dict.fromkeys("تطث", "t"), **dict.fromkeys("جخغقكگ", "g"),
    **dict.fromkeys("دضذظ", "d"), "ر": "r", **dict.fromkeys("زسصشچژ", "s"), **dict.fromkeys("فڤ", "f"),
    "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
LATIN_DIGRAPHS: Final = re.compile("tch|sch|kh|gh|sh|ch|th|ph|ck|x|c(?=[eiy])|qu")
DIGRAPH_CLASSES: Final = {
    "tch": "s", "sch": "s", "kh": "g", "gh": "g", "sh": "s", "ch": "s", "th": "t", "ph": "f", "ck": "g", "x": "gs",
    "c": "s", "qu": "g",
}  # fmt: skip
LATIN_CLASSES: Final = {
    **dict.fromkeys("bp", "b"), "t": "t", **dict.fromkeys("gjkqc", "g"), "d": "d", "r": "r", **dict.fromkeys("zs", "s"),
    **dict.fromkeys("fv", "f"), "l": "l", "m": "m", "n": "n",
}  # fmt: skip
ARTICLE: Final = re.compile("^(?:al|el)-")
REPEATED: Final = re.compile(r"(.)\1+")
COMMONEST: Final = 1.5  # an anchor in more than one in three of all sentences has no weight
HEAVIEST: Final = 3.7  # weight of the rarest anchor, reached in texts of 60 sentences a side


Keys = list[frozenset[str]]
Reader = Callable[[Sequence[str], Sequence[str]], tuple[Keys, Keys]]
"""Returns anchors of the sentences of an Arabic and of an English text; equal ones belong together."""


def figures(source: Sequence[str], target: Sequence[str]) -> tuple[Keys, Keys]:
    """A reader of whole numbers that stand in figures."""
    return list(map(_figures, source)), list(map(_figures, target))


def source_anchors(text: str) -> frozenset[str]:
    """Return the anchors of an Arabic text, but for those of readers."""
    found = set(arabic_dates(text))
    for word in ARABIC.findall(text):
        found |= _arabic_skeletons(word)
    for word in LATIN.findall(text):
        found |= {f"={word.lower()}", _latin_skeleton(word)}
    return frozenset(found - {""})


def target_anchors(texts: Sequence[str]) -> list[frozenset[str]]:
    """Return the anchors of each sentence of an English text, but for those of readers.

    Names are capitalised words never seen otherwise.
    """
    common = {word for text in texts for word in LATIN.findall(text) if word[0].islower()}
    result = []
    for text in texts:
        found = set(english_dates(text))
        for word in LATIN.findall(text):
            found.add(f"={word.lower()}")
            if word[0].isupper() and word.lower() not in common:
                found.add(_latin_skeleton(word))
        result.append(frozenset(found - {""}))
    return result


Anchored = list[tuple[str, ...]]


def anchored(
    source: Sequence[str], target: Sequence[str], readers: Sequence[Reader] = (figures,)
) -> tuple[Anchored, Anchored, dict[str, float]]:
    """Return each sentence's anchors that the other text has too, sorted, and the weights of all these."""
    left, right = [source_anchors(text) for text in source], target_anchors(target)
    for reader in readers:
        ours, theirs = reader(source, target)
        left = [one | other for one, other in zip(left, ours, strict=True)]
        right = [one | other for one, other in zip(right, theirs, strict=True)]
    counts = [Counter(name for names in side for name in names) for side in (left, right)]
    sentences = len(source) + len(target)
    weights = {}
    for name in counts[0].keys() & counts[1].keys():
        weight = math.log(sentences / ((counts[0][name] + counts[1][name]) * COMMONEST))
        if weight > 0:
            weights[name] = min(HEAVIEST, weight)
    kept = [[tuple(sorted(name for name in names if name in weights)) for names in side] for side in (left, right)]
    return kept[0], kept[1], weights


def _figures(text: str) -> frozenset[str]:
    found = (SEPARATORS.sub("", figure) for figure in FIGURE.findall(text))
    return frozenset(f"#{int(figure)}" for figure in found if len(figure) <= 15)


@lru_cache(maxsize=65_536)
def _arabic_skeletons(word: str) -> frozenset[str]:
    folded = fold(word)
    rests = (folded.removeprefix(prefix) for prefix in PROCLITICS if folded.startswith(prefix))
    skeletons = ("".join(ARABIC_CLASSES.get(letter, "") for letter in rest) for rest in rests)
    return frozenset(filter(None, map(_skeleton, skeletons)))


@lru_cache(maxsize=65_536)
def _latin_skeleton(word: str) -> str:
    letters = ARTICLE.sub("", word.lower().replace("'s", "").replace("’s", ""))
    letters = LATIN_DIGRAPHS.sub(lambda found: DIGRAPH_CLASSES[found[0]].upper(), letters)
    return _skeleton(
        "".join(letter.lower() if letter.isupper() else LATIN_CLASSES.get(letter, "") for letter in letters)
    )


def _skeleton(classes: str) -> str:
    single = REPEATED.sub(r"\1", classes)
    return single if len(single) >= SHORTEST else ""

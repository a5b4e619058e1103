"""Finding terms: mtpipe's matcher against what a script would do, on made-up sentences and terms."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from mtpipe.bench import terms
from mtpipe.bench.turns import Ratios, Way, measure
from mtpipe.glossary import Matcher
from mtpipe.glossary.fold import fold


def glossary(*, entries: int, sentences: int, rounds: int, tell: Callable[[str], None] = lambda _: None) -> Ratios:
    """Compare ways of finding the terms of sentences.

    The plain ways look for folded spellings with a proclitic before them; they check neither what else stands before a
    term nor which of two overlapping ones is longer, as the matcher does.
    """
    chance = random.Random(7)
    known = terms.glossary(chance, entries)
    texts = terms.sentences(chance, sentences, known)
    few, fewer = texts[: max(1, sentences // 20)], texts[: max(1, sentences // 100)]
    spellings = [fold(entry.source) for entry in known.entries]
    pattern = re.compile(rf"(?<!\w)(?:و|ف|ب|ل|ك|س)?(?:{'|'.join(map(re.escape, spellings))})(?!\w)")

    def one_by_one() -> int:
        return sum(spelling in folded for folded in map(fold, few) for spelling in spellings)

    def together() -> int:
        return sum(len(pattern.findall(fold(text))) for text in fewer)

    matcher = Matcher(known)

    def first() -> int:
        new = Matcher(known)
        return sum(len(new.find(text)) for text in texts)

    def again() -> int:
        return sum(len(matcher.find(text)) for text in texts)

    again()
    ways = (
        Way("each term looked for in each sentence", one_by_one, len(few)),
        Way("one regular expression of all terms", together, len(fewer)),
        Way("mtpipe, building the index, each word met for the first time", first, len(texts)),
        Way("mtpipe, words met before", again, len(texts)),
    )
    title = (
        f"{entries} terms, {sentences} sentences of {sum(len(text.split()) for text in texts) / sentences:.0f} words"
    )
    return measure(title, "sentences", [ways], rounds=rounds, tell=tell)

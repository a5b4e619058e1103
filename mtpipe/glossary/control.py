"""Random terms, the control of WMT's terminology task (Semenov et al. 2023).

A glossary may help because it tells the engine what its terms are, or because it tells it anything of the reference at
all. So the task is done again with words that are no terms, each with its own translation, as many as there are terms.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from mtpipe.glossary.capitals import NEVER, spans
from mtpipe.glossary.entries import Entry, Glossary, spelling_key
from mtpipe.glossary.links import TOGETHER, Companions, arabic_words
from mtpipe.glossary.match import Matcher
from mtpipe.intake import normalise

SEED: Final = 2023
SHORTEST: Final = 4
"""Letters of a word: shorter ones are mostly no content words."""


def random_terms(sources: Sequence[str], references: Sequence[str], terms: Glossary) -> Glossary:
    """Return words of the sources with their English, as many as there are terms in them, or as there are to be had.

    Which word translates which is learnt from the segments themselves: those that keep each other company
    (``links.Companions``). The same segments give the same words.
    """
    matcher = Matcher(terms)
    texts = [normalise(source) for source in sources]
    wanted = len({match.entry for text in texts for match in matcher.find(text)})
    arabic = [{ways[0].text for ways in arabic_words(text) if len(ways[0].text) >= SHORTEST} for text in texts]
    english = [_words(reference) for reference in references]
    companions = Companions(zip(arabic, english, strict=True))
    found: dict[tuple[str, ...], tuple[float, str, str]] = {}
    for left, right in zip(arabic, english, strict=True):
        for one in left:
            for other in right:
                strength = companions.dice(one, other)
                key = spelling_key(one)
                if strength >= TOGETHER and (strength, one, other) > found.get(key, (0.0, "", "")):
                    found[key] = strength, one, other
    free = sorted((one, other) for _, one, other in found.values() if not matcher.find(one))
    chosen = random.Random(SEED).sample(free, min(wanted, len(free)))
    return Glossary(tuple(Entry(one, other, "", "", "any") for one, other in chosen))


def _words(text: str) -> set[str]:
    found = (text[start:end] for start, end in spans(text))
    return {word for word in found if word.islower() and len(word) >= SHORTEST and word not in NEVER}

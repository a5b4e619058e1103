"""All spellings of a glossary in one flat table: folded words joined by what stands between them.

Every beginning of a spelling of several words is in the table too, with no entries, so that a matcher reads on only
where something may still come of it. One dictionary of strings takes a third of the memory of a trie of objects, and a
look-up is one hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Final

from mtpipe.glossary.endings import definite
from mtpipe.glossary.entries import Entry, spelling_key
from mtpipe.glossary.fold import FOREIGN, MOST_ALTERNATIVES, alternatives, folded_words

FIVE_NOUNS: Final = {
    form: forms for forms in (("ابو", "ابا", "ابي"), ("اخو", "اخا", "اخي"), ("ذو", "ذا", "ذي")) for form in forms
}
"""Show case before another noun: أبو القاسم and أبي القاسم are one man."""

_FOREIGN: Final = frozenset(FOREIGN)
_LONGEST_PLAIN: Final = 5


class Index:
    """Look-ups of folded spellings.

    ``get`` returns the entries spelled so, () where it only begins a spelling, None where it does not even that.
    ``begun`` are the beginnings of terms of several words, at the end of each word. ``bending`` are the first and last
    words of the terms that take endings (common nouns, adjectives): a word of the text is stripped of its endings only
    where that leads to one of these, of a pronoun and of a genitive's mark only where it leads to one that is listed
    without article, ``owned``; ``bent`` are the beginnings that only the last such word is missing from.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._slots: dict[str, tuple[Entry, ...]] = {}
        self.get: Final = self._slots.get
        self.begun: set[str] = set()
        self.bending: set[str] = set()
        self.owned: set[str] = set()
        self.bent: set[str] = set()
        derived: list[tuple[tuple[str, ...], Entry]] = []
        for entry in entries:
            for spelling in entry.spellings:
                key = spelling_key(spelling)
                self._insert(key, entry)
                if entry.bends:
                    words = list(folded_words(spelling))
                    ends = (words[0], words[-1])
                    self.bending.update(word.folded for word in ends)
                    self.owned.update(one.folded for one in ends if not definite(spelling[one.start : one.end]))
                    self.bent.add("".join(key[:-2]))  # "" for a single word, which nothing looks up
                derived += ((other, entry) for other in _derived(key) if other != key)
        # After all that is listed, so that a derived spelling never takes the place of another entry's own.
        made: set[str] = set()
        for key, entry in derived:
            whole = "".join(key)
            if whole in made or not self._slots.get(whole):
                made.add(whole)
                self._insert(key, entry)

    def _insert(self, key: tuple[str, ...], entry: Entry) -> None:
        slots = self._slots
        for words in range(1, len(key) - 1, 2):
            beginning = "".join(key[:words])
            slots.setdefault(beginning, ())
            self.begun.add(beginning)
        whole = "".join(key)
        there = slots.get(whole, ())
        if entry not in there:
            slots[whole] = (*there, entry)


def _derived(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the spellings that a listed one stands for: foreign letters replaced, cases of names and plurals."""
    last = len(key) - 1
    choices = [(part,) if place % 2 else _forms(part, is_last=place == last) for place, part in enumerate(key)]
    if all(len(forms) == 1 for forms in choices):
        return
    yield from islice(product(*choices), MOST_ALTERNATIVES)


def _forms(word: str, *, is_last: bool) -> tuple[str, ...]:
    if not is_last and word in FIVE_NOUNS:
        return FIVE_NOUNS[word]
    if word.endswith(("ون", "ين")) and word.startswith("ال") and len(word) > _LONGEST_PLAIN:
        # المسلمون and المسلمين; without the article it would be guesswork (شارون).
        return (word[:-2] + "ون", word[:-2] + "ين")
    return alternatives(word) if not _FOREIGN.isdisjoint(word) else (word,)

"""Words and pairs of words that translate each other throughout the corpus: terms beside those of the lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from scipy import sparse

from models.training.pairs import Pair

ARABIC_WORD = re.compile(r"[\u0620-\u0655\u0670\u0671-\u06d3]{3,}")
ENGLISH_WORD = re.compile(r"[A-Za-z][A-Za-z'-]{2,}")
FUNCTION_WORDS = frozenset((
    "the", "and", "for", "from", "with", "that", "this", "these", "those", "which", "who", "whose", "what", "when",
    "where", "while", "are", "was", "were", "has", "have", "had", "been", "being", "will", "would", "can", "could",
    "may", "might", "must", "shall", "should", "not", "nor", "but", "its", "his", "her", "their", "our", "your", "all",
    "any", "each", "into", "than", "then", "them", "they", "you", "him", "she", "also", "such", "there", "here",
    "through", "upon", "about", "some", "more", "most", "other", "only",
))  # fmt: skip
LEAST_COUNT = 6  # pairs that hold a term
LEAST_DICE = 0.55
MOST_PAIRS = 150_000


def mutual_terms(pairs: Sequence[Pair]) -> list[Pair]:
    """Terms of one or two words a side, each the best partner of the other by Dice's coefficient over sentence pairs.

    English is written in small letters but where most mentions inside a sentence have a capital.
    """
    pairs = pairs[:: -(-len(pairs) // MOST_PAIRS)] if pairs else pairs
    source, arabic = incidence([pair.source for pair in pairs], arabic_terms)
    target, english = incidence([pair.target for pair in pairs], english_terms)
    if not arabic or not english:
        return []
    together = (source.T @ target).tocoo()
    counts = np.asarray(source.sum(0)).ravel(), np.asarray(target.sum(0)).ravel()
    dice = 2 * together.data / (counts[0][together.row] + counts[1][together.col])
    best = np.zeros(len(arabic)), np.zeros(len(english))
    np.maximum.at(best[0], together.row, dice)
    np.maximum.at(best[1], together.col, dice)
    mutual = (dice >= LEAST_DICE) & (dice == best[0][together.row]) & (dice == best[1][together.col])
    capital = capitalised([pair.target for pair in pairs])
    return [
        Pair(arabic[row], " ".join(capital.get(word, word) for word in english[column].split()))
        for row, column in zip(together.row[mutual], together.col[mutual], strict=True)
    ]


def arabic_terms(text: str) -> set[str]:
    """The words of a sentence that are long enough, and their neighbours' pairs."""
    return terms(text, ARABIC_WORD, frozenset())


def english_terms(text: str) -> set[str]:
    """The same in small letters, without function words at either end."""
    return terms(text.lower(), ENGLISH_WORD, FUNCTION_WORDS)


def terms(text: str, pattern: re.Pattern[str], function_words: frozenset[str]) -> set[str]:
    """Single words, and two with a space between them."""
    words = [match for match in pattern.finditer(text) if match.group() not in function_words]
    pairs = {
        f"{a.group()} {b.group()}" for a, b in pairwise(words) if a.end() + 1 == b.start() and text[a.end()] == " "
    }
    return pairs | {match.group() for match in words}


def incidence(texts: Sequence[str], terms_of: Callable[[str], set[str]]) -> tuple[sparse.csr_array, list[str]]:
    """Which sentence holds which of the frequent terms, shape (sentences, terms), and the terms."""
    held = [terms_of(text) for text in texts]
    counts = Counter(term for each in held for term in each)
    frequent = sorted(term for term, count in counts.items() if count >= LEAST_COUNT)
    number = {term: column for column, term in enumerate(frequent)}
    columns = [[number[term] for term in sorted(each) if term in number] for each in held]
    places = np.concatenate([[0], np.cumsum([len(each) for each in columns])])
    ids = np.array([column for each in columns for column in each], dtype=np.int64)
    matrix = sparse.csr_array((np.ones(len(ids), np.float32), ids, places), shape=(len(texts), len(frequent)))
    return matrix, frequent


def capitalised(texts: Sequence[str]) -> dict[str, str]:
    """The written form of words that mostly have a capital inside a sentence, by their form in small letters."""
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        for match in ENGLISH_WORD.finditer(text):
            if match.start() and text[: match.start()].rstrip()[-1:] not in ".!?:\"“'":
                forms.setdefault(match.group().lower(), Counter())[match.group()] += 1
    most = {word: counts.most_common(1)[0][0] for word, counts in forms.items()}
    return {word: form for word, form in most.items() if form != word}

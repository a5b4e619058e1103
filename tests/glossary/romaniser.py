"""A stand-in engine for whole articles: word for word from a dictionary, letter by letter where that has nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from mtpipe.glossary.fold import fold
from mtpipe.signature import Signature
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis, Token
from mtpipe.translate.guard import flags

LETTERS = {
    "ا": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z",
    "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ك": "k",
    "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "w", "ي": "y",
}  # fmt: skip
CLITICS = {"و": "and", "ف": "so", "ب": "in", "ل": "to", "ك": "like"}
SIGNS = {"،": ",", "؛": ";", "؟": "?", "«": "“", "»": "”"}
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*\u064b?|[^\w\s]")


class Romaniser:
    """Knows the words of ``dictionary``, alone and behind the letters that stick to them; spells the others.

    ``copies`` says whether Latin words come out as they went in; they are lost where not.
    """

    def __init__(self, dictionary: Mapping[str, str], *, copies: bool = True) -> None:
        self.dictionary = {fold(word): english for word, english in dictionary.items()}
        self.copies = copies
        self.segments = 0

    @property
    def signature(self) -> Signature:
        return Signature((("engine", "romaniser"),))

    @property
    def device(self) -> str:
        return "cpu"

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        self.segments += len(segments)
        return [self._one(segment, attention) for segment in segments]

    def _one(self, segment: str, attention: bool) -> Hypotheses:
        pieces = [Token(found[0], *found.span()) for found in TOKEN.finditer(segment)]
        source = (*pieces, Token("</s>", len(segment), len(segment)))
        text = ""
        tokens: list[Token] = []
        rows: list[int] = []
        for row, token in enumerate(pieces):
            for word in self.words(token.piece):
                closing = word in ",.;:?!)”%" or text[-1:] in ("(", "“", "")
                start = len(text) + (not closing)
                text += ("" if closing else " ") + word
                tokens.append(Token(word, start, len(text)))
                rows.append(row)
        matrix = np.zeros((len(rows), len(source)), dtype=np.float32)
        matrix[range(len(rows)), rows] = 1.0
        best = Hypothesis(text, -0.5, tuple(tokens), matrix if attention else None)
        return Hypotheses((best,), source, flags(segment, best))

    def words(self, word: str) -> list[str]:
        """Return the English of one word or sign."""
        if word in SIGNS or word in CLITICS:
            return [(SIGNS | CLITICS)[word]]
        if word.isascii():
            return [word] if self.copies or not word[0].isalpha() else []
        folded = fold(word)
        for conjunction in ("", "و", "ف"):
            for preposition in ("", "ب", "ل", "ك"):
                lead = conjunction + preposition
                if folded.startswith(lead) and folded.removeprefix(lead) in self.dictionary:
                    return [CLITICS[letter] for letter in lead] + [self.dictionary[folded.removeprefix(lead)]]
        return ["".join(LETTERS.get(letter, letter) for letter in folded) or "a"]

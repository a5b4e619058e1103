"""A stand-in engine: word by word from a dictionary, with diagonal attention, or whole sentences from a script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from mtpipe.signature import Signature
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis, Token
from mtpipe.translate.guard import flags

WORDS = {
    "وصل": "arrived", "الوزير": "the-minister", "إلى": "to", "في": "in", "من": "from", "و": "and", "ب": "in", "ل": "to",
    "ف": "so", "ك": "like", "قال": "said", "زار": "visited", "أمس": "yesterday", "مدينة": "the city of", "هو": "he",
    "اليوم": "today", "بعد": "after", "قرب": "near", "عن": "about", "تحدث": "spoke", "التقى": "met",
    "وفد": "a delegation",
}  # fmt: skip


class Wordwise:
    """Translates each word by ``words``; words in Latin letters and figures are copied, others are left out.

    ``script`` gives whole sources their n-best lists instead, aligned word by word along the diagonal.
    """

    def __init__(
        self,
        words: Mapping[str, str] | None = None,
        script: Mapping[str, Sequence[str]] | None = None,
        *,
        attends: bool = True,
    ) -> None:
        self.words = {**WORDS, **(words or {})}
        self.script = dict(script or {})
        self.attends = attends
        self.calls: list[tuple[str, ...]] = []
        self.asked: list[tuple[int, bool]] = []
        self.searches: list[Decoding | None] = []

    @property
    def signature(self) -> Signature:
        return Signature((("engine", "wordwise"),))

    @property
    def device(self) -> str:
        return "cpu"

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        self.calls.append(tuple(segments))
        self.asked.append((n_best, attention))
        self.searches.append(decoding)
        return [self._one(segment, n_best, attention and self.attends) for segment in segments]

    def _one(self, segment: str, n_best: int, attention: bool) -> Hypotheses:
        pieces = [Token(found[0], *found.span()) for found in re.finditer(r"\w+|[^\w\s]", segment)]
        source = (*pieces, Token("</s>", len(segment), len(segment)))
        if segment in self.script:
            texts = self.script[segment][:n_best]
            items = tuple(self._hypothesis(text, -0.1 * place, source, attention) for place, text in enumerate(texts))
        else:
            items = (self._glossed(source, attention),)
        return Hypotheses(items, source, flags(segment, items[0]))

    def _hypothesis(self, text: str, score: float, source: tuple[Token, ...], attention: bool) -> Hypothesis:
        tokens = tuple(Token(found[0], *found.span()) for found in re.finditer(r"\S+", text))
        last = len(source) - 1  # the end of sentence
        rows = [min(place * last // max(1, len(tokens)), last - 1) for place in range(len(tokens))]
        return Hypothesis(text, score, tokens, _attention(rows, len(source)) if attention else None)

    def _glossed(self, source: tuple[Token, ...], attention: bool) -> Hypothesis:
        text = ""
        tokens: list[Token] = []
        rows: list[int] = []
        for place, token in enumerate(source[:-1]):
            latin = token.piece.isascii()
            word = token.piece if latin else self.words.get(token.piece, "")
            if not word:
                continue
            glued = not text or (latin and not word[0].isalnum())
            start = len(text) + (not glued)
            text += ("" if glued else " ") + word
            tokens.append(Token(word, start, len(text)))
            rows.append(place)
        return Hypothesis(text, -0.5, tuple(tokens), _attention(rows, len(source)) if attention else None)


def _attention(rows: Sequence[int], width: int) -> np.ndarray:
    """Nine tenths on the aligned token, the rest on the end of sentence."""
    matrix = np.zeros((len(rows), width), dtype=np.float32)
    matrix[range(len(rows)), rows] = 0.9
    matrix[:, -1] += 0.1
    return matrix

"""Quality: what is measured on every pair, and how good a set of translations is against references."""

from mtpipe.quality.evaluate import EvaluationScore, evaluate
from mtpipe.quality.numbers import Number, compare, extract
from mtpipe.quality.score import article, articles, human, signature, source_texts

__all__ = [
    "EvaluationScore",
    "Number",
    "article",
    "articles",
    "compare",
    "evaluate",
    "extract",
    "human",
    "signature",
    "source_texts",
]

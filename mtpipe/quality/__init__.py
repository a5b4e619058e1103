"""Quality: what is measured on every pair, and how good a set of translations is against references."""

from mtpipe.quality.evaluate import EvaluationScore, check_installed, evaluate
from mtpipe.quality.numbers import Number, compare, extract
from mtpipe.quality.score import article, human, signature, source_vectors
from mtpipe.quality.terms import TermScore, evaluate_terms, translated
from mtpipe.quality.testset import TestSet

__all__ = [
    "EvaluationScore",
    "Number",
    "TermScore",
    "TestSet",
    "article",
    "check_installed",
    "compare",
    "evaluate",
    "evaluate_terms",
    "extract",
    "human",
    "signature",
    "source_vectors",
    "translated",
]

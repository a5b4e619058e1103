"""Sentences: where they end, and where one that is too long for the model can be cut."""

from mtpipe.segment.cut import cut
from mtpipe.segment.sentences import Language, article, split

__all__ = ["Language", "article", "cut", "split"]

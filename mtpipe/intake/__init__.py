"""Intake: files in, cleaned articles out."""

from mtpipe.intake.clean import clean
from mtpipe.intake.normalise import Normalised, normalise, normalised
from mtpipe.intake.pair_list import count_pairs, read_pairs
from mtpipe.intake.read import from_text, read
from mtpipe.intake.sources import count

__all__ = ["Normalised", "clean", "count", "count_pairs", "from_text", "normalise", "normalised", "read", "read_pairs"]

"""Intake: files in, cleaned articles out."""

from mtpipe.intake.clean import clean
from mtpipe.intake.normalise import Normalised, normalise, normalised
from mtpipe.intake.read import read
from mtpipe.intake.sources import count

__all__ = ["Normalised", "clean", "count", "normalise", "normalised", "read"]

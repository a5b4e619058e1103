"""Intake: files in, cleaned articles out."""

from mtpipe.intake.clean import clean
from mtpipe.intake.normalise import Normalised, normalise, normalised
from mtpipe.intake.read import read

__all__ = ["Normalised", "clean", "normalise", "normalised", "read"]

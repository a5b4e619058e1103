"""Intake: files in, cleaned articles out."""

from mtpipe.intake.normalise import Normalised, normalise, normalised

__all__ = ["Normalised", "normalise", "normalised"]

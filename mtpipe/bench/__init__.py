"""Benchmarks: what the parts of the line cost on this machine, against the plain ways of doing the same."""

from mtpipe.bench.align import align
from mtpipe.bench.archive import Throughput, throughput
from mtpipe.bench.glossary import glossary
from mtpipe.bench.machine import Machine, describe
from mtpipe.bench.models import OPUS_SHAPE, open_model
from mtpipe.bench.report import Result, as_json, markdown, text
from mtpipe.bench.translate import Comparison, compare
from mtpipe.bench.tune import laid_out, tune
from mtpipe.bench.turns import Ratios

__all__ = [
    "OPUS_SHAPE",
    "Comparison",
    "Machine",
    "Ratios",
    "Result",
    "Throughput",
    "align",
    "as_json",
    "compare",
    "describe",
    "glossary",
    "laid_out",
    "markdown",
    "open_model",
    "text",
    "throughput",
    "tune",
]

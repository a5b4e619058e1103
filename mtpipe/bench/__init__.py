"""Benchmarks: what the parts of the line cost on this machine, against the plain ways of doing the same."""

from mtpipe.bench.archive import Throughput, throughput
from mtpipe.bench.machine import Machine, describe
from mtpipe.bench.models import OPUS_SHAPE, open_model
from mtpipe.bench.report import Result, as_json, markdown, text
from mtpipe.bench.translate import Comparison, compare

__all__ = [
    "OPUS_SHAPE",
    "Comparison",
    "Machine",
    "Result",
    "Throughput",
    "as_json",
    "compare",
    "describe",
    "markdown",
    "open_model",
    "text",
    "throughput",
]

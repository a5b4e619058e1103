"""The archive: many articles, windows, the journal, going on after a stop."""

from mtpipe.archive.choice import Choice, Shard
from mtpipe.archive.estimate import Estimate, estimate
from mtpipe.archive.journal import Journal
from mtpipe.archive.local import run
from mtpipe.archive.merge import merge
from mtpipe.archive.outcome import Outcome, Progress
from mtpipe.archive.output import RECORD
from mtpipe.archive.rewrite import settle
from mtpipe.archive.windows import windows

__all__ = [
    "RECORD",
    "Choice",
    "Estimate",
    "Journal",
    "Outcome",
    "Progress",
    "Shard",
    "estimate",
    "merge",
    "run",
    "settle",
    "windows",
]

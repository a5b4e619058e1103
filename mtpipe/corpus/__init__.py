"""The corpus: rows, Parquet shards, the dataset card, reading back."""

from mtpipe.corpus.card import Counts, card
from mtpipe.corpus.reader import count, rows, shards
from mtpipe.corpus.rows import CONFIGS, ledger_rows, paragraph_rows, sentence_rows, set_aside_rows
from mtpipe.corpus.shards import shard_path, write_shard

__all__ = [
    "CONFIGS",
    "Counts",
    "card",
    "count",
    "ledger_rows",
    "paragraph_rows",
    "rows",
    "sentence_rows",
    "set_aside_rows",
    "shard_path",
    "shards",
    "write_shard",
]

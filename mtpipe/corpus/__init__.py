"""The corpus: rows, Parquet shards, the dataset card, reading back."""

from mtpipe.corpus.card import Counts, render_card
from mtpipe.corpus.gold import GoldScore, score_gold
from mtpipe.corpus.made import Made, made
from mtpipe.corpus.reader import count, read, read_shard, shard_paths, signature_of
from mtpipe.corpus.rows import CONFIGS, Config, ledger_rows, paragraph_rows, sentence_rows, set_aside_rows
from mtpipe.corpus.shards import shard_path, write_shard

__all__ = [
    "CONFIGS",
    "Config",
    "Counts",
    "GoldScore",
    "Made",
    "count",
    "ledger_rows",
    "made",
    "paragraph_rows",
    "read",
    "read_shard",
    "render_card",
    "score_gold",
    "sentence_rows",
    "set_aside_rows",
    "shard_path",
    "shard_paths",
    "signature_of",
    "write_shard",
]

"""How much of an input is held, and how far it may inflate: what keeps a hostile file a row in ``failed.jsonl``."""

from __future__ import annotations

from typing import Final

ARTICLE: Final = 32 << 20
"""Bytes of one article's file, page, chapter or feed; characters of one row. Some three times War and Peace in Arabic:
a larger one is a dump in the wrong format."""

PAGE_TAGS: Final = 200_000
"""Tags of a page. The news pages looked at have under 20,000; extraction takes some 60 microseconds each."""

FEED_TAGS: Final = 500_000
"""Tags of a feed, those inside of its items included."""

RATIO: Final = 200
"""Bytes that may come of one compressed byte. Text makes 3 to 10, very repetitive logs 100, a bomb 1,000 and more."""

RATIO_FREE: Final = 64 << 20
"""Bytes that may come of any file before the ratio is looked at: small files of blanks are no bomb."""

WINDOW: Final = 128 << 20
"""Memory that a decompressor may ask for: xz -9 needs 65 MiB, zstd without --long at most 128 MiB."""

SPOOL_MEMORY: Final = 8 << 20
"""Bytes of a member that must be read out of order (Parquet in a tar) kept in memory, before a temporary file."""

SPOOLED: Final = 4 << 30
"""Bytes of such a temporary file."""

DIRECTORY: Final = 64 << 20
"""Bytes of a zip's directory, some 600,000 members. zipfile holds it all, in about six times the memory."""

HEADERS: Final = 1 << 20
"""Bytes of the headers of one member of a tar, or of one record of a WARC; long names and extended headers included."""

BLOCK: Final = 1 << 30
"""Bytes of one block of a Parquet or Arrow file that pyarrow asks for."""

BATCH: Final = 256 << 20
"""Bytes of the rows of a Parquet file that are unpacked at once."""

"""File names for pages, and anchors on them."""

from __future__ import annotations

import re
from typing import Final

from mtpipe.signature import digest

PAGES: Final = "pages"
"""The folder of the articles' pages, beside the index."""
ASSETS: Final = "assets"
"""The folder of styles and scripts, the same for every output."""
DATA: Final = "data"
"""The folder of what the scripts load: rows of the index and texts, by window."""

SLUG_LENGTH: Final = 60
DIGEST_LENGTH: Final = 16  # 64 bits: a million articles meet a collision with a chance of 3 in 100 million


def page_name(article_id: str) -> str:
    """Return the file name of an article's page: what is plain ASCII of the id, and a digest of the whole id.

    Safe on every file system and in every URL, whatever the id holds: slashes, dots, Arabic, thousands of
    characters, bytes of a file name that are no UTF-8.
    """
    slug = re.sub(r"[^A-Za-z0-9]+", "-", article_id)[:SLUG_LENGTH].strip("-")
    # Ids may come from file names, where Python keeps undecodable bytes as lone surrogates.
    unique = digest(article_id.encode("utf-8", "surrogatepass"), length=DIGEST_LENGTH)
    return f"{slug}-{unique}.html" if slug else f"{unique}.html"


def anchor(noun_id: str) -> str:
    """Return the part of a paragraph's or sentence's id that is unique on its article's page: ``p3s2``."""
    return noun_id.rpartition("#")[2]

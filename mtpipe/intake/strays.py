"""Files of a folder or an archive that have a name as articles have, and hold none: sitemap.xml, package.json."""

from __future__ import annotations

import re
from typing import Any, Final

_WORDS: Final = 20
"""In one string. Fewer are a name or a label; as many may be an article that the settings don't lead to, which must
not be passed over."""

_TAG: Final = re.compile(rb"<[^>]*>")


class StrayError(Exception):
    """The file is left out. Raised only for one that was found, not for one that the user has named."""


def has_prose(value: Any) -> bool:
    """Tell whether some string of a JSON value, keys aside, has as many words as the text of an article."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and _is_prose(value):
            return True
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return False


def has_prose_between_tags(markup: bytes) -> bool:
    """Tell the same of XML, whatever its encoding: blanks are blanks in all of them."""
    return any(map(_is_prose, _TAG.split(markup)))


def _is_prose(text: str | bytes) -> bool:
    return len(text.split(None, _WORDS - 1)) == _WORDS

"""A hook of mkdocs: links out of docs/ into the repository become plain text, since the site holds no such files."""

from __future__ import annotations

import re
from typing import Any, Final

# Out of docs/: ../x from a page of it, ../../x from one of docs/reference.
_LINK: Final = re.compile(r"(?<!!)\[([^\]]*)\]\(((?:\.\./)+)([^)\s]+)\)")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Replace them on a page, as the repository's path in code."""
    depth = page.file.src_uri.count("/") + 1

    def replaced(match: re.Match[str]) -> str:
        words, ups, path = match.groups()
        if ups.count("../") < depth:
            return match.group()
        shown = f"`{path}`"
        return shown if words.strip("`") == path else f"{words} ({shown})"

    return _LINK.sub(replaced, markdown)

"""Plain text: paragraphs by blank line, or by line where there is no blank line at all."""

from __future__ import annotations

import re
from typing import Final

_LINE: Final = re.compile(r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_TITLE_WORDS: Final = 20
_TITLE_LENGTH: Final = 150
_NO_TITLE_END: Final = re.compile(r"[.!؟?…،,:؛;][»\"”')\]]*$")


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text, not cleaned; blank ones are left out.

    U+2029 and form feed end a paragraph as a blank line does.
    """
    lines = _LINE.sub("\n", re.sub("[\f\u2029]", "\n\n", text)).split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    if all(line.strip() for line in lines):
        return tuple(lines)
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return tuple("\n".join(block) for block in blocks if block)


def looks_like_title(first: str, others: int) -> bool:
    """Tell whether the first paragraph of an article is its title: short, no sentence end, and text follows."""
    return (
        others > 0
        and len(first) <= _TITLE_LENGTH
        and len(first.split()) <= _TITLE_WORDS
        and not _NO_TITLE_END.search(first)
    )

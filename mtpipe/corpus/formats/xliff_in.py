"""Reading XLIFF, 1.x and 2.x, in either direction between Arabic and English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtpipe.corpus.formats.base import SOURCE, TARGET, Incoming
from mtpipe.corpus.formats.files import reading
from mtpipe.glossary.markup import label, local, streamed, text_of, within

if TYPE_CHECKING:
    from lxml import etree

CODES: Final = frozenset(("bpt", "ept", "ph", "it", "x", "bx", "ex", "cp"))
"""Elements that hold the codes of another program, no text."""
DONE: Final = frozenset(("final", "signed-off", "reviewed"))
"""States that say that a person has looked at the translation and let it stand."""


def read(path: Path) -> Iterator[Incoming]:
    """Yield a pair for each segment; a unit that is not divided is one. Raises ``UsageError``.

    What has no translation yet is a pair with an empty side.
    """
    with reading(path) as stream:
        wanted = frozenset(("trans-unit", "unit"))
        for number, unit in enumerate(streamed(stream, str(path), frozenset(("xliff",)), wanted), start=1):
            name = label(unit, "name") or label(unit, "id")
            where = f"unit {number}" + (f" ({name})" if name else "")
            languages = _languages(unit)
            for source, target, approved in _segments(unit, f"{path} {where}"):
                texts = dict(zip(languages, (source.strip(), target.strip()), strict=True))
                yield Incoming(
                    texts.get(SOURCE, ""), texts.get(TARGET, ""), where, approved=approved, languages=languages
                )


def _languages(unit: etree._Element) -> tuple[str, str]:
    """Return the primary languages of source and target, as the nearest element around says."""
    found = ["", ""]
    for around in unit.iterancestors():
        for side, names in enumerate((("source-language", "srcLang"), ("target-language", "trgLang"))):
            code = next((str(around.get(name)) for name in names if around.get(name)), "")
            found[side] = found[side] or code.replace("_", "-").partition("-")[0].lower()
    return found[0], found[1]


def _segments(unit: etree._Element, where: str) -> Iterator[tuple[str, str, bool | None]]:
    if local(unit) == "unit":
        for segment in within(unit, "segment"):
            state = segment.get("state")
            yield (
                _text(_child(segment, "source"), where),
                _text(_child(segment, "target"), where),
                str(state) in DONE if state else None,
            )
        return
    target = _child(unit, "target")
    state = target.get("state") if target is not None else None
    approved = unit.get("approved") == "yes" or str(state) in DONE if unit.get("approved") or state else None
    left, right = _marked(_child(unit, "seg-source"), where), _marked(target, where)
    if left and left.keys() == right.keys():
        yield from ((left[name], right[name], approved) for name in left)
    else:
        yield _text(_child(unit, "source"), where), _text(target, where), approved


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in element if local(child) == name), None)


def _text(element: etree._Element | None, where: str) -> str:
    return "" if element is None else text_of(element, where, CODES)


def _marked(element: etree._Element | None, where: str) -> dict[str, str]:
    """Return the segments that a text is divided into, by their ids."""
    if element is None:
        return {}
    marks = (mark for mark in within(element, "mrk") if mark.get("mtype") == "seg")
    return {str(mark.get("mid")): text_of(mark, where, CODES) for mark in marks}

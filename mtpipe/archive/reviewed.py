"""Paragraphs that people have worked on: what the line had made of them, and what their decisions make of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from string import ascii_lowercase

from mtpipe.archive.journal import Journal
from mtpipe.archive.mentions import moved_by, refound
from mtpipe.article import (
    Mention,
    Rendering,
    Review,
    Sentence,
    State,
    TranslatedParagraph,
    TranslatedSentence,
    from_json,
)
from mtpipe.quality.score import mean_score
from mtpipe.review.decisions import Record


@dataclass(frozen=True, slots=True)
class Original:
    """A paragraph as the line had made it. ``base`` is that of the row which the last record was made on."""

    base: str
    paragraph: TranslatedParagraph


def originals(journal: Journal, paragraphs: Iterable[str]) -> dict[str, Original]:
    """Return what is kept of these paragraphs, by id; those that nobody worked on are missing."""
    found = {}
    for name in paragraphs:
        query = "SELECT base, original FROM reviewed WHERE paragraph = ?"
        if row := journal.connection.execute(query, (name,)).fetchone():
            found[name] = Original(row[0], from_json(TranslatedParagraph, row[1]))
    return found


def outcome(record: Record, current: TranslatedParagraph, line: TranslatedParagraph) -> TranslatedParagraph:
    """Return what a record makes of a paragraph, still unmeasured.

    ``current`` is its present state: a tie that stays as it is keeps the name of who decided on it. ``line`` is what
    the line had made of it: what a tie says of machine and terms comes from there.
    """
    before = {_key(sentence): sentence.review for sentence in current.sentences}
    names = _Names(line)
    made: list[TranslatedSentence] = []
    for tie in record.ties:
        own = [item for item in line.sentences if tie.source_start <= item.source.start < tie.source_end]
        text = _plain(tie.text)
        span = Sentence(
            names.take(tie.source_start),
            current.source.text[tie.source_start : tie.source_end],
            tie.source_start,
            tie.source_end,
        )
        rendering, written = _rendering(span, text, own, line)
        sentence = TranslatedSentence(span, rendering)
        uncut = len(own) == 1 and (own[0].source.start, own[0].source.end) == (span.start, span.end)
        translated = written if own and rendering.text != written else None
        if tie.state != "open" or tie.comment or translated is not None or not uncut:
            review = Review(tie.state, record.reviewer, record.time, tie.comment, translated)
            sentence = replace(sentence, review=review)
            sentence = replace(sentence, review=before.get(_key(sentence)) or review)
        made.append(sentence)
    source = replace(current.source, sentences=tuple(sentence.source for sentence in made))
    paragraph = TranslatedParagraph(source, tuple(made))
    if all(sentence.review is None for sentence in made):
        return paragraph
    comment = "\n".join(tie.comment for tie in record.ties if tie.comment)
    translated = line.target if paragraph.target != line.target else None
    review = Review(record.state, record.reviewer, record.time, comment, translated)
    return replace(paragraph, review=review)


def holds(record: Record, paragraph: TranslatedParagraph) -> bool:
    """Tell whether a paragraph is already what a record says."""
    wanted = [(tie.source_start, tie.source_end, _plain(tie.text), tie.state, tie.comment) for tie in record.ties]
    return wanted == [_key(sentence) for sentence in paragraph.sentences]


def _key(sentence: TranslatedSentence) -> tuple[int, int, str, State, str]:
    review = sentence.review or Review()
    return sentence.source.start, sentence.source.end, _plain(sentence.target), review.state, review.comment


def _plain(text: str) -> str:
    """Return a sentence's English on one line: what a page, or a person, breaks or indents is no edit."""
    return " ".join(text.split())


def _rendering(
    span: Sentence, text: str, own: Sequence[TranslatedSentence], line: TranslatedParagraph
) -> tuple[Rendering, str]:
    """Return the rendering of a tie, and what the line had written for the sentences that begin in it."""
    written = " ".join(item.target for item in own if item.target)
    machines = [item.rendering.machine for item in own if item.rendering.machine is not None]
    machine = " ".join(filter(None, machines)) if machines else None
    mentions = _mentions(span, line)
    if own and text == _plain(written):
        merged = TranslatedParagraph(line.source, tuple(own))
        shifts = {item.source.id: start for item, (start, _) in zip(own, merged.target_spans, strict=True)}
        moved = tuple(moved_by(mention, shifts.get(name, 0)) for name, mention in mentions)
        flags = tuple(dict.fromkeys(flag for item in own for flag in item.rendering.flags))
        score = mean_score(own) if len(own) > 1 else own[0].rendering.score  # to the last digit
        return Rendering(written, machine, score, flags, moved), written
    return Rendering(text, machine, None, (), refound([mention for _, mention in mentions], text)), written


def _mentions(span: Sentence, line: TranslatedParagraph) -> list[tuple[str, Mention]]:
    """Return the mentions that begin in a tie, in its coordinates, each with the id of its sentence."""
    found = []
    for item in line.sentences:
        for mention in item.rendering.mentions:
            start, end = item.source.start + mention.source_start, item.source.start + mention.source_end
            if span.start <= start < span.end:
                moved = replace(mention, source_start=start - span.start, source_end=min(end, span.end) - span.start)
                found.append((item.source.id, moved))
    return found


class _Names:
    """Ids of ties: that of the sentence which begins there, or of the one that is cut there, with a letter."""

    def __init__(self, line: TranslatedParagraph) -> None:
        self._starts = [(item.source.start, item.source.id) for item in line.sentences]
        self._cuts: Counter[str] = Counter()

    def take(self, start: int) -> str:
        """Return the id of the tie that begins at ``start``; to be asked in order."""
        begin, name = max((known for known in self._starts if known[0] <= start), key=itemgetter(0))
        if begin == start:
            return name
        self._cuts[name] += 1
        return name + letters(self._cuts[name])


def letters(number: int) -> str:
    """Return ``b`` for 1, ``z`` for 25, ``ba`` for 26: a number whose digits are the letters from ``a``, for 0, on.

    >>> [letters(number) for number in (1, 2, 25, 26)]
    ['b', 'c', 'z', 'ba']
    """
    rest, digit = divmod(number, len(ascii_lowercase))
    return (letters(rest) if rest else "") + ascii_lowercase[digit]

"""The nouns that flow through the line: Article > Paragraph > Sentence, and their translated forms.

Frozen, typed, no I/O. Two promises hold everywhere (contracts 1 and 2 of the design):

* **Ids are born once.** An article's id is stable; its paragraphs are ``article#p1``, ``article#p2`` ..., the
  sentences of the third ``article#p3s1``, ``article#p3s2`` ... Every output carries them.
* **Conservation.** Joining the paragraphs gives the article's text, joining the sentences gives the paragraph,
  character by character. What is dropped is a ``SetAside`` with its reason, never silence.

All offsets count Unicode code points, ``end`` exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, Generic, Literal, TypeVar, cast

PARAGRAPH_BREAK: Final = "\n\n"
"""What stands between two paragraphs of an article's text."""

Role = Literal["title", "text"]
Rung = Literal["present", "n-best", "repaired", "injected", "placed", "flagged"]
Origin = Literal["machine", "aligned"]
PairedBy = Literal["list", "name", "content"]
State = Literal["open", "approved", "rejected"]

Noun = TypeVar("Noun")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paragraph.

    ``start`` and ``end`` are offsets into the paragraph's text; neighbouring sentences touch, so that joining them
    gives the paragraph back (white space belongs to the sentence before it).
    """

    id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an article, as readers see it. ``start`` and ``end`` are offsets into ``Article.text``."""

    id: str
    text: str
    start: int
    end: int
    role: Role = "text"
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """Text of the input that is no part of the article: kept, with the reason (a code such as ``share-bar``).

    ``after`` says how many kept paragraphs stand before it.
    """

    id: str
    text: str
    reason: str
    after: int


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known about an article beside its text. Dates are as the source gave them, ISO 8601 where it did."""

    title: str | None = None
    date: str | None = None
    author: str | None = None
    url: str | None = None
    publisher: str | None = None
    path: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article after intake: cleaned paragraphs in order, what was set aside, and what is known about it."""

    id: str
    paragraphs: tuple[Paragraph, ...]
    meta: Meta = field(default_factory=Meta)
    set_aside: tuple[SetAside, ...] = ()

    @property
    def text(self) -> str:
        """The cleaned text: the paragraphs with ``PARAGRAPH_BREAK`` between them."""
        return PARAGRAPH_BREAK.join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a glossary term, and what became of it: a line of the ledger.

    ``entry`` and ``target`` are the entry's Arabic and English forms as listed (of homographs that nothing tells apart
    all, with ``" | "`` between). The source span lies in the source sentence, the target span in the target sentence
    (``-1, -1`` where the term is not there: rung ``flagged``). ``before`` is what the engine had written at that place
    ("" where nothing could be tied to the term), ``after`` what stands there now. ``reason`` says why a mention is
    flagged.
    """

    entry: str
    target: str
    source_start: int
    source_end: int
    target_start: int
    target_end: int
    rung: Rung
    before: str = ""
    after: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rendering:
    """The English of one sentence.

    ``text`` is what readers get, ``machine`` what the engine said before the glossary (None where the tie is a person's
    and another one has it). ``score`` is the mean natural log-probability of a target token (None where a person wrote
    the text). ``flags`` are the guard's reason codes, empty when all is well. ``review`` is the approval by which a
    memory gave the text in the place of a translation, None for what was translated.
    """

    text: str
    machine: str | None
    score: float | None
    flags: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """What is measured on a pair, of sentences or of paragraphs.

    ``similarity`` is the cosine of cross-lingual embeddings (None where it was not asked for), ``length_ratio``
    characters of the target over those of the source, ``score`` the model's mean log-probability a token (None where
    people wrote the target). Numbers are canonical ("2254", "3.5"): those of the source without counterpart in the
    target, and the reverse.
    """

    similarity: float | None
    length_ratio: float
    score: float | None
    missing_numbers: tuple[str, ...] = ()
    extra_numbers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """What a person decided about a sentence or a paragraph, or wrote there.

    ``translated`` is the English as the line had made it, where a person changed it, None elsewhere. ``reviewer`` is
    "" where no name was given; ``time`` is ISO 8601.
    """

    state: State = "open"
    reviewer: str = ""
    time: str = ""
    comment: str = ""
    translated: str | None = None


@dataclass(frozen=True, slots=True)
class TranslatedSentence:
    """A sentence tied to its English. ``review`` is None where nobody has looked."""

    source: Sentence
    rendering: Rendering
    quality: Quality | None = None
    review: Review | None = None

    @property
    def target(self) -> str:
        """The English text."""
        return self.rendering.text


@dataclass(frozen=True, slots=True)
class TranslatedParagraph:
    """A paragraph tied to its English: the sentences' English with a space between."""

    source: Paragraph
    sentences: tuple[TranslatedSentence, ...]
    quality: Quality | None = None
    review: Review | None = None

    @property
    def target(self) -> str:
        """The English paragraph. A sentence without English adds nothing, not even a space."""
        return " ".join(sentence.target for sentence in self.sentences if sentence.target)

    @property
    def target_spans(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each sentence's English in ``target``, empty spans for those without."""
        spans: list[tuple[int, int]] = []
        cursor = 0
        for sentence in self.sentences:
            start = cursor + 1 if cursor and sentence.target else cursor
            cursor = start + len(sentence.target)
            spans.append((start, cursor))
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class TranslatedArticle:
    """An article tied to its English, paragraph by paragraph."""

    source: Article
    paragraphs: tuple[TranslatedParagraph, ...]


@dataclass(frozen=True, slots=True)
class ArticlePair:
    """An Arabic article and the English one that tells the same: what is aligned.

    ``paired_by`` says who found them: a list, the names of the files, or what they say; ``similarity`` how near they
    are, 0 to 1 (None where nobody had to look).
    """

    source: Article
    target: Article
    paired_by: PairedBy = "list"
    similarity: float | None = None

    @property
    def id(self) -> str:
        """The id of the Arabic article: a pair has no other."""
        return self.source.id

    @property
    def text(self) -> str:
        """The text of both."""
        return PARAGRAPH_BREAK.join((self.source.text, self.target.text))


Unit = TypeVar("Unit", Paragraph, Sentence)


@dataclass(frozen=True, slots=True)
class AlignedBead(Generic[Unit]):
    """Paragraphs, or sentences, of both articles of a pair that say the same; or one of them that has no counterpart.

    ``probability`` is the chance that the bead is right, 0 where a side is empty. ``crossing`` tells text that was
    moved. ``reason`` is a code that says why the bead is not kept, "" for those that are. ``mentions`` are the
    glossary's terms in those, with spans into ``source_text`` and ``target_text``. ``written`` is the English that a
    reviewer wrote in the place of the article's own, None where nobody did.
    """

    id: str
    source: tuple[Unit, ...]
    target: tuple[Unit, ...]
    probability: float
    crossing: bool = False
    reason: str = ""
    quality: Quality | None = None
    mentions: tuple[Mention, ...] = ()
    written: str | None = None
    review: Review | None = None

    @property
    def matched(self) -> bool:
        """Whether both sides have text."""
        return bool(self.source and self.target)

    @property
    def source_text(self) -> str:
        """The Arabic: sentences with a space between, paragraphs with a break."""
        return _joined(self.source)

    @property
    def target_text(self) -> str:
        """The English, likewise, or what a reviewer wrote."""
        return self.own_text if self.written is None else self.written

    @property
    def own_text(self) -> str:
        """The article's own English."""
        return _joined(self.target)


@dataclass(frozen=True, slots=True)
class AlignedArticle:
    """A pair with its beads, in the order of the source; each paragraph and each sentence of both is in exactly one."""

    pair: ArticlePair
    paragraphs: tuple[AlignedBead[Paragraph], ...]
    sentences: tuple[AlignedBead[Sentence], ...]


def _joined(units: Sequence[Paragraph | Sentence]) -> str:
    if units and isinstance(units[0], Paragraph):
        return PARAGRAPH_BREAK.join(unit.text for unit in units)
    return " ".join(unit.text.strip() for unit in units)


def paragraph_id(article_id: str, number: int) -> str:
    """Return the id of an article's paragraph; ``number`` counts from 1."""
    return f"{article_id}#p{number}"


def build(
    article_id: str,
    texts: Iterable[tuple[Role, str]],
    *,
    meta: Meta | None = None,
    set_aside: Iterable[tuple[str, str, int]] = (),
) -> Article:
    """Give ids and spans to the cleaned paragraphs of an article.

    ``set_aside`` lists (text, reason, number of kept paragraphs before it).
    """
    paragraphs: list[Paragraph] = []
    cursor = 0
    for number, (role, text) in enumerate(texts, start=1):
        paragraphs.append(Paragraph(paragraph_id(article_id, number), text, cursor, cursor + len(text), role))
        cursor += len(text) + len(PARAGRAPH_BREAK)
    aside = tuple(
        SetAside(f"{article_id}#a{number}", text, reason, after)
        for number, (text, reason, after) in enumerate(set_aside, start=1)
    )
    return Article(article_id, tuple(paragraphs), meta or Meta(), aside)


def with_sentences(paragraph: Paragraph, spans: Sequence[tuple[int, int]]) -> Paragraph:
    """Return the paragraph with its sentences, cut at ``spans``.

    Raises ``ValueError`` where the spans do not cover the paragraph from end to end without gap or overlap, or where
    one is empty.
    """
    edges = [0, *(end for _, end in spans)]
    touching = [start for start, _ in spans] == edges[:-1] and edges[-1] == len(paragraph.text)
    if not touching or any(start >= end for start, end in spans):
        raise ValueError(f"spans {list(spans)} do not cover {paragraph.id} (0 to {len(paragraph.text)})")
    sentences = tuple(
        Sentence(f"{paragraph.id}s{number}", paragraph.text[start:end], start, end)
        for number, (start, end) in enumerate(spans, start=1)
    )
    return replace(paragraph, sentences=sentences)


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def to_json(noun: object) -> str:
    """Write a noun of this module as one line of JSON, Arabic as it is."""
    kind: Any = type(noun)
    return cast(bytes, _adapter(kind).dump_json(noun)).decode()


def from_json(kind: type[Noun], line: str | bytes) -> Noun:
    """Read back what ``to_json`` wrote. Raises ``ValueError`` (pydantic's) where the JSON is not of that kind."""
    return cast(Noun, _adapter(cast(Any, kind)).validate_json(line))

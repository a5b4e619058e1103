"""An article with everything that a page can show; its Arabic and English are the project's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from mtpipe.article import (
    Mention,
    Meta,
    Quality,
    Rendering,
    Role,
    Rung,
    TranslatedArticle,
    TranslatedParagraph,
    TranslatedSentence,
    build,
    with_sentences,
)
from mtpipe.corpus.likeness import Suggestion

Pair = tuple[str, str]
Block = tuple[Role, list[Pair]]
Place = tuple[int, int]

SIGNATURE = "mtpipe:0.1.0|model:small-ar-en|engine:ct2|beam:4|compute:int8|glossary:9f8e7d|segmenter:v1"
HOSTILE: Block = (
    "text",
    [
        (
            "<script>document.title='owned'</script> \"قال\" 'الناطق' & <img src=x onerror=alert(1)> \u202eمقلوب أبداً.",
            "</p></main><script>document.title='owned'</script> \u202ereversed\u2067\r<b>bold</b> &amp; \x07\"said\".",
        )
    ],
)


def mention(pair: Pair, entry: str, target: str, rung: Rung, before: str = "", reason: str = "") -> Mention:
    """Find the first place of both forms in a pair of sentences."""
    start = pair[0].index(entry)
    if rung == "flagged":
        return Mention(entry, target, start, start + len(entry), -1, -1, rung, before, "", reason)
    place = pair[1].index(target)
    return Mention(entry, target, start, start + len(entry), place, place + len(target), rung, before, target, reason)


def tie(
    article_id: str,
    blocks: Sequence[Block],
    *,
    mentions: Mapping[Place, Sequence[Mention]] | None = None,
    flags: Mapping[Place, tuple[str, ...]] | None = None,
    quality: Mapping[int, Quality] | None = None,
    meta: Meta | None = None,
    set_aside: Sequence[tuple[str, str, int]] = (),
) -> TranslatedArticle:
    """Build an article from pairs of sentences; the numbers of paragraphs and sentences count from 1."""
    texts = [(role, "".join(source for source, _ in pairs)) for role, pairs in blocks]
    article = build(article_id, texts, meta=meta, set_aside=set_aside)
    tied = []
    for number, ((_, pairs), bare) in enumerate(zip(blocks, article.paragraphs, strict=True), start=1):
        ends = [sum(len(source) for source, _ in pairs[: count + 1]) for count in range(len(pairs))]
        paragraph = with_sentences(bare, list(pairwise([0, *ends])))
        sentences = []
        for count, (sentence, (source, english)) in enumerate(zip(paragraph.sentences, pairs, strict=True), start=1):
            codes = (flags or {}).get((number, count), ())
            found = tuple((mentions or {}).get((number, count), ()))
            measured = Quality(None, len(english) / max(1, len(source)), -0.4 - count / 50, flags=codes)
            rendering = Rendering(english, english, measured.score, codes, found)
            sentences.append(TranslatedSentence(sentence, rendering, measured))
        tied.append(TranslatedParagraph(paragraph, tuple(sentences), (quality or {}).get(number)))
    return TranslatedArticle(article, tuple(tied))


def blocks() -> list[Block]:
    """Read ``boats.txt``: blank lines between paragraphs, an Arabic line and its English ("-": none) in turn."""
    made: list[Block] = []
    for text in (Path(__file__).parent / "boats.txt").read_text(encoding="utf-8").strip().split("\n\n"):
        if text == "@hostile":
            made.append(HOSTILE)
            continue
        lines = text.removeprefix("# ").split("\n")
        last = len(lines) - 2
        pairs = [
            (lines[at] + ("" if at == last else " "), lines[at + 1].removeprefix("-")) for at in range(0, len(lines), 2)
        ]
        made.append(("title" if text.startswith("# ") else "text", pairs))
    return made


def boats() -> TranslatedArticle:
    made = blocks()
    terms: dict[Place, list[tuple[str, str, Rung, str, str]]] = {
        (1, 1): [("البندقية", "Venice", "present", "Venice", "")],
        (2, 1): [
            ("البندقية", "Venice", "repaired", "Al-Bundukiya", ""),
            ("مورانو", "Murano", "injected", "Morano", ""),
        ],
        (3, 1): [("الاتحاد الأوروبي", "European Union", "present", "European Union", "")],
        (3, 2): [("لينا الخطيب", "Lina al-Khatib", "n-best", "Lena Khatib", "")],
        (4, 1): [("جمعية الصيادين", "Fishers' Association", "flagged", "", "no-alignment")],
        (5, 1): [("روتردام", "Rotterdam", "present", "Rotterdam", "")],
        (8, 1): [("وكالة «أنسا»", "ANSA", "present", "ANSA", ""), ("أنسا", "ANSA", "present", "ANSA", "")],
        (10, 1): [("وبالبندقية", "Venice", "repaired", "the rifle", "")],
    }
    measured: dict[int, tuple[float | None, tuple[str, ...], tuple[str, ...]]] = {
        1: (0.86, (), ()),
        2: (0.83, (), ()),
        3: (0.79, (), ()),
        4: (0.68, ("5",), ()),
        5: (0.41, (), ("3",)),
        6: (0.22, (), ()),
        7: (None, (), ()),
        8: (0.81, (), ()),
        9: (0.9, (), ()),
        10: (0.88, (), ()),
    }
    return tie(
        "culture/قوارب البندقية",
        made,
        mentions={
            place: [mention(made[place[0] - 1][1][place[1] - 1], *term) for term in group]
            for place, group in terms.items()
        },
        flags={(5, 3): ("looping",), (7, 1): ("empty-output",)},
        quality={number: Quality(near, 1.1, -0.4, lost, new) for number, (near, lost, new) in measured.items()},
        meta=Meta(title="البندقية", date="2024-05-11", author="سلمى حداد", url="https://example.org/a?b=1&c=<2>"),
        set_aside=(
            ("شارك هذا الموضوع", "share-bar", 1),
            ("اقرأ أيضاً: أسرار المدن العائمة", "read-also", 4),
            ("اترك تعليقاً", "comment-form", 10),
            ("زر الذهاب إلى الأعلى", "back-to-top", 10),
        ),
    )


def remembered() -> dict[str, tuple[Suggestion, ...]]:
    """What a memory has for the second paragraph of ``boats``, somebody's markup in it."""
    sentences = boats().paragraphs[1].sentences
    source = sentences[0].source.text
    return {
        sentences[0].source.id: (
            Suggestion(100, source, "A colleague's English.", True, "سلمى"),
            Suggestion(81, source.replace("البندقية", "القاهرة"), "<b>Cairo</b>\nand \u202eits boats.", False, ""),
        ),
        sentences[1].source.id: (Suggestion(77, source, "For the second sentence.", False, ""),),
    }

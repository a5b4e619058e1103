"""Segments longer than the model: every part is translated, every span still points at the text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtpipe.settings import TranslateSettings
from mtpipe.translate import Hypotheses, open_translator
from mtpipe.translate.base import Hypothesis, Token
from mtpipe.translate.guard import Guard
from mtpipe.translate.long import LongSegments, joined
from mtpipe.translate.store import ModelFolder, inspect


def parts_of(found: Hypotheses, segment: str) -> list[str]:
    """The texts between the ends of sentence that the joined source tokens hold."""
    ends = [0, *(token.end for token in found.source if token.piece == "</s>")]
    return [segment[start:end] for start, end in pairwise(ends)]


def check(segment: str, found: Hypotheses) -> None:
    covered = {place for token in found.source for place in range(token.start, token.end)}
    assert {place for place, letter in enumerate(segment) if not letter.isspace()} <= covered
    starts = [token.start for token in found.source]
    assert starts == sorted(starts)
    for item in found.items:
        inside = "".join(item.text[token.start : token.end] for token in item.tokens)
        assert inside.replace(" ", "") == item.text.replace(" ", "")
        assert item.attention is not None
        assert item.attention.shape == (len(item.tokens), len(found.source))
        np.testing.assert_allclose(item.attention.sum(axis=1), 1.0, atol=1e-4)


def long_text(sentences: list[str], count: Callable[[str], int], pieces: int) -> str:
    """One sentence of at least so many pieces, as Arabic news writes them: clauses joined by commas."""
    text = ""
    for sentence in sentences:
        text = f"{text}، و{sentence.rstrip('.؟!')}" if text else sentence.rstrip(".؟!")
        if count(text) >= pieces:
            return f"{text}."
    raise AssertionError("the examples are too short")


def test_a_sentence_of_700_pieces(embedded_ct2: Any, sentences: list[str]) -> None:
    segment = long_text(sentences, embedded_ct2.subwords.count, 700)
    translator = LongSegments(embedded_ct2)
    short, found = translator.translate([sentences[0], segment], attention=True, n_best=2)
    assert found.source[-1].end == len(segment)
    check(segment, found)
    check(sentences[0], short)
    parts = parts_of(found, segment)
    assert len(parts) >= 2
    assert all(embedded_ct2.subwords.count(part) < embedded_ct2.limit for part in parts)
    alone = embedded_ct2.translate([part.strip() for part in parts], n_best=2)
    assert all(item.best.text for item in alone)
    assert found.best.text == " ".join(item.best.text for item in alone)
    assert found.items[1].text == " ".join(item.items[1].text for item in alone)
    weights = [len(item.best.tokens) + 1 for item in alone]
    assert found.best.score == pytest.approx(np.average([item.best.score for item in alone], weights=weights), abs=1e-3)


def test_a_long_sentence_is_not_called_truncated(sentences: list[str], embedded_ct2: Any) -> None:
    """Its translation may well be longer than the model's limit: each part was ended by the decoder itself."""
    segment = long_text(sentences, embedded_ct2.subwords.count, 700)
    (found,) = open_translator(TranslateSettings(model="small-ar-en", device="cpu", beam=1)).translate([segment])
    assert found.best.ended
    assert "truncated" not in found.flags


@pytest.mark.parametrize(
    "segment",
    [
        "زار الوزير الرقة ثم دمشق " * 30,
        "ا" * 500,
        "اا " * 200,
        "😀" * 300,
        "ﷺ" * 60,
        "0123456789" * 40,
        "word" * 100,
        "«" * 200,
        "!" * 300,
        "  زار   الوزير   " * 40,
        "س" + "\u0651\u064e" * 200 + " زار " + "س" + "\u0651\u064e" * 200,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_anything_long(tiny_engine: Any, segment: str) -> None:
    found, one = LongSegments(tiny_engine).translate([segment, "نعم"], attention=True, n_best=2)
    check(segment, found)
    assert found.best.text
    assert one.best.text
    parts = parts_of(found, segment)
    counts = [len(tiny_engine.subwords.encode(part.strip())) for part in parts]
    assert all(count <= tiny_engine.limit for count in counts)
    assert [token for token in found.source if token.piece == "</s>"][-1].end == len(segment.rstrip())


def test_marks_and_bytes_beyond_the_limit(
    tmp_path: Path, write_model: Callable[..., Path], make_engine: Callable[..., Any]
) -> None:
    """A vocabulary of bytes spends several pieces on a character, and a letter may have any number of marks."""
    words = ["زار", "الوزير", "مدينة", "الرقة", "أمس", "وقال", "إن", "الحكومة", "لن", "تذهب", "إلى", "جنيف"]
    arabic = "\n".join(" ".join(words[place:] + words[:place]) for place in range(len(words))) * 9
    english = "the minister went to the city yesterday and said so\n" * 9
    model = inspect("bytes", write_model(tmp_path / "b", arabic=arabic, english=english, bytes_too=True))
    engine = make_engine("ct2", model)
    assert engine.subwords.count("漢字") == 7  # the word's mark and three bytes each
    for segment in ("漢字" * 15, "漢字" * 200, "س" + "\u0651" * 300, "a" + "\u0301" * 90):
        (found,) = LongSegments(engine).translate([segment], attention=True)
        check(segment, found)
        assert max(len(engine.subwords.encode(part)) for part in parts_of(found, segment)) <= engine.limit


def test_short_segments_pass_untouched(tiny_engine: Any, sentences: list[str]) -> None:
    segments = [text for text in sentences if len(text) < 50][:20]
    direct = tiny_engine.translate(segments, n_best=2)
    through = LongSegments(tiny_engine).translate(segments, n_best=2)
    assert [item.source for item in through] == [item.source for item in direct]
    assert [[h.text for h in item.items] for item in through] == [[h.text for h in item.items] for item in direct]


@pytest.mark.parametrize("segment", ["  زار الرقة", "زار الرقة  ", " زار الرقة ", "   ", ""])
def test_white_space_at_the_edges(tiny_engine: Any, segment: str) -> None:
    (found,) = LongSegments(tiny_engine).translate([segment])
    (bare,) = tiny_engine.translate([segment.strip()])
    assert found.best.text == bare.best.text
    assert found.best.attention is None
    for token in found.source:
        assert 0 <= token.start <= token.end <= len(segment)
    assert "".join(segment[token.start : token.end] for token in found.source) == segment.strip()


def hypothesis(text: str, score: float, columns: int, *, ended: bool = True) -> Hypothesis:
    tokens = tuple(Token(letter, place, place + 1) for place, letter in enumerate(text))
    table = np.full((len(text), columns), 1 / columns, np.float32) if text else None
    return Hypothesis(text, score, tokens, table, ended)


def test_joining() -> None:
    source = tuple(Token(letter, place, place + 1) for place, letter in enumerate("abc"))
    one = Hypotheses((hypothesis("xy", -1.0, 3), hypothesis("x", -2.0, 3, ended=False)), source, ("short",))
    empty = Hypotheses((Hypothesis("", 0.0),), source[:1])
    two = Hypotheses((hypothesis("z", -4.0, 2),), source[:2], ("looping", "short"))
    found = joined([one, empty, two], [0, 5, 9])
    assert [item.text for item in found.items] == ["xy z", "x z"]
    assert [(token.start, token.end) for token in found.source] == [(0, 1), (1, 2), (2, 3), (5, 6), (9, 10), (10, 11)]
    assert [(token.piece, token.start, token.end) for token in found.best.tokens] == [
        ("x", 0, 1),
        ("y", 1, 2),
        ("z", 3, 4),
    ]
    assert found.best.score == pytest.approx((3 * -1.0 + 1 * 0.0 + 2 * -4.0) / 6)
    assert found.flags == ("short", "looping")
    assert [item.ended for item in found.items] == [True, False]
    third, half = 1 / 3, 1 / 2
    expected = [[third, third, third, 0, 0, 0], [third, third, third, 0, 0, 0], [0, 0, 0, 0, half, half]]
    np.testing.assert_allclose(found.best.attention, expected, rtol=1e-6)


def test_no_attention_stays_none() -> None:
    silent = Hypotheses((Hypothesis("x", -1.0, (Token("x", 0, 1),)),), (Token("a", 0, 1),))
    known = Hypotheses((hypothesis("y", -1.0, 1),), (Token("a", 0, 1),))
    unspoken = Hypotheses((Hypothesis("text", 0.0),))
    for parts in ([silent, silent], [silent, known], [unspoken, unspoken]):
        assert joined(parts, [0] * len(parts)).best.attention is None


def test_the_guard_over_long_segments(tiny: ModelFolder, tiny_engine: Any) -> None:
    """Noise is flagged as what it is, whatever its length."""
    guard = Guard(LongSegments(tiny_engine), decoding=tiny_engine.decoding)
    segment = "زار الوزير الرقة ثم دمشق " * 15
    (found,) = guard.translate([segment], attention=True, n_best=2)
    check(segment, found)
    assert set(found.flags) <= {"looping", "truncated", "long", "short"}
    assert ("truncated" in found.flags) == (not found.best.ended)

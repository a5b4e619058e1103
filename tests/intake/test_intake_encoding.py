"""Encodings are told by what the bytes make; mojibake is mended or refused."""

from __future__ import annotations

import codecs
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.errors import ArticleError, UsageError
from mtpipe.intake.encoding import check_encoding, decode
from mtpipe.intake.mojibake import mend

NEWS = """افتتاح مكتبة جديدة في طرابلس

أعلنت بلدية طرابلس افتتاح مكتبة عامة في وسط المدينة، تضم ثلاثين ألف كتاب.
وقال رئيس البلدية إن «القراءة حق للجميع»؛ فهل يأتي القراء؟
وستبقى المكتبة مفتوحة حتى الساعة 10 مساءً، كما أوضحت مديرة المشروع هدى الطرابلسي."""
SHORT = ["مرحبا بكم", "القاهرة تستضيف القمة", "ظروف غامضة", "نعم", "وصل الوفد ـ أمس ـ إلى عدن"]
PLAIN_8859_6 = NEWS.translate(str.maketrans({"«": '"', "»": '"'}))


def misread(text: str, right: str, wrong: str) -> str:
    """What a program shows that takes bytes for another encoding; gaps become C1 controls, as in browsers."""
    return "".join(bytes([byte]).decode(wrong, "ignore") or chr(byte) for byte in text.encode(right))


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("windows-1256", "windows-1256"),
        ("iso-8859-6", "iso-8859-6"),
    ],
)
@pytest.mark.parametrize("text", [PLAIN_8859_6, *SHORT])
def test_detected(text: str, encoding: str, name: str) -> None:
    if encoding == "iso-8859-6" and len(text.split()) < 3:
        pytest.skip("two words of ISO 8859-6 can be good Windows-1256, by far the commoner code page")
    decoded = decode(text.encode(encoding), "a.txt")
    assert (decoded.text, decoded.encoding) == (text, name)


def test_big_endian_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + NEWS.encode("utf-16-be"), "a.txt").text == NEWS


# A single "افتتاح" in ISO 8859-6 is a likelier "التتاح" in Windows-1256, by far the commoner code page.
@pytest.mark.parametrize(
    ("encoding", "words"),
    [("windows-1256", words) for words in (1, 2, 3, 5, 8)] + [("iso-8859-6", words) for words in (3, 5, 8, 13)],
)
def test_code_pages_are_told_apart_from_few_words(encoding: str, words: int) -> None:
    tokens = [word for word in PLAIN_8859_6.split() if len(word) > 3]
    wrong = [
        chunk
        for chunk in map(" ".join, itertools.zip_longest(*[iter(tokens)] * words, fillvalue=""))
        if decode(chunk.encode(encoding), "a.txt").text != chunk
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("utf-8", "windows-1252"),
        ("utf-8", "latin-1"),
        ("utf-8", "windows-1256"),
        ("windows-1256", "windows-1252"),
        ("windows-1256", "latin-1"),
        ("iso-8859-6", "latin-1"),
    ],
)
@pytest.mark.parametrize("text", [PLAIN_8859_6, "القاهرة تستضيف القمة", "BBC العربية"])
def test_mojibake_is_mended(text: str, right: str, wrong: str) -> None:
    broken = misread(text, right, wrong)
    assert broken != text
    assert decode(broken.encode(), "a.txt").text == text


def test_mojibake_twice_over() -> None:
    once = misread(NEWS, "utf-8", "windows-1252")
    assert mend(misread(once, "utf-8", "windows-1252")) == NEWS


@pytest.mark.parametrize(("right", "wrong"), [("utf-8", "windows-1252"), ("windows-1256", "latin-1")])
def test_a_mojibake_title_over_good_text(right: str, wrong: str) -> None:
    assert mend(misread("القاهرة تستضيف القمة", right, wrong) + "\n\n" + NEWS) == "القاهرة تستضيف القمة\n\n" + NEWS


@pytest.mark.parametrize(
    "text",
    [
        NEWS,
        "شروط، وضغوط؛ وحفاظ» على «النفط»؟ ولفظ… ولحظ،",
        "Ça été très élevé, à l'île où naît l'été. Œuvre d'été à Évry.",
        "Øst for Århus på Bornholm, Öland och Åland",
        "درجة الحرارة 40° والنسبة ±5 والمساحة 3×4 م²",
        "قال: «طـ» ثم «ظ»",
        "",
    ],
)
def test_good_text_is_left_alone(text: str) -> None:
    assert mend(text) == text


@given(
    st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآءئؤ،؛؟«»\u064e\u0651 \n.:0123٣abcXYZéç–…“”\u200c\u200f\u00a0")
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    # One ط or ظ before a sign is ordinary; every one of them, three times, is not.
    if sum(text.count(letter) for letter in "طظ") < 3:
        assert mend(text) == text


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty-file"),
        (b" \r\n\n\x1a", "empty-file"),
        (codecs.BOM_UTF8, "empty-file"),
        (codecs.BOM_UTF16_LE + b"\n\x00", "empty-file"),
        (b"%PDF-1.7\n" + NEWS.encode(), "binary"),
        (b"PK\x03\x04rest of a word file", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (NEWS.encode()[:-2], "undecodable"),  # cut in the last letter
        (NEWS.encode().replace("مكتبة".encode(), b"\xff\xfe\xfa", 1), "undecodable"),
        ("Привет, мир, как дела сегодня вечером".encode("cp1251"), "undecodable"),
        (NEWS.encode("utf-16")[:-1], "undecodable"),
        (NEWS.encode("windows-1256").decode("utf-8", "replace").encode(), "undecodable"),  # nothing is left to mend
        (misread(NEWS, "utf-8", "windows-1252").replace("§", "?").replace("„", "?").encode(), "undecodable"),
    ],
)
def test_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(ArticleError, match=r"^a\.txt: ") as caught:
        decode(raw, "a.txt")
    assert caught.value.reason == reason


def test_forced_encoding() -> None:
    raw = "été à Évry".encode("windows-1252")
    assert decode(raw, "a.txt", "windows-1252").text == "été à Évry"
    assert decode(codecs.BOM_UTF8 + NEWS.encode(), "a.txt", "UTF-8").text == NEWS
    assert decode(NEWS.encode("utf-16-be"), "a.txt", "utf-16").text == NEWS
    with pytest.raises(ArticleError, match="not utf-8 at byte 0"):
        decode(raw, "a.txt", "utf-8")


@pytest.mark.parametrize("name", ["utf-9", "hex", "rot13", "undefined", "a\0b"])
def test_unknown_encoding_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match=r"intake\.encoding"):
        check_encoding(name)


@given(st.binary())
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    try:
        reason, text = "", decode(raw, "a.txt").text
    except ArticleError as error:
        reason, text = error.reason, ""
    assert reason in {"", "empty-file", "binary", "undecodable"}
    assert text or reason

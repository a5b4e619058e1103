from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from mtpipe.signature import Signature, digest

words = st.lists(st.text(), max_size=4)
parts = st.lists(st.tuples(st.text(), st.text()), max_size=4).map(tuple)


def test_line_as_sacrebleu_has_it() -> None:
    assert str(Signature((("model", "small-ar-en"), ("beam", "4")))) == "model:small-ar-en|beam:4"
    assert str(Signature(())) == ""


@given(parts)
def test_one_line_whatever_the_values_hold(given_parts: tuple[tuple[str, str], ...]) -> None:
    line = str(Signature(given_parts))
    assert line.count("|") == max(0, len(given_parts) - 1)
    assert "\n" not in line
    assert "\r" not in line


@given(parts, parts)
def test_sum_keeps_all_parts_in_order(first: tuple[tuple[str, str], ...], second: tuple[tuple[str, str], ...]) -> None:
    assert (Signature(first) + Signature(second)).parts == first + second


@given(parts, parts)
def test_digest_differs_when_any_part_differs(
    first: tuple[tuple[str, str], ...], second: tuple[tuple[str, str], ...]
) -> None:
    assert (Signature(first).digest == Signature(second).digest) == (first == second)


@given(words, words)
def test_digest_tells_apart_where_parts_end(first: list[str], second: list[str]) -> None:
    assert (digest(*first) == digest(*second)) == (first == second)


@given(words)
def test_text_and_its_utf8_are_one(texts: list[str]) -> None:
    assert digest(*texts) == digest(*(text.encode() for text in texts))


def test_digest_is_length_prefixed_sha256() -> None:
    # What lies in translation memories on disk: another way of hashing would orphan them all.
    raw = "مرحبا".encode()
    expected = hashlib.sha256(len(raw).to_bytes(8, "big") + raw).hexdigest()
    assert digest("مرحبا") == expected[:16]
    assert digest("مرحبا", length=64) == expected

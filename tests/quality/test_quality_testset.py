"""Test sets: reading them, and translating them sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mtpipe.article import Rendering
from mtpipe.errors import UsageError
from mtpipe.quality.testset import read, rendered, text


def test_lines_of_id_arabic_english(tmp_path: Path) -> None:
    path = tmp_path / "news.tsv"
    path.write_bytes("\ufeffa\tنص\tText.\r\n\nb\tنص آخر \tAnother, with \u2028 inside.\n".encode())
    found = read(path)
    assert (found.name, found.sources) == ("news", ("نص", "نص آخر"))
    assert found.references == ("Text.", "Another, with \u2028 inside.")
    assert found.first(1).references == ("Text.",)
    assert found.first(None) == found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a\tنص\tText\nb\tنص\n", "line 2: wants three cells"),
        ("a\tنص\t\n", "line 1: wants three cells"),
        ("a\tنص\tText\tmore\n", "line 1: wants three cells"),
        ("\n", "no segments"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_what_is_no_test_set(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = tmp_path / "bad.tsv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=message):
        read(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "missing.tsv")


def test_segments_are_translated_sentence_by_sentence() -> None:
    asked: list[str] = []

    def render(segments: Sequence[str]) -> list[Rendering]:
        asked.extend(segments)
        return [Rendering(f"<{len(segment)}>" if "لا" not in segment else "", "", 0.0) for segment in segments]

    made = rendered(["جاء. ذهب. لا.", "  ", "أين هو؟"], render)
    assert asked == ["جاء.", "ذهب.", "لا.", "أين هو؟"]
    assert [text(one) for one in made] == ["<4> <4>", "", "<7>"]

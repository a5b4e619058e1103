from __future__ import annotations

import json
from pathlib import Path

import pytest

ARTICLE = "عنوان المقال\n\nجاء الوزير إلى عمان صباح اليوم. ثم غادر مساء؟\n\nلم يقل شيئا."


def rows(out: bytes) -> list[dict]:
    return [json.loads(line) for line in out.decode().removesuffix("\n").split("\n")]


def test_text_has_a_sentence_a_line_and_a_blank_line_after_a_paragraph(mtpipe) -> None:
    ended = mtpipe("segment", given=ARTICLE.encode())
    assert (ended.code, ended.words) == (0, "")
    assert ended.out.decode() == ("عنوان المقال\n\nجاء الوزير إلى عمان صباح اليوم.\nثم غادر مساء؟\n\nلم يقل شيئا.\n\n")


def test_file_and_standard_input_are_cut_alike(mtpipe, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE)
    assert mtpipe("segment", path).out == mtpipe("segment", "-", given=ARTICLE.encode()).out


def test_json_spans_rejoin_to_the_paragraphs(mtpipe, project: Path) -> None:
    ended = mtpipe("segment", "--json", project / "examples" / "articles")
    assert ended.code == 0
    paragraphs: dict[str, str] = {}
    for row in rows(ended.out):
        paragraph = row["id"].rpartition("s")[0]
        assert row["start"] == len(paragraphs.get(paragraph, ""))
        paragraphs[paragraph] = paragraphs.get(paragraph, "") + row["text"]
        assert row["end"] == len(paragraphs[paragraph])
    assert len({paragraph.partition("#")[0] for paragraph in paragraphs}) == 7
    plain = mtpipe("segment", project / "examples" / "articles").out.decode()
    assert plain.split("\n\n")[:-1] == [
        "\n".join(" ".join(row["text"].split()) for row in rows(ended.out) if row["id"].rpartition("s")[0] == paragraph)
        for paragraph in paragraphs
    ]


@pytest.mark.parametrize("option", ["--language", "-l"])
def test_english(mtpipe, tmp_path: Path, option: str) -> None:
    text = "Mr. Smith came. He left?\n\nOne more.\n"
    expected = "Mr. Smith came.\nHe left?\n\nOne more.\n\n"
    assert mtpipe("segment", option, "en", given=text.encode()).out.decode() == expected
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert mtpipe("segment", option, "en", path).out.decode() == expected
    assert [
        (row["id"], row["start"], row["end"]) for row in rows(mtpipe("segment", "-l", "en", "--json", path).out)
    ] == [
        ("a.txt#p1s1", 0, 16),
        ("a.txt#p1s2", 16, 24),
        ("a.txt#p3s1", 0, 9),
    ]


def test_settings_reach_the_splitter(mtpipe) -> None:
    raw = "قال الوزير ذلك صباح اليوم؛ ثم غادر المدينة مساء.".encode()
    counts = [
        len(rows(mtpipe("segment", "--json", "--set", f"segment.semicolon={value}", given=raw).out))
        for value in ("false", "true")
    ]
    assert counts == [1, 2]


def test_one_bad_article_does_not_hide_the_others(mtpipe, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "b.txt").write_text("جاء الوزير إلى عمان.")
    ended = mtpipe("segment", tmp_path)
    assert ended.code == 4
    assert ended.out.decode() == "جاء الوزير إلى عمان.\n\n"
    assert ended.words.startswith("mtpipe: ")
    assert "a.txt" in ended.last
    assert ended.words.count("\n") == 1


def test_any_locale(mtpipe) -> None:
    for encoding in ("ascii", "latin-1", "utf-16"):
        ended = mtpipe("segment", given="مرحبا بكم.".encode(), env={"PYTHONIOENCODING": encoding})
        assert (ended.code, ended.out.decode()) == (0, "مرحبا بكم.\n\n")

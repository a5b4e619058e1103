"""Tables: an article a row; a bad row is told with file and line, and the next go on."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtpipe.article import Article
from mtpipe.errors import ArticleError
from mtpipe.intake import read
from mtpipe.settings import IntakeSettings

TEXT = "أعلنت البلدية افتتاح مكتبة عامة.\n\nوقال رئيسها إن «القراءة حق للجميع»."
SETTINGS = IntakeSettings()


def read_file(path: Path, content: str | bytes, settings: IntakeSettings = SETTINGS) -> list[Article | ArticleError]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read([path], settings))


def brief(results: list[Article | ArticleError]) -> list[tuple[str, str]]:
    """(id, "article") or (reason, what the message names)."""
    return [
        (item.id, "article") if isinstance(item, Article) else (item.reason, str(item).partition(":")[0])
        for item in results
    ]


def separated(rows: list[list[str]], **options: object) -> str:
    out = io.StringIO()
    csv.writer(out, **options).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def test_jsonl(tmp_path: Path) -> None:
    rows = [
        {"id": "a 1#x", "title": "عنوان", "text": TEXT, "url": "https://example.org", "date": "2017-06-06", "x": 1},
        {"id": 7, "text": TEXT},
        {"text": TEXT},
    ]
    results = read_file(tmp_path / "news.jsonl", "\n".join(json.dumps(row) for row in rows))
    assert brief(results) == [("a_1_x", "article"), ("7", "article"), ("news.jsonl:3", "article")]
    first = results[0]
    assert isinstance(first, Article)
    assert [(p.role, p.text) for p in first.paragraphs] == [
        ("title", "عنوان"),
        *(("text", t) for t in TEXT.split("\n\n")),
    ]
    assert (first.meta.title, first.meta.url, first.meta.date) == ("عنوان", "https://example.org", "2017-06-06")
    assert (first.meta.path, first.meta.encoding) == ("news.jsonl", "utf-8")


def test_bad_rows_of_jsonl(tmp_path: Path) -> None:
    good = json.dumps({"text": TEXT}, ensure_ascii=False).encode()
    lines = [
        good,
        b"{not json",
        b"",
        b"[1, 2]",
        b'{"id": "n", "text": null}',
        b'{"text": 5}',
        b'{"title": "x"}',
        good.replace("مكتبة".encode(), b"\xff\xfe"),
        b'{"text": "   "}',
        b"[" * 100_000,
        good,
    ]
    results = read_file(tmp_path / "news.jsonl", b"\n".join(lines))
    assert brief(results) == [
        ("news.jsonl:1", "article"),
        ("bad-row", "news.jsonl line 2"),
        ("bad-row", "news.jsonl line 4"),
        ("bad-row", "news.jsonl line 5"),
        ("bad-row", "news.jsonl line 6"),
        ("bad-row", "news.jsonl line 7"),
        ("undecodable", "news.jsonl line 8"),
        ("no-text", "news.jsonl line 9"),
        ("bad-row", "news.jsonl line 10"),
        ("news.jsonl:10", "article"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256", "iso-8859-6"])
@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl"])
def test_encodings_of_tables(tmp_path: Path, encoding: str, kind: str) -> None:
    text = TEXT.replace("«", '"').replace("»", '"')
    rows = [["id", "text"], ["1", text], ["2", text]]
    content = separated(rows, delimiter="\t" if kind == "tsv" else ",")
    if kind == "jsonl":
        content = "".join(
            json.dumps(dict(zip(rows[0], row, strict=True)), ensure_ascii=False) + "\n" for row in rows[1:]
        )
    results = read_file(tmp_path / f"t.{kind}", content.encode(encoding))
    assert brief(results) == [("1", "article"), ("2", "article")]
    assert all(isinstance(item, Article) and item.text == text for item in results)


@pytest.mark.parametrize(
    ("written", "forced"),
    [
        ("utf-8-sig", "utf-8"),
        ("utf-8-sig", "UTF8"),
        ("utf-16", "utf16"),
        ("utf-16", "utf_16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("utf-32-le", "utf-32"),
    ],
)
def test_forced_encodings_of_tables(tmp_path: Path, written: str, forced: str) -> None:
    settings = IntakeSettings(encoding=forced)
    row = json.dumps({"text": TEXT, "id": "1"}, ensure_ascii=False)
    for name, content in (("t.jsonl", f"{row}\n"), ("t.csv", f'text;id\n"{TEXT}";1\n')):
        assert brief(read_file(tmp_path / name, content.encode(written), settings)) == [("1", "article")]


@pytest.mark.parametrize(
    ("forced", "place"), [("utf-16", "t.jsonl line 1"), ("UTF16", "t.jsonl line 1"), ("idna", "t.jsonl")]
)
def test_damage_under_a_forced_encoding_is_told(tmp_path: Path, forced: str, place: str) -> None:
    row = json.dumps({"text": f"{TEXT}x"}, ensure_ascii=False).encode("utf-16").replace(b"x\0", b"\0\xd8")
    assert brief(read_file(tmp_path / "t.jsonl", row, IntakeSettings(encoding=forced))) == [("undecodable", place)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_of_csv(tmp_path: Path, delimiter: str) -> None:
    content = separated([["body", "key"], [TEXT, "k;1,2"]], delimiter=delimiter)
    settings = IntakeSettings(text_field="body", id_field="key")
    assert brief(read_file(tmp_path / "t.csv", content, settings)) == [("k;1,2", "article")]


def test_bad_rows_of_csv(tmp_path: Path) -> None:
    content = (
        "id,text\n"
        f'1,"{TEXT}"\n'  # lines 2 to 4
        "2,كلام,زائد\n"
        "\n"
        "3,كلام بلا عيب في السطر السابع\n"
        '4,"علامة لا تغلق\n'
        "5,كلام بعد العلامة\n"
        "6,كلام آخر\n"
    )
    assert brief(read_file(tmp_path / "t.csv", content)) == [
        ("1", "article"),
        ("bad-row", "t.csv line 5"),
        ("3", "article"),
        ("bad-row", "t.csv line 8"),
        ("5", "article"),
        ("6", "article"),
    ]


def test_an_open_quote_that_meets_another(tmp_path: Path) -> None:
    content = 'id,text\n1,"علامة لا تغلق\n2,كلام\n3,"كلام, بفاصلة"\n4,كلام\n'
    assert brief(read_file(tmp_path / "t.csv", content)) == [
        ("bad-row", "t.csv line 2"),
        ("2", "article"),
        ("3", "article"),
        ("4", "article"),
    ]


def test_plain_quotes_in_tsv(tmp_path: Path) -> None:
    content = 'id\ttext\n1\t"كلمة" في أول الحقل\n2\tوكلمة "في وسطه"\n3\t"حقل كامل"\n4\t"لا تغلق\n5\tآخر\n'
    results = read_file(tmp_path / "t.tsv", content)
    assert [item.text for item in results if isinstance(item, Article)] == [
        '"كلمة" في أول الحقل',
        'وكلمة "في وسطه"',
        "حقل كامل",
        '"لا تغلق',
        "آخر",
    ]


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    (error,) = read_file(tmp_path / "t.csv", "id,body\n1,نص\n")
    assert isinstance(error, ArticleError)
    assert error.reason == "no-text-column"
    assert "it has id, body" in str(error)


def test_a_very_long_field(tmp_path: Path) -> None:
    text = "\n\n".join(["فقرة طويلة من كتاب كبير فيها كلام كثير رقم " + str(number) for number in range(6000)])
    (article,) = read_file(tmp_path / "t.csv", separated([["text"], [text]]))
    assert isinstance(article, Article)
    assert len(article.paragraphs) == 6000


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table(
        {"id": [1, 2, 3], "text": [TEXT, None, TEXT], "date": [date(2017, 6, 6), None, None], "x": [[1], [], []]}
    )
    pq.write_table(table, path)
    results = list(read([path], SETTINGS))
    assert brief(results) == [("1", "article"), ("bad-row", "t.parquet row 2"), ("3", "article")]
    assert isinstance(results[0], Article)
    assert results[0].meta.date == "2017-06-06"
    raw = path.read_bytes()
    (error,) = read_file(path, raw[: len(raw) // 2])
    assert isinstance(error, ArticleError)
    assert error.reason == "unreadable"


def test_mojibake_in_a_row(tmp_path: Path) -> None:
    rows = [{"text": TEXT.encode().decode("latin-1")}, {"text": TEXT}]
    results = read_file(tmp_path / "t.jsonl", "\n".join(json.dumps(row) for row in rows))
    assert [item.text for item in results if isinstance(item, Article)] == [TEXT, TEXT]


@pytest.mark.parametrize("title", ["\u200e", "\ufeff \u200b\u200f", "\u200c\u061c\u200d", "ـ\u064b", " "])
@pytest.mark.parametrize("remnants", [True, False])
def test_a_title_that_can_t_be_seen_is_none(tmp_path: Path, title: str, remnants: bool) -> None:
    wanted = IntakeSettings(remnants=remnants)
    (without,) = read_file(tmp_path / "t.jsonl", json.dumps({"text": TEXT}), wanted)
    assert read_file(tmp_path / "t.jsonl", json.dumps({"title": title, "text": TEXT}), wanted) == [without]


def test_a_title_that_the_text_repeats_is_not_doubled(tmp_path: Path) -> None:
    row = {"title": "عنوان الخبر", "text": "عنوان الخبر\n\n" + TEXT}
    for remnants in (True, False):
        (article,) = read_file(tmp_path / "t.jsonl", json.dumps(row), IntakeSettings(remnants=remnants))
        assert isinstance(article, Article)
        assert [p.text for p in article.paragraphs] == ["عنوان الخبر", *TEXT.split("\n\n")]
        assert [(aside.reason, aside.after) for aside in article.set_aside] == [("repeated-title", 1)]

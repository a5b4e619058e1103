"""The public face: which files, in which order, under which ids, and what becomes of bad ones."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from mtpipe.article import Article
from mtpipe.errors import ArticleError, UsageError
from mtpipe.intake import read
from mtpipe.settings import IntakeSettings

SETTINGS = IntakeSettings()
TEXT = "خبر من المدينة\n\nأعلنت البلدية افتتاح مكتبة عامة في وسط المدينة.\n\nوقال رئيسها إن القراءة حق للجميع."


def write(folder: Path, *names: str, content: str = TEXT) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def ids(results: object) -> list[str]:
    return [item.id if isinstance(item, Article) else item.reason for item in results]  # type: ignore[attr-defined]


def test_folder(tmp_path: Path) -> None:
    write(
        tmp_path, "b.txt", "a/z.txt", "a/ل.txt", "A.TXT", "a b#c.txt", "notes.md", ".hidden.txt", ".git/x.txt", "é.txt"
    )
    assert ids(read([tmp_path], SETTINGS)) == ["A.TXT", "a_b_c.txt", "a/z.txt", "a/ل.txt", "b.txt", "é.txt"]


def test_ids_of_decomposed_names_are_composed(tmp_path: Path) -> None:
    write(tmp_path, "e\u0301.txt")  # as macOS names files
    assert ids(read([tmp_path], SETTINGS)) == ["\u00e9.txt"]


def test_paths_are_never_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "in/a/x.txt")
    monkeypatch.chdir(tmp_path)
    for given, shown in ((tmp_path / "in", "a/x.txt"), ("in", "in/a/x.txt"), (tmp_path / "in/a/x.txt", "x.txt")):
        (article,) = read([given], SETTINGS)
        assert isinstance(article, Article)
        assert article.meta.path == shown


def test_globs(tmp_path: Path) -> None:
    write(tmp_path, "in/a/x.txt", "in/y.txt", "in/z.md", "in/.h.txt", "in/[1].txt")
    assert ids(read([str(tmp_path / "in/*.txt")], SETTINGS)) == ["[1].txt", "y.txt"]
    assert ids(read([str(tmp_path / "in/**/*")], SETTINGS)) == ["[1].txt", "a/x.txt", "y.txt"]
    assert ids(read([str(tmp_path / "in/[1].txt")], SETTINGS)) == ["[1].txt"]  # a file of that very name


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "x.txt", "y.txt")
    assert ids(read([tmp_path, tmp_path / "x.txt", str(tmp_path / "*.txt")], SETTINGS)) == ["x.txt", "y.txt"]


def test_duplicate_ids_name_both_places(tmp_path: Path) -> None:
    write(tmp_path, "a/x.txt", "b/x.txt")
    results = list(read([tmp_path / "a", tmp_path / "b"], SETTINGS))
    assert ids(results) == ["x.txt", "duplicate-id"]
    (tmp_path / "t.jsonl").write_text(
        '{"id": "k", "text": "نص أول"}\n{"id": "k", "text": "نص ثان"}\n', encoding="utf-8"
    )
    first, second = read([tmp_path / "t.jsonl"], SETTINGS)
    assert isinstance(first, Article)
    assert isinstance(second, ArticleError)
    assert (second.article_id, second.reason) == ("k", "duplicate-id")
    assert "t.jsonl line 2" in str(second)
    assert "t.jsonl line 1" in str(second)


def test_standard_input() -> None:
    (article,) = read(["-"], SETTINGS, stdin=io.BytesIO(TEXT.encode("windows-1256")))
    assert isinstance(article, Article)
    assert (article.id, article.meta.path, article.meta.encoding) == ("stdin", None, "windows-1256")
    assert [p.role for p in article.paragraphs] == ["title", "text", "text"]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([], "no input"),
        (["nowhere.txt"], "no such file"),
        (["*.txt"], "matches no file"),
        (["a***.txt"], "a.{3}.txt: (cannot be looked up|matches no file)"),
        (["empty"], "holds no file"),
        (["notes.md"], r"cannot read \.md"),
        (["README"], "cannot read files without extension"),
    ],
)
def test_usage_errors_come_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inputs: list[str], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.md").touch()
    (tmp_path / "README").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message):
        read(inputs, SETTINGS)
    with pytest.raises(UsageError, match="no text encoding"):
        read(["notes.md"], IntakeSettings(encoding="utf-9"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty-file"),
        (b"%PDF-1.4", "binary"),
        (TEXT.encode()[:-2], "undecodable"),
        ("شارك\n\nإعلان\n\n***".encode(), "no-text"),
        (b"An English article about nothing at all.", "not-arabic"),
        (b"12345 67890", "not-arabic"),
        (("كلمة " * 300).encode(), "paragraph-too-long"),
    ],
)
def test_a_bad_article_does_not_stop_the_run(tmp_path: Path, content: bytes, reason: str) -> None:
    write(tmp_path, "a.txt", "c.txt")
    (tmp_path / "b.txt").write_bytes(content)
    first, bad, last = read([tmp_path], IntakeSettings(max_paragraph=1000))
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(bad, ArticleError)
    assert (bad.article_id, bad.reason) == ("b.txt", reason)
    assert str(bad).startswith("b.txt: ")
    assert "\n" not in str(bad)


def test_set_aside_is_told_when_nothing_is_left(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", content="شارك\n\nإعلان")
    (error,) = read([tmp_path], SETTINGS)
    assert "2 set aside: advertisement, share-bar" in str(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt")
    (tmp_path / "a.txt").chmod(0)
    assert ids(read([tmp_path], SETTINGS)) == ["unreadable", "b.txt"]


def test_a_file_that_vanishes_after_it_was_listed(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt")
    articles = read([tmp_path], SETTINGS)
    (tmp_path / "a.txt").unlink()
    assert ids(articles) == ["unreadable", "b.txt"]


def test_reading_is_lazy(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt")
    articles = read([tmp_path], SETTINGS)
    assert ids([next(articles)]) == ["a.txt"]
    write(tmp_path, "b.txt", content="نص جديد كتب بعد قراءة الأول.")
    assert [item.text for item in articles if isinstance(item, Article)] == ["نص جديد كتب بعد قراءة الأول."]


def test_min_arabic(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", content="نصف half نصف half")
    assert ids(read([tmp_path], IntakeSettings(min_arabic=0.4))) == ["a.txt"]
    assert ids(read([tmp_path], IntakeSettings(min_arabic=0.6))) == ["not-arabic"]


def test_publisher_is_taken_from_the_source_line(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", content=TEXT + "\n\nالمصدر: رويترز\n\nشارك")
    (article,) = read([tmp_path], SETTINGS)
    assert isinstance(article, Article)
    assert article.meta.publisher == "رويترز"
    assert [aside.reason for aside in article.set_aside] == ["source-line", "share-bar"]

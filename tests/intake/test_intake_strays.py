"""What a site leaves beside its articles is passed over where it is found, and is an error where it is named."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from mtpipe.article import Article
from mtpipe.intake import read
from mtpipe.settings import IntakeSettings

TEXT = "أعلنت البلدية افتتاح مكتبة عامة في وسط المدينة. وقال رئيسها إن القراءة حق للجميع."
LONG = " ".join([TEXT] * 2)
ADDRESSES = "".join(f"<url><loc>https://e.org/خبر-{number}</loc></url>" for number in range(30))

# Name, content, and the reason why it is a failure where the user names it.
STRAYS = [
    ("sitemap.xml", f"<?xml version='1.0'?><urlset>{ADDRESSES}</urlset>", "not-a-feed"),
    ("sitemap.xml", "<?xml version='1.0' encoding='UTF-16'?><urlset/>".encode("utf-16"), "not-a-feed"),
    ("comments.xml", "<rss version='2.0'><channel><title>تعليقات</title></channel></rss>", "no-article"),
    ("package.json", json.dumps({"name": "site", "scripts": {"build": "make"}}), "bad-row"),
    ("manifest.json", json.dumps({"name": "أخبار المدينة", "icons": [{"src": "a.png"}]}), "bad-row"),
    ("numbers.json", "[1, 2]", "bad-row"),
    ("empty.json", "[]", "no-article"),
]
# What is like an article, or like the beginning of one, is not passed over.
FAILURES = [
    ("body.json", json.dumps({"body": LONG}), "bad-row"),
    ("list.json", json.dumps([LONG]), "bad-row"),
    ("nothing.json", json.dumps({"text": None}), "bad-row"),
    ("cut.json", '{"name": ', "bad-row"),
    ("void.json", "", "empty-file"),
    ("article.xml", f"<article><p>{LONG}</p></article>", "not-a-feed"),
    ("cut.xml", "<rss version='2.0'><channel><title>م</ti", "no-article"),
    ("page.xml", "<!doctype html><p>no such page<br></html>", "not-a-feed"),
    ("void.xml", "", "empty-file"),
]


def found(given: Path | str) -> tuple[list[str], list[str]]:
    """Return ids or reasons, and what is told."""
    told: list[str] = []
    items = list(read([given], IntakeSettings(), told=told.append))
    return [item.id if isinstance(item, Article) else item.reason for item in items], told


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/z.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "in"


def write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(("name", "content", "reason"), STRAYS)
def test_a_stray_is_left_out_unless_named(folder: Path, name: str, content: str | bytes, reason: str) -> None:
    write(folder / name, content)
    told = [f"left out, as they hold no article: in/{name}."]
    assert found("in") == (["z.txt"], told)
    assert found("in/*") == (["z.txt"], told)
    assert found(f"in/{name}")[0][0] == reason
    with zipfile.ZipFile("a.zip", "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    assert found("a.zip") == (["a.zip/z.txt"], [f"left out, as they hold no article: a.zip/{name}."])


@pytest.mark.parametrize(("name", "content", "reason"), FAILURES)
def test_what_may_be_an_article_is_a_failure(folder: Path, name: str, content: str, reason: str) -> None:
    write(folder / name, content)
    assert found("in") == ([reason, "z.txt"], [])
    assert found(f"in/{name}") == ([reason], [])


def test_many_strays_are_one_line(folder: Path) -> None:
    for number in range(5):
        (folder / f"{number}.json").write_text("{}")
    assert found("in")[1] == ["left out, as they hold no article: in/0.json, in/1.json, in/2.json and 2 more."]


def test_an_input_of_nothing_but_strays_fails(folder: Path) -> None:
    (folder / "z.txt").unlink()
    (folder / "package.json").write_text("{}")
    (item,) = read(["in"], IntakeSettings())
    assert (item.article_id, item.reason) == ("in/package.json", "no-article")  # type: ignore[union-attr]  # an error
    assert str(item) == "no article is in the input, only in/package.json. Check what you name."


def test_a_table_without_texts_at_its_beginning_is_read_on(folder: Path) -> None:
    rows = [{"id": "head"}] * 2 + [{"id": "a", "text": TEXT}, {"id": "b"}]
    (folder / "t.json").write_text(json.dumps(rows))
    assert found("in") == (["bad-row", "bad-row", "a", "bad-row", "z.txt"], [])


def test_much_data_without_texts_is_told(folder: Path) -> None:
    """It may have its texts in a column that the settings don't name."""
    (folder / "t.json").write_text(json.dumps([{"x": number} for number in range(150_000)]))
    assert found("in")[0][:2] == ["bad-row", "bad-row"]

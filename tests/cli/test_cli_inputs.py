"""A whole run over a folder of everything: what is good is in the dataset, what is not in failed.jsonl, once each."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

Ran = tuple[Any, Path]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def warc(pages: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for address, page in pages.items():
        headers = StatusAndHeaders(
            "200 OK" if page else "404 Not Found", [("Content-Type", "text/html")], protocol="HTTP/1.1"
        )
        record = writer.create_warc_record(address, "response", payload=io.BytesIO(page), http_headers=headers)
        temporary = record.raw_stream
        writer.write_record(record)
        temporary.close()
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    """The examples in many packings, and between them what can't be read."""
    folder = tmp_path_factory.mktemp("mixed")
    text = {name: (project / f"examples/articles/{name}.txt").read_bytes() for name in ("culture", "sport", "health")}
    page = (project / "examples/articles/science.html").read_bytes()
    (folder / "a.txt.gz").write_bytes(gzip.compress(text["culture"]))
    (folder / "b.txt.xz").write_bytes(lzma.compress(text["sport"]))
    (folder / "c.jsonl.zst").write_bytes(
        zstandard.compress(json.dumps({"id": "row", "text": text["health"].decode()}).encode() + b"\noops\n")
    )
    with zipfile.ZipFile(folder / "d.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("news/page.html", page)
        archive.writestr("../up.txt", text["sport"])
        archive.writestr("deeper.zip", b"PK")
    with tarfile.open(folder / "e.tgz", "w:gz") as archive:
        archive.add(project / "examples/articles/economy.txt", "economy.txt")
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    (folder / "f.warc.gz").write_bytes(warc({"https://e.org/1": page, "https://e.org/2": b""}))
    document = docx.Document()
    document.add_heading("عنوان المستند", 0)
    document.add_paragraph("أعلنت البلدية افتتاح مكتبة عامة.")
    document.save(str(folder / "g.docx"))
    (folder / "h.txt.gz").write_bytes(b"no gzip")
    (folder / "i.rss").write_text(
        "<rss version='2.0'><channel><title>موقع</title><item><guid>n7</guid><title>خبر قصير</title>"
        "<pubDate>Tue, 06 Jun 2017 10:00:00 +0300</pubDate><link>https://e.org/n7</link>"
        "<description>وصل الوزير إلى عمان صباح اليوم.</description></item></channel></rss>",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def ran(mtpipe: Callable[..., Any], folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    out = tmp_path_factory.mktemp("mixed_out") / "out"
    settings = ("translate.engine=command", "translate.command=[cat]", "translate.guard=false")
    options = [part for setting in (*settings, "quality.similarity=false") for part in ("--set", setting)]
    return mtpipe("run", folder, "-o", out, *options), out


def test_the_run_goes_on(ran: Ran) -> None:
    ended, out = ran
    assert ended.code == 4, ended.words
    assert "Traceback" not in ended.words
    assert "f.warc.gz: left out what is no article: 1 with status 404." in ended.words
    assert f"5 articles failed: {out / 'failed.jsonl'} says which and why." in ended.words


def test_what_is_read(ran: Ran) -> None:
    paragraphs = rows(ran[1] / "dataset.jsonl")
    ids = list(dict.fromkeys(row["article_id"] for row in paragraphs))
    assert ids == [
        "a.txt.gz",
        "b.txt.xz",
        "row",
        "d.zip/news/page.html",
        "e.tgz/economy.txt",
        "https://e.org/1",
        "g.docx",
        "i.rss:n7",
    ]
    titles = {row["article_id"]: row for row in paragraphs if row["role"] == "title"}
    assert titles["g.docx"]["translation"]["ar"] == "عنوان المستند"
    assert titles["i.rss:n7"]["date"] == "2017-06-06T10:00:00+03:00"
    assert titles["i.rss:n7"]["url"] == "https://e.org/n7"
    assert titles["https://e.org/1"]["url"] == "https://e.org/1"
    assert titles["d.zip/news/page.html"]["path"] == "d.zip/news/page.html"


def test_a_page_is_the_same_whatever_it_is_packed_in(ran: Ran) -> None:
    paragraphs = rows(ran[1] / "dataset.jsonl")
    zipped, captured = (
        [row["translation"]["ar"] for row in paragraphs if row["article_id"] == article]
        for article in ("d.zip/news/page.html", "https://e.org/1")
    )
    assert zipped == captured
    assert len(zipped) > 5


def test_what_is_not(ran: Ran) -> None:
    failed = rows(ran[1] / "failed.jsonl")
    assert [(row["article_id"], row["reason"]) for row in failed] == [
        ("c.jsonl.zst line 2", "bad-row"),
        ("d.zip/../up.txt", "unsafe-name"),
        ("d.zip/deeper.zip", "nested-archive"),
        ("e.tgz/link.txt", "not-a-file"),
        ("h.txt.gz", "damaged"),
    ]


def test_each_has_its_page(ran: Ran) -> None:
    pages = list((ran[1] / "review").rglob("*.html"))
    assert len(pages) == 8 + 1  # and the index

"""Web archives: pages under their addresses; what is no page is counted, not failed."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from packing import COMPRESS, TEXT, brief, results, texts
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mtpipe.article import Article
from mtpipe.errors import ArticleError
from mtpipe.intake import limits, read
from mtpipe.settings import IntakeSettings

DATE = "2020-01-02T03:04:05Z"
SENTENCE = "فقرة رقم {} من المقال وفيها كلام كثير يكفي لأن تكون فقرة كاملة في خبر صحفي."


def page(title: str) -> str:
    paragraphs = "".join(f"<p>{SENTENCE.format(number)}</p>" for number in range(4))
    return (
        f"<html><head><title>{title}</title></head><body><nav>الرئيسية</nav><article><h1>{title}</h1>{paragraphs}"
        "</article></body></html>"
    )


class Warc:
    """A web archive in the making."""

    def __init__(self, *, packed: bool) -> None:
        self._out = io.BytesIO()
        self._writer = WARCWriter(self._out, gzip=packed)

    def response(self, url: str, body: bytes, status: str = "200 OK", kind: str = "text/html", **headers: str) -> None:
        http = StatusAndHeaders(
            status,
            [("Content-Type", kind), *((k.replace("_", "-"), v) for k, v in headers.items())],
            protocol="HTTP/1.1",
        )
        self.record("response", url, body, http)

    def record(self, kind: str, url: str, body: bytes, http: StatusAndHeaders | None = None, media: str = "") -> None:
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            http_headers=http,
            warc_content_type=media,
            warc_headers_dict={"WARC-Date": DATE},
        )
        temporary = record.raw_stream
        self._writer.write_record(record)
        temporary.close()

    def bytes(self) -> bytes:
        return self._out.getvalue()


def read_told(*inputs: Path) -> tuple[list[Article | ArticleError], list[str]]:
    told: list[str] = []
    return list(read(inputs, IntakeSettings(), told=told.append)), told


@pytest.mark.parametrize("packed", [True, False])
def test_pages(tmp_path: Path, packed: bool) -> None:
    made = Warc(packed=packed)
    made.record("warcinfo", "", b"software: x", media="application/warc-fields")
    made.response("https://e.org/a?b=1#c", page("الأولى").encode(), kind="text/html; charset=utf-8")
    made.response("https://e.org/2", page("الثانية").encode("windows-1256"), kind="text/html; charset=ISO-8859-1")
    made.response("https://e.org/3", b"", "301 Moved", location="https://e.org/a")
    made.response("https://e.org/4", b"<p>404", "404 Not Found")
    made.response("https://e.org/robots.txt", b"User-agent: *")
    made.response("https://e.org/5.png", b"\x89PNG", kind="image/png")
    made.response("https://e.org/a?b=1#c", page("ثانية").encode())
    made.record("resource", "https://e.org/6", page("مورد").encode(), media="text/html")
    made.record("conversion", "https://e.org/7", TEXT.encode(), media="text/plain")
    name = "c.warc.gz" if packed else "c.warc"
    (tmp_path / name).write_bytes(made.bytes())
    found, told = read_told(tmp_path)
    assert brief(found) == ["https://e.org/a?b=1_c", "https://e.org/2", "https://e.org/6", "https://e.org/7"]
    first, second, _, text = (item for item in found if isinstance(item, Article))
    assert texts(first) == [("title", "الأولى"), *(("text", SENTENCE.format(number)) for number in range(4))]
    meta = first.meta
    assert (meta.url, meta.date, meta.title, meta.path) == ("https://e.org/a?b=1#c", DATE, "الأولى", name)
    assert (meta.encoding, second.meta.encoding) == ("utf-8", "windows-1256")
    assert text.text == TEXT
    assert told == [
        f"{name}: left out what is no article: 1 not HTML, 1 of the crawl itself, 1 robots.txt, 1 with status 301, "
        "1 with status 404.",
        f"{name}: left out what was read before under the same address: 1.",
    ]


def test_captures_in_several_archives(tmp_path: Path) -> None:
    made = Warc(packed=True)
    made.response("https://e.org/1", page("صفحة").encode())
    for name in ("a.warc.gz", "b.warc.gz"):
        (tmp_path / name).write_bytes(made.bytes())
    found, told = read_told(tmp_path)
    assert brief(found) == ["https://e.org/1"]
    assert told == ["b.warc.gz: left out what was read before under the same address: 1."]


def test_packed_answers(tmp_path: Path) -> None:
    made = Warc(packed=True)
    body = gzip.compress(page("مضغوطة").encode())
    made.response("https://e.org/1", body, content_encoding="gzip")
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    made.response("https://e.org/2", chunked, content_encoding="gzip", transfer_encoding="chunked")
    made.response("https://e.org/3", b"zz\r\nbroken", transfer_encoding="chunked")
    made.response("https://e.org/4", page("حلقة").encode(), content_encoding="br")  # says so, and is not
    (tmp_path / "c.warc.gz").write_bytes(made.bytes())
    found, _ = read_told(tmp_path)
    assert brief(found)[:2] == ["https://e.org/1", "https://e.org/2"]
    assert brief(found)[2].startswith("https://e.org/3: ")


def test_an_answer_that_inflates(tmp_path: Path) -> None:
    made = Warc(packed=False)
    made.response("https://e.org/1", gzip.compress(b" " * (limits.ARTICLE + 1)), content_encoding="gzip")
    made.response("https://e.org/2", page("سليمة").encode())
    (tmp_path / "c.warc").write_bytes(made.bytes())
    assert brief(results(tmp_path)) == ["https://e.org/1: too-large", "https://e.org/2"]


def test_bad_pages_fail_alone(tmp_path: Path) -> None:
    made = Warc(packed=True)
    made.response("https://e.org/1", b"<html><body></body></html>")
    made.response("https://e.org/2", b"")
    made.response("https://e.org/3", page("سليمة").encode())
    (tmp_path / "c.warc.gz").write_bytes(made.bytes())
    assert brief(results(tmp_path)) == ["https://e.org/1: no-text", "https://e.org/2: empty-file", "https://e.org/3"]


@pytest.mark.parametrize("suffix", [".warc", ".warc.gz", ".warc.zst"])
def test_cut_short(tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]) -> None:
    made = Warc(packed=False)
    for number in range(3):
        made.response(f"https://e.org/{number}", page(f"صفحة {number}").encode())
    whole = made.bytes()
    cut = whole[: len(whole) - 700]
    pack = COMPRESS.get(f".{suffix.rpartition('.')[2]}", lambda raw: raw)
    (tmp_path / f"c{suffix}").write_bytes(pack(cut))
    found = brief(results(tmp_path))
    assert found[:2] == ["https://e.org/0", "https://e.org/1"]
    assert found[-1] == f"c{suffix}: damaged"
    assert capfd.readouterr() == ("", ""), "the library is not heard"


@pytest.mark.parametrize(
    "content",
    [
        b"hello\r\n\r\n",
        b"WARC/1.0\r\n" + b"A: b\r\n" * 300_000 + b"\r\n",
        b"WARC/1.0\r\nX: " + b"y" * (limits.HEADERS + 5),
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: x\r\n\r\nabc",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"\x00" * 5000,
        b"WARC/1.0\r\nContent-Length: -5\r\n\r\n",
        b"five words of plain text 3\nabc\n",
        "كلمة 127.0.0.1 20200101000000 text/html 3\nabc\n".encode(),
    ],
)
def test_what_is_no_web_archive(tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.warc").write_bytes(content)
    assert brief(results(tmp_path)) == ["c.warc: damaged"]
    assert capfd.readouterr() == ("", "")


def test_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "c.warc").touch()
    assert brief(results(tmp_path)) == ["c.warc: no-article"]

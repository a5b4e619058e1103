"""Files made to do harm: each becomes a failure with its reason, in little memory, and the next are read."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from packing import COMPRESS, TEXT, TEXTS, brief, results, zipped

from mtpipe.errors import ArticleError, UsageError
from mtpipe.intake import limits, read
from mtpipe.settings import IntakeSettings


def inflating(suffix: str, size: int) -> bytes:
    """A compressed stream of so many letters, made a piece at a time."""
    import bz2
    import lzma
    import zlib

    import zstandard

    made = {
        ".gz": lambda: zlib.compressobj(9, wbits=31),
        ".bz2": bz2.BZ2Compressor,
        ".xz": lambda: lzma.LZMACompressor(preset=0),
        ".zst": lambda: zstandard.ZstdCompressor(level=1).compressobj(),
    }[suffix]()
    piece = b"x" * (1 << 20)
    return b"".join([*(made.compress(piece) for _ in range(size >> 20)), made.flush()])


@pytest.mark.parametrize("suffix", COMPRESS)
def test_bombs_of_one_stream(tmp_path: Path, suffix: str) -> None:
    bomb = inflating(suffix, limits.RATIO_FREE + (8 << 20))
    assert limits.RATIO_FREE / len(bomb) > limits.RATIO
    for name in ("t.jsonl", "t.csv", "t.warc", "t.tar", "p.parquet"):
        (tmp_path / (name + suffix)).write_bytes(bomb)
    (tmp_path / f"z.txt{suffix}").write_bytes(COMPRESS[suffix](TEXT.encode()))
    found = brief(results(tmp_path))
    assert found[-1] == f"z.txt{suffix}"
    assert f"p.parquet{suffix}: bomb" in found
    assert {line.rpartition(": ")[2] for line in found[:-1]} <= {"bomb", "damaged", "too-large"}
    assert len(found) == 6


def test_a_bomb_of_many_members(tmp_path: Path) -> None:
    """Each is harmless alone; told once for the archive, not for each of those that follow."""
    row = b"x" * (8 << 20)
    (tmp_path / "x.zip").write_bytes(zipped({f"{number:03}.jsonl": row for number in range(20)}))
    found = [line for line in brief(results(tmp_path)) if not line.endswith("bad-row")]
    assert found == [f"x.zip/{limits.RATIO_FREE // len(row):03}.jsonl: bomb"]


def test_overlapping_members(tmp_path: Path) -> None:
    """The same bytes listed 9,000 times (after Fifield 2019): 9 GB out of half a megabyte."""
    inner = zipped({"a.jsonl": b"x" * (1 << 20)})
    start, end = inner.index(b"PK\x01\x02"), inner.index(b"PK\x05\x06")
    entries = inner[start:end] * 9000
    tail = bytearray(inner[end:])
    tail[8:12] = (9000).to_bytes(2, "little") * 2
    tail[12:16] = len(entries).to_bytes(4, "little")
    (tmp_path / "x.zip").write_bytes(inner[:start] + entries + tail)
    found = brief(results(tmp_path))
    if not found[0].endswith("damaged"):  # newer Pythons see the overlap before anything is read
        assert found[-1] == "x.zip/a.jsonl: bomb"
        assert len(found) < 200


def test_a_member_that_lies_about_its_size(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": b"x" * 100_000_000, "b.txt": TEXT.encode()}))
    directory = raw.index(b"PK\x01\x02")
    raw[22:26] = raw[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    (tmp_path / "x.zip").write_bytes(raw)
    assert brief(results(tmp_path)) == ["x.zip/a.txt: damaged", "x.zip/b.txt"]


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "هههههههههه">{ENTITIES}]>'
FILE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e9 SYSTEM "file:///etc/passwd">]>'
DEEP = 100_000


def word(xml: str) -> bytes:
    relations = "<Relationships><Relationship Type='x/officeDocument' Target='d.xml'/></Relationships>"
    return zipped({"_rels/.rels": relations.encode(), "d.xml": xml.encode()})


def book(xml: str) -> bytes:
    container = "<container><rootfiles><rootfile full-path='c.opf'/></rootfiles></container>"
    package = (
        "<package><manifest><item id='i' href='a.xhtml' media-type='text/html'/></manifest>"
        "<spine><itemref idref='i'/></spine></package>"
    )
    return zipped({"META-INF/container.xml": container.encode(), "c.opf": package.encode(), "a.xhtml": xml.encode()})


@pytest.mark.parametrize("head", [LAUGHS, FILE])
def test_entities_are_not_expanded(tmp_path: Path, head: str) -> None:
    (tmp_path / "a.docx").write_bytes(word(f"{head}<d><p><t>نص عربي سليم &e9; هنا</t></p></d>"))
    (tmp_path / "b.epub").write_bytes(book(f"{head}<html><body><p>نص عربي سليم &e9; هنا</p></body></html>"))
    (tmp_path / "c.rss").write_text(
        f"{head}<rss version='2.0'><channel><item><guid>:x</guid><title>عنوان</title>"
        "<description>نص عربي سليم &e9; هنا</description></item></channel></rss>",
        encoding="utf-8",
    )
    (tmp_path / "d.epub").write_bytes(
        zipped({"META-INF/container.xml": f"{head}<c><rootfile full-path='&e9;'/></c>".encode()})
    )
    for item in results(tmp_path):
        text = str(item) if isinstance(item, ArticleError) else item.text
        assert "root:" not in text
        assert "ههه" not in text
        assert len(text) < 1000


def test_words_of_the_parser_are_one_line(tmp_path: Path) -> None:
    xml = "<html><![CDATA[x\n\ny"  # which it quotes
    (tmp_path / "a.docx").write_bytes(word(xml))
    (tmp_path / "b.epub").write_bytes(zipped({"META-INF/container.xml": xml.encode()}))
    assert brief(results(tmp_path)) == ["a.docx: damaged", "b.epub: damaged"]


def test_names_that_only_the_parser_lets_pass(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(word("<d><body><b::c/><p><r><t>نص عربي سليم يقرأ</t></r></p></body></d>"))
    assert brief(results(tmp_path)) == ["a.docx: damaged"]


@pytest.mark.parametrize("header", ['id,"text\n', '"id" x,text\n'])
def test_a_header_that_is_no_csv_is_told_once(tmp_path: Path, header: str) -> None:
    (tmp_path / "a.csv").write_text(f"{header}1,نص عربي\n2,نص عربي\n", encoding="utf-8")
    assert brief(results(tmp_path)) == ["a.csv line 1: bad-row"]


def test_depth(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<div>" * DEEP + TEXT, encoding="utf-8")
    (tmp_path / "b.docx").write_bytes(word("<p>" * DEEP + "x" + "</p>" * DEEP))
    (tmp_path / "c.epub").write_bytes(book("<html>" + "<div>" * DEEP + TEXT + "</div>" * DEEP + "</html>"))
    (tmp_path / "d.jsonl").write_text('{"a":' * DEEP + "\n" + json.dumps({"id": "d", "text": TEXT}), encoding="utf-8")
    (tmp_path / "e.rss").write_text("<rss version='2.0'>" + "<a>" * 10_000, encoding="utf-8")
    found = brief(results(tmp_path))
    assert found[0] == "a.html: no-text"
    assert found[1] == "b.docx: damaged"
    assert found[-2:] == ["d.jsonl line 1: bad-row", "d"] or found[-3:-1] == ["d.jsonl line 1: bad-row", "d"]


def test_a_million_tags(tmp_path: Path) -> None:
    tags = "<p>" * 1_000_000
    (tmp_path / "a.html").write_text(tags, encoding="utf-8")
    (tmp_path / "b.epub").write_bytes(book(tags))
    (tmp_path / "c.rss").write_text(f"<rss version='2.0'>{tags}", encoding="utf-8")
    assert brief(results(tmp_path)) == ["a.html: too-large", "b.epub/a.xhtml: too-large", "c.rss: too-large"]


def test_links_in_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a/loop").symlink_to(tmp_path / "a")
    (tmp_path / "a/self.txt").symlink_to("self.txt")
    (tmp_path / "a/gone.txt").symlink_to("nowhere")
    (tmp_path / "a/again.txt").symlink_to("x.txt")  # the same article, met first under this name
    assert brief(results(tmp_path)) == ["a/again.txt", "a/gone.txt: unreadable", "a/self.txt: unreadable"]


def test_pipes_and_devices_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.txt")
    (tmp_path / "z.txt").symlink_to("/dev/zero")
    assert brief(results(tmp_path)) == ["p.txt: not-a-file", "z.txt: not-a-file"]


def test_names_in_odd_bytes(tmp_path: Path) -> None:
    for name in (b"\xff\xfe.txt", b"a\nb.txt", b"-rf.txt", b"#.txt", "\u202e.txt".encode()):
        (tmp_path / os.fsdecode(name)).write_text(TEXT, encoding="utf-8")
    found = results(tmp_path)
    assert brief(found) == ["_.txt", "-rf.txt", "a_b.txt", ".txt", "\\udcff\\udcfe.txt"]


def test_a_very_deep_folder(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(15):
        deep = deep / ("d" * 200)
        deep.mkdir()
    (deep / "x.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "y.txt").write_text(TEXTS[0], encoding="utf-8")
    assert len(results(tmp_path)) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_folders_without_permission(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/x.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a/b").chmod(0)
    try:
        assert brief(results(tmp_path / "a")) == ["b: unreadable", "x.txt"]
        with pytest.raises(UsageError, match="the folder cannot be read"):
            results(tmp_path / "a/b")
    finally:
        (tmp_path / "a/b").chmod(0o755)


@pytest.mark.parametrize("name", ["x" * 300 + ".txt", "a\0b.txt"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(UsageError):
        results(name)


def test_what_was_opened_is_closed_when_reading_stops(tmp_path: Path) -> None:
    """Whoever takes the first article alone leaves no file open."""
    rows = "".join(json.dumps({"id": f"r{n}", "text": TEXT}) + "\n" for n in range(50)).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("t.jsonl", rows)
    (tmp_path / "a.zip").write_bytes(out.getvalue())
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("this system does not list what is open")
    before = len(list(descriptors.iterdir()))
    for _ in range(50):
        found = read([tmp_path], IntakeSettings())
        next(found)
        found.close()  # type: ignore[attr-defined]
    assert len(list(descriptors.iterdir())) <= before + 1

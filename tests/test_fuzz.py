"""Sound files with some of their bytes changed: each is read, refused in one line, or set aside with its reason.

``MTPIPE_FUZZ_SECONDS=3600 pytest -m slow -n 0 tests/test_fuzz.py`` works for an hour of CPU, shared by all kinds of
files. A file that fails is named, and kept.
"""

from __future__ import annotations

import faulthandler
import gzip
import io
import json
import os
import random
import resource
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from mtpipe import settings
from mtpipe.corpus.formats.registry import reader_of
from mtpipe.errors import ArticleError, UsageError
from mtpipe.glossary import Entry, Glossary, files
from mtpipe.intake import read
from mtpipe.intake.pair_list import read_pairs
from mtpipe.quality import filters
from mtpipe.review import decisions
from mtpipe.settings import IntakeSettings

pytestmark = pytest.mark.slow

SECONDS: Final = float(os.environ.get("MTPIPE_FUZZ_SECONDS", "60"))
"""Of CPU, for all kinds together."""
LONGEST: Final = 10.0
"""Seconds of CPU that a file may take."""
LARGEST: Final = 1 << 30
"""Bytes of memory that the files of a kind may take."""
STUCK: Final = 300
"""Seconds after which a file that is still being read ends the tests, telling where."""

PROJECT: Final = Path(__file__).resolve().parents[1]
TEXTS: Final = (PROJECT / "examples/articles/sport.txt").read_text(encoding="utf-8").strip().split("\n\n")
ENTRIES: Final = (
    Entry("الرقة", "Raqqa", "city", "in Syria", variants=("Rakka", "رقة")),
    Entry("البنك [الدولي]", "World Bank", "organisation"),
    Entry("اقتصاد", "economy", "noun", case="sentence"),
)

TOKENS: Final = (
    *(bytes([code]) for code in b"\0\t\n\r\"',;|<>&[]{}:-?*!%~\\/\x0b\x7f\x85\xff"),
    *(b"&#10;", b"&e;", b"<!--", b"]]>", b"<![CDATA[", b"<!DOCTYPE x [<!ENTITY e 'x'>]>", b'<?xml version="1.0"?>'),
    *(b"\\ud800", b"\\u0000", b"\\n", b"*a ", b"&a ", b"<<: ", b"!!int ''", b"!!bool ", b"!!map ", b"- ", b"? ", b": "),
    *(b"9" * 400, b"0x" + b"f" * 4000, b"-1", b"1e999", b"NaN", b"null", b"true", b"2026-13-45", b"x" * 5000),
    *(b"../", b"/etc/passwd", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", "\u2028\u202eا".encode(), "ـ".encode()),
)
"""What means something in one of the formats, or hurts."""


def articles(path: Path) -> Any:
    return read([path], IntakeSettings())


def pairs(path: Path) -> Any:
    return read_pairs(path, IntakeSettings())


def glossary(path: Path) -> Any:
    return Glossary.load([path])


def memory(path: Path) -> Any:
    return reader_of(path)(path)


READERS: Final[Mapping[str, Callable[[Path], Any]]] = {
    **{f"glossary.{name}": glossary for name in ("csv", "tsv", "xlsx", "yaml", "tmx", "tbx")},
    **{f"memory.{name}": memory for name in ("csv", "jsonl", "tmx", "xlf", "xliff")},
    **{f"a.{name}": articles for name in ("txt", "html", "jsonl", "csv", "json", "rss", "warc", "docx", "epub")},
    **{f"a.{name}": articles for name in ("zip", "tar", "parquet", "arrow", "jsonl.gz")},
    "pairs.tsv": pairs,
    "settings.yaml": settings.load,
    "filters.yaml": filters.load,
    "decisions.json": decisions.read,
}


def sound(folder: Path) -> dict[str, bytes]:
    """Return a sound file of each kind."""
    rows = [json.dumps({"id": str(number), "text": "\n\n".join(TEXTS)}) for number in range(2)]
    page = f"<html><body><article>{''.join(f'<p>{text}</p>' for text in TEXTS)}</article></body></html>"
    pair = "<source>باب</source><target state='final'>door</target>"
    made = {
        "memory.csv": "source,target,state,reviewer\nباب,door,approved,Amal\n",
        "memory.jsonl": json.dumps({"translation": {"ar": "باب", "en": "door"}, "sentences": []}),
        "memory.xlf": f"<xliff><file source-language='ar' target-language='en'><trans-unit>{pair}</trans-unit></file>"
        "</xliff>",
        "memory.xliff": f"<xliff srcLang='ar' trgLang='en'><unit id='u'><segment>{pair}</segment></unit></xliff>",
        "settings.yaml": (PROJECT / "configs/default.yaml").read_text(encoding="utf-8"),
        "filters.yaml": (PROJECT / "configs/filters/default.yaml").read_text(encoding="utf-8"),
        "decisions.json": json.dumps(decided()),
        "pairs.tsv": "ar\ten\na.txt\tb.txt\n",
        "a.txt": "\n\n".join(TEXTS),
        "a.html": page,
        "a.jsonl": "\n".join(rows),
        "a.csv": f'id,text,date\n1,"{TEXTS[0]}",2026-11-24\n2,"{TEXTS[1]}",\n',
        "a.json": f"[{','.join(rows)}]",
        "a.rss": f"<rss version='2.0'><channel><item><description>{TEXTS[1]}</description></item></channel></rss>",
    }
    raw = {name: text.encode() for name, text in made.items()}
    for name in READERS:
        if name.startswith("glossary."):
            files.write(ENTRIES, folder / name)
            raw[name] = (folder / name).read_bytes()
    return raw | {"memory.tmx": raw["glossary.tmx"], "a.jsonl.gz": gzip.compress(raw["a.jsonl"])} | packed(raw)


def packed(raw: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return archives and columns of what others have as text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"id": ["1", "2"], "text": TEXTS[:2]})
    columns, batches, tar = (io.BytesIO() for _ in range(3))
    pq.write_table(table, columns)
    with pa.ipc.new_stream(batches, table.schema) as stream:
        stream.write_table(table)
    with tarfile.open(fileobj=tar, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(raw["a.txt"])
        archive.addfile(info, io.BytesIO(raw["a.txt"]))
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + raw["a.html"]
    capture = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.org/1\r\nContent-Length: %d\r\n\r\n%s"
    relation = "<Relationships><Relationship Type='x/officeDocument' Target='d.xml'/></Relationships>"
    book = "<p><manifest><item id='i' href='a.html' media-type='text/html'/></manifest><itemref idref='i'/></p>"
    return {
        "a.parquet": columns.getvalue(),
        "a.arrow": batches.getvalue(),
        "a.tar": tar.getvalue(),
        "a.warc": capture % (len(answer), answer) + b"\r\n\r\n",
        "a.zip": zipped({"a.txt": raw["a.txt"], "b.jsonl": raw["a.jsonl"]}),
        "a.docx": zipped({"_rels/.rels": relation.encode(), "d.xml": f"<d><p><t>{TEXTS[1]}</t></p></d>".encode()}),
        "a.epub": zipped(
            {
                "META-INF/container.xml": b"<c><rootfile full-path='c.opf'/></c>",
                "c.opf": book.encode(),
                "a.html": raw["a.html"],
            }
        ),
    }


def decided() -> dict[str, Any]:
    tie = {"source_start": 0, "source_end": 5, "text": "door", "state": "approved", "comment": ""}
    made = {"paragraph": "a#p1", "base": "0" * 16, "ties": [tie], "reviewer": "Amal", "time": "2026-11-24T15:40:02Z"}
    term = {"source": "باب", "target": "door", "time": "2026-11-24T15:40:02Z"}
    return {"format": decisions.FORMAT, "version": 1, "run": "r", "paragraphs": [made], "terms": [term]}


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def mutated(chance: random.Random, raw: bytes) -> bytes:
    """Return a file with something changed: of a zip mostly in a member, so that it can still be opened."""
    if raw.startswith(b"PK") and chance.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = chance.choice(sorted(members))
        return zipped({**members, name: mutated(chance, members[name])})
    if raw.startswith(b"\x1f\x8b") and chance.random() < 0.8:
        return gzip.compress(mutated(chance, gzip.decompress(raw)))
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        start = chance.randrange(len(raw) + 1)
        end = min(len(raw), start + chance.choice((0, 1, 2, 8, 64, len(raw))))
        piece = raw[start:end]
        new = chance.choice(
            (
                b"",
                chance.choice(TOKENS),
                piece + chance.choice(TOKENS),
                chance.choice(TOKENS) * chance.choice((2, 300)),
                piece[:40] * chance.choice((2, 300)),
                bytes(code ^ 1 << chance.randrange(8) for code in piece[:8]) + piece[8:],
                bytes(chance.randrange(256) for _ in range(chance.choice((1, 4, 16)))),
            )
        )
        raw = raw[:start] + new + raw[end:]
    return raw


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all files, for those that name others."""
    folder = tmp_path_factory.mktemp("fuzz")
    for name, raw in sound(folder).items():
        (folder / name).write_bytes(raw)
    (folder / "b.txt").write_bytes((PROJECT / "examples/english/sport.en.txt").read_bytes())
    return folder


@pytest.mark.parametrize("name", READERS)
def test_a_changed_file_is_read_or_told(desk: Path, name: str) -> None:
    raw = (desk / name).read_bytes()
    assert not told(READERS[name], desk / name), "the file that is changed is sound"
    seed = random.SystemRandom().getrandbits(64)  # other files each time
    chance = random.Random(seed)
    path = desk / f"changed.{name}"
    before, begun = peak(), time.process_time()
    while time.process_time() < begun + SECONDS / len(READERS):
        path.write_bytes(mutated(chance, raw))
        started = time.process_time()
        faulthandler.dump_traceback_later(STUCK, exit=True, file=sys.__stderr__)
        try:
            found = told(READERS[name], path)
        except Exception as error:
            raise AssertionError(f"{path}: {type(error).__name__} ({error})") from error
        finally:
            faulthandler.cancel_dump_traceback_later()
        for message in found:
            assert "\n" not in message, f"{path}: {message}"
        assert time.process_time() < started + LONGEST, path
        assert peak() < before + LARGEST, path


def told(reader: Callable[[Path], Any], path: Path) -> list[str]:
    """Return what is said of a file."""
    try:
        found = reader(path)
        items = list(found) if hasattr(found, "__next__") else [found]
    except UsageError as error:
        return [str(error)]
    return [str(item) for item in items if isinstance(item, ArticleError)]

"""Files of two gigabytes, and folders of very many files: in little memory, each a row with its reason.

Ten million files, as a script on a machine with the inodes for it (some 40 GB of a disk):

    python tests/intake/test_intake_huge.py FOLDER 10000000
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

SIZE = 2 << 30
MOST = 400 << 20
"""Bytes of resident memory, the libraries that are imported among them."""
SPACE = 4 << 30
"""Bytes of addresses that the process may have at all: twice a file, with its libraries."""

READ = f"""
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({SPACE}, {SPACE}))
from mtpipe.errors import ArticleError
from mtpipe.intake import read
from mtpipe.settings import IntakeSettings

found = {{}}
for item in read(sys.argv[1:], IntakeSettings()):
    kind = item.reason if isinstance(item, ArticleError) else "read"
    found[kind] = found.get(kind, 0) + 1
peak = int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) << 10
print(json.dumps([found, peak]))
"""
LINE = "وصل الوزير إلى المدينة صباح اليوم رقم {} وغادرها مساء.\n"

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")


def reading(*paths: Path) -> tuple[dict[str, int], int]:
    """Read in a process of its own; return how many articles and failures of each reason, and the peak in bytes."""
    done = subprocess.run([sys.executable, "-c", READ, *map(str, paths)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found, peak = json.loads(done.stdout)
    return found, peak


def sparse(path: Path, head: bytes = b"", tail: bytes = b"") -> None:
    """A file of two gigabytes that takes no room on the disk: between head and tail are zeros."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(SIZE)
        file.seek(SIZE - len(tail))
        file.write(tail)


def stored_zip(path: Path) -> None:
    """A zip whose one member, stored as it is, has two gigabytes."""
    name = b"a.txt"
    with path.open("wb") as file:
        file.write(struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, SIZE - 1, SIZE - 1, len(name), 0) + name)
        file.seek(SIZE - 1, 1)
        start = file.tell()
        entry = struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, SIZE - 1, SIZE - 1, len(name), 0, 0, 0, 0, 0, 0
        )
        file.write(entry + name)
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(entry + name), start, 0))
    assert zipfile.is_zipfile(path)


HUGE: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "a.txt": (lambda path: sparse(path, b"x"), {"too-large"}),
    "a.html": (lambda path: sparse(path, b"<p>x"), {"too-large"}),
    "a.xml": (lambda path: sparse(path, b"<rss>"), {"too-large"}),
    "a.docx": (sparse, {"damaged", "too-large"}),
    "a.epub": (sparse, {"damaged", "too-large"}),
    "a.jsonl": (lambda path: sparse(path, b'{"text": "', b'"}\n'), {"too-large", "bad-row", "binary"}),
    "a.json": (lambda path: sparse(path, b'[{"text": "', b'"}]'), {"too-large", "bad-row", "binary", "damaged"}),
    "a.csv": (lambda path: sparse(path, b'id,text\n1,"', b'"\n'), {"too-large", "bad-row", "binary"}),
    "a.parquet": (lambda path: sparse(path, b"PAR1", b"PAR1"), {"unreadable", "damaged", "too-large"}),
    "a.arrow": (lambda path: sparse(path, b"ARROW1\0\0"), {"unreadable", "damaged", "too-large", "no-article"}),
    "a.tar": (sparse, {"damaged", "no-article"}),
    "a.zip": (stored_zip, {"too-large", "damaged"}),
    "a.warc": (lambda path: sparse(path, b"WARC/1.0\r\n"), {"damaged", "too-large", "no-article"}),
    "a.txt.gz": (lambda path: sparse(path, b"\x1f\x8b\x08"), {"damaged"}),
}

SLOW = {"a.csv", "a.warc", "a.arrow"}
"""Read to their ends: some seconds each."""


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in HUGE])
def test_two_gigabytes(tmp_path: Path, name: str) -> None:
    write, reasons = HUGE[name]
    write(tmp_path / name)
    found, peak = reading(tmp_path / name)
    assert sum(found.values()) <= 2
    assert found.keys() <= reasons, found
    assert found
    assert peak < MOST


def write_lines(folder: Path, count: int) -> None:
    """Write files of one line, a thousand to a folder; the first of each thousand is empty."""
    for number in range(count):
        place = folder / f"{number // 1000:05}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"{number}.txt").write_text(LINE.format(number) if number % 1000 else "", encoding="utf-8")


def check(folder: Path, count: int) -> int:
    found, peak = reading(folder)
    assert found == dict(Counter({"read": count - count // 1000, "empty-file": count // 1000}))
    return peak


def test_files_of_one_line(tmp_path: Path) -> None:
    """Memory does not grow with their number."""
    write_lines(tmp_path / "few", 1000)
    write_lines(tmp_path / "many", 8000)
    assert check(tmp_path / "many", 8000) < check(tmp_path / "few", 1000) + (20 << 20)


if __name__ == "__main__":
    root, wanted = Path(sys.argv[1]), int(sys.argv[2])
    if not root.exists():
        write_lines(root, wanted)
    began = time.monotonic()
    print(f"{wanted} files: peak {check(root, wanted) >> 20} MiB, {time.monotonic() - began:.0f} s")

"""Memory does not grow with the input: the peak for 110 MB is that for 1 MB, whatever the file."""

from __future__ import annotations

import gzip
import io
import json
import random
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
import zstandard
from packing import TEXT

from mtpipe.intake import limits
from mtpipe.intake.columnar import parquet_batches
from mtpipe.intake.sources import Source, find
from mtpipe.settings import IntakeSettings

ROW = 64 << 10
SLACK = 40 << 20
"""Bytes that the peak may differ by: buffers of the allocators. A third of the large file."""
SLOW = {"t.jsonl", "t.jsonl.gz", "t.json", "t.csv", "t.arrow"}
"""Left to -m slow, since the others go the same ways."""

# The peak is that of this process alone: ru_maxrss would count the parent's, from before exec.
READ = """
import sys
from mtpipe.intake import read
from mtpipe.settings import IntakeSettings

number = sum(1 for _ in read(sys.argv[1:], IntakeSettings()))
print(number)
"""
PEAK = """
print(int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) << 10)
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")


def rows(size: int) -> Iterator[dict[str, str]]:
    """Rows of an article and much else, so that the time goes into reading."""
    noise = random.Random(size)
    for number in range(size // ROW):
        yield {"id": f"r{number}", "text": TEXT, "noise": noise.randbytes(ROW // 2).hex()}


def lines(size: int) -> Iterator[bytes]:
    for row in rows(size):
        yield json.dumps(row).encode() + b"\n"


def plain(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.writelines(lines(size))


def gzipped(path: Path, size: int) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.writelines(lines(size))


def zstd(path: Path, size: int) -> None:
    with path.open("wb") as raw, zstandard.ZstdCompressor(level=1).stream_writer(raw) as file:
        for line in lines(size):
            file.write(line)


def json_array(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(b"[")
        for number, line in enumerate(lines(size)):
            file.write((b"," if number else b"") + line)
        file.write(b"]")


def csv(path: Path, size: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("id,noise,text\n")
        file.writelines(f'{row["id"]},{row["noise"]},"{TEXT}"\n' for row in rows(size))


def parquet(path: Path, size: int) -> None:
    """One row group of it all, in pages of a megabyte. The noise is in a column that is read, and then no text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    noise = [row["noise"].encode() for row in rows(size)]
    table = pa.table({"text": [TEXT] * len(noise), "publisher": noise})
    pq.write_table(table, path, row_group_size=len(noise), use_dictionary=False, compression="none", write_batch_size=8)


def arrow(path: Path, size: int) -> None:
    import pyarrow as pa

    schema = pa.schema({"id": pa.string(), "text": pa.string(), "noise": pa.string()})
    with pa.ipc.new_stream(str(path), schema) as sink:
        for row in rows(size):
            sink.write_batch(pa.RecordBatch.from_pylist([row], schema))


def zipped(path: Path, size: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("t.jsonl", "w") as file:
            file.writelines(lines(size))
        for number in range(100):
            archive.writestr(f"{number}.txt", TEXT)


def tarred(path: Path, size: int) -> None:
    whole = b"".join(lines(size))
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("t.jsonl")
        info.size = len(whole)
        archive.addfile(info, io.BytesIO(whole))


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "t.jsonl": plain,
    "t.jsonl.gz": gzipped,
    "t.jsonl.zst": zstd,
    "t.json": json_array,
    "t.csv": csv,
    "t.zip": zipped,
    "t.tar": tarred,
    "t.arrow": arrow,
    "t.parquet": parquet,
}


def peak(*paths: Path) -> tuple[int, int]:
    """Return how much was read, and the peak of resident memory in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", READ + PEAK, *map(str, paths)], capture_output=True, text=True, check=True, timeout=300
    )
    number, most = done.stdout.split()
    return int(number), int(most)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The peaks for 1 MB of each, with pyarrow and without."""
    folder = tmp_path_factory.mktemp("small")
    for name, write in WRITERS.items():
        write(folder / name, 1 << 20)
    columns = [folder / "t.arrow", folder / "t.parquet"]
    others = [folder / name for name in WRITERS if folder / name not in columns]
    return {"columns": peak(*columns)[1], "others": peak(*others)[1]}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in WRITERS]
)
def test_memory_is_that_of_a_small_file(tmp_path: Path, small: dict[str, int], name: str) -> None:
    size = 110 << 20
    WRITERS[name](tmp_path / name, size)
    number, most = peak(tmp_path / name)
    assert number == size // ROW + (100 if name == "t.zip" else 0)
    assert most - small["columns" if name in ("t.arrow", "t.parquet") else "others"] < SLACK


def test_memory_for_many_ids() -> None:
    """Ids are kept to see those that come twice, but not in memory: a dictionary of these takes 200 MB."""
    program = """
from mtpipe.intake.places import Places
places = Places()
for numbers in (range(600_000), range(599_000, 601_000)):
    print(sum(places.claim(f"https://e.org/an/address/of/some/length/{n}", f"t.jsonl line {n}") is not None
              for n in numbers))
"""
    done = subprocess.run(
        [sys.executable, "-c", program + PEAK], capture_output=True, text=True, check=True, timeout=300
    )
    first, second, most = map(int, done.stdout.split())
    assert (first, second) == (0, 1000)
    assert most < (100 << 20)


def test_one_value_for_many_rows(tmp_path: Path) -> None:
    """A dictionary of one long value, which each of 200 rows names: 200 bytes on the disk, 4 GB if unpacked at once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    value = "x" * (20 << 20)
    table = pa.table({"text": pa.DictionaryArray.from_arrays(pa.array([0] * 200, pa.int32()), pa.array([value]))})
    pq.write_table(table, tmp_path / "p.parquet", compression="zstd", dictionary_pagesize_limit=1 << 30)
    source = next(source for source in find([tmp_path / "p.parquet"]) if isinstance(source, Source))
    with source.open() as file:
        sizes = [batch.nbytes for batch in islice(parquet_batches(source, file, IntakeSettings()), 3)]
    assert max(sizes) <= limits.BATCH

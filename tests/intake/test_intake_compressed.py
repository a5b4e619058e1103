"""Single compressed files: the same article as the plain file, whatever the packer; damage is told once."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path

import pytest
import zstandard
from packing import COMPRESS, TEXT, TEXTS, TITLE, articles, brief, results, texts

from mtpipe.errors import UsageError
from mtpipe.intake import count

ROWS = "".join(
    json.dumps({"id": f"r{number}", "text": TEXT}, ensure_ascii=False) + "\n" for number in range(200)
).encode()


@pytest.mark.parametrize("suffix", COMPRESS)
def test_an_article(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a.TXT{suffix.upper()}").write_bytes(COMPRESS[suffix](TEXT.encode("windows-1256")))
    (article,) = articles(tmp_path)
    assert article.id == f"a.TXT{suffix.upper()}"
    assert texts(article) == [("title", TITLE), *(("text", text) for text in TEXTS)]
    assert (article.meta.path, article.meta.encoding) == (article.id, "windows-1256")


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_table(tmp_path: Path, suffix: str, kind: str) -> None:
    content = ROWS if kind == "jsonl" else f'id,text\nr0,"{TEXT}"\n'.encode("utf-16")
    (tmp_path / f"t.{kind}").write_bytes(content)
    (tmp_path / f"t.{kind}{suffix}").write_bytes(COMPRESS[suffix](content))
    plain, packed = (articles(tmp_path / name) for name in (f"t.{kind}", f"t.{kind}{suffix}"))
    assert [article.id for article in packed] == [article.id for article in plain]
    assert [article.text for article in packed] == [article.text for article in plain]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_members_one_after_the_other(tmp_path: Path, suffix: str) -> None:
    """As pigz, pzstd, xz -T and cat write them; zeros at the end are padding of tapes."""
    half = ROWS.index(b"\n", len(ROWS) // 2) + 1
    pack = COMPRESS[suffix]
    (tmp_path / f"t.jsonl{suffix}").write_bytes(pack(ROWS[:half]) + pack(b"") + pack(ROWS[half:]) + bytes(1024))
    assert brief(results(tmp_path)) == [f"r{number}" for number in range(200)]


def test_zstd_with_skippable_frames(tmp_path: Path) -> None:
    skippable = bytes.fromhex("502a4d18") + (4).to_bytes(4, "little") + b"abcd"
    (tmp_path / "t.jsonl.zst").write_bytes(skippable + zstandard.compress(ROWS) + skippable)
    assert len(articles(tmp_path)) == 200


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_what_is_cut_short_gives_what_came_before(tmp_path: Path, suffix: str, share: float) -> None:
    import random

    noise = random.Random(1)  # makes the compressed file long, so that something comes before the cut
    rows = [json.dumps({"id": f"r{n}", "text": TEXT, "x": noise.randbytes(3000).hex()}) for n in range(100)]
    packed = COMPRESS[suffix]("\n".join(rows).encode())
    (tmp_path / f"t.jsonl{suffix}").write_bytes(packed[: max(1, int(share * (len(packed) - 1)))])
    *read, last = brief(results(tmp_path))
    assert last == f"t.jsonl{suffix}: damaged"
    assert read == [f"r{number}" for number in range(len(read))]
    if share > 0.8 and suffix != ".bz2":
        assert len(read) > 50


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("name", ["a.txt", "t.jsonl", "p.parquet", "w.docx", "b.epub", "f.rss", "c.warc", "n.tar"])
def test_a_lying_extension(tmp_path: Path, suffix: str, name: str) -> None:
    (tmp_path / (name + suffix)).write_bytes(TEXT.encode())
    assert brief(results(tmp_path)) == [f"{name}{suffix}: damaged"]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_a_flipped_bit(tmp_path: Path, suffix: str) -> None:
    packed = bytearray(COMPRESS[suffix](ROWS))
    packed[len(packed) // 2] ^= 0x10
    (tmp_path / f"t.jsonl{suffix}").write_bytes(packed)
    if suffix == ".zst":  # zstandard writes no checksum unless told
        packed[:] = zstandard.ZstdCompressor(write_checksum=True).compress(ROWS)
        packed[len(packed) // 2] ^= 0x10
        (tmp_path / f"t.jsonl{suffix}").write_bytes(packed)
    assert brief(results(tmp_path))[-1] == f"t.jsonl{suffix}: damaged"


@pytest.mark.parametrize("suffix", COMPRESS)
def test_an_empty_file(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a.txt{suffix}").write_bytes(b"")
    (tmp_path / f"b.txt{suffix}").write_bytes(COMPRESS[suffix](b""))
    assert brief(results(tmp_path)) == [f"a.txt{suffix}: empty-file", f"b.txt{suffix}: empty-file"]


def test_a_large_window_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 1 << 28}]
    (tmp_path / "a.txt.xz").write_bytes(lzma.compress(TEXT.encode(), filters=filters))
    parameters = zstandard.ZstdCompressionParameters(window_log=28)
    wide = zstandard.ZstdCompressor(compression_params=parameters).compressobj()  # of unknown size: the whole window
    (tmp_path / "b.txt.zst").write_bytes(wide.compress(TEXT.encode()) + wide.flush())
    assert brief(results(tmp_path)) == ["a.txt.xz: damaged", "b.txt.zst: damaged"]


def test_what_is_inside_must_be_known(tmp_path: Path) -> None:
    (tmp_path / "notes.gz").write_bytes(gzip.compress(TEXT.encode()))
    with pytest.raises(UsageError, match=r"cannot read \.gz; known: "):
        results(tmp_path / "notes.gz")
    with pytest.raises(UsageError, match="holds no file"):
        results(tmp_path)


def test_count(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").touch()
    (tmp_path / "b.html").touch()
    assert count([tmp_path]) == 2
    (tmp_path / "t.zip").touch()
    assert count([tmp_path]) is None

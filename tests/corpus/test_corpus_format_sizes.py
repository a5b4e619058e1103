"""Memory does not grow with the corpus, and OmegaT takes what we write."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import stand_in
import wild_rows

from mtpipe import corpus
from mtpipe.corpus.export import export
from mtpipe.corpus.formats.registry import format_of

SHARD = 2000
FEW = 256
FILES = ("c.jsonl", "c.csv.gz", "c.tsv", "c.ar-en", "c.tmx", "c.xlf", "c.xliff", "c.docx", "c.txt", "hf")
QUICK = ("c.jsonl", "c.tmx")
READ = {
    "c.jsonl": "c.jsonl",
    "c.csv.gz": "c.csv.gz",
    "c.tsv": "c.tsv",
    "c.ar-en": "c.ar-en.ar",  # not packed: a million lines of so few texts are a bomb to our own reader
    "c.tmx": "c.tmx",
    "c.xlf": "c.xlf",
    "c.xliff": "c.xliff",
}
SLACK = 28 << 20
"""Bytes: less than half of what the texts of the larger corpus take, more than what allocators keep."""

PROJECT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0"><target_dir>__DEFAULT__</target_dir><source_dir>__DEFAULT__</source_dir>
<tm_dir>__DEFAULT__</tm_dir><glossary_dir>__DEFAULT__</glossary_dir><dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>AR</source_lang><target_lang>EN</target_lang><sentence_seg>false</sentence_seg>
<support_default_translations>true</support_default_translations><remove_tags>false</remove_tags></project></omegat>
"""


def peak(*arguments: object) -> int:
    command = [sys.executable, str(Path(__file__).with_name("peak.py")), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def corpus_of(folder: Path, shards: int, *, size: int = SHARD, times: int = 1) -> Path:
    """Write a corpus of ``size`` rows a shard; the shards are one file, linked."""
    arabic, english = (
        "زار الوزير القرية ثم عاد منها أمس. " * times,
        "The minister saw the village and came back. " * times,
    )
    rows = [wild_rows.row(number, f"{number} {arabic}", f"{number} {english}") for number in range(1, size + 1)]
    out = wild_rows.write(folder, rows, window=size)
    first = corpus.shard_path(out / "dataset", "paragraphs", 0)
    for number in range(1, shards):
        os.link(first, corpus.shard_path(out / "dataset", "paragraphs", number))
    return out


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    """Few rows, but long ones: 6,000 characters a side."""
    peaks = []
    for name, shards in (("small", 2), ("large", 12)):
        out = corpus_of(tmp_path / name, shards, size=FEW, times=150)
        peaks.append(peak("export", out, tmp_path / f"{name} out", *QUICK))
    assert peaks[1] - peaks[0] < SLACK
    small, large = (
        peak("import", tmp_path / f"{name}.sqlite", tmp_path / f"{name} out" / "c.tmx") for name in ("small", "large")
    )
    assert large - small < SLACK


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_million_pairs_in_half_a_gigabyte(name: str, tmp_path: Path) -> None:
    out = corpus_of(tmp_path / "out", 1_000_000 // SHARD)
    assert peak("export", out, tmp_path / "made", name) < 500 << 20
    if name in READ:
        assert peak("import", tmp_path / "tm.sqlite", tmp_path / "made" / READ[name]) < 500 << 20


@pytest.mark.slow
def test_omegat_translates_with_our_tmx(tmp_path: Path) -> None:
    """Debian's omegat, without a screen: what stands in the memory it writes into the translation."""
    if shutil.which("omegat") is None:
        pytest.skip("needs OmegaT: apt-get install --no-install-recommends omegat")
    stand_in.run(stand_in.write_articles(tmp_path / "articles", 3), tmp_path / "out")
    project = tmp_path / "project"
    for folder in ("source", "target", "tm/auto", "omegat", "glossary", "dictionary"):
        (project / folder).mkdir(parents=True)
    (project / "omegat.project").write_text(PROJECT)
    path = project / "tm" / "auto" / "c.tmx"
    export(tmp_path / "out", path, format_of(path), level="paragraphs")
    rows = list(corpus.read(tmp_path / "out" / "dataset"))
    (project / "source" / "a.txt").write_text("\n\n".join(row["translation"]["ar"] for row in rows), encoding="utf-8")
    command = ["omegat", str(project), "--mode=console-translate"]
    done = subprocess.run(
        command, env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    translated = (project / "target" / "a.txt").read_text(encoding="utf-8").split("\n\n")
    assert [text.strip() for text in translated] == [row["translation"]["en"] for row in rows]

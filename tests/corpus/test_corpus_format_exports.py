"""Every export is read by a library that is not ours, and holds as many pairs, with the same texts, as went in."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import align_stand_in
import docx
import pandas as pd
import pytest
import stand_in
import wild_rows
import zstandard

from mtpipe import corpus
from mtpipe.corpus.export import Exported, export, export_folder
from mtpipe.corpus.formats.base import BREAKS, EMPTY, ILLEGAL, REJECTED, UNAPPROVED
from mtpipe.corpus.formats.lines import moses_paths
from mtpipe.corpus.formats.registry import FORMATS, format_of
from mtpipe.corpus.rows import Config
from mtpipe.errors import UsageError

Pairs = list[tuple[str, str]]
NAMES = {
    "jsonl": "c.jsonl",
    "csv": "c.csv",
    "tsv": "c.tsv",
    "moses": "c.ar-en",
    "tmx": "c.tmx",
    "xliff-1.2": "c.xlf",
    "xliff-2.1": "c.xliff",
    "docx": "c.docx",
    "text": "c.txt",
}
LINE = "[\n\r\v\f\x1c-\x1f\x85\u2028\u2029\t]+"


def by_jsonl(path: Path) -> Pairs:
    frame = pd.read_json(path, lines=True, dtype=False)
    return [(cell["ar"], cell["en"]) for cell in frame["translation"]]


def by_csv(path: Path) -> Pairs:
    frame = pd.read_csv(path, keep_default_na=False)
    return list(zip(frame["source"], frame["target"], strict=True))


def by_tsv(path: Path) -> Pairs:
    frame = pd.read_csv(path, sep="\t", keep_default_na=False)
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(frame) + 1
    return list(zip(frame["source"], frame["target"], strict=True))


def by_moses(path: Path) -> Pairs:
    arabic, english, ids = (place.read_text(encoding="utf-8").splitlines() for place in moses_paths(path))
    assert len(ids) == len(set(ids))
    return list(zip(arabic, english, strict=True))


def by_tmx(path: Path) -> Pairs:
    tmx = pytest.importorskip("translate.storage.tmx", reason="needs translate-toolkit (extra test)")
    return [(unit.source, unit.target) for unit in tmx.tmxfile(io.BytesIO(path.read_bytes()), "ar", "en").units]


def by_xliff1(path: Path) -> Pairs:
    xliff = pytest.importorskip("translate.storage.xliff", reason="needs translate-toolkit (extra test)")
    return [(unit.source, unit.target) for unit in xliff.xlifffile(io.BytesIO(path.read_bytes())).units]


def by_xliff2(path: Path) -> Pairs:
    xliff = pytest.importorskip("translate.storage.xliff2", reason="needs translate-toolkit (extra test)")
    segments = xliff.Xliff2File(io.BytesIO(path.read_bytes())).units
    units = groupby(segments, key=lambda segment: segment.xmlelement.getparent().get("id"))
    joined = [[*map("".join, zip(*((part.source, part.target) for part in parts), strict=True))] for _, parts in units]
    return [(source, target) for source, target in joined]


def by_docx(path: Path) -> Pairs:
    def said(cell: Any) -> str:
        return "\n".join(part.text for part in cell.paragraphs if part.style.name != "Remark")

    tables = docx.Document(str(path)).tables
    return [(said(row.cells[0]), said(row.cells[1])) for table in tables for row in table.rows]


def by_text(path: Path) -> Pairs:
    blocks = re.findall(r"^\[.+\]\n(.*)\n(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [(source, target) for source, target in blocks]


READERS: dict[str, Callable[[Path], Pairs]] = {
    "jsonl": by_jsonl,
    "csv": by_csv,
    "tsv": by_tsv,
    "moses": by_moses,
    "tmx": by_tmx,
    "xliff-1.2": by_xliff1,
    "xliff-2.1": by_xliff2,
    "docx": by_docx,
    "text": by_text,
}


def one_line(text: str) -> str:
    return re.sub(LINE, " ", text).strip() if re.search(LINE, text) else text


def in_xml(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)


def in_word(text: str) -> str:
    return "\n".join(part for part in in_xml(text).split("\n") if part.strip())


EXPECTED: dict[str, Callable[[str], str]] = {
    "jsonl": str,
    "csv": str,
    "tsv": one_line,
    "moses": one_line,
    "tmx": in_xml,
    "xliff-1.2": in_xml,
    "xliff-2.1": in_xml,
    "docx": in_word,
    "text": one_line,
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The output of a run, of an alignment with beads of several sentences, and of rows that are hard to hold."""
    folder = tmp_path_factory.mktemp("exports")
    stand_in.run(stand_in.write_articles(folder / "articles", 5), folder / "run")
    _, english = align_stand_in.write_pairs(folder / "pairs", 4)
    for place, path in enumerate(sorted(english.iterdir())):
        whole = path.read_text(encoding="utf-8")  # two paragraphs become one, or two sentences
        path.write_text(whole.replace(". ", ", ", 1) if place else whole.replace("\n\n", " ", 1), encoding="utf-8")
    align_stand_in.run(folder / "pairs", folder / "align")
    wild = [wild_rows.row(number, *texts) for number, texts in enumerate(wild_rows.HARD, start=1)]
    wild_rows.write(folder / "wild", wild)
    return {name: folder / name for name in ("run", "align", "wild")}


def texts(out: Path, level: Config) -> Iterator[tuple[str, str]]:
    for row in corpus.read(out / "dataset", level):
        if row.get("accepted") is not False:
            yield row["translation"]["ar"], row["translation"]["en"]


def write(out: Path, path: Path, **options: Any) -> Exported:
    return export(out, path, format_of(path), **options)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("made", "level"),
    [
        ("run", "sentences"),
        ("run", "paragraphs"),
        ("align", "sentences"),
        ("align", "paragraphs"),
        ("wild", "paragraphs"),
    ],
)
def test_another_library_reads_the_pairs(
    made: str, name: str, level: Config, outputs: dict[str, Path], tmp_path: Path
) -> None:
    out, path = outputs[made], tmp_path / NAMES[name]
    done = write(out, path, level=level)
    keep = EXPECTED[name]
    expected = [(keep(source), keep(target)) for source, target in texts(out, level)]
    assert READERS[name](path) == expected
    assert done.pairs == len(expected) > 0


def test_the_terms_are_read_by_a_plain_parser(outputs: dict[str, Path], tmp_path: Path) -> None:
    """TBX 3: translate-toolkit reads version 2 alone."""
    write(outputs["run"], tmp_path / "c.tbx", level="sentences")
    name = "{urn:iso:std:iso:30042:ed-2}"
    root = ElementTree.parse(tmp_path / "c.tbx").getroot()
    found = [tuple(term.text for term in entry.iter(f"{name}term")) for entry in root.iter(f"{name}conceptEntry")]
    rows = list(corpus.read(outputs["run"] / "dataset", "sentences"))
    assert found == sorted({(term["entry"], term["target"]) for row in rows for term in row["terms"]})


def test_all_formats_are_tested() -> None:
    assert {known.name for known in FORMATS} - {"tbx"} == set(READERS) == set(NAMES)
    assert all(format_of(Path(file)).name == name for name, file in NAMES.items())


def test_the_alignment_has_beads_of_several(outputs: dict[str, Path]) -> None:
    for config in corpus.CONFIGS:
        assert max(len(row["source_units"]) for row in corpus.read(outputs["align"] / "dataset", config)) > 1


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("tmx", {ILLEGAL: 6}),
        ("xliff-1.2", {ILLEGAL: 6}),
        ("xliff-2.1", {ILLEGAL: 6}),
        ("docx", {ILLEGAL: 6}),
        ("moses", {BREAKS: 8}),
        ("tsv", {BREAKS: 8}),
        ("text", {BREAKS: 8}),
        ("csv", {}),
        ("jsonl", {}),
    ],
)
def test_what_a_format_cannot_hold_is_counted(
    name: str, lost: dict[str, int], outputs: dict[str, Path], tmp_path: Path
) -> None:
    assert dict(write(outputs["wild"], tmp_path / NAMES[name]).tally) == lost


@pytest.mark.parametrize("name", READERS)
def test_the_same_rows_are_the_same_bytes_packed_or_not(name: str, outputs: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / NAMES[name]
    places = moses_paths if name == "moses" else lambda given: [given]

    def made(given: Path) -> list[bytes]:
        write(outputs["run"], given, force=True)
        return [place.read_bytes() for place in places(given)]

    plain = made(path)
    assert made(path) == plain
    if name == "docx":
        return
    for ending, unpack in ((".gz", gzip.decompress), (".zst", unpack_zstd)):
        packed = path.with_name(path.name + ending)
        assert made(packed) == made(packed)
        assert [unpack(raw) for raw in made(packed)] == plain


def unpack_zstd(raw: bytes) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(raw)).read()


@pytest.mark.parametrize("name", READERS)
def test_an_export_that_fails_leaves_nothing(name: str, outputs: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    wild_rows.write(out, [wild_rows.row(number, "سطر", "A line") for number in range(1, 9)])
    last = out / "dataset" / "paragraphs" / "part-000001.parquet"
    last.write_bytes(last.read_bytes()[:-4] + b"junk")
    path = tmp_path / NAMES[name]
    with pytest.raises(UsageError, match=r"part-000001\.parquet"):
        write(out, path)
    assert [place.name for place in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", READERS)
def test_an_export_that_fails_leaves_the_one_before(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    wild_rows.write(out, [wild_rows.row(number, "سطر", "A line") for number in range(1, 9)])
    write(out, tmp_path / NAMES[name])
    before = {place: place.read_bytes() for place in tmp_path.iterdir() if place != out}
    last = out / "dataset" / "paragraphs" / "part-000001.parquet"
    raw = last.read_bytes()
    last.write_bytes(raw[:4] + bytes(200) + raw[204:])  # pyarrow tells this damage as an error of the system
    with pytest.raises(UsageError, match=r"part-000001\.parquet: can't be read"):
        write(out, tmp_path / NAMES[name], level="paragraphs", force=True)
    with pytest.raises(UsageError, match="no pair to write"):
        write(wild_rows.write(tmp_path / "none", [wild_rows.row(1, "", "")]), tmp_path / NAMES[name],
              level="paragraphs", approved_only=True, force=True)  # fmt: skip
    assert {place: place.read_bytes() for place in tmp_path.iterdir() if place.is_file()} == before


def test_pairs_that_teach_nothing_are_left_out_and_counted(tmp_path: Path) -> None:
    out = wild_rows.write(tmp_path / "out", wild_rows.states())
    done = write(out, tmp_path / "c.tmx")
    assert (done.pairs, dict(done.tally)) == (5, {REJECTED: 1, EMPTY: 2})
    whole = write(out, tmp_path / "c.jsonl")
    assert (whole.pairs, dict(whole.tally)) == (7, {REJECTED: 1})
    kept = write(out, tmp_path / "approved.csv", approved_only=True)
    assert (kept.pairs, dict(kept.tally)) == (1, {UNAPPROVED: 6, REJECTED: 1})
    assert by_csv(tmp_path / "approved.csv") == [("زار الرقة.", "He saw Raqqa.")]


def test_nothing_to_write_is_an_error_and_no_file(outputs: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no pair to write \(\d+ pairs that nobody approved left out\)"):
        write(outputs["run"], tmp_path / "c.tmx", approved_only=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("inside", "given"), [("hf", "."), ("hf/paragraphs", "..")])
def test_a_folder_is_replaced_whatever_it_is_called(
    inside: str, given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = wild_rows.write(tmp_path / "out", [wild_rows.row(1, "سطر", "A line")])
    export_folder(out, tmp_path / "hf")
    before = (tmp_path / "hf" / "README.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path / inside)
    assert export_folder(out, Path(given), force=True).pairs == 1
    assert (tmp_path / "hf" / "README.md").read_text(encoding="utf-8") == before
    assert {place.name for place in tmp_path.iterdir()} == {"out", "hf"}


def test_jsonl_is_the_rows(outputs: dict[str, Path], tmp_path: Path) -> None:
    write(outputs["wild"], tmp_path / "c.jsonl")
    lines = (tmp_path / "c.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(corpus.read(outputs["wild"] / "dataset"))


@pytest.mark.parametrize(
    ("name", "wanted", "words"),
    [
        ("c.doc", None, "'.doc' tells no format"),
        ("c", None, "'no ending' tells no format"),
        ("c.tmx", "tmz", "'tmz' is no format. There are jsonl"),
    ],
)
def test_names_that_tell_no_format(name: str, wanted: str | None, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        format_of(Path(name), wanted)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("c.docx.gz", "docx can't be packed as .gz, only as nothing, it is packed already"),
        ("c.tmx.bz2", "tmx can't be packed as .bz2, only as .gz or .zst"),
        ("here.tmx", "here.tmx: is there already. --force replaces it."),
        ("folder.tmx", "folder.tmx: is a folder"),
        ("here.tmx/c.tmx", "can't be written"),
    ],
)
def test_files_that_cannot_be_written(name: str, words: str, outputs: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "here.tmx").write_text("old")
    (tmp_path / "folder.tmx").mkdir()
    with pytest.raises(UsageError, match=re.escape(words)):
        write(outputs["run"], tmp_path / name)
    assert (tmp_path / "here.tmx").read_text() == "old"

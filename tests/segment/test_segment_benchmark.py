"""The benchmark's floors, where the development data lies beside the checkout."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from mtpipe.segment import Language, split


@pytest.fixture(scope="module")
def benchmark(project: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("segmentation", project / "benchmarks" / "segmentation.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("corpus", ["ntrex", "xquad"])
def test_no_worse_than_a_plain_regex_and_close_to_the_ceiling(
    benchmark: ModuleType, shared: Path, corpus: str, language: Language
) -> None:
    paragraphs = getattr(benchmark, corpus)(shared / "data" / "dev", language)
    ours, _ = benchmark.measure(paragraphs, lambda text: split(text, language))
    plain, _ = benchmark.measure(paragraphs, benchmark.plain)
    assert ours.f1 >= plain.f1
    assert ours.precision >= 99
    assert ours.recall >= benchmark.ceiling(paragraphs) - 1


def test_the_file_of_ends_holds_offsets_and_no_text(project: Path) -> None:
    lines = (project / "benchmarks" / "xquad_ends.tsv").read_text(encoding="utf-8").splitlines()
    header = [line for line in lines if line.startswith("#")]
    assert lines[: len(header)] == header
    assert "".join(header).isascii()  # a quotation of the Arabic would not be
    for line in lines[len(header) :]:
        assert re.fullmatch(r"(?:ar|en)\t\d+\t[\d ]*", line)
        offsets = [int(offset) for offset in line.split("\t")[2].split()]
        assert offsets == sorted(set(offsets))


def test_the_table_comes_with_its_caveats(benchmark: ModuleType, tmp_path: Path) -> None:
    sentence = {"ar": "وصل الوفد أمس.", "en": "The delegation arrived."}
    (tmp_path / "ntrex_dev.tsv").write_text(f"a\t{sentence['ar']}\t{sentence['en']}\n" * 2, encoding="utf-8")
    paragraph = {language: f"{text} " * 100 for language, text in sentence.items()}  # longer than the last offset
    (tmp_path / "xquad_paragraphs.tsv").write_text(f"{paragraph['ar']}\t{paragraph['en']}\n", encoding="utf-8")
    printed = list(benchmark.rows(tmp_path))
    assert sum(row.startswith("| NTREX") and "| 100.0 | 100.0 | 100.0 |" in row for row in printed) == 6
    caveats = " ".join(printed[-2:])
    for caveat in ("Development scores", "XQuAD ends are partly circular", "recall ceiling"):
        assert caveat in caveats

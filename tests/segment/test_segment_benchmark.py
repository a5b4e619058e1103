"""The benchmark's floors, where the development data lies beside the checkout."""

from __future__ import annotations

import importlib.util
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

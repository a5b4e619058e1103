"""Pairs of sentences out of a run, an alignment, a dataset or a file: those that are kept and have both sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mtpipe import corpus
from mtpipe.corpus.aligned import ALIGNED_SCHEMAS
from mtpipe.corpus.bitext import sentences
from mtpipe.errors import UsageError


def row(source: str, target: str, *, accepted: bool = True) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(ALIGNED_SCHEMAS["sentences"])
    return empty | {"id": "a#p1s1", "translation": {"ar": source, "en": target}, "accepted": accepted}


@pytest.mark.parametrize("named", [".", "dataset"])
def test_an_output_folder_and_its_dataset(named: str, tmp_path: Path) -> None:
    rows = [row("عادَ", "He came."), row("خطأ", "Wrong", accepted=False), row("", "Alone"), row("\u200f", "Nothing")]
    corpus.write_shard(tmp_path / "dataset", "sentences", 0, rows, "x", origin="aligned")
    assert list(sentences(tmp_path / named)) == [("عاد", "He came.")]


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "c.tsv").write_text("ar\ten\nعادَ\tHe came.\nوحده\t\n", encoding="utf-8")
    assert list(sentences(tmp_path / "c.tsv")) == [("عاد", "He came.")]


@pytest.mark.parametrize(("config", "said"), [(None, "holds no mtpipe dataset"), ("paragraphs", "has no sentences")])
def test_folders_without_sentences(config: corpus.Config | None, said: str, tmp_path: Path) -> None:
    if config:
        corpus.write_shard(tmp_path / "dataset", config, 0, [], "x")
    with pytest.raises(UsageError, match=said):
        list(sentences(tmp_path))

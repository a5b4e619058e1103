"""The front door for Python, used as its readers would; and the names that are promised."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import mtpipe
from mtpipe import Aligner, ArticleError, Entry, Glossary, Pipeline, UsageError

ARABIC = "زيارة الوزير\n\nوصل الوزير إلى حلب يوم الأحد. وزار المدرسة الجديدة والمستشفى القديم.\n\nثم عاد إلى دمشق."
ENGLISH = (
    "The minister's visit\n\nThe minister arrived in Aleppo on Sunday. He visited the new school and the old hospital."
    "\n\nThen he returned to Damascus."
)
SPELLER = Path(__file__).resolve().parent / "speller.py"


@pytest.fixture
def settings(tmp_path: Path) -> Mapping[str, Any]:
    """An engine that spells Arabic in Latin letters and copies what is in Latin letters."""
    command = (sys.executable, str(SPELLER), str(tmp_path))
    return {"translate.engine": "command", "translate.command": command, "translate.guard": False}


def test_ten_lines_do_the_job(settings: Mapping[str, Any], tmp_path: Path) -> None:
    glossary = Glossary((Entry("حلب", "Aleppo", "place"),))
    pipeline = Pipeline(glossary=glossary, settings=settings)
    article = pipeline.translate(ARABIC, id="visit")
    assert [paragraph.source.text for paragraph in article.paragraphs] == ARABIC.split("\n\n")
    assert [paragraph.source.id for paragraph in article.paragraphs] == ["visit#p1", "visit#p2", "visit#p3"]
    assert article.paragraphs[0].source.role == "title"
    assert "Aleppo" in article.paragraphs[1].target
    assert article.paragraphs[1].quality is not None
    assert article.paragraphs[1].quality.similarity is not None
    assert "terms:1" in pipeline.signature

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(ARABIC, encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_text("No Arabic here at all.", encoding="utf-8")
    read = list(pipeline.read(tmp_path / "in"))
    assert [type(item).__name__ for item in read] == ["TranslatedArticle", "ArticleError"]
    outcome = pipeline.run([tmp_path / "in"], tmp_path / "out")
    assert (outcome.counts.articles, outcome.counts.paragraphs, outcome.failed) == (1, 3, 1)
    rows = [json.loads(line) for line in (tmp_path / "out" / "dataset.jsonl").read_text("utf-8").splitlines()]
    assert [row["translation"]["en"] for row in rows] == [paragraph.target for paragraph in read[0].paragraphs]
    assert pipeline.run([tmp_path / "in"], tmp_path / "out").translated == 0


def test_reading_keeps_order_over_windows(settings: Mapping[str, Any], tmp_path: Path) -> None:
    for number in range(5):
        text = f"الخبر رقم {number} من الأخبار." if number % 2 == 0 else "nothing"
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    pipeline = Pipeline(settings={**settings, "corpus.window": 2, "quality.similarity": False})
    names = [item.article_id if isinstance(item, ArticleError) else item.source.id for item in pipeline.read(tmp_path)]
    assert names == [f"{number}.txt" for number in range(5)]


def test_reading_takes_no_more_text_than_a_window_has(settings: Mapping[str, Any], tmp_path: Path) -> None:
    """``corpus.window_characters`` bounds what is held: the second file is not read before the first is translated."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("وصل الوزير إلى حلب. " * 60, encoding="utf-8")
    pipeline = Pipeline(settings={**settings, "corpus.window_characters": 1000, "quality.similarity": False})
    read = pipeline.read([tmp_path / "a.txt", tmp_path / "b.txt"])
    next(read)
    (tmp_path / "b.txt").write_text("نعم يا سيدي.", encoding="utf-8")
    second = next(read)
    assert not isinstance(second, ArticleError)
    assert second.source.text == "نعم يا سيدي."


def test_aligner(tmp_path: Path) -> None:
    aligner = Aligner(settings={"align.keep": 0.5})
    article = aligner.align(ARABIC, ENGLISH)
    beads = [(bead.source_text, bead.target_text) for bead in article.sentences]
    assert beads[1] == ("وصل الوزير إلى حلب يوم الأحد.", "The minister arrived in Aleppo on Sunday.")
    assert len(beads) == 4
    with pytest.raises(ArticleError, match="Arabic"):
        aligner.align(ENGLISH, ARABIC)
    for folder, text in (("ar", ARABIC), ("en", ENGLISH)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "visit.txt").write_text(text, encoding="utf-8")
    outcome = aligner.run(tmp_path / "ar", tmp_path / "en", tmp_path / "out")
    assert (outcome.counts.articles, outcome.counts.sentences) == (1, 4)


def test_settings_of_every_kind(settings: Mapping[str, Any], tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("translate: {beam: 2}\nquality: {similarity: false}\n", encoding="utf-8")
    (tmp_path / "names.csv").write_text("source,target\nحلب,Aleppo\n", encoding="utf-8")
    engine = {"engine": "command", "command": list(settings["translate.command"]), "guard": False, "beam": 2}
    (tmp_path / "all.yaml").write_text(json.dumps({"translate": engine}), encoding="utf-8")
    one = Pipeline(glossary=tmp_path / "names.csv", settings=tmp_path / "all.yaml")
    two = Pipeline(glossary=[str(tmp_path / "names.csv")], settings={**settings, "translate.beam": 2})
    three = Pipeline(settings=two.settings)
    assert one.signature == two.signature == three.signature
    assert (one.settings.translate.beam, one.settings.corpus.window) == (2, 64)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"translate.beem": 1}, "settings: unknown setting 'translate.beem'. Did you mean 'translate.beam'"),
        ({"translate.beam": 0}, "settings: translate.beam: "),
        ({"nothing.beam": 1}, "settings: unknown setting 'nothing.beam'"),
    ],
)
def test_wrong_settings(changes: Mapping[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Pipeline(settings=changes)


def test_promised_names_are_there_and_come_late() -> None:
    assert {name for name in mtpipe.__all__ if getattr(mtpipe, name) is None} == set()
    code = "import sys, mtpipe; print(sorted({'pydantic', 'torch', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
    with pytest.raises(AttributeError, match="no attribute 'Pipelines'"):
        _ = mtpipe.Pipelines

"""The glossary's benchmarks: names derived from human translations, and the stand-in engines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from wordwise import Wordwise

from mtpipe.glossary import Enforcer, Entry, Glossary
from mtpipe.glossary.inject import PROBES, copies
from mtpipe.glossary.lint import lint
from mtpipe.settings import GlossarySettings

LINES = (
    ("a", "قال بوغدانوف إن الأولمبية في روسيا", "Bogdanov said the Olympic games are in Russia"),
    ("a", "زار بوغدانوف موسكو", "Bogdanov visited Moscow"),
    ("b", "عاد بوغدانوف مع سارة بالين", "Bogdanov came back with Sarah Palin"),
    ("b", "الأولمبية كبيرة", "The games are Olympic"),
)


@pytest.fixture(autouse=True)
def _benchmarks(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(project / "benchmarks"))


def test_names_of_human_translations(project: Path, tmp_path: Path) -> None:
    data, out = tmp_path / "dev.tsv", tmp_path / "names.csv"
    data.write_text("".join("\t".join(line) + "\n" for line in LINES), encoding="utf-8")
    line = [sys.executable, str(project / "benchmarks" / "glossary_names.py"), str(data), "-o", str(out)]
    told = subprocess.run(line, check=True, capture_output=True, text=True)
    found = {entry.source: entry.target for entry in Glossary.load([out]).entries}
    assert found == {"بوغدانوف": "Bogdanov", "روسيا": "Russia", "موسكو": "Moscow", "سارة بالين": "Sarah Palin"}
    assert told.stderr == f"4 names: {out}\n"
    assert not [finding for finding in lint([out]) if finding.level == "error"]
    first = out.read_bytes()
    subprocess.run(line, check=True, capture_output=True)
    assert out.read_bytes() == first


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("وصل الوزير إلى Raqqa أمس", "arrived the-minister to Raqqa yesterday"),
        ("Raqqa Talal Silo", "Raqqa Talal Silo"),
        ("وصل الوزير", "arrived the-minister"),
        ("", ""),
    ],
)
def test_a_stand_in_that_copies(source: str, text: str) -> None:
    from glossary_engines import Copying  # type: ignore[import-not-found]

    (found,) = Copying(Wordwise()).translate([source])
    assert found.best.text == text


def test_injection_through_a_stand_in_that_copies() -> None:
    from glossary_engines import Copying

    deaf = Wordwise({name: "" for _, name in PROBES}, attends=False)
    engine = Copying(deaf)
    assert copies(engine)
    terms = Glossary((Entry("الرقة", "Raqqa", "city"),))
    (found,) = Enforcer(terms, engine, GlossarySettings(place=False)).render(["وصل الوزير إلى الرقة أمس"])
    assert [mention.rung for mention in found.mentions] == ["injected"]
    assert found.text == "arrived the-minister to Raqqa yesterday"


def test_what_is_remembered_is_not_translated_again() -> None:
    from glossary_engines import Remembering

    inner = Wordwise()
    engine = Remembering(inner, 3)
    for _ in range(2):
        assert [one.best.text for one in engine.translate(["وصل", "أمس", "وصل"])] == ["arrived", "yesterday", "arrived"]
    assert inner.calls == [("وصل", "أمس")]
    assert inner.asked == [(3, True)]

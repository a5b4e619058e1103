"""The built-in glossaries: sound by lint, alone and together, and right on sentences written for this test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from wordwise import Wordwise

from mtpipe import resources
from mtpipe.glossary import Enforcer, Glossary, Matcher
from mtpipe.glossary.entries import is_arabic
from mtpipe.glossary.lint import lint
from mtpipe.settings import GlossarySettings

NAMES = ("agencies", "capitals", "countries", "groups", "nationalities", "offices", "organisations")


@pytest.fixture(scope="module")
def together() -> Glossary:
    return Glossary.load(map(Path, NAMES))


def test_what_is_built_in() -> None:
    assert tuple(path.stem for path in resources.glossaries()) == NAMES


@pytest.mark.parametrize("names", [*((name,) for name in NAMES), NAMES], ids="+".join)
def test_lint_finds_nothing(names: tuple[str, ...]) -> None:
    assert lint(map(Path, names)) == []


def test_their_size_and_shape(together: Glossary) -> None:
    assert 900 <= len(together.entries) <= 2000
    for entry in together.entries:
        assert is_arabic(entry.source)
        assert entry.type
        assert entry.target.isascii(), entry


def test_countries_are_what_the_script_writes(project: Path) -> None:
    made = subprocess.run([sys.executable, "tools/countries.py"], cwd=project, capture_output=True, check=True)
    assert made.stdout == (project / "configs" / "glossaries" / "countries.csv").read_bytes()


def test_they_yield_to_files(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("source,target,variants\nأميركا,USA,\nعمّان,Amman,\nميانمار,Burma,كابل\n", encoding="utf-8")
    glossary = Glossary.load([Path("countries"), path, Path("capitals")])
    assert [entry.target for entry in glossary.entries[:3]] == ["USA", "Amman", "Burma"]
    found = {match.entry.target for match in Matcher(glossary).find("أميركا وأميريكا وبورما وميانمار وكابل وكابول")}
    assert found == {"USA", "America", "Myanmar", "Burma", "Kabul"}
    assert lint([Path("countries"), path]) == []
    both = [path, tmp_path / "twice.csv"]
    both[1].write_bytes(path.read_bytes())
    assert {finding.code for finding in lint(both)} == {"duplicate"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وصل وزير الخارجية الروسي إلى دمشق", ["foreign minister", "Russian", "Damascus"]),
        ("أعلنت وكالة سبوتنيك نقلاً عن الكرملين", ["Sputnik", "Kremlin"]),
        ("في الجزائر العاصمة عقدت الجزائر وتونس اجتماعاً", ["Algiers", "Algeria", "Tunisia"]),
        ("دعت الأمم المتحدة ومجلس الأمن إلى هدنة", ["United Nations", "Security Council"]),
        ("قالت قوات سوريا الديمقراطية إن داعش انسحب", ["Syrian Democratic Forces", "Islamic State"]),
        ("عاد إلى مسقط رأسه ثم إلى مسقط", ["birthplace", "Muscat"]),
        ("رفع يده اليمنى عند مجرى النهر", []),
        ("قدم دعماً مالياً وقال إن الدعم المالي كاف", []),
        ("الكورية الجنوبية وكوريا الشمالية", ["South Korean", "North Korea"]),
        ("المسؤولون الأميركيون والأمريكيات في أمريكا", ["Americans", "American", "America"]),
        ("بالإمارات وللمغرب والعراق فاليمن", ["United Arab Emirates", "Morocco", "Iraq", "Yemen"]),
        ("وفد من جمهورية الكونغو الديموقراطية في بيونغ يانغ", ["Democratic Republic of the Congo", "Pyongyang"]),
        ("استقبل الرئيس المصري نظيره الفرنسي", ["Egyptian president", "French"]),
        ("سورياً كان الضابط", ["Syrian"]),
        ("الحكومة الأمريكية والطاقة الروسية للمدن الألمانية", ["American", "Russian", "German"]),
        ("سارت العربة والعربات في العالم العربي الكبير إلى الكوردون", []),
        ("في آسيا الوسطى وأفريقيا الجديدة عند الإمبراطورية الرومانية ودول عدم الانحياز", []),
        ("العرب والأكراد وللروس", ["Arabs", "Kurds", "Russians"]),
        ("أكد ضرورة إيجاد حل وشرب كوباً من القهوة في ولاية الكاف", []),
        ("أعلنت إيغاد ذلك في كوبا", ["IGAD", "Cuba"]),
    ],
)  # fmt: skip
def test_on_sentences(together: Glossary, text: str, expected: list[str]) -> None:
    assert [match.entry.target for match in Matcher(together).find(text)] == expected


@pytest.mark.parametrize(
    ("source", "english", "after"),
    [
        ("الحكومة السعودية", "the Saudi government", ["Saudi"]),
        ("في السعودية", "in Saudi Arabia", ["Saudi Arabia"]),
        ("الحكومة السعودية في السعودية", "the Saudi government in Saudi Arabia", ["Saudi", "Saudi Arabia"]),
        ("قوات سورية", "Syrian forces", ["Syrian"]),
        ("في سورية", "in Syria", ["Syria"]),
        ("المكتب القطري", "the country office", ["country"]),
        ("الوزير القطري", "the Qatari minister", ["Qatari"]),
        ("الحكومة النيوزيلندية", "the New Zealand government", ["New Zealand"]),
    ],
)
def test_a_country_that_is_an_adjective_too(together: Glossary, source: str, english: str, after: list[str]) -> None:
    engine = Wordwise(script={source: [english]})
    (rendering,) = Enforcer(together, engine, GlossarySettings()).render([source])
    assert rendering.text == english
    assert [(mention.rung, mention.after) for mention in rendering.mentions] == [("present", form) for form in after]
